"""One line a fault, ``file:line:column: function: mistake``, as editors and linters have it.

The column, from 1, is that of the first part of the line that differs from what was meant. In a
notebook the line is that of its JSON text, which is what editors open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from ..engine.outcome import Diagnosis, FunctionReport, Status, SubmissionReport
from . import escape
from ._listing import SourceText
from ._marks import differing
from ._places import Lines
from ._words import sentence

if TYPE_CHECKING:
    from ..engine import Settings


def render(reports: Iterable[SubmissionReport], settings: Settings, out: TextIO) -> None:
    """Write the lines of each submission as soon as it is judged."""
    for report in reports:
        lines, text = Lines(report.path), SourceText(report.path)
        for function in report.functions:
            for line, column, message in _told(function, lines, text):
                out.write(
                    escape(f"{report.path}:{line}:{column}: {function.name}: {message}") + "\n"
                )
        for one in report.not_judged:
            line = lines.of(one.cell, one.line) or 1
            out.write(
                escape(f"{report.path}:{line}:1: {one.name}: not judged: {one.reason}") + "\n"
            )
        out.flush()


def _told(
    function: FunctionReport, lines: Lines, text: SourceText
) -> Iterator[tuple[int, int, str]]:
    """Each mistake with its line and column; where none is named, the first broken law."""
    start = lines.of(function.cell, function.line) or 1
    if function.status in (Status.BLOCKED, Status.INCOMPLETE):
        yield start, 1, f"{function.status.value}: {' '.join(function.reason.split())}"
    faults = function.faults
    for one in function.diagnosis if faults else ():
        message = " ".join(one.told.split())
        line = lines.of(one.cell, one.line)
        yield line or start, _column(one, text) if line else 1, message
    for outcome in faults[:1] if not function.diagnosis else ():
        yield start, 1, f"{sentence(outcome.property)}: {' '.join(outcome.message.split())}"
    for outcome in function.findings[len(faults) :]:
        yield start, 1, f"advice: {' '.join(outcome.message.split())}"


def _column(diagnosis: Diagnosis, text: SourceText) -> int:
    """The column of a mistake in its line of the file, from 1."""
    told, meant = diagnosis.source.splitlines(), diagnosis.suggestion.splitlines()
    written = text.line(diagnosis.cell, diagnosis.line or 1)
    margin = max(written.find(told[0].strip()), 0) if told else 0
    if not told or len(told) != len(meant) or told[0] == meant[0]:
        return margin + 1
    return margin + differing(told[0], meant[0])[0].start + 1
