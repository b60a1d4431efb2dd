"""Manner: how all of a file's functions name and cut their parameters, and order axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, TypeGuard

import numpy as np

from ..inspection import Array
from .parameters import Naming

Way: TypeAlias = tuple[Naming, tuple[int, ...]]
"""A way to name and cut parameters, and the axes of sequences."""

UNTURNED = (0, 1, 2)
"""The axes of a sequence as the contract has them: ``(n, m, T_x)``."""

AXES = (UNTURNED, (2, 0, 1), (0, 2, 1))
"""Other orders that authors choose: time first, or before the examples."""


@dataclass
class Manner:
    """How a file's functions name and cut their parameters, and which axes its sequences have: for
    each of theirs the number of the contract's. It is ``sure`` once a forward function is right
    so, and ``agreed`` once a backward function is of the same; a ``disagreement`` is in words.
    """

    naming: Naming
    axes: tuple[int, ...] = UNTURNED
    sure: bool = False
    agreed: bool = False
    disagreement: str = ""

    def turned(self, value: object) -> object:
        """A sequence with its axes as the file has them; anything else as it is."""
        return value.transpose(self.axes).copy() if self._is_sequence(value) else value

    def back(self, value: object) -> object:
        """The same backwards."""
        return value.transpose(np.argsort(self.axes)) if self._is_sequence(value) else value

    def _is_sequence(self, value: object) -> TypeGuard[Array]:
        return isinstance(value, np.ndarray) and value.ndim == len(self.axes)

    @property
    def worded_axes(self) -> str:
        """The axes of a sequence, as a shape is written."""
        return f"({', '.join(('n', 'm', 'T_x')[axis] for axis in self.axes)})"
