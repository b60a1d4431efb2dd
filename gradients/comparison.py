"""The gradients of a backward function against a witness, all together or one by one.

Agreement needs no excuse: where witness and gradients agree to nearly all digits, nothing else has
to be known. Only a disagreement needs bounds, which cost more to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np

from .bounds import DOUBLE, LONGER, ROUNDINGS, Rounding, noise, rounding
from .finite_differences import SAFETY, Array, Derivative
from .kinks import kinks
from .named_arrays import Function, sizes_of
from .point import Point
from .random_signs import EVENED, evened, random_signs
from .report import Direction
from .together import PLANTED, SMALLEST, together
from .vectors import Vectors
from .witness import SMALL, Witness

PLANTED_COARSE = 1e-3
"""The same where inputs, results or gradients are of a coarser type."""

HIDDEN = 1e-8
"""An entry below this part of its gradient's largest could be anything, and not be seen."""

VISIBLE = 1e-6
"""But not one whose product with its input is as large as this part of the largest such product:
where inputs are of many sizes, their gradients are, too.
"""

MANY = 1.0
"""The standard deviation of the decimal logarithms of an input's entries that are of many sizes;
that of normal numbers is half of it.
"""

CLEAR = 1e3
"""A difference that is so many times its bound away from a gradient contradicts it clearly."""

DRAWS = 3
"""Directions for one input, where the first ones cannot decide: terms may cancel by chance."""


class Comparison(Vectors):
    """One test point, with what bounds its errors and what is believed about its derivative."""

    def __init__(self, point: Point, reference: Function | None = None) -> None:
        super().__init__(point)
        self.reference = reference
        self.decided: dict[str, Direction] = {}
        self.kinked: dict[str, Array] = {}

    def directions(self, random: np.random.Generator) -> dict[str, Direction]:
        """For each input what decides it: all are moved together, and those that this does not
        settle, alone. Inputs settled together by a step share one `Direction`.
        """
        return dict(self.each_direction(random))

    def each_direction(self, random: np.random.Generator) -> Iterator[tuple[str, Direction]]:
        """The same one after the other: no more are decided than are asked for."""
        drawn = self.direction(random)
        settled = together(self, self.reference, drawn) if self.is_double else {}
        hidden = self._any_hidden()
        for name in self.point.inputs:
            found = settled.get(name)
            if found is None:
                found = self._decided(name, self.layout.part(drawn, name), random)
            if hidden and found.verdict == "held":
                found = self._hidden(name, random) or found
            self.decided[name] = found
            yield name, found

    def verdict(self, name: str, random: np.random.Generator) -> Direction:
        """One input, in the first direction that decides."""
        by = self.unit[name] * random_signs(self.point.inputs[name].shape, random)
        self.decided[name] = self._decided(name, by, random)
        return self.decided[name]

    def entries(self, name: str) -> tuple[Array, Array]:
        """What each entry of a gradient should be, and how far a correct one may be from it.

        By the witness that gave the verdict.
        """
        return self.entries_at(name, np.arange(self.point.inputs[name].size))

    def entries_at(self, name: str, places: Array) -> tuple[Array, Array]:
        """The same at some places of the flat gradient; in the gradient's shape if at all."""
        shape = self.point.inputs[name].shape
        numeric, bound = self._numeric(name, places)
        rounded = ROUNDINGS * self.rounding.unit * np.abs(numeric)
        bound = bound + rounded + self.rounding.gradients[name].flat[places]
        if name in self.kinked:
            bound = np.where(self.kinked[name].flat[places], np.inf, bound)
        whole = len(places) == self.point.inputs[name].size
        return (numeric.reshape(shape), bound.reshape(shape)) if whole else (numeric, bound)

    def quickly_at(self, name: str, places: Array) -> tuple[Array, Array]:
        """Some entries, as cheaply as a group of them is measured."""
        unit = self.unit[name]
        found = [self.disagreement(name, self._towards(name, int(p), unit)) for p in places]
        apart, bound = (np.array(part) / unit for part in zip(*found, strict=True))
        if name in self.kinked:
            bound = np.where(self.kinked[name].flat[places], np.inf, bound)
        analytic = np.asarray(self.point.found[name], np.float64).flat[places]
        return analytic + apart, bound

    def disagreement(self, name: str, direction: Array) -> tuple[float, float]:
        """By how much gradient and witness differ along a direction, and how much that may be."""
        analytic = float(self.gradient @ direction)
        part = self.layout.part(direction, name)
        rounded = self.rounding.along(name, part)
        how = self.witnessed(name)
        if how == "the reference":
            return _along(self.trusted, {name: part}) - analytic, rounded
        if how == "a complex step":
            value = self.witness.complex_step(direction)
            if value is not None:
                return value - analytic, rounded
        three = self.witness.three(direction, 4 * self._step(name))
        error = SAFETY * (three.error + self.witness.noise / (4 * self._step(name)))
        if three.kinked or not error < np.inf or (three.error > 1e-3 * abs(three.value)):
            ladder = self.witness.ladder(direction)
            return ladder.value - analytic, ladder.bound + rounded
        return three.value - analytic, error + rounded

    # One input alone: with bounds on every error.

    @cached_property
    def rounding(self) -> Rounding:
        """The rounding errors of the backward function."""
        far = [name for name in self.unit if self._far(name)]
        if any(unit != 1 for unit in self.unit.values()):
            far = list(self.unit)  # what stands beside such an input says as little of the others
        return rounding(self.point, far)

    @cached_property
    def witness(self) -> Witness:
        """The witness that knows how much the rounding errors of the function are."""
        return Witness(self.point, self.layout, noise(self.point), self.start)

    @cached_property
    def trusted(self) -> dict[str, Array]:
        """The reference's gradients, in longer numbers where the machine has them."""
        assert self.reference is not None
        return self.point.in_type(LONGER or np.float64, self.reference)

    def _decided(self, name: str, by: Array, random: np.random.Generator) -> Direction:
        best = found = self._alone(name, by)
        for draw in range(1, DRAWS):
            if found.verdict != "undecided":
                return found
            scale = self._other_scale(name) if draw == 1 else self.unit[name]
            signs = evened(random_signs(by.shape, random))
            found = self._alone(name, scale * signs, scale, EVENED)
            if found.bound * best.shown < best.bound * found.shown:
                best = found
        if found.verdict != "undecided":
            return found
        return self._beside_kinks(name, by) or best

    def _other_scale(self, name: str) -> Array | float:
        """For inputs of many sizes, that of each entry; for such that are moved in a unit of their
        own, 1, which may be the size of all else.
        """
        if self._spread(name):
            sizes = np.abs(self.layout.part(self.start, name))
            return np.where(sizes > 0, sizes, self.unit[name])
        return 1.0

    def _spread(self, name: str) -> bool:
        """Whether an input has entries of many sizes."""
        sizes = np.abs(self.layout.part(self.start, name))
        return bool(np.any(sizes) and np.std(np.log10(sizes[sizes > 0])) > MANY)

    def _far(self, name: str) -> bool:
        """Whether most entries of an input are not near 1."""
        return self.unit[name] != 1 or self._spread(name)

    def _alone(
        self,
        name: str,
        by: Array,
        scale: Array | float | None = None,
        least: float = SMALLEST,
    ) -> Direction:
        """A quick witness where it decides, the ladder of steps where not.

        No entry of ``by`` is smaller than ``least`` times the ``scale``.
        """
        if not by.size:
            return Direction(0.0, 0.0, 0.0, np.inf, "no entry")
        direction = self.layout.alone(name, by)
        plain = self._plain(name, direction)
        terms = self.gradient * direction
        analytic = float(terms.sum())
        shown = self._shown(name, (self.unit[name] if scale is None else scale) * least)
        moved = by / self.unit[name]
        if self._vanishes(name, plain) and self.witness.invariant(name, moved):
            return Direction(plain.value, analytic, plain.bound, np.inf, "no influence")
        rounded = self.rounding.along(name, by)
        quick, how = self._quick(name, direction, plain)
        fast = None
        if quick is not None:
            alone = Direction(quick, analytic, rounded, shown, how)
            fast = self._finer(alone, direction) if self.reference is None else self._by_entry(name)
            if fast is not None and fast.verdict == "held":
                return fast
            clear = abs(plain.value - analytic) > CLEAR * (plain.bound + rounded)
            if fast is not None and fast.verdict == "failed" and clear and not self._far(name):
                return fast
        ladder = self.witness.ladder(direction, plain)
        error = ladder.bound + rounded
        slow = Direction(ladder.value, analytic, error, shown, "central differences")
        agree = quick is not None and abs(quick - ladder.value) <= error < np.inf
        if self._far(name):
            return slow  # what is small beside 1 is told by both or by none
        # Where the ladder cannot contradict the quick witness, the finer of the two decides.
        return fast if agree and fast is not None and fast.verdict == "failed" else slow

    def _vanishes(self, name: str, plain: Derivative) -> bool:
        """Whether gradient and derivative are zero up to the rounding of the results."""
        rounded = ROUNDINGS * DOUBLE * sizes_of(self.point.values, self.point.cotangents)
        largest = self.largest[name] * self.unit[name]
        small = self.largest[name] == 0 or largest <= rounded > 0
        return small and abs(plain.value) <= plain.bound

    def _finer(self, alone: Direction, direction: Array) -> Direction | None:
        """What a complex step says, where it says no, in longer numbers: a sum of terms that cancel
        is as rounded in its derivative as in the gradient. Nothing where there are none.
        """
        if alone.verdict != "failed":
            return alone
        value = self.witness.complex_step(direction, LONGER) if LONGER else None
        return None if value is None else replace(alone, numeric=value)

    def _quick(self, name: str, direction: Array, plain: Derivative) -> tuple[float | None, str]:
        """The reference's derivative, or that of a complex step, where the difference agrees."""
        if self.reference is not None:
            value = _along(self.trusted, {name: self.layout.part(direction, name)})
            how = "the reference"
        else:
            step = self.witness.complex_step(direction)
            if step is None:
                return None, ""
            value, how = step, "a complex step"
        return (value, how) if abs(value - plain.value) <= plain.bound else (None, "")

    def _plain(self, name: str, direction: Array) -> Derivative:
        size = float(self.sizes @ np.abs(direction))
        return self.witness.plain(direction, self._step(name), size)

    def _step(self, name: str) -> float:
        return SMALL / self.relative(name)

    def _by_entry(self, name: str) -> Direction:
        """The entry of a gradient that exceeds its bound most, or would first hide an error."""
        found, bound = self.point.found[name], self.rounding.gradients[name]
        over = np.abs(found - self.trusted[name]) - bound
        place = np.argmax(over if np.any(over > 0) else bound)
        numeric, analytic, error = (
            float(array.flat[place]) for array in (self.trusted[name], found, bound)
        )
        return Direction(numeric, analytic, error, self._shown(name, SMALLEST), "the reference")

    def _shown(self, name: str, scale: Array | float) -> float:
        """What a planted error adds at the least to a value along entries of that scale."""
        planted = PLANTED if self.rounding.unit <= DOUBLE else PLANTED_COARSE
        sizes = self.layout.part(self.sizes, name) * scale
        return planted * float(np.max(sizes, initial=0.0))

    def _beside_kinks(self, name: str, by: Array) -> Direction | None:
        """Where some entries lie on a kink, what the others say: nothing, or a failure."""
        lying = kinks(self.witness, name, by, self.start)
        if lying is None:
            return None
        self.kinked[name] = lying.mask
        rest = np.where(lying.mask, 0.0, by)
        found = self._alone(name, rest) if rest.any() else None
        if found is None or found.verdict != "failed":
            direction = found or self._alone(name, by)
            return replace(direction, bound=np.inf, note=lying.sentence)
        return replace(found, note=lying.sentence)

    # Entries too small to be seen beside the others.

    def _any_hidden(self) -> bool:
        if not self.is_double:
            return False
        sizes, least = self.sizes, HIDDEN * max(self.largest.values())
        if not self.layout.size or np.minimum.reduce(sizes) >= least:
            return False
        small = np.flatnonzero(sizes < least)
        if not small.size:
            return False
        most = float((sizes[small] * np.abs(self.start[small])).max())
        return most > VISIBLE * self.by_inputs / self.layout.size

    def _hidden(self, name: str, random: np.random.Generator) -> Direction | None:
        """A failure among the entries that no direction through all of them shows; of those alone
        that come out the same in two arithmetics, so that they mean something.
        """
        size = self.layout.part(self.sizes, name)
        x = np.abs(self.layout.part(self.start, name))
        small = (size > 0) & (size < HIDDEN * self.largest[name])
        small &= size * x > VISIBLE * np.max(size * x, initial=0.0)
        if not small.any():
            return None
        by = np.where(x > 0, x, self.unit[name]) * random_signs(x.shape, random)
        left = small & self.rounding.clean[name]
        while left.any():
            terms = size * np.abs(by)
            seen = left & (terms >= HIDDEN * terms[left].max())
            direction = np.where(seen, by, 0.0)
            found = self._small(name, direction, terms[seen].sum())
            if found.verdict == "failed":
                return found
            left &= ~seen
        return None

    def _small(self, name: str, by: Array, size: float) -> Direction:
        direction = self.layout.alone(name, by)
        ladder = self.witness.ladder(direction)
        bound = ladder.bound + max(PLANTED * size, self.rounding.along(name, by))
        analytic = float(self.gradient @ direction)
        return Direction(ladder.value, analytic, bound, size, "central differences")

    # Entry by entry.

    def witnessed(self, name: str) -> str:
        """The witness to believe for one input: that which gave the verdict."""
        if name not in self.decided:
            self.verdict(name, np.random.default_rng(0))
        return self.decided[name].witness

    def _numeric(self, name: str, places: Array) -> tuple[Array, Array | float]:
        """The entries of the derivative at some places, and the truncation errors."""
        how = self.witnessed(name)
        if how == "the reference":
            return np.asarray(self.trusted[name]).astype(np.float64).flat[places], 0.0
        if how == "a complex step":
            values = self._complex(name, places)
            if values is not None:
                return values, 0.0
        found = [self._laddered(name, int(place)) for place in places]
        values = np.array([derivative.value for derivative in found])
        return values, np.array([derivative.bound for derivative in found])

    def _complex(self, name: str, places: Array) -> Array | None:
        kinds: list[type[np.floating]] = [LONGER, np.float64] if LONGER else [np.float64]
        for kind in kinds:
            found = []
            for place in places:
                value = self.witness.complex_step(self._towards(name, int(place), 1.0), kind)
                if value is None:
                    break
                found.append(value)
            if len(found) == len(places):
                return np.array(found, np.float64)
        return None

    def _laddered(self, name: str, place: int) -> Derivative:
        """By the ladder in the unit of the input, or in that of the entry where it is another."""
        units_ = [self.unit[name]]
        own = abs(float(self.layout.part(self.start, name).flat[place]))
        if own and not 1 / 1024 <= own / units_[0] <= 1024:
            units_.append(own)
        best = Derivative(np.nan, np.inf)
        for unit in units_:
            found = self.witness.ladder(self._towards(name, place, unit))
            scaled = Derivative(found.value / unit, found.bound / unit)
            if not best.bound <= scaled.bound:
                best = scaled
        return best

    def _towards(self, name: str, place: int, unit: float) -> Array:
        vector = np.zeros(self.layout.size)
        vector[self.layout.places[name][0] + place] = unit
        return vector


def _along(gradients: dict[str, Array], by: dict[str, Array]) -> float:
    return float(sum((gradients[name] * along).sum() for name, along in by.items()))
