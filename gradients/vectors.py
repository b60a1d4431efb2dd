"""The numbers of a test point, each kind in one vector."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from .finite_differences import Array
from .packed_arrays import PackedArrays
from .point import Point
from .random_signs import random_signs
from .vector_layout import units


class Vectors:
    """The inputs of a point (``start``) and its gradients (``gradient``) as vectors.

    By input name: ``largest`` is the largest entry of its gradient, ``size`` its own, ``unit`` what
    it is moved by.
    """

    def __init__(self, point: Point) -> None:
        self.point = point
        self.inputs = PackedArrays.of(point.inputs)
        self.layout, self.start = self.inputs.layout, self.inputs.vector
        self.found = PackedArrays.of(point.found, self.layout)
        self.gradient, self.sizes = self.found.vector, self.found.sizes
        self.largest, self.size = self.found.largest, self.inputs.largest
        self.unit = units(self.size)
        self.is_double = point.is_double

    @cached_property
    def by_inputs(self) -> float:
        """The sum of the sizes of inputs times gradients."""
        return float(self.sizes @ self.inputs.sizes)

    @cached_property
    def squared_by_inputs(self) -> float:
        """The sum of the squares of inputs times gradients."""
        products = self.gradient * self.start
        return float(products @ products)

    def direction(self, random: np.random.Generator) -> Array:
        """A direction through all entries of all inputs."""
        drawn = random_signs((self.layout.size,), random)
        for name, unit in self.unit.items():
            if unit != 1:
                start, end, _ = self.layout.places[name]
                drawn[start:end] *= unit
        return drawn

    @cached_property
    def farthest(self) -> float:
        """The largest number among all inputs, in the units that they are moved by, or 1."""
        return max(map(self.relative, self.size))

    def relative(self, name: str) -> float:
        """The same of one input."""
        return max(1.0, self.size[name] / self.unit[name])
