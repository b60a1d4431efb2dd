"""The text of a function: its definition, and the lines of its file."""

from __future__ import annotations

import ast
import inspect
import textwrap
from dataclasses import dataclass

from .errors import Function, code_of


@dataclass(frozen=True)
class Definition:
    """A function's definition; its nodes have the lines of the file."""

    node: ast.FunctionDef
    lines: tuple[str, ...]

    def text(self, line: int) -> str:
        """What stands in a line of the file."""
        return self.lines[line - self.start].strip() if self.has(line) else ""

    @property
    def start(self) -> int:
        """The first line, of its decorators if it has any."""
        return min([self.node.lineno, *(one.lineno for one in self.node.decorator_list)])

    def has(self, line: int) -> bool:
        """Whether a line of the file is one of the function's."""
        return 0 <= line - self.start < len(self.lines)


def definition(function: Function) -> Definition | None:
    """The definition of a function; nothing for a built-in, a lambda, or where no text is."""
    if code_of(function) is None:
        return None
    try:
        lines, start = inspect.getsourcelines(inspect.unwrap(function))
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, TypeError, SyntaxError, IndentationError):
        return None
    if not tree.body or not isinstance(tree.body[0], ast.FunctionDef):
        return None
    ast.increment_lineno(tree, max(start, 1) - 1)
    return Definition(tree.body[0], tuple(lines))


def first_line(function: Function) -> int | None:
    """The line of a function's ``def``, or of its first line."""
    found = definition(function)
    if found is not None:
        return found.node.lineno
    code = code_of(function)
    return code.co_firstlineno if code else None
