"""The text of one function of a submission, its statements, and changes to it."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from textwrap import dedent, indent

from ...engine.outcome import Diagnosis
from ...subject.definition import Definition
from .sites import arguments_of, bodies, holds

_POSITION = ("lineno", "col_offset", "end_lineno", "end_col_offset")

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
    def _bytes(self) -> bytes:
        return self.text.encode()

    @cached_property
    def _rows(self) -> list[int]:
        """Where each line begins, and the text ends."""
        lines = self._bytes.splitlines(keepends=True)
        return [*itertools.accumulate(map(len, lines), initial=0)]

    def covers(self, line: int) -> bool:
        """Whether a line of the file (or cell) lies in the function."""
        return 0 <= line - self.definition.line < len(self._rows) - 1

    def at(self, line: int, name: str = "") -> ast.stmt | None:
        """The innermost statement on a line of the file (or cell), one that reads a name if such is
        given; None if there are several.
        """
        row = line - self.definition.line + 1
        found = [s for s in self.statements if 0 <= row - s.lineno <= self.segment(s).count("\n")]
        innermost = [s for s in found if not any(o is not s and holds(s, o) for o in found)]
        if name:
            innermost = [s for s in innermost if name in names_of(heads(s), ast.expr_context)]
        return innermost[0] if len(innermost) == 1 else None

    def names_before(self, statement: ast.stmt) -> list[str]:
        """The arguments, and before them what was given a value further up, the latest first."""
        above = itertools.takewhile(lambda other: other is not statement, self.statements)
        stored = [name for other in above for name in names_of(heads(other), ast.Store)]
        return list(dict.fromkeys([*reversed(stored), *arguments_of(self.tree)]))

    def next(self, statement: ast.stmt) -> ast.stmt | None:
        """The statement that follows in the same block."""
        for block in bodies(self.tree):
            if statement in block[:-1]:
                return block[block.index(statement) + 1]
        return None

    def segment(self, node: ast.AST) -> str:
        """The text of a node; of a compound statement its head only."""
        return self._between(*self._span(node))

    def changed(
        self, statement: ast.stmt, new: Mapping[ast.AST, str], parentheses: bool = False
    ) -> Suggestion:
        """The statement with another text for some nodes inside it, and for the ``parentheses``
        around them.
        """
        place, end = self._span(statement)
        parts = []
        for node in sorted(new, key=self._span):
            first, last = self._span(node)
            before, after = self._bytes[first - 1 : first], self._bytes[last : last + 1]
            around = parentheses and (before, after) == (b"(", b")")
            parts += [self._between(place, first - around), new[node]]
            place = last + around
        text = "".join([*parts, self._between(place, end)])
        return Suggestion(statement, statement, self._without_indent(text, statement))

    def text_of(self, first: ast.stmt, last: ast.stmt) -> str:
        """The lines from one statement to another of the same block, without their indent."""
        text = self._between(self._span(first)[0], self._span(last)[1])
        return self._without_indent(text, first)

    def applied(self, suggestion: Suggestion) -> str:
        """The function's text with what is suggested."""
        start, end = self._span(suggestion.first)[0], self._span(suggestion.last)[1]
        margin = self._margin(suggestion.first)
        new = indent(suggestion.text, margin).removeprefix(margin)
        return self._between(0, start) + new + self._between(end, self._rows[-1])

    def diagnosis(
        self, fault: str, message: str, statement: ast.stmt, suggestion: Suggestion | None = None
    ) -> Diagnosis:
        """What is said of a statement, and what should stand there."""
        first, last = (suggestion.first, suggestion.last) if suggestion else (statement, statement)
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
        )

    def line(self, node: ast.stmt | ast.expr) -> int:
        """The line of the file (or cell) that a node begins on."""
        return node.lineno + self.definition.line - 1

    def _span(self, node: ast.AST) -> tuple[int, int]:
        """Where in the text a node begins and ends, a compound statement with its head."""
        row, column, end_row, end_column = (vars(node)[name] for name in _POSITION)
        first, last = self._rows[row - 1] + column, self._rows[end_row - 1] + end_column
        body = getattr(node, "body", None)
        if isinstance(node, ast.stmt) and isinstance(body, list):
            inside = self._rows[body[0].lineno - 1] + body[0].col_offset
            last = self._bytes.rfind(b":", first, inside) + 1 or inside
        return first, last

    def _between(self, start: int, end: int) -> str:
        return self._bytes[start:end].decode()

    def _whole(self, text: str, first: ast.stmt, last: ast.stmt) -> str:
        """The text with what else stands on its lines, but for a comment after it."""
        after = self._between(self._span(last)[1], self._rows[-1]).partition("\n")[0].rstrip()
        return self._before(first).lstrip() + text + (after if after.startswith(";") else "")

    def _before(self, statement: ast.stmt) -> str:
        """What stands before a statement on its line."""
        return self._between(self._rows[statement.lineno - 1], self._span(statement)[0])

    def _margin(self, statement: ast.stmt) -> str:
        """What stands before a statement, spaces or tabs; spaces where something else does."""
        before = self._before(statement)
        return " " * len(before) if before.strip() else before

    def _without_indent(self, text: str, statement: ast.stmt) -> str:
        margin = self._margin(statement)
        return "\n".join(line.removeprefix(margin) for line in (margin + text).split("\n"))


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


def stores(tree: ast.AST) -> list[str]:
    """The names that are given values in a tree, each as often as it is."""
    nodes = (n for n in ast.walk(tree) if isinstance(n, ast.Name))
    return [n.id for n in nodes if isinstance(n.ctx, ast.Store)]


def names_of(nodes: Iterable[ast.AST], context: type[ast.expr_context] = ast.Load) -> list[str]:
    """The names in some nodes that are read (or given a value, or both), each once, in order."""
    found = (n for node in nodes for n in ast.walk(node) if isinstance(n, ast.Name))
    return list(dict.fromkeys(name.id for name in found if isinstance(name.ctx, context)))


def heads(statement: ast.stmt) -> list[ast.AST]:
    """The nodes of a statement, without the statements inside it."""
    parts = [p for p in ast.iter_child_nodes(statement) if not isinstance(p, ast.stmt)]
    return [node for part in parts for node in ast.walk(part)]
