"""One result for files of one syntax tree: what was found in one of them, told of another.

Two files may differ in comments, blank lines and spaces, and yet be the same code. Then the one is
judged, and its report is moved to the places of the other. Where a report quotes text that the
other has in another form, it cannot be moved, and the other is judged as well.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self, TypeAlias

from ..engine import Diagnosis, FunctionReport, SubmissionReport
from ..reading.files import Block

CodePlace: TypeAlias = tuple[int | None, int]
"""The cell of a notebook (None in other files), and the line in it or in the file."""

_LINE = re.compile(r"(?:\bcell (?P<cell>\d+), )?\bline (?P<line>\d+)")


class Unlike(Exception):
    """A report says something that cannot be said of the other file."""


@dataclass(frozen=True)
class CodeLayout:
    """How the code of a file is laid out.

    ``places`` are the lines that some node of the syntax tree begins or ends on, in order; ``text``
    is each line of the code. ``shape`` is all else that a report can depend on: two files of one
    shape have as many places, which stand for each other.
    """

    shape: str
    places: list[CodePlace]
    text: dict[CodePlace, str]

    @classmethod
    def of(cls, blocks: Iterable[Block]) -> Self:
        """The layout of a file's pieces of Python. One that does not parse is taken as it is."""
        shapes, places, text = [], [], {}
        for block in blocks:
            shape, rows = _shape(block)
            shapes.append([block.cell, *shape])
            places += [(block.cell, row + block.first_line - 1) for row in rows]
            for row, line in enumerate(block.lines, start=block.first_line):
                text[block.cell, row] = line.rstrip()
        return cls(json.dumps(shapes), places, text)


def _shape(block: Block) -> tuple[list[object], list[int]]:
    """The tree, and which of its nodes share a row; and the rows that there are nodes on."""
    with suppress(ValueError, RecursionError, MemoryError):  # too long or too deep to write down
        if block.tree:
            nodes = [n for n in ast.walk(block.tree) if isinstance(n, ast.stmt | ast.expr)]
            ends = [row for n in nodes for row in (n.lineno, n.end_lineno or n.lineno)]
            rows = sorted({*ends})
            number = {row: at for at, row in enumerate(rows)}
            return [ast.dump(block.tree), [number[row] for row in ends]], rows
    return [block.text, block.first_line], [*range(1, len(block.lines) + 1)]


@dataclass(frozen=True)
class Move:
    """From one file to another of the same shape."""

    before: CodeLayout
    after: CodeLayout

    @cached_property
    def _now(self) -> dict[CodePlace, int]:
        """The line of the other file that stands for each place."""
        lines = (line for _, line in self.after.places)
        return dict(zip(self.before.places, lines, strict=True))

    def report(self, report: SubmissionReport) -> SubmissionReport:
        """The report of the one file, as it is for the other. Raises `Unlike`."""
        return replace(
            report,
            error=None if report.error is None else self._sentence(report.error, None),
            notes=tuple(self._sentence(note, None) for note in report.notes),
            functions=tuple(map(self._function, report.functions)),
        )

    def _function(self, report: FunctionReport) -> FunctionReport:
        return replace(
            report,
            line=None if report.line is None else self._line(report.cell, report.line),
            reason=self._sentence(report.reason, report.cell),
            outcomes=tuple(
                replace(one, message=self._sentence(one.message, report.cell))
                for one in report.outcomes
            ),
            diagnosis=tuple(self._diagnosis(one, report.cell) for one in report.diagnosis),
        )

    def _diagnosis(self, found: Diagnosis, cell: int | None) -> Diagnosis:
        message = self._sentence(found.message, cell if found.line is None else found.cell)
        if found.line is None:
            return replace(found, message=message)
        begin = found.line  # which may be further down in a statement of several lines
        while (found.cell, begin) not in self._now and begin > 1:
            begin -= 1
        further = self._line(found.cell, begin) - begin
        for row in range(begin, (found.end_line or found.line) + 1):
            self._require_same_text(found.cell, row, row + further)
        end_line = found.end_line and found.end_line + further
        return replace(found, message=message, line=found.line + further, end_line=end_line)

    def _sentence(self, text: str, cell: int | None) -> str:
        """A sentence that may tell of lines, in a cell unless it names another."""

        def now(found: re.Match[str]) -> str:
            where = cell if found["cell"] is None else int(found["cell"])
            line = self._line(where, int(found["line"]))
            self._require_same_text(where, int(found["line"]), line)
            start = found.start("line") - found.start()
            return f"{found[0][:start]}{line}"

        return _LINE.sub(now, text)

    def _require_same_text(self, cell: int | None, line: int, now: int) -> None:
        """What is told of is quoted as well, and what should stand there is made of it."""
        if self.before.text.get((cell, line)) != self.after.text.get((cell, now)):
            raise Unlike

    def _line(self, cell: int | None, line: int) -> int:
        if (cell, line) not in self._now:
            raise Unlike
        return self._now[cell, line]
