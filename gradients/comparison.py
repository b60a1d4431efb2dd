"""The gradients of a backward function against a witness, all together or one by one.

Agreement needs no excuse: where witness and gradients agree to nearly all digits, nothing else has
to be known. Only a disagreement needs bounds, which cost more to find.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from .bounds import DOUBLE, LONGER, ROUNDINGS, Rounding, noise, quick_noise, rounding
from .differences import Array, Derivative
from .functions import Function, random_direction, random_signs
from .point import Point
from .report import Direction
from .witness import Witness, witness

AGREED = 2.0**-50
"""The disagreement along a direction that needs no bound: eight roundings of the sum of the terms'
sizes. A correct function stays far below; where not, bounds are found.
"""

AGREED_ENTRY = 2.0**-44
"""The same for an entry, as a part of the gradient's largest: two sums in another order."""

PLANTED = 1e-6
"""The error, as a part of a gradient's largest entry, that must be seen for the check to count."""

PLANTED_COARSE = 1e-3
"""The same where inputs, results or gradients are of a coarser type."""

SMALLEST = 0.5
"""The least magnitude of an entry of a direction: an error in one entry shows by this part."""

TOGETHER = 1e-3
"""How much smaller than a planted error the bound along all inputs must be to settle one of them:
of gradients of many sizes, the largest have the widest bounds.
"""

DRAWS = 3
"""Directions for one input, where the first ones cannot decide: terms may cancel by chance."""


class Comparison:
    """One test point, with what bounds its errors and what is believed about its derivative."""

    def __init__(self, point: Point, reference: Function | None = None) -> None:
        self.point = point
        self.reference = reference
        self.largest = {n: float(np.abs(g).max(initial=0.0)) for n, g in point.found.items()}

    def directions(self, random: np.random.Generator) -> dict[str, Direction]:
        """For each input what decides it: all are moved together, and those that this does not
        settle, alone. Inputs settled together by a step share one `Direction`.
        """
        drawn = random_direction(self.point.inputs, random)
        settled = self._at_once(drawn) if self.point.is_double else {}
        return {
            name: settled[name] if name in settled else self._decided(name, by, random)
            for name, by in drawn.items()
        }

    def verdict(self, name: str, random: np.random.Generator) -> Direction:
        """One input, in the first direction that decides."""
        return self._decided(name, random_signs(self.point.inputs[name].shape, random), random)

    def entries(self, name: str) -> tuple[Array, Array]:
        """What each entry of a gradient should be, and how far a correct one may be from it."""
        everywhere = {name: np.ones(self.point.inputs[name].shape)}
        quick, _ = self._quick(everywhere, self._plain(everywhere))
        numeric: Array
        bound: Any = 0.0
        if quick is None:
            numeric, bound = self.witness.entries(name)
        elif self.reference is not None:
            numeric = np.asarray(self.trusted[name]).astype(np.float64)
        else:
            longer = LONGER and self.witness.complex_step(everywhere, LONGER) is not None
            numeric = self.witness.complex_entries(name, LONGER if longer else np.float64)
        rounded = ROUNDINGS * self.rounding.unit * np.abs(numeric)
        return numeric, bound + rounded + self.rounding.gradients[name]

    # All inputs at once: quick, and enough for most correct functions.

    def _at_once(self, drawn: dict[str, Array]) -> dict[str, Direction]:
        """The inputs whose gradients agree with the witness where all are moved together."""
        look = witness(self.point, quick_noise(self.point))
        terms = [self.point.found[name] * by for name, by in drawn.items()]
        size = float(sum(np.abs(term).sum() for term in terms))
        plain = look.plain(drawn, size)
        if self.reference is not None:
            trusted = self.point.in_type(np.float64, self.reference)
            agrees = abs(_along(trusted, drawn) - plain.value) <= plain.bound
            return self._agreed(trusted) if agrees else {}
        value, error, how = look.complex_step(drawn), 0.0, "a complex step"
        if value is None or not abs(value - plain.value) <= plain.bound:
            ladder = look.ladder(drawn, plain)
            value, error, how = ladder.value, ladder.bound, "central differences"
        bound = error + AGREED * size
        analytic = float(sum(term.sum() for term in terms))
        if not abs(value - analytic) <= bound:
            return {}
        shown = {name: SMALLEST * PLANTED * self.largest[name] for name in drawn}
        names = [name for name in drawn if 0 < bound <= TOGETHER * shown[name]]
        least = min((shown[name] for name in names), default=0.0)
        return dict.fromkeys(names, Direction(value, analytic, bound, least, how))

    def _agreed(self, trusted: dict[str, Any]) -> dict[str, Direction]:
        """The gradients that agree with the reference's in every entry; none that vanishes."""
        settled = {}
        for name, gradient in self.point.found.items():
            bound = AGREED_ENTRY * self.largest[name]
            apart = np.abs(gradient - trusted[name])
            if bound > 0 and apart.max() <= bound:
                place = apart.argmax()
                numeric, analytic = float(trusted[name].flat[place]), float(gradient.flat[place])
                shown = PLANTED * self.largest[name]
                settled[name] = Direction(numeric, analytic, bound, shown, "the reference")
        return settled

    # One input alone: with bounds on every error.

    @cached_property
    def rounding(self) -> Rounding:
        """The rounding errors of the backward function."""
        return rounding(self.point)

    @cached_property
    def witness(self) -> Witness:
        """The witness that knows how much the rounding errors of the function are."""
        return witness(self.point, noise(self.point))

    @cached_property
    def trusted(self) -> dict[str, Any]:
        """The reference's gradients, in longer numbers where the machine has them."""
        assert self.reference is not None
        return self.point.in_type(LONGER or np.float64, self.reference)

    def _decided(self, name: str, by: Array, random: np.random.Generator) -> Direction:
        first = found = self._alone(name, by)
        for _ in range(1, DRAWS):
            if found.verdict != "undecided":
                return found
            found = self._alone(name, random_signs(by.shape, random))
        return first if found.verdict == "undecided" else found

    def _alone(self, name: str, by: Array) -> Direction:
        """A quick witness where it decides, the ladder of steps where not."""
        if not by.size:
            return Direction(0.0, 0.0, 0.0, np.inf, "no entry")
        plain = self._plain({name: by})
        analytic = _along(self.point.found, {name: by})
        if plain.value == analytic == 0 and self.witness.ignores(name, by):
            return Direction(0.0, 0.0, 0.0, np.inf, "no influence")
        rounded, shown = self.rounding.along(name, by), self._shown(name)
        quick, how = self._quick({name: by}, plain)
        fast = None
        if quick is not None:
            alone = Direction(quick, analytic, rounded, shown, how)
            fast = (
                self._finer(alone, {name: by}) if self.reference is None else self._by_entry(name)
            )
            if fast is not None and fast.verdict == "held":
                return fast
        ladder = self.witness.ladder({name: by}, plain)
        error = ladder.bound + rounded
        slow = Direction(ladder.value, analytic, error, shown, "central differences")
        agree = quick is not None and abs(quick - ladder.value) <= error < np.inf
        # Where the ladder cannot contradict the quick witness, the finer of the two decides.
        return fast if agree and fast is not None and fast.verdict == "failed" else slow

    def _finer(self, alone: Direction, by: dict[str, Array]) -> Direction | None:
        """What a complex step says, where it says no, in longer numbers: a sum of terms that cancel
        is as rounded in its derivative as in the gradient. Nothing where there are none.
        """
        if alone.verdict != "failed":
            return alone
        value = self.witness.complex_step(by, LONGER) if LONGER else None
        return None if value is None else replace(alone, numeric=value)

    def _quick(self, by: dict[str, Array], plain: Derivative) -> tuple[float | None, str]:
        """The reference's derivative, or that of a complex step, where the difference agrees."""
        if self.reference is not None:
            value, how = _along(self.trusted, by), "the reference"
        else:
            step = self.witness.complex_step(by)
            if step is None:
                return None, ""
            value, how = step, "a complex step"
        return (value, how) if abs(value - plain.value) <= plain.bound else (None, "")

    def _plain(self, by: dict[str, Array]) -> Derivative:
        found = self.point.found
        size = sum(float(np.abs(found[name] * along).sum()) for name, along in by.items())
        return self.witness.plain(by, size)

    def _by_entry(self, name: str) -> Direction:
        """The entry of a gradient that exceeds its bound most, or would first hide an error."""
        found, bound = self.point.found[name], self.rounding.gradients[name]
        over = np.abs(found - self.trusted[name]) - bound
        place = np.argmax(over if np.any(over > 0) else bound)
        numeric, analytic, error = (
            float(array.flat[place]) for array in (self.trusted[name], found, bound)
        )
        return Direction(numeric, analytic, error, self._shown(name), "the reference")

    def _shown(self, name: str) -> float:
        """What a planted error adds to a directional value at the least."""
        planted = PLANTED if self.rounding.unit <= DOUBLE else PLANTED_COARSE
        return SMALLEST * planted * self.largest[name]


def _along(gradients: dict[str, Any], by: dict[str, Array]) -> float:
    return float(sum((gradients[name] * along).sum() for name, along in by.items()))
