"""The numbers of a test point, each kind in one vector."""

from __future__ import annotations

import numpy as np

from .finite_differences import Array
from .named_arrays import random_signs
from .point import Point
from .vector_layout import VectorLayout, units


class Vectors:
    """The inputs of a point (``start``) and its gradients (``gradient``) as vectors.

    By input name: ``largest`` is the largest entry of its gradient, ``size`` its own, ``unit`` what
    it is moved by. ``by_inputs`` is the sum of the sizes of inputs times gradients, and
    ``squared_by_inputs`` that of their squares.
    """

    def __init__(self, point: Point) -> None:
        self.point = point
        self.layout = VectorLayout(point.inputs)
        self.gradient = self.layout.pack(point.found)
        self.largest = self.layout.largest(self.gradient)
        self.start = self.layout.pack(point.inputs)
        self.size = self.layout.largest(self.start)
        self.unit = units(self.size)
        self.is_double = point.is_double
        products = self.gradient * self.start
        self.squared_by_inputs = float(products @ products)
        self.by_inputs = float(np.abs(products, out=products).sum())

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
