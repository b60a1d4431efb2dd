"""A fault in about ten lines: the mistake, its line, what was meant, and the law that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..engine.outcome import Diagnosis, FunctionReport, Outcome
from ._case import describe, dimensions
from ._marked import marked
from ._paper import STYLES, Paper
from ._words import count, facts, place, sentence

_MOST_LINES = 4
_CODE = re.compile(r"`[^`]*`")


def briefly(paper: Paper, function: FunctionReport, *, with_case: bool = False) -> None:
    """A fault in about ten lines; its smallest case is among them where no line is known."""
    faults = function.faults
    if not faults:
        return
    paper.line(
        (f"{paper.marks['failed']} {function.name}", STYLES["failed"]),
        (f"  {facts(function)}", "dim"),
    )
    for diagnosis, alike in _by_fault(function.diagnosis):
        paper.prose(diagnosis.told, indent=2)
        marked(paper, diagnosis, function)
        if alike:
            paper.prose(f"The same: {'; '.join(place(one) for one in alike)}.", indent=2)
    first, more = faults[0], len(faults) - 1
    others = f", and {count(more, 'other law')}" if more else ""
    paper.line("  breaks: ", (f"{sentence(first.property)}{others}", "bold"))
    for line in (*first.message.splitlines()[:_MOST_LINES], *_entry(first)):
        paper.prose(line, indent=4)
    if with_case or not any(one.source for one in function.diagnosis):
        _case_briefly(paper, first)
    paper.line()


def _by_fault(diagnoses: Sequence[Diagnosis]) -> list[tuple[Diagnosis, list[Diagnosis]]]:
    """The first mistake of each kind, which one sentence tells but for the code in it, with the
    others of it that have a line of their own.
    """
    found: dict[object, tuple[Diagnosis, list[Diagnosis]]] = {}
    for one in diagnoses:
        sentence_alone = _CODE.sub("", one.message)
        key = one if one.line is None else (one.fault, one.match, sentence_alone)
        if key in found:
            found[key][1].append(one)
        else:
            found[key] = one, []
    return [*found.values()]


def _entry(outcome: Outcome) -> Iterable[str]:
    """What was expected and found, where it is one entry that the message does not tell."""
    values = outcome.expected, outcome.found
    if all(values) and "should be" not in outcome.message and not any("\n" in v for v in values):
        yield f"expected {outcome.expected}, found {outcome.found}"


def _case_briefly(paper: Paper, outcome: Outcome) -> None:
    """The smallest case, where it is all that shows what is wrong; in full, if it is short."""
    case = outcome.counterexample
    if case is None:
        return
    paper.line("    ", ("smallest case", "dim"), f"  {dimensions(case.dimensions)}")
    lines = [*describe(case.arrays, indent=6)]
    for label, value in lines if len(lines) <= _MOST_LINES else []:
        paper.line((label, "dim"), value)
