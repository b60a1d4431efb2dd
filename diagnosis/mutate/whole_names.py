"""Changes of all the places in a function that have the same name or number."""

from __future__ import annotations

import ast
import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from ..code.costs import ANYTHING, EACH_PLACE, NEAR, SIMPLE
from ..code.edit import Edit, exchanged, is_read
from ..code.scope import Scope
from ..code.sites import arguments_of, bodies
from ..code.source import stores


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


def renamed(tree: ast.FunctionDef, scope: Scope) -> Iterator[tuple[Edit, int]]:
    """A name of its own for what has taken that of another value: what a loop goes over, or gives
    a name in each step, and what is called by the name of a function.

    With each comes the ``id`` of the first statement that it changes.
    """
    known = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} | {*arguments_of(tree)}
    hidden = {*_called(tree)}
    stored = Counter(stores(tree))
    for own in sorted(stored.keys() & hidden):
        yield from _with_another_name(tree, own, [f"{own}_value"], known, hidden={own})
    for loop in (n for n in ast.walk(tree) if isinstance(n, ast.For)):
        inside = Counter(stores(loop))
        for own in sorted(inside.keys() & {*arguments_of(tree), *(stored - inside)}):
            value = scope.env.get(own)
            news = ["key", "name"] if isinstance(value, str) else [f"{own}t", f"{own}_t"]
            yield from _with_another_name(loop, own, news, known)


def _with_another_name(
    part: ast.stmt,
    own: str,
    news: Sequence[str],
    known: Collection[str],
    hidden: Collection[str] = (),
) -> Iterator[tuple[Edit, int]]:
    """One name for another in a part of a function, but where it is called, or filled in parts."""
    new = next((one for one in news if one not in known), None)
    filled = {
        id(n.value) for n in ast.walk(part) if isinstance(n, ast.Subscript) and not is_read(n)
    }
    called = {id(n.func) for n in ast.walk(part) if isinstance(n, ast.Call)} if hidden else set()
    nodes = [n for n in ast.walk(part) if isinstance(n, ast.Name) and n.id == own]
    changed = [n for n in nodes if id(n) not in filled | called]
    if new is not None and changed:
        yield Edit(NEAR, {id(n): ast.Name(new, n.ctx) for n in changed}), id(part)


def _called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


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
