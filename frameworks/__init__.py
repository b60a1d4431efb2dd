"""Backward passes that are written for a framework, held against the laws of pairs.

Each module here needs the framework that it is named after, and nothing imports one unasked:
`cellcheck.torch` and `cellcheck.jax` are found when they are used.
"""
