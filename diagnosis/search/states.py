"""The functions with some changes made, and which of several such states is better."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..code.edit import Edit
from ..code.sites import Site
from ..localise.computed import Look
from .harness import Trees
from .ranking import TIE


@dataclass
class State:
    """The functions with some changes made."""

    trees: Trees
    parts: tuple[Edit, ...]
    places: tuple[Site, ...]
    look: Look

    def with_more(self, trees: Trees, parts: Sequence[Edit], places: Sequence[Site]) -> State:
        """The state with further changes made."""
        return State(trees, (*self.parts, *parts), (*self.places, *places), self.look)

    @property
    def cost(self) -> float:
        """What all changes cost together."""
        return sum(part.cost for part in self.parts)

    @property
    def size(self) -> int:
        """How long the functions are."""
        return sum(len(ast.dump(tree)) for tree in self.trees.values())


def in_order(states: Iterable[State]) -> list[State]:
    """Those first in which most is right; of such that raise, where that is latest."""
    return sorted(states, key=_order)


def _order(state: State) -> tuple[Any, ...]:
    look = state.look
    if look.crash is not None:
        return True, -len(look.events), state.cost, state.size
    known = len(look.known) if look.wrong else 0
    return False, look.wrong, -known, look.badness, state.cost, state.size


def unlike(states: Iterable[State]) -> list[State]:
    """Of those that change the same statement and compute the same, the first."""
    kept: dict[Any, State] = {}
    for state in states:
        look = state.look
        behaviour = tuple(look.events), tuple(look.right.values()), look.known
        kept.setdefault((id(state.places[-1].statement), behaviour), state)
    return list(kept.values())


def least(ends: Sequence[State]) -> State | None:
    """The least of several that are wholly right; none, where as little would do elsewhere."""
    cost = min(end.cost for end in ends)
    nearest = [end for end in ends if end.cost <= cost + TIE]
    places = {frozenset(id(site.statement) for site in end.places) for end in nearest}
    return nearest[0] if len(places) == 1 else None
