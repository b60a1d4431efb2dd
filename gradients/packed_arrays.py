"""Named arrays that stand in one vector besides: copied, compared and searched all at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from .finite_differences import Array
from .vector_layout import VectorLayout

SMALL = 8192
"""Bytes of an array that is quickly copied."""

AT_A_TIME, MOST = 16, 2**21
"""Vectors that a check has at a time, and numbers in them all, at most.

One block of that size, given back unused, makes the C library of Linux keep that much for later:
else it fetches every vector from the system anew, which takes longer than what is done with it.
"""

DOUBLE = np.dtype(np.float64)


class PackedArrays(dict[str, Array]):
    """Real arrays by name, and the ``vector`` of all their entries, as float64, in a ``layout``.

    ``is_double`` says that all are float64, so that the vector has them to the last bit.
    """

    def __init__(self, arrays: Mapping[str, Array], layout: VectorLayout | None = None) -> None:
        super().__init__(arrays)
        self.layout = VectorLayout(arrays) if layout is None else layout
        self.vector = self.layout.pack(arrays)
        self.is_double = all_double(arrays.values())
        self._untouched = False

    @classmethod
    def of(cls, arrays: Mapping[str, Array], layout: VectorLayout | None = None) -> PackedArrays:
        """The arrays as they are where they are packed already."""
        return arrays if isinstance(arrays, PackedArrays) else cls(arrays, layout)

    def frozen(self) -> PackedArrays:
        """The same numbers in arrays of their own, which nothing else writes to."""
        own = self.layout.unpack(self.vector) if self.is_double else self._copied()
        self.update(own)
        return self

    def lent(self) -> dict[str, Array]:
        """Copies that the code may write to without harm, until the next are asked for.

        Of float64 they are always the same parts of one vector: memory is dear to ask for.
        """
        if not self.is_double:
            return self._copied()
        vector, parts = self._room
        if [part.shape for part in parts.values()] != self.layout.shapes:
            parts = self.layout.unpack(vector)  # the code gave one of them another shape
            self._room = vector, parts
        if not self._untouched:
            np.copyto(vector, self.vector)
        self._untouched = False
        return parts

    def changed(self, lent: Mapping[str, Array]) -> list[str]:
        """The names of lent copies that are no longer what they were, in numbers or in shape."""
        shapes = [array.shape for array in lent.values()]
        if self.is_double and shapes == self.layout.shapes and equal(self._room[0], self.vector):
            self._untouched = True
            return []
        return [name for name, array in self.items() if not same(array, lent[name])]

    def equals(self, others: Mapping[str, Array]) -> bool:
        """Whether other arrays have the same names, shapes and numbers."""
        if others.keys() != self.keys():
            return False
        if any(array.shape != others[name].shape for name, array in self.items()):
            return False
        if self.is_double and equal(self.layout.pack(others), self.vector):
            return True
        return all(same(array, others[name]) for name, array in self.items())

    def not_finite(self) -> str | None:
        """The first of the arrays that has an entry that is not finite."""
        # A maximum is no number where an entry is none.
        return next((name for name, size in self.largest.items() if not math.isfinite(size)), None)

    @cached_property
    def sizes(self) -> Array:
        """The magnitudes of all entries."""
        return np.abs(self.vector)

    @cached_property
    def largest(self) -> dict[str, float]:
        """The largest magnitude in each array; 0 in one without entries."""
        return self.layout.largest(self.sizes)

    @cached_property
    def _room(self) -> tuple[Array, dict[str, Array]]:
        vector = np.empty_like(self.vector)
        return vector, self.layout.unpack(vector)

    def _copied(self) -> dict[str, Array]:
        return {name: array.copy() for name, array in self.items()}


def checked_inputs(inputs: Mapping[str, ArrayLike]) -> PackedArrays:
    """The inputs as arrays of real floating-point numbers.

    Raises `TypeError` for whole numbers, truth values and complex numbers, and `ValueError` where
    there is no input or one has an entry that is not finite.
    """
    if not inputs:
        raise ValueError("There is no input to differentiate by; give a dict of arrays by name.")
    arrays = {name: np.asarray(value) for name, value in inputs.items()}
    for name, array in arrays.items():
        if array.dtype.kind != "f":
            raise TypeError(
                f"The input {name} has the type {array.dtype}, which has no derivative here; "
                f"give real floating-point numbers."
            )
    packed = PackedArrays(arrays)
    np.empty(min(AT_A_TIME * packed.layout.size, MOST))
    bad = packed.not_finite()
    if bad is not None:
        raise ValueError(f"The input {bad} has an entry that is not finite; give another one.")
    return packed


def all_double(arrays: Iterable[Array]) -> bool:
    """Whether all numbers are float64."""
    return all(array.dtype == DOUBLE for array in arrays)


def equal(one: Array, other: Array) -> bool:
    """Whether all numbers of two vectors are equal."""
    return bool(np.logical_and.reduce(one == other))


def same(one: Array, other: Array) -> bool:
    """Whether two arrays are equal to the last bit, or at least as numbers."""
    if one.shape != other.shape:
        return False
    if one.nbytes <= SMALL and one.tobytes() == other.tobytes():
        return True  # by far the quickest way to see it in a small array
    return bool((one == other).all() or np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
