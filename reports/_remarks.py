"""What there is to say at a line of a file: for reports that are read beside the code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..engine.outcome import Diagnosis, FunctionReport, Level, SubmissionReport
from ._places import Lines
from ._words import sentence


@dataclass(frozen=True)
class Remark:
    """One thing to say: of which function, about which law, how grave, and where in the file.

    ``line`` and ``end_line`` count from 1 in the file itself, also in a notebook's; they are None
    where no line is known.
    """

    function: str
    law: str
    level: Level
    message: str
    line: int | None
    end_line: int | None

    @property
    def title(self) -> str:
        """A heading: the function and the law."""
        return f"{self.function}: {sentence(self.law)}"


def remarks(report: SubmissionReport) -> Iterator[Remark]:
    """Every broken law and every mistake of a submission, each once.

    A mistake with a line is told there, and the first broken law with the first of them. What has
    no line of its own is told where the function begins.
    """
    lines = Lines(report.path)
    for function in report.functions:
        yield from _of_function(function, lines)


def _of_function(function: FunctionReport, lines: Lines) -> Iterator[Remark]:
    start = lines.of(function.cell, function.line)
    placed = [one for one in function.diagnosis if one.line is not None]
    unplaced = [one.message for one in function.diagnosis if one.line is None]
    for number, outcome in enumerate(function.findings):
        law, level = outcome.property, outcome.level
        if number or level is Level.ADVICE:
            yield Remark(function.name, law, level, outcome.message, start, start)
            continue
        first, others = (placed[0] if placed else None), placed[1:]
        # What a line says by itself is the mistake; "look at this line" is nothing without the law.
        said = [*unplaced, *filter(None, [_said(first)]), outcome.message]
        if first is not None and not first.fault:
            said.reverse()
        yield _at(first, lines, function, law, "\n".join(said), start)
        for other in others:
            text = _said(other) if other.fault else f"{outcome.message}\n{_said(other)}"
            yield _at(other, lines, function, law, text, start)


def _at(
    diagnosis: Diagnosis | None,
    lines: Lines,
    function: FunctionReport,
    law: str,
    message: str,
    start: int | None,
) -> Remark:
    """A remark at the line of a mistake, or where the function begins."""
    line = end = start
    if diagnosis is not None:
        line = lines.of(diagnosis.cell, diagnosis.line) or start
        end = lines.of(diagnosis.cell, diagnosis.end_line) or line
    return Remark(function.name, law, Level.FAULT, message, line, end)


def _said(diagnosis: Diagnosis | None) -> str:
    """The mistake in words, and what was meant."""
    if diagnosis is None:
        return ""
    meant = f"\nmeant: {diagnosis.suggestion}" if diagnosis.suggestion else ""
    return f"{diagnosis.told}{meant}"
