"""The right equation wherever a printed one is followed, written in the submission's own names.

What follows a print is known by the value that it computes, so that nothing is searched for.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..code.scope import Scope, parsed, texts_in
from ..code.sites import Site, swapped
from ..localise.probes import probed
from ..search.harness import Harness, Trees, close


@dataclass(frozen=True)
class Reprint:
    """The functions as they were meant, and where they follow the print: a function's own name, a
    statement in it, and the name of the equation that stands there.
    """

    trees: Trees
    places: Sequence[tuple[str, ast.stmt, str]]


@dataclass(frozen=True)
class Equation:
    """An equation as it should be, and the value that the printed one has on the own case."""

    name: str
    right: str
    printed: Any


def with_equations(
    harness: Harness, equations: Sequence[Equation], known: Mapping[str, Any]
) -> Reprint | None:
    """The right equations wherever the printed ones are computed.

    ``known`` has the values of what they are made of, on the harness's own case. None where one of
    them is nowhere computed, or has no words there.
    """
    changes: dict[int, Any] = {}
    places = []
    for site, scope in looked_at(harness):
        for equation in equations:
            for part in _computing(site.value, scope, equation.printed):
                made = _written(parsed(equation.right), _words(part, scope), scope.numpy(), known)
                if made is None:
                    return None
                changes[id(part)] = made
                places.append((site.function, site.statement, equation.name))
    if {equation for _, _, equation in places} != {one.name for one in equations}:
        return None
    return Reprint(changed(harness.trees, changes), places)


def looked_at(harness: Harness) -> list[tuple[Site, Scope]]:
    """Every site that is reached on the own case, with what it sees."""
    harness.quick = [harness.own_case()]
    sites = harness.sites(harness.trees)
    seen, _ = probed(harness, harness.trees, sites)
    texts = texts_in(harness.trees.values())
    return [
        (sites[n], Scope(envs[0], harness.namespace, texts)) for n, envs in sorted(seen.items())
    ]


def changed(trees: Trees, changes: Mapping[int, Any]) -> Trees:
    """The functions with some of their nodes replaced."""
    return {own: swapped(tree, changes) for own, tree in trees.items()}


def _computing(value: ast.AST, scope: Scope, wanted: Any) -> Iterator[ast.expr]:
    """The largest operations in an expression that give a value."""
    if isinstance(value, ast.BinOp) and equal(scope.value(value), wanted):
        yield value
        return
    for part in ast.iter_child_nodes(value):
        yield from _computing(part, scope, wanted)


def equal(found: Any, wanted: Any) -> bool:
    """Whether a value is an array that agrees with another but for rounding."""
    return isinstance(found, np.ndarray) and close(found, wanted)


def _words(printed: ast.expr, scope: Scope) -> Callable[[Any], ast.expr | None]:
    """What has a value at a place: that first which stands in the printed equation."""
    own = [n for n in ast.walk(printed) if isinstance(n, ast.Name | ast.Subscript)]
    words = [*own, *(atom.node for atom in scope.atoms)]
    return lambda value: next((one for one in words if equal(scope.value(one), value)), None)


def _written(
    node: ast.expr,
    word: Callable[[Any], ast.expr | None],
    numpy: str,
    known: Mapping[str, Any],
) -> ast.expr | None:
    """A right equation in such words: of operations, names and ``tanh`` of a name."""
    if isinstance(node, ast.BinOp):
        left, right = (_written(side, word, numpy, known) for side in (node.left, node.right))
        return ast.BinOp(left, node.op, right) if left and right else None
    if isinstance(node, ast.Name):
        return word(known[node.id])
    if isinstance(node, ast.Call):
        inner = known[ast.unparse(node.args[0])]
        state = word(inner)
        made = ast.Call(parsed(f"{numpy}.tanh"), [state], []) if state and numpy else None
        return word(np.tanh(inner)) or made
    return node
