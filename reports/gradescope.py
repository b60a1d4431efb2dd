"""A Gradescope autograder's ``results.json``: a test with one point for each function.

Graded are the functions asked for with ``--function``, and one that no file has gets no point;
without that option, those that the files have. A student sees each test's output, which tells no
more than the hint allows; what the submission printed is for the instructor alone.

Source: Gradescope's documentation, "Autograder Specifications".
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from ..engine.outcome import FunctionReport, Status, SubmissionReport
from . import escape
from ._words import facts
from .text import findings_text

if TYPE_CHECKING:
    from ..engine import Settings

LONGEST = 10_000
"""Characters of one test's output: what is longer is cut, as a page of numbers helps nobody."""

_SHOWN = {
    "visibility": "visible",
    "stdout_visibility": "hidden",
    "output_format": "text",
    "test_name_format": "text",
    "test_output_format": "text",
}


@dataclass(frozen=True)
class Points:
    """A function with its points; ``path`` is its file's name, where there are several files."""

    function: FunctionReport
    score: float
    max_score: float
    path: str = ""


def render(reports: Iterable[SubmissionReport], settings: Settings, out: TextIO) -> None:
    """Write the results of all files of one submission."""
    seen = list(reports)
    write(results(seen, _graded(seen, settings)), out)


def results(
    reports: Iterable[SubmissionReport], graded: Iterable[Points], notes: Iterable[str] = ()
) -> dict[str, object]:
    """The document for one student: a test for each function that is graded.

    Of ``reports``, those of all files, it tells which cannot be read; ``notes`` are told above the
    tests.
    """
    seen = list(reports)
    tests = [_unreadable(report) for report in seen if report.error is not None]
    tests += [_test(points) for points in graded]
    document = {
        "output": "\n".join([_verdict(tests), *map(escape, notes)]),
        "execution_time": round(sum((report.seconds for report in seen), 0.0), 1),
        **_SHOWN,
        "tests": tests,
    }
    return document if tests else {"score": 0.0, **document}


def write(document: dict[str, object], out: TextIO) -> None:
    """Write a document as JSON."""
    json.dump(document, out, indent=2)
    out.write("\n")


def _graded(reports: list[SubmissionReport], settings: Settings) -> Iterable[Points]:
    """The functions that count, a point each."""
    for report in reports:
        for function in report.functions:
            if function.status is not Status.MISSING:
                earned = 1.0 if function.status is Status.PASSED else 0.0
                yield Points(function, earned, 1.0, report.path if len(reports) > 1 else "")
    present = {f.name for r in reports for f in r.functions if f.status is not Status.MISSING}
    for name in settings.functions:
        if name not in present:
            yield Points(FunctionReport(name, Status.MISSING), 0.0, 1.0)


def _test(points: Points) -> dict[str, object]:
    function = points.function
    name = f"{points.path}: {function.name}" if points.path else function.name
    return {
        "name": escape(name),
        "score": points.score,
        "max_score": points.max_score,
        "status": "passed" if function.status is Status.PASSED else "failed",
        "output": _output(function),
    }


def _output(function: FunctionReport) -> str:
    """What the student reads of one function."""
    text = findings_text(function)
    if function.status is Status.MISSING:
        return f"There is no function {function.name}."
    if not text:
        return ": ".join(filter(None, (function.status.value, escape(facts(function)))))
    if len(text) > LONGEST:
        return f"{text[:LONGEST]}\n\n... (the rest is left out)"
    return text


def _unreadable(report: SubmissionReport) -> dict[str, object]:
    return {
        "name": escape(report.path),
        "score": 0.0,
        "max_score": 0.0,
        "status": "failed",
        "output": escape(report.error or ""),
    }


def _verdict(tests: list[dict[str, object]]) -> str:
    passed = sum(test["status"] == "passed" for test in tests)
    return f"{passed} of {len(tests)} tests passed." if tests else "No function to grade."


DRAFT = json.dumps(
    {
        "score": 0.0,
        "output": "The check did not come to its end: the submission may have ended the process. "
        "Submit again, and tell your instructor if this stays.",
        **_SHOWN,
        "tests": [],
    }
)
"""What Gradescope gets where the process is killed before there is a report."""
