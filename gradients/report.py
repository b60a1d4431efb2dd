"""What a gradient check found."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Verdict = Literal["held", "failed", "undecided"]


@dataclass(frozen=True)
class Direction:
    """A derivative by the witness and by the gradient: along a random direction, or, where there
    is a reference, by the entry that is furthest from it.

    ``bound`` is what truncation, rounding and the conditioning of the case explain together;
    ``shown`` is the error that the check must see to count, and ``witness`` how the numeric value
    was found. ``note`` says in words what stands in the way of a verdict, or limits it: a kink, a
    tie, single precision, a gradient that vanishes; it may be empty.
    """

    numeric: float
    analytic: float
    bound: float
    shown: float
    witness: str
    note: str = ""

    @cached_property
    def excess(self) -> float:
        """The disagreement over the bound; above 1 is a failure."""
        apart = abs(self.numeric - self.analytic)
        if self.bound == 0:
            return math.inf if apart else 0.0
        return apart / self.bound

    @cached_property
    def verdict(self) -> Verdict:
        """Failed above the bound; undecided where a planted error could stay within it, as it
        does where the whole gradient vanishes.
        """
        if self.excess > 1:
            return "failed"
        # The planted error may add to a rounding error of the other sign: hence twice.
        return "held" if 2 * self.bound <= self.shown and self.shown > 0 else "undecided"


@dataclass(frozen=True)
class WrongGradient:
    """A wrong gradient: its worst entry, both values there, and the error over its bound.

    ``wrong`` of ``entries`` entries are off by more than their bounds; where there are too many to
    look at each, ``wrong`` counts those that were found, and ``at_least`` is true unless the rest
    is right together. ``reading`` says in words what the wrong numbers mean; it may be empty.
    ``results`` says, for a function with several results, what the gradient is with a cotangent on
    each of them alone: "right", "wrong", "zero" or "undecided". ``step`` is the first time step at
    which a cotangent alone gives a wrong gradient, where there are steps.
    """

    name: str
    index: tuple[int, ...]
    numeric: float
    analytic: float
    excess: float
    wrong: int
    entries: int
    reading: str
    results: tuple[str, ...] = ()
    step: int | None = None
    at_least: bool = False

    def __str__(self) -> str:
        place = f"{self.name}[{', '.join(map(str, self.index))}]" if self.index else self.name
        counted = f"{'at least ' * self.at_least}{self.wrong} of {self.entries} entries wrong"
        text = (
            f"the gradient by {place} should be {self.numeric:.10g} and is {self.analytic:.10g} "
            f"({self.excess:.3g} times the bound; {counted})"
        )
        if not self.wrong:
            text = (
                f"the gradient by {self.name} is wrong along a random direction, by too little in "
                f"any of its {self.entries} entries to tell in which"
            )
        return "; ".join(filter(None, (text, self.reading, self._by_result(), self._by_step())))

    def _by_result(self) -> str:
        if set(self.results) == {"right", "zero"}:
            places = [str(k) for k, alone in enumerate(self.results) if alone == "zero"]
            return f"the term of result {' and '.join(places)} is missing"
        if len(set(self.results)) < 2:
            return ""
        parts = (f"{alone} for result {k} alone" for k, alone in enumerate(self.results))
        return "it is " + ", ".join(parts)

    def _by_step(self) -> str:
        if self.step is None:
            return ""
        return f"the first wrong one comes from the cotangent of step {self.step}"


@dataclass(frozen=True)
class Report:
    """The verdict on a backward function at one test point, and what it rests on.

    ``problems`` are sentences on keys, shapes, types, finiteness, mutation and re-entrance; with
    any of them no number is looked at. ``directions`` has the comparison for each input, one and
    the same for those that were moved together; ``faults`` has the gradients that are wrong.
    ``undecided`` counts the test points that could not decide, where they were drawn.
    """

    seed: int
    problems: tuple[str, ...] = ()
    directions: Mapping[str, Direction] = field(default_factory=dict)
    faults: tuple[WrongGradient, ...] = ()
    undecided: int = 0

    @property
    def verdict(self) -> Verdict:
        """Failed with any problem or fault; held only where every input was decided."""
        found = {direction.verdict for direction in self.directions.values()}
        if self.problems or "failed" in found:
            return "failed"
        return "undecided" if "undecided" in found else "held"

    def __str__(self) -> str:
        lines = [f"{self.verdict} (seed {self.seed})", *self.problems, *map(str, self.faults)]
        for d in dict.fromkeys(self.directions.values()):
            names = ", ".join(name for name, other in self.directions.items() if other is d)
            lines.append(
                f"{names}: {d.verdict}, numeric {d.numeric:.10g} by {d.witness}, analytic "
                f"{d.analytic:.10g}, bound {d.bound:.2g}, error over bound {d.excess:.2g}"
                + (f": {d.note}" if d.note else "")
            )
        return "\n".join(lines)
