"""Where a wrong gradient is wrong: the entry, the result and the time step behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

from .comparison import Comparison
from .functions import Outputs
from .reading import read
from .report import Fault

Alone = Literal["right", "wrong", "zero", "undecided"]


def fault(
    comparison: Comparison,
    name: str,
    time_axis: int | None = None,
    axes: Mapping[str, int] | None = None,
) -> Fault:
    """The gradient by one input, entry by entry, and for parts of the cotangent alone.

    ``axes`` are the sizes of the axes by name, where they have names.
    """
    point = comparison.point
    analytic = point.found[name].astype(np.float64)
    numeric, bound = comparison.entries(name)
    with np.errstate(all="ignore"):
        excess = np.nan_to_num(np.abs(analytic - numeric) / bound, posinf=1e300)
    index = np.unravel_index(int(np.argmax(excess)), excess.shape)
    sizes = {n for array in (*point.inputs.values(), *point.cotangents) for n in array.shape}
    return Fault(
        name,
        tuple(int(i) for i in index),
        float(numeric[index]),
        float(analytic[index]),
        float(excess[index]),
        int(np.sum(excess > 1)),
        excess.size,
        read(analytic, numeric, axes or {f"{n} (the size of an axis)": n for n in sizes}),
        _results(comparison, name) if len(point.cotangents) > 1 else (),
        None if time_axis is None else _step(comparison, name, time_axis),
    )


def _results(comparison: Comparison, name: str) -> tuple[Alone, ...]:
    """What the gradient is with a cotangent on each of several results alone."""
    cotangents = comparison.point.cotangents
    parts = (
        tuple(c if place == kept else np.zeros_like(c) for place, c in enumerate(cotangents))
        for kept in range(len(cotangents))
    )
    return tuple(_alone(comparison, name, part) for part in parts)


def _step(comparison: Comparison, name: str, axis: int) -> int | None:
    """The first time step at which a cotangent alone gives a wrong gradient."""
    cotangents = comparison.point.cotangents
    for step in range(cotangents[0].shape[axis]):
        part = tuple(np.zeros_like(c) for c in cotangents)
        for zero, cotangent in zip(part, cotangents, strict=True):
            np.moveaxis(zero, axis, 0)[step] = np.moveaxis(cotangent, axis, 0)[step]
        if _alone(comparison, name, part) in ("wrong", "zero"):
            return step
    return None


def _alone(comparison: Comparison, name: str, cotangents: Outputs) -> Alone:
    point = comparison.point.with_cotangents(cotangents)
    part = Comparison(point, comparison.reference)
    verdict = part.verdict(name, np.random.default_rng(0)).verdict
    if verdict == "failed":
        return "wrong" if np.any(point.found[name]) else "zero"
    return "right" if verdict == "held" else "undecided"
