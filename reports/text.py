"""The report for a person: a line for each function, then each fault.

A fault takes about ten lines: the mistake, its line and what was meant, and the law that shows it.
``--verbose`` shows every broken law, on its smallest case and with code that reproduces it.
"""

from __future__ import annotations

import io
import shlex
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

from ..cells import families
from ..engine.outcome import (
    Diagnosis,
    FunctionReport,
    Level,
    Match,
    Outcome,
    Status,
    SubmissionReport,
    Verdict,
)
from ._brief import briefly
from ._case import describe, dimensions
from ._paper import STYLES, Paper
from ._words import count, facts, place, place_of, sentence, verdict

if TYPE_CHECKING:
    from ..engine import Settings

_LONGEST_SNIPPET = 40
_MOST_NOTES = 3


def render(reports: Iterable[SubmissionReport], settings: Settings, out: TextIO) -> None:
    """Write each submission as soon as it is judged, and a last line over several.

    A file that could not be read is told by the command itself, on the error stream.
    """
    paper = Paper(out)
    statuses: list[str] = []
    broken = ""
    for report in reports:
        if report.error is None:
            if statuses:
                paper.line()
            _submission(paper, report, settings.verbose)
            broken = broken or _broken_law(report)
        statuses.append(report.status)
        paper.flush()
    if len(statuses) > 1:
        counts = Counter(statuses).items()
        paper.line()
        paper.line(f"{len(statuses)} files: ", ", ".join(f"{n} {status}" for status, n in counts))
    if broken:
        paper.line()
        paper.line((f"More about a law: cellcheck explain {broken}", "dim"))


def findings_text(function: FunctionReport) -> str:
    """What there is to say of one function, in plain lines: mistakes, broken laws and advice."""
    out = io.StringIO()
    paper = Paper(out)
    _faults(paper, function)
    _advice(paper, [function])
    return out.getvalue().rstrip("\n")


def brief_text(function: FunctionReport) -> str:
    """What there is to say of a function that does not pass, in about ten lines."""
    out = io.StringIO()
    paper = Paper(out)
    if function.findings:
        briefly(paper, function, with_case=True)
    else:
        _overview(paper, [function])
    return out.getvalue().rstrip("\n")


def _submission(paper: Paper, report: SubmissionReport, verbose: bool) -> None:
    present = [f for f in report.functions if f.status is not Status.MISSING]
    failed = report.status == "failed"
    paper.line((report.path, "bold"))
    paper.line()
    for one in report.fixed:
        paper.prose(f"{paper.marks['passed']} fixed: {one}", indent=2, style="green", hang=2)
    if report.fixed:
        paper.line()
    overview = _overview_of_failed if failed and not verbose else _overview
    shown = overview(paper, present)
    missing = missing_of(report) if verbose else []
    if missing:
        paper.prose(f"not in this file: {', '.join(missing)}", indent=2, style="dim", hang=18)
    if shown or missing:
        paper.line()
    for function in present:
        if verbose:
            _faults(paper, function)
        else:
            briefly(paper, function)
    _advice(paper, present)
    _not_judged(paper, report)
    _notes(paper, report, present, sys.maxsize if verbose else _MOST_NOTES)
    paper.line((verdict(present, report.status), STYLES["failed"] if failed else "bold"))
    if failed and not verbose and _broken_law(report):
        command = f"cellcheck check {shlex.quote(report.path)} --verbose"
        paper.line((f"Smallest cases, and code that reproduces them: {command}", "dim"))


def missing_of(report: SubmissionReport) -> list[str]:
    """The functions that the file lacks, of the cells that it has any of."""
    absent = {f.name for f in report.functions if f.status is Status.MISSING}
    here = {f.name for f in report.functions} - absent
    begun = [family for family in families().values() if here & family.functions.keys()]
    wanted = {name for family in begun for name in family.functions}
    return [f.name for f in report.functions if f.name in absent & wanted]


def _overview(paper: Paper, functions: Sequence[FunctionReport]) -> bool:
    """A line for each function; whether there was any."""
    widest = max((len(function.name) for function in functions), default=0)
    for function in functions:
        status = function.status.value
        cases = count(function.cases, "case") if function.cases else ""
        paper.line(
            "  ",
            (paper.marks[status], STYLES[status]),
            f" {function.name:<{widest}}  ",
            (f"{status:<10}", STYLES[status]),
            (f"  {cases:>10}  ", "dim"),
            (facts(function), "dim"),
        )
    return bool(functions)


def _overview_of_failed(paper: Paper, functions: Sequence[FunctionReport]) -> bool:
    """Without the functions that fail, which are told below; those that pass share a line."""
    rest = [function for function in functions if function.status is not Status.FAILED]
    plain = [one for one in rest if one.status is Status.PASSED and not one.reason]
    if plain:
        text = f"{paper.marks['passed']} {', '.join(one.name for one in plain)}: passed"
        paper.prose(text, indent=2, style=STYLES["passed"], hang=2)
    return _overview(paper, [one for one in rest if one not in plain]) or bool(plain)


def _faults(paper: Paper, function: FunctionReport) -> None:
    faults = function.faults
    if not faults:
        return
    where = place(function)
    paper.line(
        (f"{paper.marks['failed']} {function.name}", STYLES["failed"]),
        (f"  {where}" if where else "", "dim"),
    )
    for diagnosis in function.diagnosis:
        _diagnosis(paper, diagnosis, function)
    # With its one mistake mended a function keeps every law: one case is enough to see it.
    explained = [one.match for one in function.diagnosis] == [Match.EXACT]
    for number, outcome in enumerate(faults):
        paper.line("  Broken law: ", (sentence(outcome.property), "bold"))
        paper.prose(outcome.message, indent=4)
        if not (explained and number):
            _comparison(paper, outcome)
            _smallest_case(paper, outcome)
            _snippet(paper, outcome)
        paper.line()


def _diagnosis(paper: Paper, diagnosis: Diagnosis, function: FunctionReport) -> None:
    """The mistake, its line, and what was meant: before any number."""
    where = place_of(diagnosis, function)
    width = max(len("expected"), len(where))
    paper.prose(diagnosis.told, indent=2)
    for label, text, style in (
        (where, diagnosis.source, "red"),
        ("meant", diagnosis.suggestion, "green"),
    ):
        for number, line in enumerate(text.splitlines()):
            paper.line("    ", (f"{'' if number else label:<{width}}", "dim"), "  ", (line, style))
    paper.line()


def _comparison(paper: Paper, outcome: Outcome) -> None:
    if not (outcome.expected or outcome.found):
        return
    paper.line()
    for label, value in (("expected", outcome.expected), ("found", outcome.found)):
        style = "green" if label == "expected" else "red"
        for number, line in enumerate(value.splitlines()):
            paper.line("    ", (f"{'' if number else label:<8}", "dim"), "  ", (line, style))


def _smallest_case(paper: Paper, outcome: Outcome) -> None:
    case = outcome.counterexample
    if case is None:
        return
    paper.line()
    paper.line("    ", ("smallest case", "dim"), f"  {dimensions(case.dimensions)}")
    for label, value in describe(case.arrays, indent=6):
        paper.line((label, "dim"), value)


def _snippet(paper: Paper, outcome: Outcome) -> None:
    lines = outcome.snippet.strip("\n").splitlines()
    if not lines:
        return
    paper.line()
    if len(lines) > _LONGEST_SNIPPET:
        where = f"{len(lines)} lines of code, given by --format json"
        paper.line("    ", ("to reproduce", "dim"), f"  {where}")
        return
    paper.line("    ", ("to reproduce", "dim"))
    for line in lines:
        paper.line("      ", (line, "cyan"))


def _advice(paper: Paper, functions: Iterable[FunctionReport]) -> None:
    advice = [o for f in functions for o in f.findings if o.level is Level.ADVICE]
    for outcome in advice:
        paper.line(
            (f"{paper.marks['advice']} {outcome.function}", "yellow"),
            f"  {sentence(outcome.property)} ",
            ("(advice)", "dim"),
        )
        paper.prose(outcome.message, indent=4)
    if advice:
        paper.line()


def _not_judged(paper: Paper, report: SubmissionReport) -> None:
    """What looks like a function to be judged and was not, and how the first of them can be."""
    for one in report.not_judged:
        paper.prose(
            f"{paper.marks['blocked']} {one.name} is not judged  {place(one)}: {one.reason}",
            indent=0,
            style="yellow",
            hang=2,
        )
    advised = next((one for one in report.not_judged if one.advice), None)
    if advised is not None:
        paper.line()
        paper.line("  ", (f"to have {advised.name} judged", "dim"))
        for line in advised.advice.splitlines():
            paper.line("    ", (line, "cyan"))
    if report.not_judged:
        paper.line()


def _notes(
    paper: Paper, report: SubmissionReport, functions: Iterable[FunctionReport], most: int
) -> None:
    notes = [*report.notes]
    notes += [
        f"{outcome.function}: could not tell whether {sentence(outcome.property)}: "
        f"{outcome.message}"
        for function in functions
        for outcome in function.outcomes
        if outcome.verdict is Verdict.ERRORED
    ]
    for note in notes[:most]:
        paper.prose(f"note: {note}", indent=0, style="dim", hang=6)
    if len(notes) > most:
        paper.line((f"note: {len(notes) - most} more are shown with --verbose", "dim"))
    if notes:
        paper.line()


def _broken_law(report: SubmissionReport) -> str:
    """One law that the submission breaks, a fault for preference; empty if there is none."""
    broken = [outcome for function in report.functions for outcome in function.findings]
    broken.sort(key=lambda outcome: outcome.level is not Level.FAULT)
    return broken[0].property if broken else ""
