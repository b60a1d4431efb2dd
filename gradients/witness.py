"""The derivative along a direction, by a complex step or by extrapolated central differences.

A complex step (Squire & Trapp 1998) has no truncation error and loses no digit, but only in code
that carries complex numbers; code that stores into real arrays or takes absolute values drops the
imaginary part. So it is believed only where plain central differences agree, and where it speaks
against the code under test by less than these can tell, the ladder of steps (Richardson 1911) has
the last word.

A direction is a vector of the entries of all inputs, zero for those that are not moved.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.exceptions import ComplexWarning

from .bounds import DOUBLE, SPREAD
from .finite_differences import FINE, LADDER, SAFETY, Array, Derivative, bent, extrapolate
from .named_arrays import (
    REFUSED,
    Function,
    Outputs,
    arrays_of,
    converted,
    outputs,
    sizes_of,
    weighted,
)
from .packed_arrays import all_double
from .point import Point
from .vector_layout import VectorLayout

TINY = 1e-30
"""The complex step: its square is nothing beside any number of ordinary size."""

SMALL = 2.0**-17
"""The step of the plain difference, near the cube root of the rounding unit."""

AGREEMENT = 1e-7
"""How well the plain difference must agree, as a part of the sum of the terms' sizes: its own
truncation error is far below.
"""

LEAST = float(np.finfo(np.float64).smallest_subnormal)
"""The distance of the smallest numbers, below which all is rounded to zero."""


@dataclass(frozen=True)
class Three:
    """A derivative from three central differences; ``error`` estimates its truncation error, with
    no safety, and ``kinked`` says that the slopes to both sides differ.
    """

    value: float
    error: float
    kinked: bool


class Witness:
    """The derivatives of the weighted sum of the results of a point's function, in float64.

    ``noise`` bounds the rounding error of the sum.
    """

    def __init__(self, point: Point, layout: VectorLayout, noise: float, start: Array) -> None:
        self.f: Function = point.f
        self.layout, self.noise, self.start = layout, noise, start
        # One for all steps: memory is dear to ask for.
        self.moved = np.empty_like(start)
        self.parts = layout.unpack(self.moved)
        self.cotangents: Outputs = tuple(c.astype(np.float64) for c in point.cotangents)
        self.point = point

    @cached_property
    def centre(self) -> float:
        """The weighted sum at the point itself."""
        return float(weighted(self.values, self.cotangents))

    @cached_property
    def values(self) -> Outputs:
        """The results at the point itself."""
        point = self.point
        if all_double(point.inputs.values()):
            return point.values
        return outputs(self.f, self.layout.unpack(self.start.copy()))

    def both(self, direction: Array, step: float) -> tuple[float, float]:
        """The weighted sums a step ahead and a step behind; not a number where the code refuses
        the moved inputs.
        """
        along = step * direction
        with np.errstate(all="ignore"):
            np.add(self.start, along, out=self.moved)
            ahead = self._sum()
            np.subtract(self.start, along, out=self.moved)
            return ahead, self._sum()

    def difference(self, direction: Array, step: float) -> float:
        """One central difference."""
        ahead, behind = self.both(direction, step)
        return (ahead - behind) / (2 * step)

    def plain(self, direction: Array, step: float, size: float) -> Derivative:
        """One central difference; ``size`` is the sum of the sizes of the derivative's terms."""
        value = self.difference(direction, step)
        return Derivative(value, AGREEMENT * size + SAFETY * self.noise / step)

    def three(self, direction: Array, step: float) -> Three:
        """The derivative from three steps, the smallest of them given."""
        rows, bends = [], []
        for h in (step, 2 * step, 4 * step):
            ahead, behind = self.both(direction, h)
            rows.append((ahead - behind) / (2 * h))
            bends.append(abs(ahead - 2 * self.centre + behind) / h)
        near, far = (4 * rows[0] - rows[1]) / 3, (4 * rows[1] - rows[2]) / 3
        value = (16 * near - far) / 15
        # Each order is better than the last by about the same factor, which these show.
        error, first = abs(value - near), abs(rows[0] - near)
        error *= min(1.0, 16 * error / first) if first else 1.0
        kinked = any(
            bent(bend, wider, self.noise / h)
            for bend, wider, h in zip(bends, bends[1:], (step, 2 * step), strict=False)
        )
        return Three(value, error, bool(kinked))

    def complex_step(self, direction: Array, kind: type[np.floating] = np.float64) -> float | None:
        """The derivative by one complex step, in numbers of that kind; nothing where the code drops
        the imaginary part, or computes in others.
        """
        moved = self.start.astype(np.clongdouble if kind is not np.float64 else np.complex128)
        moved.imag = TINY * direction
        inputs: dict[str, Array] = self.layout.unpack(moved)
        if not direction.all():
            inputs = self._real_where_still(inputs, direction, kind)
        with warnings.catch_warnings():
            warnings.simplefilter("error", ComplexWarning)
            try:
                values = outputs(self.f, inputs)
            except REFUSED:
                return None
        if not any(value.dtype.kind == "c" for value in values):
            return None
        finer = kind is not np.float64
        if finer and any(np.finfo(value.dtype).eps > np.finfo(kind).eps for value in values):
            return None
        value = float(np.imag(weighted(values, self.cotangents))) / TINY
        return value if np.isfinite(value) else None

    def ladder(self, direction: Array, plain: Derivative | None = None) -> Derivative:
        """The derivative by extrapolation. Where ``plain`` contradicts it, steps that large tell
        nothing of this point, and only the finer ones are used.
        """
        found = self._climbed(direction, LADDER)
        if plain is None or abs(plain.value - found.value) <= plain.bound + found.bound < np.inf:
            return found
        return self._climbed(direction, FINE)

    def invariant(self, name: str, direction: Array) -> bool:
        """Whether what ``f`` gives, where a cotangent looks, is the same up to rounding for other
        values of an input.

        The other inputs are made small for that, so that a saturated gate is not taken for one
        that the input does not reach; zeros stay zeros.
        """
        start = self.layout.unpack(self.start.copy())
        small = {n: x / np.max(np.abs(x), initial=1.0) for n, x in start.items()}
        seen = [place for place, cotangent in enumerate(self.cotangents) if np.any(cotangent)]
        results = []
        for size in (1.0, -1.0, 0.5):
            values = outputs(self.f, {**small, name: size * direction})
            results.append([values[place] for place in seen])
        return bool(seen) and all(
            np.all(np.abs(value - first) <= 64 * DOUBLE * np.max(np.abs(first), initial=0.0))
            for result in results[1:]
            for value, first in zip(result, results[0], strict=True)
        )

    def _climbed(self, direction: Array, steps: tuple[float, ...]) -> Derivative:
        sizes: dict[float, float] = {}

        def along(step: float) -> Array:
            np.add(self.start, step * direction, out=self.moved)
            values = self._values()
            if values is None:
                sizes[step] = np.nan
                return np.asarray(np.nan)
            sizes[step] = sizes_of(values, self.cotangents)
            return np.asarray(weighted(values, self.cotangents), np.float64)

        def noise(step: float) -> Array:
            """At moved inputs results may be far larger than here."""
            moved = np.nanmax([sizes[step], sizes[-step], 0.0])
            return np.asarray(max(self.noise, SPREAD * DOUBLE * moved) + self._count() * LEAST)

        centre = np.asarray(self.centre)
        value, bound = (float(x) for x in extrapolate(along, noise, centre, steps))
        return Derivative(value, bound)

    def _count(self) -> int:
        return sum(value.size for value in self.values)

    def _sum(self) -> float:
        """The weighted sum at the moved inputs."""
        values = self._values()
        return np.nan if values is None else float(weighted(values, self.cotangents))

    def _values(self) -> Outputs | None:
        """The results at the moved inputs; nothing where the code refuses them."""
        try:
            return arrays_of(self.f(**self.parts))
        except REFUSED:
            return None

    def _real_where_still(
        self, moved: dict[str, Array], direction: Array, kind: type[np.floating]
    ) -> dict[str, Array]:
        """Complex numbers for the inputs that are moved alone: the code may know no others."""
        still = converted(self.layout.unpack(self.start.copy()), kind)
        return {
            name: x if self.layout.part(direction, name).any() else still[name]
            for name, x in moved.items()
        }
