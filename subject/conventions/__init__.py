"""Conventions: the ways in which people write a cell down, one module each."""
