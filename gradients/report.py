"""What a gradient check found."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["held", "failed", "undecided"]


@dataclass(frozen=True)
class Direction:
    """The derivative by one input along a random direction: by the witness and by the gradient.

    ``bound`` is what truncation, rounding and the conditioning of the case explain together;
    ``shown`` is the error that the check must see to count, and ``witness`` how the numeric value
    was found.
    """

    numeric: float
    analytic: float
    bound: float
    shown: float
    witness: str

    @property
    def excess(self) -> float:
        """The disagreement over the bound; above 1 is a failure."""
        apart = abs(self.numeric - self.analytic)
        if self.bound == 0:
            return math.inf if apart else 0.0
        return apart / self.bound

    @property
    def verdict(self) -> Verdict:
        """Failed above the bound; undecided where a planted error would be within it."""
        if self.excess > 1:
            return "failed"
        return "held" if self.bound <= self.shown else "undecided"


@dataclass(frozen=True)
class Fault:
    """A wrong gradient: its worst entry, both values there, and the error over its bound.

    ``wrong`` of ``entries`` entries are off by more than their bounds. ``reading`` says in words
    what the ratio of the gradient to the right one means; it may be empty.
    """

    name: str
    index: tuple[int, ...]
    numeric: float
    analytic: float
    excess: float
    wrong: int
    entries: int
    reading: str

    def __str__(self) -> str:
        place = f"{self.name}[{', '.join(map(str, self.index))}]" if self.index else self.name
        text = (
            f"the gradient by {place} should be {self.numeric:.10g} and is {self.analytic:.10g} "
            f"({self.excess:.3g} times the bound; {self.wrong} of {self.entries} entries wrong)"
        )
        return f"{text}: {self.reading}" if self.reading else text


@dataclass(frozen=True)
class Report:
    """The verdict on a backward function at one test point, and what it rests on.

    ``problems`` are sentences on keys, shapes, types, finiteness, mutation and re-entrance; with
    any of them no number is looked at. ``directions`` has a comparison for each input, ``faults``
    the gradients that are wrong.
    """

    seed: int
    problems: tuple[str, ...] = ()
    directions: Mapping[str, Direction] | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Failed with any problem or fault; held only where every input was decided."""
        found = {d.verdict for d in (self.directions or {}).values()}
        if self.problems or "failed" in found:
            return "failed"
        return "undecided" if "undecided" in found else "held"

    def __str__(self) -> str:
        lines = [f"{self.verdict} (seed {self.seed})", *self.problems, *map(str, self.faults)]
        for name, d in (self.directions or {}).items():
            lines.append(
                f"{name}: {d.verdict}, numeric {d.numeric:.10g} by {d.witness}, analytic "
                f"{d.analytic:.10g}, bound {d.bound:.2g}, error over bound {d.excess:.2g}"
            )
        return "\n".join(lines)
