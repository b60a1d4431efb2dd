"""Cheap draws of readable numbers.

One draw of bytes, each mapped onto a table, costs a fraction of drawing an array entry by entry,
and shrinks to the front of the table: zeros, then single ones, then other tenths. A byte gives two
entries, because a draw's cost grows with its bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_SIMPLE = [(0, 0), (10, 0), (0, 10), (-10, 0), (0, -10)]
_TENTHS = [10, -10, 5, -5, 20, -20, *(s * k for k in range(1, 20) for s in (1, -1) if k % 5)]


def _pairs() -> NDArray[Any]:
    """256 pairs of whole tenths in [-20, 20], few of them with a zero."""
    count = len(_TENTHS)
    others = [(_TENTHS[i % count], _TENTHS[(7 * i + i // count) % count]) for i in range(256)]
    return np.array((_SIMPLE + others)[:256], dtype=np.int64)


PAIRS = _pairs()


def readable(data: bytes, count: int) -> NDArray[Any]:
    """``count`` whole numbers of tenths in [-20, 20], two for each byte."""
    return PAIRS[np.frombuffer(data, dtype=np.uint8)].reshape(-1)[:count]


def bytes_for(count: int) -> int:
    """How many bytes so many numbers are made of."""
    return (count + 1) // 2


def spread(byte: int, count: int) -> int:
    """A byte mapped evenly onto 0 to ``count - 1``, in order: small stays small."""
    return byte * count // 256
