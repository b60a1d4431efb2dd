"""The pairs of a file: a forward and a backward function with declared shapes, and no reference."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from ..pairs.cases import PLANS, Drawing
from ..pairs.check import judge_in
from ..pairs.errors import Broken, CaseRefused, PairCrash
from ..pairs.judge import FOLLOWED, PairJudge, quietly
from ..pairs.laws import gradients_are_the_derivative
from ..pairs.report import PairReport
from ..pairs.returned import UNNAMED
from ..pairs.trial import Trial
from ..reading.declared import DeclaredPair
from ..reading.pair_texts import TextPlace
from ..reading.unjudged import NO_KNOWN_CELL, NotJudged
from ..submissions import Submission
from .outcome import (
    Counterexample,
    Diagnosis,
    FunctionReport,
    Level,
    Outcome,
    Status,
    Verdict,
    uses_failing,
)

if TYPE_CHECKING:
    from .checking import Progress, Settings

FAULT = "wrong_gradient"
"""What the statement of a pair is told as that makes a wrong gradient."""


@dataclass
class Pairs:
    """What became of the pairs of a file; ``names`` are the functions that were recorded,
    ``wrong`` the pairs that failed by the names of their reports.
    """

    reports: list[FunctionReport] = field(default_factory=list)
    not_judged: list[NotJudged] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    wrong: dict[str, DeclaredPair] = field(default_factory=dict)


def judged_pairs(submission: Submission, settings: Settings, progress: Progress) -> Pairs:
    """Judges every declared pair of a file, but for what uses one that fails."""
    found = Pairs()
    for declared in submission.pairs:
        progress(declared.name)
        if wrong := sorted({*submission.used_by(declared)} & found.wrong.keys() - {declared.name}):
            found.reports.append(_blocked(declared, wrong))
            continue
        try:
            with submission.quiet():
                judge = judge_declared(submission, declared, settings.seed)
                judge.mends = False  # which is done once the verdict stands
                report = judge.report()
        except (ValueError, PairCrash) as reason:
            broken = submission.document.broken.get(declared.name)
            found.not_judged.append(unjudged(declared, broken or str(reason)))
        except Exception as error:
            why = f"cellcheck itself could not judge it ({type(error).__name__}: {error})"
            found.not_judged.append(unjudged(declared, why))
        else:
            add(found, declared, judge, report)
    return found


def judge_declared(submission: Submission, declared: DeclaredPair, seed: int) -> PairJudge:
    """What judges a pair where the code of its file lives; the declaration's own seed comes first.

    Raises `ValueError` where shapes and functions do not fit together.
    """
    pair = submission.pair(declared.making)
    seed = seed if declared.seed is None else declared.seed
    dtype = np.dtype(declared.dtype)
    drawing = Drawing(declared.inputs, declared.draw, dtype, seed, declared.sizes or {})
    if declared.reference is not None:
        count = declared.cases or len(PLANS)
        return PairJudge.of_value(pair, drawing, count, declared.reference)
    return judge_in(pair, drawing, declared.examples, declared.cases or len(PLANS))


def _blocked(declared: DeclaredPair, wrong: list[str]) -> FunctionReport:
    """The report on a function that uses others which fail."""
    place = declared.place(declared.name)
    where = (place.line, place.cell) if place else (None, None)
    return FunctionReport(
        declared.name,
        Status.BLOCKED,
        declared.name,
        line=where[0],
        cell=where[1],
        reason=uses_failing(wrong),
    )


def add(found: Pairs, declared: DeclaredPair, judge: PairJudge, report: PairReport) -> None:
    """Adds what became of a pair."""
    if report.verdict == "undecided":
        found.not_judged.append(unjudged(declared, report.message))
        return
    if declared.covers and report.verdict == "failed" and not _is_sure(judge, report):
        found.not_judged.append(unjudged(declared, NO_KNOWN_CELL))
        return
    place = declared.place(report.name)
    is_presented = bool(declared.making.backward_text.presented)
    name = declared.name if is_presented else report.name
    made = FunctionReport(
        name=name,
        status=Status.PASSED if report.verdict == "held" else Status.FAILED,
        found_as=name,
        line=place.line if place else None,
        cell=place.cell if place else None,
        cases=report.cases,
        recorded=declared.is_recorded,
    )
    if report.verdict == "held":
        laws = [law.__name__ for law in judge.laws if judge.says(law)]
        held = (Outcome(made.name, law, Verdict.HELD, cases=report.cases) for law in laws)
        found.reports.append(replace(made, outcomes=tuple(held)))
        besides = [note for note in judge.pair.notes() if note.endswith(UNNAMED)]
        found.not_judged += [unjudged(declared, note) for note in besides]
        return
    found.wrong[made.name] = declared
    case = Counterexample(report.sizes, report.inputs) if report.inputs else None
    outcome = Outcome(
        made.name, report.law, Verdict.FAILED, Level.FAULT, report.cases, f"{report.message}.",
        counterexample=case, snippet=report.snippet,
    )  # fmt: skip
    found.reports.append(replace(made, outcomes=(outcome,), diagnosis=_diagnosis(report, place)))


def _is_sure(judge: PairJudge, report: PairReport) -> bool:
    """Whether a class is read as it is meant, though a gradient is wrong: another one is right, on
    a case on which none is nothing.
    """
    if report.law != gradients_are_the_derivative.__name__:
        return False
    case = judge.drawing.case(len(PLANS), 0, "distinct", "plain")
    if case is None:
        return False
    try:
        with quietly():
            trial = Trial(judge.pair, case, None)
            told = trial.report.directions
            return any(
                told[n].verdict == "held" and g.any() for n, g in trial.gradients.arrays.items()
            )
    except (CaseRefused, Broken):
        return False


def _diagnosis(report: PairReport, place: TextPlace | None) -> tuple[Diagnosis, ...]:
    """The statement at fault, where it is known."""
    if not report.source or report.line is None or place is None:
        return ()
    message = "this line is at fault"
    if report.tensors:
        message = f"this line makes the gradient by {', '.join(report.tensors)} wrong"
    line, cell, source = report.line, place.cell, report.source
    return (Diagnosis(FAULT, message, line, line, cell, source),)


def mended(submission: Submission, declared: DeclaredPair, seed: int) -> Diagnosis | None:
    """What should be changed of a pair that failed, where its code lives in this process."""
    with submission.quiet():
        judge = judge_declared(submission, declared, seed)
        report = (judge.anew(FOLLOWED) if declared.is_recorded else judge).report()
    place = declared.place(report.name)
    if report.match != "exact" or place is None or report.line is None:
        return None
    if place.cell is not None and not place.definition.has(report.line):
        return None  # a function of another cell
    return replace(_diagnosis(report, place)[0], suggestion=report.suggestion)


def unjudged(declared: DeclaredPair, reason: str) -> NotJudged:
    """A pair that is not judged, and why."""
    place = declared.place(declared.name)
    text = " ".join(reason.split()).rstrip(".")
    line, cell = (place.line, place.cell) if place else (1, None)
    return NotJudged(declared.name, line, cell, text)
