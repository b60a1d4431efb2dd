"""Functions that have nothing to run yet: text that is not Python, and unfinished templates."""

from __future__ import annotations

import ast
import contextlib
import re
from collections import Counter
from collections.abc import Iterator

from ...engine import Check
from ...engine.outcome import Diagnosis, FunctionReport, Status
from ...reading.files import Unreadable, blocks_of
from ...reading.syntax import kindly, mended
from ..code.differences import called
from ..code.source import Source, names_of, sentence
from .runs import Runs, Sign

_MADE = ("empty", "empty_like", "zeros", "zeros_like")
"""What makes an array that is there to be filled."""

_PLACE = re.compile(r"(?:cell (\d+), )?line (\d+)")


def by_text(done: Check, report: FunctionReport) -> list[Diagnosis]:
    """What can be said of a function without running it: it is no Python, or not written yet."""
    if done.submission.unreadable(report.name):
        return unread(done, report)
    return unfinished(done, report) if report.status is Status.INCOMPLETE else []


def unread(done: Check, report: FunctionReport) -> list[Diagnosis]:
    """Where the text of a function stops being Python, what is wrong, and what would be right."""
    reason = done.submission.unreadable(report.name)
    place, message = _PLACE.match(reason), re.search(r"not Python \((.*)\)$", reason)
    if not (place and message):
        return []
    cell = int(place[1]) if place[1] else None
    line = int(place[2])
    with contextlib.suppress(Unreadable):
        for block in blocks_of(done.submission.document.path):
            row = line - block.first_line
            if block.cell == cell and 0 <= row < len(block.lines):
                text, meant = block.lines[row].strip(), mended(block, row, message[1])
                said = sentence(kindly(message[1]))
                return [Diagnosis("not_python", said, line, line, cell, text, meant)]
    return []


def unfinished(done: Check, report: FunctionReport) -> list[Diagnosis]:
    """Which line of a template is still to be filled in."""
    definition = done.submission.found[report.name]
    source = Source.of(definition)
    place = _PLACE.search(report.reason)
    if source is None:
        return []
    first = next(filter(_is_open, source.statements), source.statements[-1])
    statement = source.at(int(place[2])) if place else first
    what = f"this is still to be written: {report.reason}"
    return [source.diagnosis("unfinished", what, statement)] if statement else []


def never_filled(runs: Runs) -> Iterator[Sign]:
    """An array that is given back as it was made, where nothing else in the function names it: what
    was to fill it is not written.
    """
    source = runs.source
    nodes = [*ast.walk(source.tree)]
    named = Counter(node.id for node in nodes if isinstance(node, ast.Name))
    made = {
        target.id
        for node in nodes
        if isinstance(node, ast.Assign) and called(node.value) in _MADE
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    last, gaps = source.tree.body[-1], [n for n in nodes if isinstance(n, ast.Pass)]
    back = names_of([last]) if isinstance(last, ast.Return) else []
    for own in back:
        if own in made and named[own] == 2:
            what = f"this is still to be written: `{own}` is returned as it was made"
            yield Sign(source, "unfinished", what, statement=[*gaps, last][0])


def _is_open(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.For) and "range(None)" in ast.unparse(statement.iter)
