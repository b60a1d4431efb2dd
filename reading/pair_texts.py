"""The functions of a file by their names, with their texts: methods too, inherited ones as well."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..pairs.function_text import Code, CodeDefinition, of_definition
from .statements import Statement

DEEPEST = 3
"""How many names are followed to a value that is written out."""


@dataclass(frozen=True)
class TextPlace:
    """A function, and where it stands: ``path`` is empty in a notebook's cell."""

    definition: CodeDefinition
    cell: int | None
    path: str

    @property
    def line(self) -> int:
        """The line of its ``def``."""
        return self.definition.node.lineno

    @property
    def decorators(self) -> list[ast.expr]:
        """What it is decorated with."""
        return self.definition.node.decorator_list


class PairedFunctions:
    """The functions that statements define. ``own`` are without those that a class inherits;
    ``path`` is the file of the statements.
    """

    def __init__(self, statements: Iterable[Statement], path: str) -> None:
        self.found: dict[str, TextPlace] = {}
        self.own: dict[str, TextPlace] = {}
        self.assigned: dict[str, ast.expr] = {}
        self.path = path
        for statement in statements:
            for node in within(statement.node):
                self._add(node, statement)
        self.found |= self.own

    def and_of(self, other: PairedFunctions) -> PairedFunctions:
        """Those of two files, the other's last."""
        both = PairedFunctions((), self.path)
        both.found = {**self.found, **other.found}
        both.assigned = {**self.assigned, **other.assigned}
        both.own = other.own
        return both

    @property
    def owners(self) -> list[str]:
        """The classes of which there are methods."""
        return [*dict.fromkeys(name.partition(".")[0] for name in self.found if "." in name)]

    def methods_of(self, owner: str) -> dict[str, TextPlace]:
        """The methods of a class by their names, inherited ones too."""
        before = f"{owner}."
        return {n[len(before) :]: p for n, p in self.found.items() if n.startswith(before)}

    def code(self, node: ast.expr) -> Code:
        """What is known of the function that an expression gives."""
        name = ast.unparse(node)[:100]
        place = self.found.get(name)
        return of_definition(place.definition, name, place.path) if place else Code(name)

    def literal(self, node: ast.expr, depth: int = 0) -> Any:
        """The value of an expression that is written out, or of a name for one.

        Raises `ValueError` where it is not.
        """
        if isinstance(node, ast.Name) and node.id in self.assigned and depth < DEEPEST:
            return self.literal(self.assigned[node.id], depth + 1)
        if isinstance(node, ast.Dict):
            entries = zip(node.keys, node.values, strict=True)
            return {ast.literal_eval(k): self.literal(v, depth) for k, v in entries if k}
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "dict" and not node.args:
            return {k.arg: self.literal(k.value, depth) for k in node.keywords if k.arg}
        return ast.literal_eval(node)

    def _add(self, node: ast.stmt, statement: Statement) -> None:
        if isinstance(node, ast.FunctionDef):
            self.own[node.name] = self._place(node, statement)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            self.assigned[node.targets[0].id] = node.value
        elif isinstance(node, ast.ClassDef):
            for base in reversed([ast.unparse(base) for base in node.bases]):
                known = {**self.found, **self.own}
                inherited = {n: p for n, p in known.items() if n.startswith(f"{base}.")}
                self.found |= {node.name + n.removeprefix(base): p for n, p in inherited.items()}
            for part in node.body:
                if isinstance(part, ast.FunctionDef):
                    self.own[f"{node.name}.{part.name}"] = self._place(part, statement)

    def _place(self, node: ast.FunctionDef, statement: Statement) -> TextPlace:
        block = statement.block
        first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        end = node.end_lineno or node.lineno
        lines = block.lines[first - block.first_line : end - block.first_line + 1]
        path = self.path if block.cell is None else ""
        return TextPlace(CodeDefinition(node, tuple(lines)), block.cell, path)


def within(node: ast.stmt) -> Iterator[ast.stmt]:
    """A statement, and what stands under an ``if``, ``try`` or ``with`` of the top level."""
    yield node
    if isinstance(node, ast.If | ast.Try | ast.With):
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.stmt):
                yield from within(part)
