"""What a central difference is worth at each step, entry by entry: for looking at, not for judging.

The error of a central difference has two parts. Truncation falls with the square of the step,
rounding rises as the step gets smaller, so the error drawn against the step is a V whose lowest
point, the floor, no choice of step gets below (Higham, Accuracy and Stability of Numerical
Algorithms, 2nd ed. 2002, section 1.14; Press et al., Numerical Recipes, 3rd ed. 2007, section 5.7).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .finite_differences import Array, extrapolate

STEPS = tuple(10.0 ** (-half / 2) for half in range(27))
"""Two in a decade, from a step that truncates to one that rounds everything away."""


@dataclass(frozen=True)
class StepErrors:
    """The error of a plain central difference at each step, largest step first."""

    steps: Array
    errors: Array

    @property
    def floor(self) -> tuple[float, float]:
        """The best step and the error there; not a number where no step gives a finite one."""
        if not np.any(np.isfinite(self.errors)):
            return np.nan, np.nan
        best = int(np.nanargmin(self.errors))
        return float(self.steps[best]), float(self.errors[best])


def derivative_by_entry(f: Callable[[Array], float], x: Array, noise: float) -> tuple[Array, Array]:
    """The derivative of ``f`` by each entry of ``x``, and a bound on the error of each.

    ``f`` gives one number for an array shaped like ``x``, and ``noise`` bounds its rounding error.
    The bound is infinite where ``f`` has a kink or is not finite. The cost is some ten to twenty
    calls of ``f`` for each entry.
    """
    values, bounds = np.full(x.shape, np.nan), np.full(x.shape, np.inf)
    centre = np.asarray(f(x))
    for index in np.ndindex(x.shape):
        along = _along(f, x, index)
        value, bound = extrapolate(along, lambda step: np.asarray(noise), centre=centre)
        values[index], bounds[index] = float(value), float(bound)
    return values, bounds


def error_by_step(f: Callable[[Array], float], x: Array, exact: Array) -> StepErrors:
    """How far plain central differences of ``f`` at ``x`` lie from ``exact``, for each step.

    ``exact`` is shaped like ``x``; the error at a step is the largest of all entries whose exact
    value is a number.
    """
    known = [index for index in np.ndindex(x.shape) if np.isfinite(exact[index])]
    errors = np.full(len(STEPS), np.nan)
    for place, step in enumerate(STEPS):
        with np.errstate(all="ignore"):
            apart = [abs(_plain(f, x, index, step) - exact[index]) for index in known]
        errors[place] = max(apart, default=np.nan)
    return StepErrors(np.array(STEPS), errors)


def _plain(f: Callable[[Array], float], x: Array, index: tuple[int, ...], step: float) -> float:
    along = _along(f, x, index)
    return float(along(step) - along(-step)) / (2 * step)


def _along(
    f: Callable[[Array], float], x: Array, index: tuple[int, ...]
) -> Callable[[float], Array]:
    def moved(step: float) -> Array:
        there = np.array(x, np.float64)
        there[index] += step
        return np.asarray(f(there))

    return moved
