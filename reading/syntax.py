"""What is wrong in a text that is not Python, in words, and what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .files import Block, parsed

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


def kindly(message: str) -> str:
    """What Python says of a text that it cannot read, for a person."""
    for pattern, words in _WORDS:
        found = re.fullmatch(pattern, message)
        if found:
            return f"{words.format(*found.groups())}, so that Python cannot read the function"
    return f"Python cannot read this: {message}"


def mended(block: Block, row: int, message: str) -> str:
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
