"""The text of one function of a submission, its statements, and changes to it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from textwrap import dedent, indent

from ...engine.outcome import Diagnosis, Match
from ...subject.definition import Definition
from .sites import bodies, holds

LEFT_OUT = "# (leave this line out)"
"""What is suggested for a statement that should not be there."""


@dataclass(frozen=True)
class Suggestion:
    """Another text for the lines of a function from one statement to another, both included.

    ``first`` and ``last`` are the same statement for a change of one; a compound statement stands
    for its first line only, up to the colon.
    """

    first: ast.stmt
    last: ast.stmt
    text: str


@dataclass(frozen=True, eq=False)
class Source:
    """A function's text without its outer indent; ``tree`` counts its lines from 1."""

    definition: Definition
    text: str
    tree: ast.FunctionDef
    is_table: bool = False
    """Whether it is an assignment of the module, of small functions under a name."""

    @classmethod
    def of(cls, definition: Definition) -> Source | None:
        """The function's own text; None where it is no ordinary ``def``, nor an assignment that
        makes small functions. That is the body of a function which nobody calls.
        """
        text = dedent(definition.source)
        try:
            body = ast.parse(text).body
        except (SyntaxError, ValueError, RecursionError):
            return None
        match body:
            case [ast.FunctionDef() as tree]:
                return cls(definition, text, tree)
            case [ast.Assign(targets=[ast.Name(name)])] if _makes_functions(body[0]):
                nothing = ast.arguments([], [], None, [], [], None, [])
                return cls(definition, text, ast.FunctionDef(name, nothing, body, []), True)
        return None

    @cached_property
    def statements(self) -> list[ast.stmt]:
        """Every statement in the function, in the order of the text."""
        found = [n for n in ast.walk(self.tree) if isinstance(n, ast.stmt) and n is not self.tree]
        return sorted(found, key=lambda node: (node.lineno, node.col_offset))

    @cached_property
    def parents(self) -> Mapping[ast.AST, ast.AST]:
        """The node that each node stands in."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @cached_property
    def _lines(self) -> list[bytes]:
        return self.text.encode().splitlines(keepends=True)

    def covers(self, line: int) -> bool:
        """Whether a line of the file (or cell) lies in the function."""
        return 0 <= line - self.definition.line < len(self._lines)

    def at(self, line: int, name: str = "") -> ast.stmt | None:
        """The innermost statement on a line of the file (or cell), one that reads a name if such is
        given; None if there are several.
        """
        row = line - self.definition.line + 1
        found = [s for s in self.statements if s.lineno <= row <= self._end(s)[0]]
        innermost = [s for s in found if not any(o is not s and holds(s, o) for o in found)]
        if name:
            innermost = [s for s in innermost if name in names_of(heads(s), ast.expr_context)]
        return innermost[0] if len(innermost) == 1 else None

    def before(self, statement: ast.stmt) -> Iterator[ast.stmt]:
        """The statements that stand above one, in the order of the text."""
        for other in self.statements:
            if other is statement:
                return
            yield other

    def names_before(self, statement: ast.stmt) -> list[str]:
        """The arguments, and before them what was given a value further up, the latest first."""
        arguments = self.tree.args
        given = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        above = [n for s in self.before(statement) for n in names_of(heads(s), ast.Store)]
        return list(dict.fromkeys([*reversed(above), *given]))

    def next(self, statement: ast.stmt) -> ast.stmt | None:
        """The statement that follows in the same block."""
        for block in bodies(self.tree):
            if statement in block[:-1]:
                return block[block.index(statement) + 1]
        return None

    def segment(self, node: ast.AST) -> str:
        """The text of a node; of a compound statement its head only."""
        return self._range(*self._start(node), *self._end(node))

    def changed(
        self, statement: ast.stmt, new: Mapping[ast.AST, str], parentheses: bool = False
    ) -> Suggestion:
        """The statement with another text for some nodes inside it, and for the ``parentheses``
        around them.
        """
        row, column = self._start(statement)
        parts = []
        for node in sorted(new, key=self._start):
            start, end = self._start(node), self._end(node)
            around = parentheses and self._is_in_parentheses(start, end)
            parts += [self._range(row, column, start[0], start[1] - around), new[node]]
            row, column = end[0], end[1] + around
        parts.append(self._range(row, column, *self._end(statement)))
        return Suggestion(statement, statement, self._without_indent("".join(parts), statement))

    def _is_in_parentheses(self, start: tuple[int, int], end: tuple[int, int]) -> bool:
        before, after = self._lines[start[0] - 1][: start[1]], self._lines[end[0] - 1][end[1] :]
        return before.endswith(b"(") and after.startswith(b")")

    def text_of(self, first: ast.stmt, last: ast.stmt) -> str:
        """The lines from one statement to another of the same block, without their indent."""
        text = self._range(*self._start(first), *self._end(last))
        return self._without_indent(text, first)

    def applied(self, suggestion: Suggestion) -> str:
        """The function's text with what is suggested."""
        start, end = self._start(suggestion.first), self._end(suggestion.last)
        margin = self._margin(suggestion.first)
        new = indent(suggestion.text, margin).removeprefix(margin)
        before = self._range(1, 0, *start)
        return before + new + self._range(*end, len(self._lines) + 1, 0)

    def diagnosis(
        self,
        fault: str,
        message: str,
        statement: ast.stmt,
        suggestion: Suggestion | None = None,
        match: Match = Match.EXACT,
    ) -> Diagnosis:
        """What is said of a statement, and what should stand there."""
        first, last = statement, statement
        if suggestion:
            first, last = suggestion.first, suggestion.last
        above = self.definition.line - 1
        text = self._whole(self.text_of(first, last), first, last)
        meant = self._whole(suggestion.text, first, last) if suggestion else ""
        same, text, meant = _where_they_differ(text, meant)
        return Diagnosis(
            fault=fault,
            message=sentence(message),
            line=first.lineno + above + same,
            end_line=first.lineno + above + same + text.count("\n"),
            cell=self.definition.cell,
            source=text,
            suggestion=meant,
            match=match,
        )

    def line(self, node: ast.stmt | ast.expr) -> int:
        """The line of the file (or cell) that a node begins on."""
        return node.lineno + self.definition.line - 1

    def _start(self, node: ast.AST) -> tuple[int, int]:
        return node.lineno, node.col_offset  # type: ignore[attr-defined]

    def _end(self, node: ast.AST) -> tuple[int, int]:
        body = getattr(node, "body", None)
        if not (isinstance(node, ast.stmt) and isinstance(body, list)):
            return node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
        row, column = body[0].lineno, body[0].col_offset
        above = self._range(*self._start(node), row, column)
        head = above[: above.rindex(":") + 1] if ":" in above else above
        rows = head.count("\n")
        width = len(head.rpartition("\n")[2].encode())
        return node.lineno + rows, width if rows else self._start(node)[1] + width

    def _range(self, row: int, column: int, end_row: int, end_column: int) -> str:
        lines = self._lines[row - 1 : end_row]
        if len(lines) == end_row - row + 1:
            lines[-1] = lines[-1][:end_column]
        if lines:
            lines[0] = lines[0][column:]
        return b"".join(lines).decode()

    def _whole(self, text: str, first: ast.stmt, last: ast.stmt) -> str:
        """The text with what else stands on its lines, but for a comment after it."""
        row, column = self._end(last)
        before = self._lines[first.lineno - 1][: first.col_offset].decode().lstrip()
        after = self._lines[row - 1][column:].decode().rstrip()
        return before + text + (after if after.startswith(";") else "")

    def _margin(self, statement: ast.stmt) -> str:
        """What stands before a statement, spaces or tabs; spaces where something else does."""
        before = self._lines[statement.lineno - 1][: statement.col_offset].decode()
        return " " * len(before) if before.strip() else before

    def _without_indent(self, text: str, statement: ast.stmt) -> str:
        margin = self._margin(statement)
        lines = text.split("\n")
        return "\n".join([lines[0], *(line.removeprefix(margin) for line in lines[1:])])


def _where_they_differ(text: str, meant: str) -> tuple[int, str, str]:
    """Of a text of several lines, and of what was meant, those that differ; before them, how many
    are the same.
    """
    lines, others = text.split("\n"), meant.split("\n")
    if len(lines) != len(others) or lines == others:
        return 0, text, meant
    unlike = [n for n, (one, other) in enumerate(zip(lines, others, strict=True)) if one != other]
    first, last = unlike[0], unlike[-1] + 1
    margin = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    text, meant = (
        "\n".join(line.removeprefix(margin) for line in part[first:last])
        for part in (lines, others)
    )
    return first, text, meant


def _makes_functions(statement: ast.stmt) -> bool:
    return any(isinstance(node, ast.Lambda) for node in ast.walk(statement))


def sentence(text: str) -> str:
    """A text as a sentence: with a capital letter, unless code begins it, and a full stop."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def names_of(nodes: Iterable[ast.AST], context: type[ast.expr_context] = ast.Load) -> list[str]:
    """The names in some nodes that are read (or given a value, or both), each once, in order."""
    found = (n for node in nodes for n in ast.walk(node) if isinstance(n, ast.Name))
    return list(dict.fromkeys(name.id for name in found if isinstance(name.ctx, context)))


def heads(statement: ast.stmt) -> list[ast.AST]:
    """The nodes of a statement, without the statements inside it."""
    parts = [p for p in ast.iter_child_nodes(statement) if not isinstance(p, ast.stmt)]
    return [node for part in parts for node in ast.walk(part)]
