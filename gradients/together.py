"""All inputs at once against a witness: quick, and enough for most correct functions.

Agreement needs no excuse: where witness and gradients agree to nearly all digits, nothing else has
to be known.
"""

from __future__ import annotations

import math

import numpy as np

from .bounds import DOUBLE, quick_noise
from .finite_differences import Array
from .named_arrays import Function
from .report import Direction
from .vectors import Vectors
from .witness import SMALL, Witness

AGREED = 2.0**-50
"""The disagreement along a direction that needs no bound: eight roundings of the sum of the terms'
sizes. A correct function stays far below; where not, bounds are found.
"""

AGREED_ENTRY = 2.0**-44
"""The same for an entry, as a part of the gradient's largest: two sums in another order."""

PLANTED = 1e-6
"""The error, as a part of a gradient's largest entry, that must be seen for the check to count."""

SMALLEST = 0.5
"""The least magnitude of an entry of a direction: an error in one entry shows by this part."""

TOGETHER = 1e-3
"""How much smaller than a planted error the bound along all inputs must be to settle one of them:
of gradients of many sizes, the largest have the widest bounds.
"""

TOGETHER_BY_DIFFERENCES = 0.02
"""The same where the numerical derivative is an extrapolated one, which is never as fine."""

STEPS = (2.0**-9, 2.0**-12)
"""The steps for all inputs together, and for those that the first did not settle, over the fourth
root of the number of entries: a sum of the root of them, as in a product of matrices, moves by it.
"""

Settled = dict[str, Direction]


def together(vectors: Vectors, reference: Function | None, drawn: Array) -> Settled:
    """The inputs whose gradients agree with the witness where many are moved together."""
    noise = quick_noise(vectors.point, vectors.by_inputs)
    witness = Witness(vectors.point, vectors.layout, noise, vectors.start)
    if reference is not None:
        return _with_reference(vectors, reference, witness, drawn)
    settled: Settled = {}
    rest = list(vectors.point.inputs)
    narrowed = vectors.farthest * max(1, vectors.layout.size) ** 0.25
    for step in STEPS:
        more = _at_once(vectors, witness, drawn, rest, step / narrowed)
        settled |= more
        rest = [name for name in rest if name not in settled]
        if len(rest) < 2:
            break
        drawn = vectors.layout.without(drawn, list(more))
    return settled


def _at_once(
    vectors: Vectors, witness: Witness, drawn: Array, names: list[str], step: float
) -> Settled:
    """Those for which the witness is fine enough to settle them in this direction."""
    terms = vectors.gradient * drawn
    analytic, norm = float(np.add.reduce(terms)), math.sqrt(float(terms @ terms))
    size = float(np.add.reduce(np.abs(terms, out=terms)))
    value, part = witness.complex_step(drawn), TOGETHER
    bound, how = AGREED * size, "a complex step"
    if value is not None:
        plain = witness.plain(drawn, SMALL / vectors.farthest, size)
        if not abs(value - plain.value) <= plain.bound:
            value = None
    if value is None:
        three = witness.three(drawn, step)
        if three.kinked:
            return {}
        value, how, part = three.value, "central differences", TOGETHER_BY_DIFFERENCES
        rounded = 1.5 * _fine_noise(vectors, witness) / step
        bound = 3 * three.error + rounded + 4 * AGREED * norm
    if not abs(value - analytic) <= bound:
        return {}
    shown = {n: SMALLEST * PLANTED * vectors.largest[n] * vectors.unit[n] for n in names}
    names = [name for name, least in shown.items() if 0 < bound <= part * least]
    least = min((shown[name] for name in names), default=0.0)
    return dict.fromkeys(names, Direction(value, analytic, bound, least, how))


def _fine_noise(vectors: Vectors, witness: Witness) -> float:
    """How large the rounding error of the weighted sum will be, not how large it may be."""
    squares = vectors.squared_by_inputs
    for value, weight in zip(vectors.point.values, witness.cotangents, strict=True):
        products = np.ravel(value * weight)
        squares += float(products @ products)
    return 4 * DOUBLE * math.sqrt(squares)


def _with_reference(
    vectors: Vectors, reference: Function, witness: Witness, drawn: Array
) -> Settled:
    """The gradients that agree with the reference's in every entry; none that vanishes."""
    trusted = vectors.layout.pack(vectors.point.in_type(np.float64, reference))
    terms = trusted * drawn
    value = float(np.add.reduce(terms))
    size = float(np.add.reduce(np.abs(terms, out=terms)))
    plain = witness.plain(drawn, SMALL / vectors.farthest, size)
    if not abs(value - plain.value) <= plain.bound:
        return {}
    return _by_entry(vectors, trusted)


def _by_entry(vectors: Vectors, trusted: Array) -> Settled:
    """Those that agree share the `Direction` of the one that is the furthest from the reference."""
    apart = vectors.gradient - trusted
    np.abs(apart, out=apart)
    parts = {
        name: most / vectors.largest[name]
        for name, most in vectors.layout.largest(apart).items()
        if vectors.largest[name] > 0
    }
    agreed = [name for name, part in parts.items() if part <= AGREED_ENTRY]
    if not agreed:
        return {}
    name = max(agreed, key=parts.__getitem__)
    start, end, _ = vectors.layout.places[name]
    place = start + int(np.argmax(apart[start:end]))
    largest = vectors.largest[name]
    furthest = Direction(
        float(trusted[place]),
        float(vectors.gradient[place]),
        AGREED_ENTRY * largest,
        PLANTED * largest,
        "the reference",
    )
    return dict.fromkeys(agreed, furthest)
