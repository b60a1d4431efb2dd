"""Puts proven corrections into a file, where the file is better with them by every law."""

from .better import is_better
from .fix import Fixed, fixed, write

__all__ = ["Fixed", "fixed", "is_better", "write"]
