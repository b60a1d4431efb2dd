"""What the ratio of a wrong gradient to the right one says about the mistake."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .differences import Array

CLEAR = 1e-5
"""How exactly a ratio must be met to be read as one."""


def read(analytic: Array, numeric: Array, axes: Mapping[str, int]) -> str:
    """A few words on a whole gradient: zero, transposed, or a constant factor; empty if neither.

    ``axes`` are the sizes, by name, that a sum taken for a mean, or a mean for a sum, would be
    off by.
    """
    size = float(np.max(np.abs(numeric), initial=0.0))
    if not np.any(analytic):
        return "it is zero"
    if size == 0:
        return "it should be zero"
    ratio = float(np.sum(analytic / size * (numeric / size)) / np.sum((numeric / size) ** 2))
    if np.max(np.abs(analytic - ratio * numeric)) <= CLEAR * abs(ratio) * size:
        return _factor(ratio, axes, several=int(np.count_nonzero(numeric)) > 1)
    square = analytic.ndim == 2 and analytic.shape[0] == analytic.shape[1]
    if square and np.max(np.abs(analytic.T - numeric)) <= CLEAR * size:
        return "it is transposed"
    return ""


def _factor(ratio: float, axes: Mapping[str, int], several: bool) -> str:
    known = {-1.0: "it has the wrong sign", 2.0: "it is twice as large", 0.5: "it is half as large"}
    for size in sorted(set(axes.values()) - {0, 1}):
        names = " or ".join(name for name, other in axes.items() if other == size)
        known.setdefault(float(size), f"it is {names} times as large as it should be")
        known.setdefault(1 / size, f"it is 1/{names} of what it should be: a mean for a sum?")
    for factor, words in known.items():
        if abs(ratio - factor) <= CLEAR * abs(factor):
            return words
    # Any two numbers have a ratio, so that one entry says nothing by it.
    return f"it is {ratio:.10g} times as large" if several and abs(ratio - 1) > CLEAR else ""
