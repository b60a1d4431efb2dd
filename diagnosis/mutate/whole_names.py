"""Two values exchanged: wherever a function reads them, or where they are stored."""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Iterator

from ..code.costs import ANYTHING, EACH_PLACE, NEAR, SIMPLE
from ..code.edit import Edit
from ..code.scope import Scope, kind
from ..code.sites import bodies


def throughout(tree: ast.FunctionDef, scope: Scope) -> Iterator[tuple[Edit, int]]:
    """Two values exchanged wherever a function reads them.

    With each comes the ``id`` of the first statement that it changes.
    """
    places = _places(tree)
    for one, two in itertools.combinations(places, 2):
        (first, a), b = places[one][0], places[two][0][1]
        if kind(scope.value(a)) == kind(scope.value(b)) and scope.value(a) is not None:
            new_a, new_b = copy.deepcopy(a), copy.deepcopy(b)
            changes = {id(n): new_b for _, n in places[one]}
            changes |= {id(n): new_a for _, n in places[two]}
            yield Edit(ANYTHING + EACH_PLACE * len(changes), changes), first


def _places(tree: ast.FunctionDef) -> dict[str, list[tuple[int, ast.expr]]]:
    """Where each short expression stands, with the ``id`` of the statement it stands in."""
    places: dict[str, list[tuple[int, ast.expr]]] = {}
    for statement in ast.walk(tree):
        if isinstance(statement, ast.stmt) and statement is not tree:
            for node in _own_nodes(statement):
                places.setdefault(ast.dump(node), []).append((id(statement), node))
    return places


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
                changes = {id(stored[one]): stored[other], id(stored[other]): stored[one]}
                yield Edit(SIMPLE, changes)
            if isinstance(target, ast.Name):
                values[target.id] = statement.value
        if one in values and other in values:
            yield Edit(NEAR, {id(values[one]): values[other], id(values[other]): values[one]})


def _own_nodes(statement: ast.stmt) -> Iterator[ast.expr]:
    """The names and texts that a statement reads, those of its own header or value."""
    value = getattr(statement, "value", None) or getattr(statement, "iter", None)
    for node in ast.walk(value) if isinstance(value, ast.expr) else ():
        if (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str)
        ):
            yield node
