"""What stands in the way of a verdict, or limits it, in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .bounds import DOUBLE, SINGLE
from .comparison import Comparison
from .finite_differences import Array
from .named_arrays import REFUSED, Inputs, outputs
from .report import Direction

LEAST, MOST = 1e-290, 1e300
"""Numbers beyond these have lost digits, or have products that are zero or infinite."""

PLACES = ((1.0, 0.0), (1.25, 1 / 12), (0.7, -0.1), (-1.0, -2 / 3), (1e-6, 0.0))
"""How an input is scaled and shifted to see whether a function has steps: not one that is saturated
here, or whose kink lies elsewhere.
"""

NEAR = 1 + 2.0**-30
"""By how much less an input is moved to see whether the function is constant."""

VANISHING = 2.0**-40
"""A gradient below this part of what the function gives is zero up to rounding."""


def with_note(comparison: Comparison, name: str, found: Direction) -> Direction:
    """The direction with a note where it has none and something is to be said."""
    if found.verdict == "held" and is_clear(comparison):
        return found
    if found.note or not comparison.point.inputs[name].size:
        return found
    note = _stepwise(comparison, name, found) or _single(comparison)
    if not note and found.verdict == "undecided":
        note = _out_of_range(comparison, name) or _vanishing(comparison, name)
        note = note or _loose(comparison, name, found)
    return replace(found, note=note)


def is_clear(comparison: Comparison) -> bool:
    """Whether a verdict rests on float64 throughout, so that nothing limits one that holds."""
    coarse = "rounding" in vars(comparison) and comparison.rounding.unit > DOUBLE
    return comparison.is_double and not coarse


def _single(comparison: Comparison) -> str:
    if not comparison.is_double or comparison.rounding.unit < SINGLE:
        return ""
    return "computed in float32 inside: an error below one part in a thousand is not seen"


def _stepwise(comparison: Comparison, name: str, found: Direction) -> str:
    """On a function that is constant wherever it is not broken, along one input: its derivative is
    zero wherever it has one.
    """
    if not (found.numeric == 0 or np.isnan(found.numeric)):
        return ""
    start = comparison.layout.unpack(comparison.start.copy())
    x, seen = start[name], []
    for scale, shift in PLACES:
        there = scale * x + shift * comparison.unit[name]
        values, near = (_values(comparison, start | {name: y}) for y in (there, there * NEAR))
        if values is None or near is None:
            continue
        if not np.array_equal(values, near):
            return ""
        seen.append(values)
    if all(np.array_equal(values, seen[0]) for values in seen):
        return ""
    if all(np.array_equal(values, np.rint(values)) for values in seen):
        return "a function that gives whole numbers: its derivative is zero, or there is none"
    return f"a function with steps along {name}: its derivative is zero, or there is none"


def _values(comparison: Comparison, inputs: Inputs) -> Array | None:
    """All results at other inputs; nothing where there are none."""
    try:
        values = np.concatenate([np.ravel(v) for v in outputs(comparison.point.f, inputs)])
    except REFUSED:
        return None
    return values if np.isfinite(values).all() else None


def _vanishing(comparison: Comparison, name: str) -> str:
    pairs = zip(comparison.point.values, comparison.point.cotangents, strict=True)
    size = sum(float(np.sum(np.abs(value * cotangent))) for value, cotangent in pairs)
    if comparison.largest[name] * comparison.unit[name] > VANISHING * size:
        return ""
    exactly = "" if comparison.largest[name] == 0 else " up to rounding"
    return f"the gradient is zero{exactly} here, so that no error in it can be seen"


def _out_of_range(comparison: Comparison, name: str) -> str:
    size = comparison.largest[name] * comparison.unit[name]
    values = max(float(np.max(np.abs(v), initial=0.0)) for v in comparison.point.values)
    lost = comparison.unit[name] < 1 and min(size, values) < LEAST
    if not lost and max(size, values) < MOST:
        return ""
    return "products of such inputs are at the end of the range of float64; give others"


def _loose(comparison: Comparison, name: str, found: Direction) -> str:
    by = np.full(comparison.point.inputs[name].shape, comparison.unit[name])
    rounded = comparison.rounding.along(name, by)
    total = comparison.largest[name] * comparison.unit[name]
    if not found.bound < np.inf:
        return "no step gives a numerical derivative: a kink, a jump or a pole is close by"
    if 2 * rounded > found.shown:
        return (
            f"badly conditioned here: the rounding errors of the backward function alone may be "
            f"{rounded / total:.1g} of the gradient"
        )
    return (
        f"the numerical derivative is good only to {found.bound / total:.1g} of the gradient: the "
        f"function is badly conditioned or bends too much here"
    )
