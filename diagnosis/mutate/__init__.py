"""Edits, the least first: calls, terms, statements, loops, names, expressions of the reference."""
