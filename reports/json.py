"""Everything that was found, as one JSON document (schema 1): for programs.

Fields may be added to the schema; none is ever removed or renamed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING, Any, TextIO

from ..engine.outcome import (
    Counterexample,
    FunctionReport,
    Outcome,
    Status,
    SubmissionReport,
    Verdict,
)
from . import version

if TYPE_CHECKING:
    from ..engine import Settings

SCHEMA = 1


def render(reports: Iterable[SubmissionReport], settings: Settings, out: TextIO) -> None:
    """Write one document for all submissions."""
    document = head(settings) | {"submissions": [described(report) for report in reports]}
    json.dump(plain(document), out, indent=2, allow_nan=False)
    out.write("\n")


def head(settings: Settings) -> dict[str, object]:
    """What stands before the submissions."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "cellcheck", "version": version()},
        "settings": asdict(settings),
    }


def described(report: SubmissionReport) -> dict[str, Any]:
    """One submission."""
    return {
        "path": report.path,
        "status": report.status,
        "error": report.error,
        "seconds": round(report.seconds, 3),
        "notes": report.notes,
        "not_judged": [asdict(one) for one in report.not_judged],
        "fixed": [*report.fixed],
        "functions": [_function(function) for function in report.functions],
    }


def _function(report: FunctionReport) -> dict[str, object]:
    present = report.status is not Status.MISSING
    return {
        "name": report.name,
        "found_as": report.found_as or report.name if present else None,
        "line": report.line,
        "cell": report.cell,
        "status": report.status.value,
        "cases": report.cases,
        "reason": report.reason,
        "recorded": report.recorded,
        "findings": [_finding(outcome) for outcome in report.findings],
        "diagnosis": [asdict(diagnosis) for diagnosis in report.diagnosis],
        "held": [o.property for o in report.outcomes if o.verdict is Verdict.HELD],
        "not_applicable": _unjudged(report, Verdict.NOT_APPLICABLE),
        "errored": _unjudged(report, Verdict.ERRORED),
        "expected": _unjudged(report, Verdict.EXPECTED),
    }


def _finding(outcome: Outcome) -> dict[str, object]:
    return {
        "property": outcome.property,
        "level": outcome.level.value,
        "message": outcome.message,
        "expected": outcome.expected,
        "found": outcome.found,
        "cases": outcome.cases,
        "counterexample": _counterexample(outcome.counterexample),
        "snippet": outcome.snippet,
    }


def _counterexample(case: Counterexample | None) -> dict[str, object] | None:
    return None if case is None else {"dims": case.dimensions, "arrays": case.arrays}


def _unjudged(report: FunctionReport, verdict: Verdict) -> list[dict[str, str]]:
    return [
        {"property": outcome.property, "message": outcome.message}
        for outcome in report.outcomes
        if outcome.verdict is verdict
    ]


def plain(value: object) -> object:
    """The value in terms of JSON, which knows no arrays, no NaN and no half characters."""
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # an array, or a scalar of numpy's
        return plain(value.tolist())
    if isinstance(value, float):
        return value if isfinite(value) else repr(value)
    if value is None or isinstance(value, bool | int):
        return value
    return str(value).encode("utf-8", "backslashreplace").decode("utf-8")
