"""Mutants of the reference: for printed numbers, and for code that is equivalent to one."""
