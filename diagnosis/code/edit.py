"""A change of a tree: what stands in for which nodes, and what it costs."""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from .costs import SIMPLE
from .scope import parsed


@dataclass(frozen=True)
class Edit:
    """A change of a tree: what stands in for which nodes, and how far it goes.

    Nodes are known by their ``id``. A list stands in for a statement: several, or none.
    """

    cost: float
    changes: Mapping[int, object]


Part = TypeVar("Part")

Changes = Iterator[tuple[float, ast.AST, object]]


def rewritten(nodes: Iterable[ast.AST], text: str) -> Edit:
    """Another expression in the place of some nodes."""
    return Edit(SIMPLE, {id(node): parsed(text) for node in nodes})


def replaced(statement: ast.stmt, *new: ast.stmt | str, cost: float = SIMPLE) -> Edit:
    """Other statements, some of them as text, in the place of one, which may be among them."""
    made = [ast.parse(one).body if isinstance(one, str) else [one] for one in new]
    return Edit(cost, {id(statement): [*itertools.chain.from_iterable(made)]})


def exchanged(cost: float, one: Sequence[ast.expr], other: Sequence[ast.expr]) -> Edit:
    """One expression, at all its places, for another at all of its, and the other way round."""
    first, second = copy.deepcopy(one[0]), copy.deepcopy(other[0])
    changes: dict[int, object] = {id(node): second for node in one}
    return Edit(cost, {**changes, **{id(node): first for node in other}})


def with_two_exchanged(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """The same with two of them in each other's place, each two in turn."""
    for i, j in itertools.combinations(range(len(parts)), 2):
        made = list(parts)
        made[i], made[j] = parts[j], parts[i]
        yield made


def is_read(node: ast.expr) -> bool:
    """Whether an expression is read, rather than stored into."""
    return isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
