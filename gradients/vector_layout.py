"""Named arrays as one vector: one operation on it takes the place of one on each of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from .finite_differences import Array

ORDINARY = 1e4
"""Inputs whose largest number, or its inverse, is beyond this are moved in units of it."""


class VectorLayout:
    """Where each of several named arrays stands in a vector of all their entries."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.places: dict[str, tuple[int, int, tuple[int, ...]]] = {}
        self._parts: list[tuple[str, slice, tuple[int, ...]]] = []
        start = 0
        for name, array in arrays.items():
            end = start + array.size
            self.places[name] = (start, end, array.shape)
            self._parts.append((name, slice(start, end), array.shape))
            start = end
        self.size = start
        self.shapes = [shape for _, _, shape in self._parts]

    def pack(self, arrays: Mapping[str, ArrayLike]) -> Array:
        """The entries of all arrays, as float64."""
        parts = [np.asarray(arrays[name]).ravel() for name in self.places]
        return np.concatenate(parts, dtype=np.float64, casting="same_kind")

    def unpack(self, vector: Array) -> dict[str, Array]:
        """The arrays by name; they are parts of the vector."""
        return {name: vector[place].reshape(shape) for name, place, shape in self._parts}

    def part(self, vector: Array, name: str) -> Array:
        """One of the arrays."""
        start, end, shape = self.places[name]
        return vector[start:end].reshape(shape)

    def alone(self, name: str, array: Array) -> Array:
        """A vector with one array, and zero elsewhere."""
        vector = np.zeros(self.size)
        start, end, _ = self.places[name]
        vector[start:end] = array.ravel()
        return vector

    def without(self, vector: Array, names: Iterable[str]) -> Array:
        """The vector with some of the arrays zero."""
        vector = vector.copy()
        for name in names:
            start, end, _ = self.places[name]
            vector[start:end] = 0
        return vector

    def largest(self, sizes: Array) -> dict[str, float]:
        """The largest entry in each array of those of a vector that has no negative ones; 0 in one
        without entries.
        """
        filled, starts = self._filled
        found = dict.fromkeys(self.places, 0.0)
        if filled:
            found.update(zip(filled, np.maximum.reduceat(sizes, starts).tolist(), strict=True))
        return found

    @cached_property
    def _filled(self) -> tuple[list[str], list[int]]:
        """The arrays that have entries, and where each starts."""
        filled = [name for name, (start, end, _) in self.places.items() if end > start]
        return filled, [self.places[name][0] for name in filled]


def units(largest: Mapping[str, float]) -> dict[str, float]:
    """The unit in which each input is moved: 1, or a power of two near its largest number where
    that is far from 1. What is zero throughout takes the unit of the largest input.
    """
    found = {name: _unit(size) for name, size in largest.items() if size}
    rest = max(found.values(), default=1.0)
    return {name: found.get(name, rest) for name in largest}


def _unit(size: float) -> float:
    return 1.0 if 1 / ORDINARY <= size <= ORDINARY else 2.0 ** math.floor(math.log2(size))
