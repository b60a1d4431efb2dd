"""Changes of all the places in a function that have the same name or number."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from ..code.costs import ANYTHING, EACH_PLACE, NEAR, SIMPLE
from ..code.edit import Edit, exchanged
from ..code.scope import Scope
from ..code.sites import bodies


def throughout(tree: ast.FunctionDef, scope: Scope) -> Iterator[tuple[Edit, int]]:
    """One value for another wherever a function has it, and two exchanged everywhere.

    With each comes the ``id`` of the first statement that it changes.
    """
    places = _places(tree)
    for found in places.values():
        first, node = found[0]
        if all(statement == first for statement, _ in found):
            continue
        for other in _others(node, scope):
            yield Edit(ANYTHING + EACH_PLACE * len(found), {id(n): other for _, n in found}), first
    names = [
        key
        for key, ((_, node), *_) in places.items()
        if isinstance(node, ast.Name) or isinstance(getattr(node, "value", None), str)
    ]
    for one, two in itertools.combinations(names, 2):
        a, b = ([node for _, node in places[key]] for key in (one, two))
        if scope.are_alike(a[0], b[0]):
            yield exchanged(ANYTHING + EACH_PLACE * len([*a, *b]), a, b), places[one][0][0]


def _places(tree: ast.FunctionDef) -> dict[str, list[tuple[int, ast.expr]]]:
    """Where each short expression stands, with the ``id`` of the statement it stands in."""
    places: dict[str, list[tuple[int, ast.expr]]] = {}
    for statement in ast.walk(tree):
        if isinstance(statement, ast.stmt) and statement is not tree:
            for node in _own_nodes(statement):
                places.setdefault(ast.dump(node), []).append((id(statement), node))
    return places


def _others(node: ast.expr, scope: Scope) -> list[ast.expr]:
    """What may stand for an expression wherever it stands."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return []
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        small: list[ast.expr] = [ast.Constant(n) for n in (0, 1, 2, -1) if n != node.value]
        return small + (scope.of_kind(int) if node.value > 2 else [])
    return scope.others(node, named=True)


def exchanges(tree: ast.FunctionDef, one: str, other: str) -> Iterator[Edit]:
    """Two names exchanged where they are stored: in one unpacking, or in two assignments."""
    for body in bodies(tree):
        values: dict[str, ast.expr] = {}
        for statement in body:
            if not isinstance(statement, ast.Assign):
                continue
            target = statement.targets[0]
            parts = target.elts if isinstance(target, ast.Tuple) else []
            stored = {n.id: n for n in parts if isinstance(n, ast.Name)}
            if one in stored and other in stored:
                yield exchanged(SIMPLE, [stored[one]], [stored[other]])
            if isinstance(target, ast.Name):
                values[target.id] = statement.value
        if one in values and other in values:
            yield exchanged(NEAR, [values[one]], [values[other]])


def _own_nodes(statement: ast.stmt) -> Iterator[ast.expr]:
    """The names and whole numbers that a statement reads, those of its own header or value."""
    value = getattr(statement, "value", None) or getattr(statement, "iter", None)
    for node in ast.walk(value) if isinstance(value, ast.expr) else ():
        if (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)) or (
            isinstance(node, ast.Constant) and type(node.value) in (int, str)
        ):
            yield node
