"""The numbers of a test point, each kind in one vector."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from .finite_differences import Array
from .named_arrays import random_signs
from .packed_arrays import PackedArrays
from .point import Point
from .vector_layout import units


class Vectors:
    """The inputs of a point (``start``) and its gradients (``gradient``) as vectors.

    By input name: ``largest`` is the largest entry of its gradient, ``size`` its own, ``unit`` what
    it is moved by.
    """

    def __init__(self, point: Point) -> None:
        self.point = point
        inputs = PackedArrays.of(point.inputs)
        self.layout, self.start = inputs.layout, inputs.vector
        found = point.found
        self.gradient = found.vector if isinstance(found, PackedArrays) else self.layout.pack(found)
        self.largest = self.layout.largest(self.gradient)
        self.size = self.layout.largest(self.start)
        self.unit = units(self.size)
        self.is_double = point.is_double

    @cached_property
    def by_inputs(self) -> float:
        """The sum of the sizes of inputs times gradients."""
        products = self.gradient * self.start
        return float(np.add.reduce(np.abs(products, out=products)))

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

    def relative(self, *names: str) -> float:
        """The largest number among some inputs, or all, in the units that they are moved by."""
        chosen = names or self.size
        return max(1.0, *(self.size[name] / self.unit[name] for name in chosen))
