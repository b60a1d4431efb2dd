"""How far a correct backward function may lie from the derivative, on this input.

Roundings inside a function grow in a way that its inputs and outputs do not show: in 1 - s, with s
close to 1, all digits go. So the function is run in a coarser arithmetic too, on inputs that both
hold exactly: what then differs is its rounding error there, and in the finer arithmetic it is
smaller by the ratio of the units. Where that does not decide, it is run in a longer arithmetic,
which shows its rounding error itself. Sources: Higham, Accuracy and Stability of Numerical
Algorithms (2nd ed. 2002), sections 1.6 (relative to what), 2.2 (the unit), 3.1 (sums of products)
and 26.1 (rerunning with changed roundings).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from .finite_differences import Array
from .named_arrays import REFUSED, Inputs, Outputs, converted, outputs, sizes_of
from .point import Point

ROUNDINGS = 64.0
"""Roundings of the size of a result that may add up in it."""

GROWTH = 16.0
"""How much larger than in the coarser run, in units, the rounding error may turn out to be."""

SPREAD = 0.25
"""Roundings of a sum's terms have signs of their own; the sum of their sizes is more than it."""

LOST = 0.1
"""Where the coarser run is wrong by this part, its error says nothing of the finer one's."""

NEAR = 2.0**-40
"""The relative change of the inputs that shows how a rounding error made early grows."""

STEADY = 1e-10
"""The part by which an entry may be wrong that is good to nearly all digits of two arithmetics."""

UNSEEN = 2.0**20
"""Roundings of the size of a gradient, where no other arithmetic tells how many there are."""

RANGE = 1e8
"""The size of inputs up to which products of four fit into a float32; and that of the inverse."""

LONGER: type[np.floating] | None = (
    np.longdouble if np.finfo(np.longdouble).eps < np.finfo(np.float64).eps else None
)
"""A type with more digits than float64, where the machine has one."""


def unit(*arrays: ArrayLike) -> float:
    """The rounding unit of the coarsest floating-point type among the arrays."""
    types = {np.asarray(array).dtype for array in arrays}
    return float(max(np.finfo(t).eps / 2 for t in types if t.kind == "f"))


DOUBLE = float(np.finfo(np.float64).eps / 2)
"""The rounding unit of float64."""

SINGLE = float(np.finfo(np.float32).eps / 2)
"""That of float32."""


@dataclass(frozen=True)
class Rounding:
    """The rounding errors of a backward function on one input.

    ``unit`` is that of the coarsest type in use; ``gradients`` has, for each input, an array of
    its shape that bounds the error of each entry; ``clean`` says which entries are good to most
    digits whatever the size of the others.
    """

    unit: float
    gradients: dict[str, Array]
    clean: dict[str, Array]

    def along(self, name: str, direction: Array) -> float:
        """The bound for the gradient's product with a direction shaped like the input."""
        return float(np.sum(np.abs(direction) * self.gradients[name]))


def quick_noise(point: Point, by_inputs: float) -> float:
    """What rounding adds to the weighted sum of a function's results, if it is well conditioned.

    ``by_inputs`` is the sum of the sizes of inputs times gradients.
    """
    return SPREAD * DOUBLE * (sizes_of(point.values, point.cotangents) + by_inputs)


def noise(point: Point) -> float:
    """A bound on the rounding error of the weighted sum of a function's results.

    From a run in a coarser arithmetic, on inputs that both hold exactly. A function that computes
    in single precision is found out by results that all have its digits, at inputs with more.
    """
    f, inputs = point.f, point.inputs
    u = _of_values(point)
    coarser = converted(inputs, np.float32)
    finer = converted(coarser, np.float64)
    try:
        apart = _apart(outputs(f, coarser), outputs(f, finer), point.cotangents)
    except REFUSED:  # then nothing is learned
        apart = 0.0
    found = SPREAD * u * _size(point) + u / SINGLE * apart
    return found if np.isfinite(found) else np.inf


def rounding(point: Point, far: Collection[str] = ()) -> Rounding:
    """Bounds on the rounding errors of the backward function.

    A run in a longer arithmetic, where the machine has one and the code carries it through, shows
    them as they are, and a run on inputs close by shows what their rounding changes. Elsewhere a
    run in a coarser arithmetic shows both. No bound is below what one rounding in a saturated
    factor, 1 - s, can do; but for inputs ``far`` from 1, where that says nothing, of which the
    entries count that come out the same in two arithmetics.
    """
    u = max(unit(np.float64(), *point.inputs.values(), *point.found.values()), _of_values(point))
    if u <= DOUBLE and computes_in_single(point):
        u = SINGLE
    bounds, clean = _by_coarser_run(point, u)
    if u <= DOUBLE:
        for name, (bound, steady) in _by_longer_run(point).items():
            bounds[name], clean[name] = bound, clean[name] | steady
    for name, floor in _floors(point, u).items():
        size = np.abs(np.float64(point.found[name]))
        same = clean[name] & (size > 0) & (name in far)
        least = np.where(same, np.minimum(floor, STEADY * size), floor)
        bounds[name] = np.maximum(bounds[name], least)
    return Rounding(u, bounds, clean)


def _of_values(point: Point) -> float:
    """The rounding unit of what the function computes in."""
    try:
        values = outputs(point.f, _uneven(point.inputs))
    except REFUSED:
        values = point.values
    return max(unit(np.float64(), *values), SINGLE if short(*values) else 0.0)


def _by_coarser_run(point: Point, u: float) -> tuple[dict[str, Array], dict[str, Array]]:
    """For each gradient the bounds, and which entries have a float32's accuracy in float32."""
    found = point.found
    apart = _coarser(point, u)
    if apart is None or not any(np.any(d > 0) and np.isfinite(d).all() for d in apart.values()):
        floor = ROUNDINGS * u * _unsaturated(point) if _fits(point) else 0.0
        unseen = 0.0 if _fits(point) else UNSEEN * u
        return {n: np.maximum(floor, unseen * np.abs(np.float64(g))) for n, g in found.items()}, {
            name: np.zeros(gradient.shape, bool) for name, gradient in found.items()
        }
    bounds, clean = {}, {}
    for name, gradient in found.items():
        difference = np.nan_to_num(apart[name], nan=np.inf, posinf=np.inf)
        size = np.abs(np.float64(gradient))
        bound = ROUNDINGS * u * size + GROWTH * (u / SINGLE) * difference
        lost = np.sum(difference) > LOST * np.sum(size)
        bounds[name] = bound + difference if lost else bound
        clean[name] = difference <= ROUNDINGS * SINGLE * size
    return bounds, clean


def _coarser(point: Point, u: float) -> dict[str, Array] | None:
    """How far a run in a coarser arithmetic is from the gradients; nothing where the inputs are
    outside its range, or the code refuses its type.
    """
    if not _fits(point):
        return None
    try:
        coarse = point.in_type(np.float32)
        compared = point.found if u < SINGLE else point.in_type(np.float64)
        return {n: np.abs(np.float64(compared[n]) - np.float64(coarse[n])) for n in point.inputs}
    except REFUSED:
        return None


def _fits(point: Point) -> bool:
    """Whether products of a few of the inputs stay within the range of a float32."""
    sizes = [float(np.max(np.abs(x), initial=0.0)) for x in point.inputs.values()]
    return all(size == 0 or 1 / RANGE <= size <= RANGE for size in sizes)


def _by_longer_run(point: Point) -> dict[str, tuple[Array, Array]]:
    """For each gradient that a longer arithmetic can tell of, the bounds, and which entries come
    out the same in it and on inputs close by.

    Of a gradient that vanishes in it, it tells nothing: a saturated factor loses all digits there,
    too.
    """
    if LONGER is None:
        return {}
    signs = np.random.default_rng(0)
    near = {n: x * (1 + NEAR * signs.choice((-1, 1), x.shape)) for n, x in point.inputs.items()}
    try:
        longer, moved = point.in_type(LONGER), point.at(near)
    except REFUSED:
        return {}
    bounds = {}
    for name, gradient in point.found.items():
        if np.asarray(longer[name]).dtype == LONGER and np.any(longer[name]):
            size = ROUNDINGS * DOUBLE * np.abs(gradient)
            error = np.abs(gradient - longer[name]).astype(np.float64)
            growth = np.abs(gradient - moved[name]) * (ROUNDINGS * DOUBLE / NEAR)
            steady = (error <= size) & (growth <= ROUNDINGS * size)
            bounds[name] = size + 2 * error + growth, steady
    return bounds


def _floors(point: Point, u: float) -> dict[str, float]:
    """For each gradient, some roundings of the size that it has where nothing is saturated.

    Inputs are made small for that, and two of the factors of a product may have been large.
    """
    sizes = {n: float(np.max(np.abs(x), initial=1.0)) for n, x in point.inputs.items()}
    try:
        small = point.at({name: x / sizes[name] for name, x in point.inputs.items()})
    except REFUSED:
        return dict.fromkeys(point.inputs, 0.0)
    grown = max(sizes.values()) ** 2
    return {
        name: ROUNDINGS / 8 * u * grown * float(np.max(np.abs(small[name]), initial=0.0))
        for name in point.inputs
    }


def computes_in_single(point: Point) -> bool:
    """Whether the backward function does, whatever type it stores its gradients in."""
    try:
        # Of a sum of cotangents their digits are all that there are.
        cotangents = tuple(map(_with_all_digits, point.cotangents))
        gradients = point.at(_uneven(point.inputs), cotangents)
    except REFUSED:
        gradients = dict(point.found)
    return short(*(gradients[name] for name in point.inputs))


def _uneven(inputs: Inputs) -> dict[str, Array]:
    """Inputs close by that have all digits of a float64."""
    return {name: _with_all_digits(x) for name, x in inputs.items()}


def _with_all_digits(x: Array) -> Array:
    return 1.001 * x.astype(np.float64) + 1e-3 / 3


def short(*arrays: Array) -> bool:
    """Whether all numbers have no more than a float32's digits, and some are not whole."""
    with np.errstate(all="ignore"):
        return any(np.any(a != np.rint(a)) for a in arrays) and all(
            np.array_equal(a, np.asarray(a).astype(np.float32)) for a in arrays
        )


def _size(point: Point) -> float:
    """What the weighted sum changes by, at most, where all inputs and results change by 1 part."""
    found, inputs = point.found, point.inputs
    results = sizes_of(point.values, point.cotangents)
    return float(results + sum(np.sum(np.abs(found[name] * inputs[name])) for name in inputs))


def _apart(one: Outputs, other: Outputs, cotangents: Outputs) -> float:
    parts = zip(one, other, cotangents, strict=True)
    apart = float(sum(np.sum(np.abs((np.float64(a) - b) * c)) for a, b, c in parts))
    return apart if np.isfinite(apart) else 0.0


def _unsaturated(point: Point) -> float:
    """The size that any product of factors can have before a saturated gate shrinks it."""
    arrays = (*point.inputs.values(), *point.cotangents)
    return prod(float(np.max(np.abs(x), initial=1.0)) for x in arrays)
