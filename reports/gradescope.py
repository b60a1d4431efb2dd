"""A Gradescope autograder's ``results.json``: a test with one point for each function.

Graded are the functions asked for with ``--function``, and one that no file has gets no point;
without that option, those that the files have. A student sees each test's output, which tells no
more than the hint allows; what the submission printed is for the instructor alone.

Source: Gradescope's documentation, "Autograder Specifications".
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

from ..engine.outcome import FunctionReport, Status, SubmissionReport
from . import escape
from .text import facts, told

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


def render(reports: Iterable[SubmissionReport], settings: Settings, out: TextIO) -> None:
    """Write the results of all files of one submission."""
    seen = list(reports)
    tests = [_unreadable(report) for report in seen if report.error is not None]
    tests += [_test(path, function) for path, function in _graded(seen, settings)]
    results = {
        "output": _verdict(tests),
        "execution_time": round(sum(report.seconds for report in seen), 1),
        **_SHOWN,
        "tests": tests,
    }
    _write(results if tests else {"score": 0.0, **results}, out)


def _graded(
    reports: list[SubmissionReport], settings: Settings
) -> Iterable[tuple[str, FunctionReport]]:
    """The functions that count, each with its file's name where there are several files."""
    for report in reports:
        for function in report.functions:
            if function.status is not Status.MISSING:
                yield report.path if len(reports) > 1 else "", function
    present = {f.name for r in reports for f in r.functions if f.status is not Status.MISSING}
    for name in settings.functions:
        if name not in present:
            yield "", FunctionReport(name, Status.MISSING)


def _test(path: str, function: FunctionReport) -> dict[str, Any]:
    passed = function.status is Status.PASSED
    name = f"{path}: {function.name}" if path else function.name
    return {
        "name": escape(name),
        "score": 1.0 if passed else 0.0,
        "max_score": 1.0,
        "status": "passed" if passed else "failed",
        "output": _output(function),
    }


def _output(function: FunctionReport) -> str:
    """What the student reads of one function."""
    text = told(function)
    if function.status is Status.MISSING:
        return f"There is no function {function.name}."
    if not text:
        return ": ".join(filter(None, (function.status.value, escape(facts(function)))))
    if len(text) > LONGEST:
        return f"{text[:LONGEST]}\n\n... (the rest is left out)"
    return text


def _unreadable(report: SubmissionReport) -> dict[str, Any]:
    return {
        "name": escape(report.path),
        "score": 0.0,
        "max_score": 0.0,
        "status": "failed",
        "output": escape(report.error or ""),
    }


def _verdict(tests: list[dict[str, Any]]) -> str:
    passed = sum(test["status"] == "passed" for test in tests)
    return f"{passed} of {len(tests)} tests passed." if tests else "No function to grade."


def _write(results: dict[str, Any], out: TextIO) -> None:
    json.dump(results, out, indent=2)
    out.write("\n")


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
