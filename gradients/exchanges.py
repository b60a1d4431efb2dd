"""What a wrong gradient says about the mistake beside others: exchanged, copied, overwritten."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .comparison import Comparison
from .finite_differences import Array
from .ratios import CLEAR, MeasuredEntries


def of_other(comparison: Comparison, name: str, looked: MeasuredEntries) -> str:
    """Whether it is another input's gradient: given twice, or given in its place."""
    found = comparison.point.found
    own = found[name]
    size = float(np.max(np.abs(own), initial=0.0))
    if own.size < 2 or size == 0:
        return ""
    alike = [n for n, g in found.items() if n != name and g.shape == own.shape]
    for other in alike:
        if np.array_equal(found[other], own):
            if comparison.decided[other].verdict == "held":
                return f"the gradient given for {name} is that of {other}"
            return f"the gradient given for {name} equals that given for {other}"
    for other in alike:
        if comparison.decided[other].verdict != "failed":
            continue
        # One entry tells most others apart.
        if _equals(comparison, other, looked, 1, size) and _equals(
            comparison, other, looked, len(looked.places), size
        ):
            return f"the gradient given for {name} is that of {other}"
    return ""


def _equals(
    comparison: Comparison, other: str, looked: MeasuredEntries, count: int, size: float
) -> bool:
    """Whether the first entries that were looked at are what another input's should be."""
    numeric, _ = comparison.quickly_at(other, looked.places[:count])
    return bool(np.max(np.abs(looked.analytic[:count] - numeric)) <= CLEAR * size)


def of_indices(
    wrong: MeasuredEntries, shape: tuple[int, ...], constants: Mapping[str, Array]
) -> str:
    """Whether wrong are those rows alone that an index input names more than once."""
    if not len(wrong.places) or not shape:
        return ""
    places = np.unravel_index(wrong.places, shape)
    for name, indices in constants.items():
        if indices.dtype.kind not in "iu":
            continue
        for axis, size in enumerate(shape):
            if indices.size == 0 or indices.max() >= size or indices.min() < -size:
                continue
            times = np.bincount(np.ravel(indices) % size, minlength=size)
            rows = np.unique(places[axis])
            if np.all(times[rows] > 1) and (np.any(times == 1) or len(rows) < size):
                return (
                    f"only what {name} names more than once is wrong: repeated indices are "
                    f"overwritten, not added (numpy.add.at adds)"
                )
    return ""
