"""The derivative along a direction, by a complex step or by extrapolated central differences.

A complex step (Squire & Trapp 1998) has no truncation error and loses no digit, but only in code
that carries complex numbers; code that stores into real arrays or takes absolute values drops the
imaginary part. So it is believed only where plain central differences agree, and where it speaks
against the code under test by less than these can tell, the ladder of steps (Richardson 1911) has
the last word.

A direction is a dict of arrays, each shaped like the input of its name: all inputs that it names
are moved together.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.exceptions import ComplexWarning

from .differences import SAFETY, Array, Derivative, extrapolate
from .functions import Function, Inputs, Outputs, converted, outputs, weighted
from .point import Point

TINY = 1e-30
"""The complex step: its square is nothing beside any number of ordinary size."""

SMALL = 2.0**-17
"""The step of the plain difference, near the cube root of the rounding unit."""

AGREEMENT = 1e-7
"""How well the plain difference must agree, as a part of the sum of the terms' sizes: its own
truncation error is far below.
"""

Direction = Mapping[str, Array]


@dataclass(frozen=True)
class Witness:
    """The derivatives of the weighted sum of the results of ``f`` at ``inputs``, in float64.

    ``noise`` bounds the rounding error of the sum.
    """

    f: Function
    inputs: Inputs
    cotangents: Outputs
    centre: float
    noise: float

    def plain(self, direction: Direction, size: float) -> Derivative:
        """One central difference; ``size`` is the sum of the sizes of the derivative's terms."""
        largest = max(float(np.abs(self.inputs[name]).max(initial=1.0)) for name in direction)
        step = SMALL / largest
        value = (self._sum(direction, step) - self._sum(direction, -step)) / (2 * step)
        return Derivative(value, AGREEMENT * size + SAFETY * self.noise / step)

    def complex_step(self, direction: Direction, kind: Any = np.float64) -> float | None:
        """The derivative by one complex step, in numbers of that kind; nothing where the code drops
        the imaginary part, or computes in others.
        """
        inputs = converted(self.inputs, kind)
        moved = {name: inputs[name] + 1j * TINY * by for name, by in direction.items()}
        with warnings.catch_warnings():
            warnings.simplefilter("error", ComplexWarning)
            try:
                values = outputs(self.f, {**inputs, **moved})
            except Exception:  # Whatever the code has against complex numbers.
                return None
        if not any(value.dtype.kind == "c" for value in values):
            return None
        finer = kind is not np.float64
        if finer and any(np.finfo(value.dtype).eps > np.finfo(kind).eps for value in values):
            return None
        value = float(np.imag(weighted(values, self.cotangents))) / TINY
        return value if np.isfinite(value) else None

    def ladder(self, direction: Direction, plain: Derivative | None = None) -> Derivative:
        """The derivative by extrapolation; the bound is infinite where ``plain`` contradicts it."""

        def along(step: float) -> Array:
            return np.asarray(self._sum(direction, step))

        noise, centre = np.asarray(self.noise), np.asarray(self.centre)
        value, bound = (float(x) for x in extrapolate(along, noise, centre=centre))
        if plain is not None and not abs(plain.value - value) <= plain.bound + bound:
            bound = np.inf
        return Derivative(value, bound)

    def ignores(self, name: str, direction: Array) -> bool:
        """Whether what ``f`` gives, where a cotangent looks, is the same for other values of
        an input.

        The other inputs are made small for that, so that a saturated gate is not taken for one
        that the input does not reach; zeros stay zeros.
        """
        small = {n: x / np.max(np.abs(x), initial=1.0) for n, x in self.inputs.items()}
        moved = [{**small, name: size * direction} for size in (1.0, -1.0, 0.5)]
        seen = [place for place, cotangent in enumerate(self.cotangents) if np.any(cotangent)]
        results = [[outputs(self.f, m)[place].tobytes() for place in seen] for m in moved]
        return bool(seen) and all(result == results[0] for result in results)

    def entries(self, name: str) -> tuple[Array, Array]:
        """The derivative by each entry of an input and its bound, both shaped like the input."""
        found = [self.ladder({name: there}) for there in self._units(name)]
        shape = self.inputs[name].shape
        values = np.array([derivative.value for derivative in found]).reshape(shape)
        return values, np.array([derivative.bound for derivative in found]).reshape(shape)

    def complex_entries(self, name: str, kind: Any) -> Array:
        """The same by complex steps, for code that carries complex numbers of that kind."""
        found = [self.complex_step({name: there}, kind) for there in self._units(name)]
        return np.array(found, np.float64).reshape(self.inputs[name].shape)

    def _units(self, name: str) -> Iterator[Array]:
        shape = self.inputs[name].shape
        for index in np.ndindex(shape):
            there = np.zeros(shape)
            there[index] = 1.0
            yield there

    def _sum(self, direction: Direction, step: float) -> float:
        moved = {name: self.inputs[name] + step * by for name, by in direction.items()}
        return float(weighted(outputs(self.f, {**self.inputs, **moved}), self.cotangents))


def witness(point: Point, noise: float) -> Witness:
    """A witness for a point, whose inputs may be of any floating-point type."""
    doubled = converted(point.inputs, np.float64)
    weights = tuple(cotangent.astype(np.float64) for cotangent in point.cotangents)
    same = all(x.dtype == np.float64 for x in point.inputs.values())
    values = point.values if same else outputs(point.f, doubled)
    return Witness(point.f, doubled, weights, float(weighted(values, weights)), noise)
