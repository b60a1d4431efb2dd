"""Mutants of the reference: for printed numbers, and for code that behaves alike."""
