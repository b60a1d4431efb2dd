"""What the ratio of a wrong gradient to the right one says about the mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .finite_differences import Array

CLEAR = 1e-5
"""How exactly a ratio must be met to be read as one."""


@dataclass(frozen=True)
class MeasuredEntries:
    """The entries of a gradient that were looked at: their places in it, made flat, what they
    are, what they should be, and how far a correct one may be from that.
    """

    places: Array
    analytic: Array
    numeric: Array
    bound: Array

    def chosen(self, which: Array) -> MeasuredEntries:
        """Some of them."""
        return MeasuredEntries(
            self.places[which], self.analytic[which], self.numeric[which], self.bound[which]
        )


def read(looked: MeasuredEntries, gradient: Array, axes: Mapping[str, int]) -> str:
    """A few words on a whole gradient: zero, transposed, in float32, or a constant factor; empty
    if neither.

    ``axes`` are the sizes, by name, that a sum taken for a mean, or a mean for a sum, would be
    off by.
    """
    analytic, numeric = looked.analytic, looked.numeric
    if not len(numeric):
        return ""
    size = float(np.max(np.abs(numeric), initial=0.0))
    if not np.any(gradient):
        return "it is zero"
    if np.all(np.abs(numeric) <= looked.bound):
        return "it should be zero" if size == 0 else ""
    ratio = float(np.sum(analytic / size * (numeric / size)) / np.sum((numeric / size) ** 2))
    if np.max(np.abs(analytic - ratio * numeric)) <= CLEAR * abs(ratio) * size:
        return _factor(ratio, axes, several=int(np.count_nonzero(numeric)) > 1) or _single(
            looked, gradient
        )
    square = gradient.ndim == 2 and gradient.shape[0] == gradient.shape[1]
    if square and np.max(np.abs(gradient.T.flat[looked.places] - numeric)) <= CLEAR * size:
        return "it is transposed"
    return ""


def _single(looked: MeasuredEntries, gradient: Array) -> str:
    """Whether right numbers have gone through single precision."""
    with np.errstate(all="ignore"):
        short = gradient.size > 1 and np.array_equal(gradient, gradient.astype(np.float32))
    apart = np.abs(looked.analytic - looked.numeric)
    rounded = np.any(apart > looked.bound) and np.all(apart <= 2.0**-22 * np.abs(looked.numeric))
    return "it is rounded to float32" if short and bool(rounded) else ""


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
