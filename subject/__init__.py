"""What a law sees of code under test: one function, called with the contract's names.

The process of a submission loads `inspection` and `limits` from here, so this module imports
nothing.
"""
