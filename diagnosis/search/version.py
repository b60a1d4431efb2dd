"""The functions with some edits made: what they compute, and which of several is better."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...subject.errors import Crash
from ..code.costs import TIE
from ..code.edit import Edit
from ..code.scope import Scope, texts_in, unread_in
from ..code.sites import Changeable, Site
from ..localise.influences import influences
from ..localise.traces import Trace
from .goal import Goal
from .harness import Live, Trees, result_of


@dataclass(eq=False)
class Version:
    """The functions with some edits made, and what is known of them.

    Sites have their places as numbers. ``parts`` are the edits, and ``places`` where they stand.
    """

    goal: Goal
    trees: Trees
    trace: Trace
    parts: tuple[Edit, ...] = ()
    places: tuple[Site, ...] = ()

    @classmethod
    def of(
        cls, goal: Goal, trees: Trees, parts: Sequence[Edit] = (), places: Sequence[Site] = ()
    ) -> Version:
        """Functions that are run once on the case, to see what each place of them sees."""
        trace = goal.tracer.trace(trees, deep=True)
        return cls(goal, trees, trace, tuple(parts), tuple(places))

    def with_more(self, trees: Trees, parts: Sequence[Edit], places: Sequence[Site]) -> Version:
        """The functions with further edits made."""
        parts, places = (*self.parts, *parts), (*self.places, *places)
        return Version(self.goal, trees, self.trace, parts, places)

    @property
    def right(self) -> Mapping[str, bool]:
        """Which results are right."""
        return self.trace.right

    @property
    def crash(self) -> Crash | None:
        """What the call ends with, if it raises."""
        return self.trace.crash

    @cached_property
    def sites(self) -> list[Site]:
        """Every place in which something can be changed."""
        return self.goal.harness.sites(self.trees)

    @cached_property
    def scopes(self) -> Mapping[int, Scope]:
        """What each site sees when it is first reached."""
        return self._scopes(0)

    @cached_property
    def ends(self) -> Mapping[int, Scope]:
        """What each site sees the second time."""
        return self._scopes(1)

    def _scopes(self, time: int) -> Mapping[int, Scope]:
        harness, texts = self.goal.harness, texts_in(self.trees.values())
        own_names = harness.functions.bound[harness.spec.name].convention.own_names
        keys = [own_names.get(result, result) for result in harness.results]
        unread = unread_in(self.trees.values())
        return {
            number: Scope(seen[time], harness.namespace, texts, keys, unread)
            for number, seen in self.trace.envs.items()
            if len(seen) > time
        }

    @cached_property
    def influence(self) -> Mapping[int, frozenset[str] | None]:
        """Which results a site's value reaches; None where that cannot be told."""
        if self.crash is not None or not self.wrong:
            return {}
        wrong = frozenset(map(result_of, self.wrong))
        return influences(self.goal.harness, self.trees, self.sites, wrong)

    @cached_property
    def live(self) -> Live:
        """The functions, compiled."""
        return self.goal.harness.compiled(self.trees)

    @cached_property
    def changeable(self) -> dict[str, Changeable]:
        """The functions as trees that can be changed for a moment."""
        return {n: Changeable(ast.Module([tree], [])) for n, tree in self.trees.items()}

    @cached_property
    def wrong(self) -> frozenset[str]:
        """The results that are not right."""
        return frozenset(name for name, right in self.right.items() if not right)

    @cached_property
    def numbers(self) -> dict[int, int]:
        """The numbers of the sites by the ``id`` of their statements."""
        return {id(site.statement): number for number, site in enumerate(self.sites)}

    @property
    def cost(self) -> float:
        """What all edits cost together."""
        return sum(part.cost for part in self.parts)

    @property
    def size(self) -> int:
        """How long the functions are."""
        return sum(len(ast.dump(tree)) for tree in self.trees.values())


def in_order(versions: Iterable[Version]) -> list[Version]:
    """Those first in which most is right; of such that raise, where that is latest."""
    return sorted(versions, key=_order)


def _order(version: Version) -> tuple[Any, ...]:
    trace = version.trace
    if trace.crash is not None:
        return True, -len(trace.events), version.cost, version.size
    known = len(trace.known) if trace.wrong else 0
    return False, trace.wrong, -known, trace.badness, version.cost, version.size


def unlike(versions: Iterable[Version]) -> list[Version]:
    """Of those that change the same statement and compute the same, the first."""
    found: dict[Any, Version] = {}
    for version in versions:
        trace = version.trace
        behaviour = tuple(trace.events), tuple(trace.right.values()), trace.known
        found.setdefault((id(version.places[-1].statement), behaviour), version)
    return list(found.values())


def least(ends: Sequence[Version]) -> Version | None:
    """The least of several that are wholly right; none, where as little would do elsewhere."""
    cost = min(end.cost for end in ends)
    nearest = [end for end in ends if end.cost <= cost + TIE]
    places = {frozenset(id(site.statement) for site in end.places) for end in nearest}
    return nearest[0] if len(places) == 1 else None
