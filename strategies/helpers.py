"""Cases of the activations: one array of scores."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from ..cells.spec import Family
from .case import Case, frozen
from .readable_numbers import bytes_for, readable, spread

LARGEST = 5

REGIMES = ("plain", "plain", "large scores", "small numbers", "columns far apart")
_SCALES = {"large scores": (2, 1), "small numbers": (1, 10_000)}


def helper_cases(family: Family) -> st.SearchStrategy[Case]:
    """Cases of sigmoid and softmax: ``x (n, m)``, 1 to 5 each; scores stay below 500."""
    size = 3 + bytes_for(LARGEST * LARGEST)
    return st.binary(min_size=size, max_size=size).map(lambda data: _from_bytes(family, data))


def seeded_helper_case(family: Family) -> Case:
    """A case of different dimensions, whose columns have different sums."""
    x = np.random.default_rng(0).integers(-20, 21, size=(4, 3)) / 10
    return Case(family, {"n": 4, "m": 3}, {"x": frozen(x)}, {"x": ("n", "m")})


def _from_bytes(family: Family, data: bytes) -> Case:
    n, m = (1 + spread(byte, LARGEST) for byte in data[:2])
    regime = REGIMES[spread(data[2], len(REGIMES))]
    factor, divisor = _SCALES.get(regime, (1, 10))
    x = readable(data[3:], LARGEST * LARGEST).reshape(LARGEST, LARGEST)[:n, :m] * factor / divisor
    if regime == "columns far apart":
        x = x + 100 * np.arange(m)
    return Case(family, {"n": n, "m": m}, {"x": frozen(x)}, {"x": ("n", "m")}, regime)
