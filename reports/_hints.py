"""How much of what was found is told: a law and its reason, the line too, or the correction too.

``concept``: which law is broken, what it says and why it matters, and the smallest input that
shows it. What was found and expected, the code that reproduces it and the mistake are left empty,
and so is every line. ``place``: what was found in full, and the lines that it comes from; not what
is wrong in them. ``fix``: everything.

A function that is not Python is told with its line and Python's reason at every step: there is no
law to think about.
"""

from __future__ import annotations

from dataclasses import replace

from ..engine.outcome import Diagnosis, FunctionReport, Outcome, Status, SubmissionReport, Verdict
from ..properties import PROPERTIES


def hinted(report: SubmissionReport, hint: str) -> SubmissionReport:
    """The report with no more than a hint allows.

    ``fix`` allows everything, ``place`` no correction, and ``concept`` no line either.
    """
    if hint == "fix":
        return report
    tell = _concept if hint == "concept" else _place
    return replace(report, functions=tuple(map(tell, report.functions)))


def _concept(function: FunctionReport) -> FunctionReport:
    if _is_unreadable(function):
        return replace(function, diagnosis=())
    failed = function.status is Status.FAILED
    return replace(
        function,
        reason="" if failed else function.reason,
        outcomes=tuple(map(_law, function.outcomes)),
        diagnosis=(),
        gradients=(),
    )


def _law(outcome: Outcome) -> Outcome:
    """A broken law in its own words, with the input that shows it."""
    law = PROPERTIES.get(outcome.property)
    if outcome.verdict is not Verdict.FAILED:
        return outcome
    message = f"{law.law} {law.why}" if law else f"{outcome.property.replace('_', ' ')}."
    return replace(outcome, message=message, expected="", found="", snippet="")


def _place(function: FunctionReport) -> FunctionReport:
    placed = (_line(one) for one in function.diagnosis if one.line is not None)
    return replace(function, diagnosis=tuple(dict.fromkeys(placed)))


def _line(diagnosis: Diagnosis) -> Diagnosis:
    several = diagnosis.end_line not in (None, diagnosis.line)
    message = f"look at {'these lines' if several else 'this line'}"
    return replace(diagnosis, fault="", message=message, suggestion="")


def _is_unreadable(function: FunctionReport) -> bool:
    """Whether the function's text could not be read at all: it then has no place of its own."""
    return function.status is Status.FAILED and function.line is None
