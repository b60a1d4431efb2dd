"""Mistakes that show by a sign of their own: a crash, an undefined name, memory that is shared."""
