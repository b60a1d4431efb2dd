"""The derivative along a direction, by a complex step or by extrapolated central differences.

A complex step (Squire & Trapp 1998) has no truncation error and loses no digit, but only in code
that carries complex numbers; code that stores into real arrays or takes absolute values drops the
imaginary part. So it is believed only where a plain central difference agrees, and where it speaks
against the code under test, the ladder of steps (Richardson 1911) has the last word.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.exceptions import ComplexWarning

from .differences import SAFETY, Array, Derivative, extrapolate
from .functions import Function, Inputs, Outputs, converted, outputs, weighted

TINY = 1e-30
"""The complex step: its square is nothing beside any number of ordinary size."""

SMALL = 2.0**-17
"""The step of the plain difference, near the cube root of the rounding unit."""

AGREEMENT = 1e-4
"""How well the plain difference must agree: its own error is far below, a dropped part above."""


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

    def plain(self, name: str, direction: Array) -> float:
        """One central difference; good to five digits or so."""
        ahead, behind = (self._sum(name, step * direction) for step in (SMALL, -SMALL))
        return (ahead - behind) / (2 * SMALL)

    def believes(self, value: float, plain: float) -> bool:
        """Whether a derivative told otherwise agrees with the plain difference."""
        allowed = AGREEMENT * abs(plain) + SAFETY * self.noise / SMALL
        return bool(abs(value - plain) <= allowed)

    def complex_step(self, name: str, direction: Array) -> float | None:
        """The derivative by one complex step; nothing where the code drops the imaginary part."""
        moved = {**self.inputs, name: self.inputs[name] + 1j * TINY * direction}
        with warnings.catch_warnings():
            warnings.simplefilter("error", ComplexWarning)
            try:
                values = outputs(self.f, moved)
            except Exception:  # Whatever the code has against complex numbers.
                return None
        if not any(np.iscomplexobj(value) for value in values):
            return None
        value = float(np.imag(weighted(values, self.cotangents))) / TINY
        return value if np.isfinite(value) else None

    def ladder(self, name: str, direction: Array, plain: float | None = None) -> Derivative:
        """The derivative by extrapolation; the bound is infinite where ``plain`` contradicts it."""

        def along(step: float) -> Array:
            return np.asarray(self._sum(name, step * direction))

        noise, centre = np.asarray(self.noise), np.asarray(self.centre)
        value, bound = (float(x) for x in extrapolate(along, noise, centre=centre))
        if plain is not None and not self.believes(value, plain):
            bound = np.inf
        return Derivative(value, bound)

    def ignores(self, name: str, direction: Array) -> bool:
        """Whether ``f`` gives the same for quite other values of an input.

        The other inputs are made small for that, so that a saturated gate is not taken for one
        that the input does not reach; zeros stay zeros.
        """
        small = {n: x / np.max(np.abs(x), initial=1.0) for n, x in self.inputs.items()}
        moved = [{**small, name: size * direction} for size in (1.0, -1.0, 0.5)]
        first, *others = (weighted(outputs(self.f, m), self.cotangents) for m in moved)
        return all(other == first for other in others)

    def entries(self, name: str) -> tuple[Array, Array]:
        """The derivative by each entry of an input and its bound, both shaped like the input."""
        shape = self.inputs[name].shape
        values, bounds = np.zeros(shape), np.zeros(shape)
        for index in np.ndindex(shape):
            there = np.zeros(shape)
            there[index] = 1.0
            found = self.ladder(name, there)
            values[index], bounds[index] = found.value, found.bound
        return values, bounds

    def _sum(self, name: str, by: Array) -> float:
        moved = {**self.inputs, name: self.inputs[name] + by}
        return float(weighted(outputs(self.f, moved), self.cotangents))


def witness(f: Function, inputs: Inputs, cotangents: Outputs, noise: float) -> Witness:
    """A witness for ``f`` at ``inputs``, which may be of any floating-point type."""
    doubled = converted(inputs, np.float64)
    centre = float(weighted(outputs(f, doubled), cotangents))
    return Witness(f, doubled, cotangents, centre, noise)
