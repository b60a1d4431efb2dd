"""Functions that have nothing to run yet: text that is not Python, and unfinished templates."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...engine import Check
from ...engine.outcome import Diagnosis, FunctionReport, Status
from ...reading.files import Block, Unreadable, blocks_of, parsed
from ..code.source import Source, sentence

_PLACE = re.compile(r"(?:cell (\d+), )?line (\d+)")

_WORDS = (
    (r"expected ':'", "a colon is missing at the end of this line"),
    (r"'(.)' was never closed", "the bracket {0} that opens here is never closed"),
    (r"unmatched '(.)'", "this line has a {0} that nothing opens"),
    (
        r"closing parenthesis '(.)' does not match opening parenthesis '(.)'.*",
        "the bracket {1} is closed by a {0}",
    ),
    (r"invalid syntax\. Perhaps you forgot a comma\?", "perhaps a comma is missing here"),
    (r"invalid syntax\. Maybe you meant '==' .*", "a single = stands where == may be meant"),
    (r"unterminated (?:triple-quoted )?string literal.*", "a text is not closed by its quote"),
    (r"expected an indented block after (.*) on line \d+", "nothing stands below the {0}"),
    (r"unexpected indent", "this line is indented further than the one above it"),
    (r"unindent does not match .*", "this line's indent is that of no line above it"),
    (r"inconsistent use of tabs.*", "tabs and spaces are mixed in the indents here"),
    (r"Missing parentheses in call to 'print'.*", "print needs brackets around what it prints"),
    (r"'return' outside function", "this return stands outside the function: mind its indent"),
    (r"cannot assign to (.*?) here\. .*", "a value cannot be assigned to this {0}"),
)  # fmt: skip
"""What Python says of a text that it cannot read, and the same for a person."""


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
    try:
        blocks = blocks_of(done.submission.document.path)
    except Unreadable:
        return []
    for block in blocks:
        row = line - block.first_line
        if block.cell == cell and 0 <= row < len(block.lines):
            return [
                Diagnosis(
                    fault="not_python",
                    message=sentence(_kindly(message[1])),
                    line=line,
                    end_line=line,
                    cell=cell,
                    source=block.lines[row].strip(),
                    suggestion=_mended(block, row, message[1]),
                )
            ]
    return []


def _kindly(message: str) -> str:
    for pattern, words in _WORDS:
        found = re.fullmatch(pattern, message)
        if found:
            return f"{words.format(*found.groups())}, so that Python cannot read the function"
    return f"Python cannot read this: {message}"


def _mended(block: Block, row: int, message: str) -> str:
    """The line as it should be, where one way only makes the whole block Python."""
    line = block.lines[row]
    good = {
        new.strip()
        for new in _readings(line, message)
        if _is_python([*block.lines[:row], new, *block.lines[row + 1 :]])
    }
    return good.pop() if len(good) == 1 else ""


def _readings(line: str, message: str) -> Iterator[str]:
    if message == "expected ':'":
        code, sign, comment = line.partition("#")
        width = len(code.rstrip())
        yield f"{code[:width]}:{code[width:]}{sign}{comment}"
    elif message.startswith("Missing parentheses in call to 'print'"):
        head, _, rest = line.partition("print")
        yield f"{head}print({rest.strip()})"


def _is_python(lines: list[str]) -> bool:
    return parsed("\n".join(lines)) is not None


def unfinished(done: Check, report: FunctionReport) -> list[Diagnosis]:
    """Which line of a template is still to be filled in."""
    definition = done.submission.found[report.name]
    source = Source.of(definition)
    place = _PLACE.search(report.reason)
    if source is None:
        return []
    if place:
        statement = source.at(int(place[2]))
    else:
        statement = next(filter(_is_open, source.statements), source.statements[-1])
    if statement is None:
        return []
    return [
        source.diagnosis("unfinished", f"this is still to be written: {report.reason}", statement)
    ]


def _is_open(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.For) and "range(None)" in ast.unparse(statement.iter)
