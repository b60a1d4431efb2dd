"""How far two correct computations of the same thing may lie apart.

A fixed tolerance either cries wolf where a case is badly conditioned or misses small faults where
it is not. Here the bound is measured for each case: the reference is run again with every input
changed by a little, which shows how much a rounding error made anywhere early can grow, and a
floor accounts for errors that gates make when they are saturated (1 - s cancels there).
Source of the idea: Higham, Accuracy and Stability of Numerical Algorithms (2nd ed. 2002), ch. 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from ..cells.spec import RecurrentFamily
from ..strategies.case import Array, Case, Tensor

NOISE = 2.0**-30
"""Size of the change, far above rounding and far below curvature."""

MARGIN = 1000.0
"""Roundings that may add up, and the chance that a random change is a lucky one."""

REPEATS = 2


def sensitivity(evaluate: Callable[[Case], Mapping[str, Array]], case: Case) -> dict[str, float]:
    """For each result, its error for one rounding unit: a correct one may differ by the product.

    ``evaluate`` gives the reference's results for a case.
    """
    random = np.random.default_rng(0)
    exact = evaluate(case)
    floor = _floor(case)
    sizes = {name: largest(value) + floor for name, value in exact.items()}
    for _ in range(REPEATS):
        noisy = evaluate(_with_noise(case, random))
        for name, value in exact.items():
            sizes[name] = max(sizes[name], largest(noisy[name] - value) / NOISE)
    return {name: MARGIN * size for name, size in sizes.items()}


def _with_noise(case: Case, random: np.random.Generator) -> Case:
    unit = 1.0 if isinstance(case.family, RecurrentFamily) else 0.0

    def noisy(value: Tensor) -> Tensor:
        if isinstance(value, Mapping):
            return MappingProxyType({name: noisy(entry) for name, entry in value.items()})
        if not isinstance(value, np.ndarray):
            return value
        signs = random.choice((-1.0, 1.0), size=value.shape)
        return value + NOISE * signs * (np.abs(value) + unit)

    return case.having(**{name: noisy(value) for name, value in case.tensors.items()})


def _floor(case: Case) -> float:
    """The size that any product of a cell's factors can have before a saturated gate shrinks it.

    An activation has a floor of 1; what Adam computes scales with its inputs and has none.
    """
    if not isinstance(case.family, RecurrentFamily):
        return 1.0 if case.family.name == "helpers" else 0.0
    factors: list[Any] = [
        largest(value) for name, value in case.tensors.items() if name != "parameters"
    ]
    factors.append(max(largest(value) for value in case["parameters"].values()))
    return float(np.prod(np.maximum(factors, 1.0)))


def largest(value: Array) -> float:
    """The largest absolute value of an entry."""
    # Not np.max, which spends more time on its arguments than on a small array.
    return float(np.maximum.reduce(np.abs(value), axis=None, initial=0.0))
