"""Where a wrong gradient is wrong: the entry, the result and the time step behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

from .comparison import Comparison
from .exchanges import of_indices, of_other
from .finite_differences import Array
from .groups import wrong_entries
from .named_arrays import Outputs
from .random_signs import random_signs
from .ratios import MeasuredEntries, read
from .report import WrongGradient

Alone = Literal["right", "wrong", "zero", "undecided"]

FEW = 192
"""Up to so many entries, each is looked at; with a reference, or a complex step, up to more."""

SEVERAL = 1024

SAMPLE = 8
"""How many entries of a larger gradient are looked at besides the wrong ones that are found."""


def fault(
    comparison: Comparison,
    name: str,
    time_axis: int | None = None,
    axes: Mapping[str, int] | None = None,
    constants: Mapping[str, Array] | None = None,
) -> WrongGradient:
    """The gradient by one input, entry by entry where there are few, and for parts of the
    cotangent alone.

    ``axes`` are the sizes of the axes by name, where they have names; ``constants`` are inputs
    without a derivative.
    """
    point = comparison.point
    looked, at_least = _looked(comparison, name)
    analytic = looked.analytic
    with np.errstate(all="ignore"):
        excess = np.nan_to_num(np.abs(analytic - looked.numeric) / looked.bound, posinf=1e300)
    worst = int(np.argmax(excess))
    index = np.unravel_index(int(looked.places[worst]), point.inputs[name].shape)
    sizes = {n for array in (*point.inputs.values(), *point.cotangents) for n in array.shape}
    axes = axes or {f"{n} (the size of an axis)": n for n in sizes}
    wrong = looked.chosen(excess > 1)
    reading = (
        of_other(comparison, name, looked)
        or of_indices(wrong, point.inputs[name].shape, constants or {})
        or read(looked.chosen(np.isfinite(looked.bound)), point.found[name], axes)
    )
    return WrongGradient(
        name,
        tuple(int(i) for i in index),
        float(looked.numeric[worst]),
        float(analytic[worst]),
        float(excess[worst]),
        int(np.sum(excess > 1)),
        point.inputs[name].size,
        reading,
        _results(comparison, name) if len(point.cotangents) > 1 else (),
        None if time_axis is None else _step(comparison, name, time_axis),
        at_least,
    )


def _looked(comparison: Comparison, name: str) -> tuple[MeasuredEntries, bool]:
    """The entries that are looked at, and whether more may be wrong than are."""
    gradient = comparison.point.found[name].astype(np.float64)
    size = gradient.size
    trusted = comparison.decided[name].witness == "the reference"
    places, more = np.arange(size), False
    if not trusted and size > _few(comparison, name):
        random = np.random.default_rng(0)
        start, end, shape = comparison.layout.places[name]
        by = comparison.layout.alone(name, comparison.unit[name] * random_signs(shape, random))
        found = wrong_entries(
            lambda direction: comparison.disagreement(name, direction), by, start, end
        )
        sample = random.choice(size, SAMPLE, replace=False)
        places = np.unique(np.concatenate([found.places - start, sample]))
        more = found.more
    return _measured(comparison, name, places), more


def _measured(comparison: Comparison, name: str, places: Array) -> MeasuredEntries:
    """Some entries, with few steps where these show a wrong one; the worst is measured anew."""
    gradient = comparison.point.found[name].astype(np.float64)
    analytic, whole = gradient.ravel()[places], len(places) == gradient.size
    how = comparison.witnessed(name)
    if how == "central differences" or (how == "a complex step" and not whole):
        numeric, bound = comparison.quickly_at(name, places)
        apart = np.abs(numeric - analytic)
        if not whole or np.any(apart > bound):
            with np.errstate(all="ignore"):
                worst = int(np.argmax(np.nan_to_num(apart / bound)))
            anew = comparison.entries_at(name, places[worst : worst + 1])
            better, least = (float(np.ravel(part)[0]) for part in anew)
            if least < bound[worst]:
                numeric[worst], bound[worst] = better, least
            return MeasuredEntries(places, analytic, numeric, bound)
    numeric, bound = comparison.entries_at(name, places)
    return MeasuredEntries(places, analytic, np.ravel(numeric), np.ravel(bound))


def _few(comparison: Comparison, name: str) -> int:
    return SEVERAL if comparison.decided[name].witness == "a complex step" else FEW


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
