"""Central differences, extrapolated, with a bound on their error.

Sources: Richardson (1911) on the deferred approach to the limit; Higham, Accuracy and Stability
of Numerical Algorithms (2nd ed. 2002), sections 1.14 and 27; Press et al., Numerical Recipes
(3rd ed. 2007), section 5.7.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

STEPS = 7
LARGEST_STEP = 2.0**-4
"""Steps are powers of two, so that adding one to a number of ordinary size rounds little."""

SAFETY = 20.0
"""How much larger than its estimate the error of an extrapolated difference is allowed to be."""


@dataclass(frozen=True)
class Derivative:
    """A numerical derivative and a bound on its error."""

    value: float
    bound: float


def derivative(f: Callable[[float], float], noise: float) -> Derivative:
    """The derivative of ``f`` at 0, from central differences at 7 halved steps, extrapolated.

    ``noise`` bounds the rounding error of one value of ``f``. The truncation error is estimated
    from neighbours in Richardson's table, the rounding error from ``noise`` over the step; the
    entry with the least sum is taken. Not a number where ``f`` is not finite.
    """
    best = Derivative(np.nan, np.inf)
    above: list[float] = []
    for level in range(STEPS):
        step = LARGEST_STEP / 2**level
        row = [(f(step) - f(-step)) / (2 * step)]
        for order, coarser in enumerate(above, start=1):
            weight = 4.0**order
            row.append((weight * row[-1] - coarser) / (weight - 1))
            truncation = max(abs(row[-1] - row[-2]), abs(row[-1] - coarser))
            bound = SAFETY * (truncation + noise / step)
            if bound < best.bound:
                best = Derivative(row[-1], bound)
        above = row
    return best
