"""Central differences, extrapolated, with a bound on their error.

Sources: Richardson (1911) on the deferred approach to the limit; Higham, Accuracy and Stability
of Numerical Algorithms (2nd ed. 2002), sections 1.14 and 27; Press et al., Numerical Recipes
(3rd ed. 2007), section 5.7.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

SAFETY = 20.0
"""How much larger than its estimate the error of an extrapolated difference is allowed to be."""

LADDER = tuple(4.0**-level for level in range(1, 13))
"""Steps from where an activation bends down to where rounding takes every digit."""

FINE = tuple(4.0**-level for level in range(9, 22))
"""Steps for a function that is smooth only close by: near a pole, or with many bends."""

ENOUGH = 1e-12
"""A bound below this part of the value needs no further step."""


@dataclass(frozen=True)
class Derivative:
    """A numerical derivative and a bound on its error."""

    value: float
    bound: float


def bent(bend: Array | float, wider: Array | float, noise: Array | float) -> Array | np.bool | bool:
    """Whether slopes to both sides differ at a kink: by as much at a smaller step as at a wider.

    In a smooth function the bend, a second difference over its step, falls with the step.
    ``noise`` is the rounding error over the smaller step.
    """
    return bend > 0.75 * wider + 8 * noise


def extrapolate(
    f: Callable[[float], Array],
    noise: Callable[[float], Array],
    centre: Array,
    steps: tuple[float, ...] = LADDER,
) -> tuple[Array, Array]:
    """The derivative at 0 of ``f``, which gives an array, and a bound on the error of each entry.

    ``noise`` bounds the rounding error of the values of ``f`` at a step, once ``f`` was called
    there. The truncation error is estimated from neighbours in Richardson's table, the rounding
    error from ``noise`` over the step; the entry with the least sum is taken. ``centre`` is the
    value at 0: by it a step across a kink is seen, and left out. The ladder ends where no later
    step can do better. The bound is infinite where ``f`` is not finite or has a kink at 0.
    """
    best = np.full(centre.shape, np.nan)
    bound = np.full(centre.shape, np.inf)
    above: list[Array] = []
    used: list[float] = []
    bend = np.full(centre.shape, np.inf)
    for step in steps:
        with np.errstate(all="ignore"):
            ahead, behind = f(step), f(-step)
            rounded = noise(step) / step
            row = [(ahead - behind) / (2 * step)]
            before, bend = bend, np.abs(ahead - 2 * centre + behind) / step
            row = [np.where(bent(bend, before, rounded), np.nan, row[0])]
            for order, coarser in enumerate(above, start=1):
                weight = (used[-order] / step) ** 2
                row.append((weight * row[-1] - coarser) / (weight - 1))
                truncation = np.maximum(np.abs(row[-1] - row[-2]), np.abs(row[-1] - coarser))
                error = SAFETY * (truncation + rounded)
                better = error < bound
                best, bound = np.where(better, row[-1], best), np.where(better, error, bound)
        above = row
        used.append(step)
        if np.all((bound <= ENOUGH * np.abs(best)) | (bound <= SAFETY * 4 * rounded)):
            break
    return best, bound
