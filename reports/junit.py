"""A JUnit XML file, which most CI systems read: a test for each law on each function.

Only faults fail. Advice is output of a test that passes; what could not be judged is skipped, as
are functions that are incomplete or blocked, and laws that do not apply. Functions that a file
lacks are left out, unless they were asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO
from xml.etree import ElementTree

from ..engine.outcome import FunctionReport, Level, Outcome, Status, SubmissionReport, Verdict
from . import escape
from ._words import sentence
from .text import findings_text

if TYPE_CHECKING:
    from ..engine import Settings

_KINDS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def render(reports: Iterable[SubmissionReport], settings: Settings, out: TextIO) -> None:
    """Write one suite for each submission."""
    root = ElementTree.Element("testsuites", name="cellcheck")
    for report in reports:
        root.append(_suite(report, settings))
    ElementTree.indent(root)
    out.write('<?xml version="1.0" encoding="utf-8"?>\n')
    out.write(ElementTree.tostring(root, encoding="unicode") + "\n")


def _suite(report: SubmissionReport, settings: Settings) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=escape(report.path))
    if report.error is not None:
        _add(suite, report.path, "it can be read", "error", report.error)
    for function in report.functions:
        if function.status is not Status.MISSING or function.name in settings.functions:
            _function(suite, function)
    suite.set("tests", str(len(suite)))
    for count, kind in _KINDS.items():
        suite.set(count, str(len(suite.findall(f"*/{kind}"))))
    suite.set("time", f"{report.seconds:.3f}")
    return suite


def _function(suite: ElementTree.Element, function: FunctionReport) -> None:
    name = function.name
    if function.status is Status.MISSING:
        _add(suite, name, "it is there", "skipped", f"the file has no function {name}")
    elif function.status in (Status.INCOMPLETE, Status.BLOCKED):
        reason = f"{function.status.value}: {function.reason}".rstrip(": ")
        _add(suite, name, "it can be judged", "skipped", reason)
    text = findings_text(function)
    for outcome in function.outcomes:
        if _law(suite, outcome, text):
            text = ""  # all that there is to tell of a function is told once


def _law(suite: ElementTree.Element, outcome: Outcome, text: str) -> bool:
    """The test of one law; whether the text has been told with it."""
    name, law = outcome.function, sentence(outcome.property)
    if outcome.verdict is Verdict.HELD:
        _add(suite, name, law)
    elif outcome.verdict is not Verdict.FAILED:
        _add(suite, name, law, "skipped", outcome.message)
    elif outcome.level is Level.FAULT:
        _add(suite, name, law, "failure", outcome.message, outcome.property, text)
        return True
    else:
        _add(suite, name, law, "system-out", text=f"advice: {_clean(outcome.message)}")
    return False


def _add(
    suite: ElementTree.Element,
    function: str,
    law: str,
    kind: str = "",
    message: str = "",
    law_name: str = "",
    text: str = "",
) -> None:
    """A test, and within it what became of it if it did not simply pass."""
    test = ElementTree.SubElement(suite, "testcase", classname=escape(function), name=law)
    if kind:
        inner = ElementTree.SubElement(test, kind)
        inner.text = text or None
        if message:
            inner.set("message", _clean(message))
        if kind in ("failure", "error"):
            inner.set("type", law_name or "Unreadable")


def _clean(text: str) -> str:
    """The text without what XML cannot hold; line ends stay."""
    return "\n".join(map(escape, text.expandtabs(4).splitlines()))
