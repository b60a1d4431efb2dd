"""A page for a person: each function with its verdict, the line, the law and the smallest case.

One file that needs nothing else, neither a network nor a server. Needs Jinja2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, TextIO

from ..cells import families
from ..engine.outcome import FunctionReport, Level, Outcome, Status, SubmissionReport, Verdict
from ..properties import PROPERTIES, Property
from ._case import Table, dimensions, tables
from ._listing import Listing, SourceText
from ._picture import Gradient, drawn
from ._template import template
from ._words import sentence
from .text import missing_of

if TYPE_CHECKING:
    from ..engine import Settings


PICTURES = True
"""The page draws the gradients that differ."""


@dataclass(frozen=True)
class Finding:
    """A broken law as the page shows it; ``law`` is None where it is not one of cellcheck's."""

    outcome: Outcome
    law: Property | None
    dimensions: str
    tables: list[Table]
    zeros: list[str]


@dataclass(frozen=True)
class ShownFunction:
    """A function with something to tell."""

    report: FunctionReport
    listings: list[Listing]
    findings: list[Finding]
    advice: list[Outcome]
    equations: tuple[str, ...]
    gradients: list[Gradient]


@dataclass(frozen=True)
class ShownSubmission:
    """A file: its functions, those of them with something to tell, and the whole source."""

    report: SubmissionReport
    present: list[FunctionReport]
    missing: list[str]
    lacking: list[ShownFunction]
    notes: list[str]
    source: list[Listing]


def render(reports: Iterable[SubmissionReport], settings: Settings, out: TextIO) -> None:
    """Write one page for all submissions."""
    submissions = [shown(report) for report in reports]
    out.write(template("submissions.html").render(submissions=submissions, settings=settings))
    out.write("\n")


def shown(report: SubmissionReport) -> ShownSubmission:
    """What a page shows of one submission; its source is read again, if it is still there."""
    source = SourceText(report.path)
    present = [f for f in report.functions if f.status is not Status.MISSING]
    return ShownSubmission(
        report=report,
        present=present,
        missing=missing_of(report),
        lacking=[_function(f, source) for f in present if f.is_lacking],
        notes=[*report.notes, *_unsure(present)],
        source=source.whole(present),
    )


def _function(report: FunctionReport, source: SourceText) -> ShownFunction:
    return ShownFunction(
        report=report,
        listings=source.of(report),
        findings=[*map(_finding, report.faults)],
        advice=[o for o in report.findings if o.level is Level.ADVICE],
        equations=_equations(report.name),
        gradients=[drawn(tensor) for tensor in report.gradients],
    )


def _finding(outcome: Outcome) -> Finding:
    case = outcome.counterexample
    shown, zeros = tables(case.arrays) if case else ([], [])
    sizes = dimensions(case.dimensions) if case else ""
    return Finding(outcome, PROPERTIES.get(outcome.property), sizes, shown, zeros)


def _equations(name: str) -> tuple[str, ...]:
    """The equations of the cell that a function belongs to, for a forward function without those of
    the gradients, which come last and begin with a ``d``.
    """
    family = next((f for f in families().values() if name in f.functions), None)
    if family is None:
        return ()
    if family.functions[name].role.is_backward:
        return family.equations
    return tuple(takewhile(lambda line: not line.startswith("d"), family.equations))


def _unsure(functions: Iterable[FunctionReport]) -> list[str]:
    return [
        f"{outcome.function}: could not tell whether {sentence(outcome.property)}: "
        f"{outcome.message}"
        for function in functions
        for outcome in function.outcomes
        if outcome.verdict is Verdict.ERRORED
    ]
