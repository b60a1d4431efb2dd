"""The text of a function: its definition, the lines of its file, and what it is called there."""

from __future__ import annotations

import ast
import inspect
import textwrap
from dataclasses import dataclass

from .binding import name_of
from .errors import Function, code_of


@dataclass(frozen=True)
class CodeDefinition:
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


def definition(function: Function) -> CodeDefinition | None:
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
    return CodeDefinition(tree.body[0], tuple(lines))


@dataclass(frozen=True)
class Code:
    """What is known of a function without calling it: its name, and its text.

    ``path`` is its file, ``line`` that of its ``def``; ``returns`` are the expressions that its one
    ``return`` gives. ``is_inner`` says that it is defined in another function, where nobody can
    import it from.
    """

    name: str
    path: str = ""
    line: int | None = None
    returns: tuple[str, ...] = ()
    is_inner: bool = False
    definition: CodeDefinition | None = None
    presented: str = ""
    """The code that defines it, where its file has only the function that it calls."""

    @property
    def shown_name(self) -> str:
        """What the file calls it."""
        return self.definition.node.name if self.presented and self.definition else self.name


def of_definition(found: CodeDefinition, name: str, path: str, is_inner: bool = False) -> Code:
    """What a definition tells of its function."""
    returns = [n for n in ast.walk(found.node) if isinstance(n, ast.Return) and n.value]
    value = returns[0].value if len(returns) == 1 else None
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
    given = tuple(ast.unparse(part) for part in parts if part is not None)
    return Code(name, path, found.node.lineno, given, is_inner, found)


def code_text(function: Function) -> Code:
    """What is known of a live function."""
    name, path = name_of(function), _path_of(function)
    is_inner = "<locals>" in str(getattr(function, "__qualname__", ""))
    found = definition(function)
    if found is not None:
        return of_definition(found, name, path, is_inner)
    code = code_of(function)
    return Code(name, path, code.co_firstlineno if code else None, is_inner=is_inner)


def _path_of(function: Function) -> str:
    """The file of a function; empty where there is none."""
    try:
        return inspect.getsourcefile(inspect.unwrap(function)) or ""
    except TypeError:
        return ""
