"""Cheap draws of readable numbers.

One draw of bytes, each mapped onto a table, costs a fraction of drawing an array entry by entry,
and shrinks to the front of the table: 0, 1, -1, 0.5, -0.5, 2, -2, then other tenths.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_FIRST = [0, 10, -10, 5, -5, 20, -20]
_OTHERS = [sign * k for k in range(1, 20) for sign in (1, -1) if k not in (5, 10)]


def _table() -> NDArray[Any]:
    """256 whole tenths in [-20, 20]; zero has one place only, so that few entries are zero."""
    entries = _FIRST + (_OTHERS + _FIRST[1:]) * 7
    return np.array(entries[:256], dtype=np.int64)


TENTHS = _table()


def readable(data: bytes) -> NDArray[Any]:
    """Whole numbers of tenths in [-20, 20], one for each byte."""
    return TENTHS[np.frombuffer(data, dtype=np.uint8)]


def spread(byte: int, count: int) -> int:
    """A byte mapped evenly onto 0 to ``count - 1``, in order: small stays small."""
    return byte * count // 256
