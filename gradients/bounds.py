"""How far a correct backward function may lie from the derivative, on this input.

Roundings inside a function grow in a way that its inputs and outputs do not show: in 1 - s, with s
close to 1, all digits go. So the function is run in a coarser arithmetic too, on inputs that both
hold exactly: what then differs is its rounding error there, and in the finer arithmetic it is
smaller by the ratio of the units. Sources: Higham, Accuracy and Stability of Numerical Algorithms
(2nd ed. 2002), sections 1.6 (relative to what), 2.2 (the unit) and 3.1 (sums of products), and
section 26.1 on rerunning with changed roundings.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from .differences import Array
from .functions import Function, Inputs, Outputs, converted, gradients, outputs

ROUNDINGS = 64.0
"""Roundings of the size of a result that may add up in it."""

GROWTH = 16.0
"""How much larger than in the coarser run, in units, the rounding error may turn out to be."""

SPREAD = 0.25
"""Roundings of a sum's terms have signs of their own; the sum of their sizes is more than it."""

LOST = 0.1
"""Where the coarser run is wrong by this part, its error says nothing of the finer one's."""


def unit(*arrays: Any) -> float:
    """The rounding unit of the coarsest floating-point type among the arrays."""
    types = {np.asarray(array).dtype for array in arrays}
    return float(max(np.finfo(t).eps / 2 for t in types if np.issubdtype(t, np.floating)))


@dataclass(frozen=True)
class Rounding:
    """The rounding errors of a function and its backward function on one input.

    ``unit`` is that of the coarsest type in use, ``value`` bounds the error of the weighted sum of
    the results; ``gradients`` has, for each input, an array of its shape that bounds that of each
    entry.
    """

    unit: float
    value: float
    gradients: dict[str, Array]

    def along(self, name: str, direction: Array) -> float:
        """The bound for the gradient's product with a direction shaped like the input."""
        return float(np.sum(np.abs(direction) * self.gradients[name]))


def rounding(
    f: Function, vjp: Function, cotangents: Outputs, inputs: Inputs, found: Inputs, single: bool
) -> Rounding:
    """Bounds on the rounding errors of ``f`` and ``vjp``, whose gradients are ``found``."""
    values = outputs(f, converted(inputs, np.float64))
    of_double = unit(np.float64(), *values, _precision(f, inputs))
    u = max(of_double, unit(*inputs.values(), *found.values()))
    finer = converted(converted(inputs, np.float32), np.float64)
    coarser = converted(inputs, np.float32)
    change = u / unit(np.float32())
    of_value = SPREAD * of_double * _size(cotangents, inputs, values, found)
    differences: dict[str, Array] = {}
    try:
        apart = _apart(outputs(f, coarser), outputs(f, finer), cotangents)
        of_value += of_double / unit(np.float32()) * apart
        low = tuple(cotangent.astype(np.float32) for cotangent in cotangents)
        high = tuple(cotangent.astype(np.float64) for cotangent in low)
        first, second = gradients(vjp, low, coarser, single), gradients(vjp, high, finer, single)
        differences = {name: np.abs(second[name] - np.float64(first[name])) for name in inputs}
    except Exception:  # The code under test may refuse another type; then nothing is learned.
        of_value = of_value if np.isfinite(of_value) else 0.0
    if not any(np.any(d > 0) and np.all(np.isfinite(d)) for d in differences.values()):
        floor = ROUNDINGS * u * _unsaturated(cotangents, inputs)
        return Rounding(u, of_value, {n: np.full(x.shape, floor) for n, x in inputs.items()})
    bounds = {}
    for name, gradient in found.items():
        difference = np.nan_to_num(differences[name], nan=np.inf, posinf=np.inf)
        bound = ROUNDINGS * u * np.abs(gradient) + GROWTH * change * difference
        lost = np.sum(difference) > LOST * np.sum(np.abs(gradient))
        bounds[name] = bound + difference if lost else bound
    return Rounding(u, of_value, bounds)


def _precision(f: Function, inputs: Inputs) -> Any:
    """A number of the type that ``f`` computes in, whatever type it stores its results in.

    Told by results that all have a float32's digits, at inputs that have more.
    """
    double = converted(inputs, np.float64)
    values = outputs(f, {name: x + 1e-3 * np.cos(x + 1.0) for name, x in double.items()})
    with np.errstate(all="ignore"):
        short = all(np.array_equal(value, value.astype(np.float32)) for value in values)
    return np.float32() if short and any(np.any(value) for value in values) else np.float64()


def _size(cotangents: Outputs, inputs: Inputs, values: Outputs, found: Inputs) -> float:
    """What the weighted sum changes by, at most, where all inputs and results change by 1 part."""
    results = sum(np.sum(np.abs(v * c)) for v, c in zip(values, cotangents, strict=True))
    return float(results + sum(np.sum(np.abs(found[name] * inputs[name])) for name in inputs))


def _apart(one: Outputs, other: Outputs, cotangents: Outputs) -> float:
    parts = zip(one, other, cotangents, strict=True)
    apart = float(sum(np.sum(np.abs((np.float64(a) - b) * c)) for a, b, c in parts))
    return apart if np.isfinite(apart) else 0.0


def _unsaturated(cotangents: Outputs, inputs: Inputs) -> float:
    """The size that any product of factors can have before a saturated gate shrinks it."""
    largest = [float(np.max(np.abs(x), initial=1.0)) for x in (*inputs.values(), *cotangents)]
    return prod(largest)
