"""The functions with some edits made, what they compute, and a change that may be tried on them."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..code.edit import Edit
from ..code.scope import Scope, texts_in, unread_in
from ..code.sites import Site, located, swapped
from ..localise.holes import influences
from ..localise.traces import Trace
from .harness import Live, Trees, result_of
from .oracle import Oracle


@dataclass(frozen=True)
class Candidate:
    """A change at a site: of its value alone, or of the whole statement."""

    site: Site
    edit: Edit
    of_value: bool

    def after(self, trees: Trees) -> Trees:
        """The functions with the change made."""
        function = self.site.function
        return {**trees, function: swapped(trees[function], self.edit.changes)}


@dataclass(eq=False)
class Version:
    """The functions with some edits made, and what is known of them.

    ``parts`` are the edits, and ``places`` where they stand;
    ``gained`` are the results that the last of them makes right, and ``traced`` is what was seen
    when it was tried.
    """

    goal: Oracle
    trees: Trees
    parts: tuple[Edit, ...] = ()
    places: tuple[Site, ...] = ()
    gained: frozenset[str] = frozenset()
    traced: Trace | None = None

    def with_one(
        self, more: Candidate, gained: frozenset[str] = frozenset(), traced: Trace | None = None
    ) -> Version:
        """The functions with an edit more."""
        parts, places = (*self.parts, more.edit), (*self.places, more.site)
        return Version(self.goal, more.after(self.trees), parts, places, gained, traced)

    @property
    def edit(self) -> Edit:
        """The edit that was made last."""
        return self.parts[-1]

    @property
    def site(self) -> Site:
        """Where it was made."""
        return self.places[-1]

    @cached_property
    def deep(self) -> Trace:
        """What the functions compute on the case, with what each place of them sees."""
        return self.goal.tracer.trace(self.trees, deep=True)

    @property
    def trace(self) -> Trace:
        """What the functions compute on the case."""
        return self.traced or self.deep

    @cached_property
    def sites(self) -> list[Site]:
        """Every place in which something can be changed."""
        return self.goal.harness.sites(self.trees)

    @cached_property
    def scopes(self) -> Mapping[Site, Scope]:
        """What each site sees when it is first reached."""
        return self._scopes(0)

    @cached_property
    def ends(self) -> Mapping[Site, Scope]:
        """What each site sees the second time."""
        return self._scopes(1)

    def _scopes(self, time: int) -> Mapping[Site, Scope]:
        harness, texts = self.goal.harness, texts_in(self.trees.values())
        unread = unread_in(self.trees.values())
        return {
            self.sites[number]: Scope(seen[time], harness.namespace, texts, harness.keys, unread)
            for number, seen in self.deep.envs.items()
            if len(seen) > time
        }

    @cached_property
    def influence(self) -> Mapping[Site, frozenset[str] | None]:
        """Which results a site's value reaches; None where that is not known."""
        if self.trace.crash is not None or not self.wrong:
            return {}
        wrong = frozenset(map(result_of, self.wrong))
        return influences(self.goal.harness, self.trees, self.sites, wrong)

    @cached_property
    def live(self) -> Live:
        """The functions, compiled."""
        return self.goal.harness.compiled(self.trees)

    @cached_property
    def wrong(self) -> frozenset[str]:
        """The results that are not right."""
        return frozenset(name for name, right in self.trace.right.items() if not right)

    @cached_property
    def is_misshapen(self) -> bool:
        """Whether all that is not right has another shape than it should."""
        if self.trace.crash is not None or not self.wrong:
            return False
        with self.goal.harness.running(self.live):
            return self.wrong <= {*self.goal.harness.misshapen()}

    def keeps_its_shape(self, candidate: Candidate) -> bool:
        """Whether a change leaves the value of its site arrays of the same shapes, and so all that
        is computed of them.
        """
        scope, site = self.scopes[candidate.site], candidate.site
        before = shapes_in(scope.value(site.value))
        made = swapped(site.value, candidate.edit.changes)
        return before is not None and shapes_in(scope.value(made)) == before

    @cached_property
    def at(self) -> dict[int, Site]:
        """The sites by the ``id`` of their statements."""
        return {id(site.statement): site for site in self.sites}

    @cached_property
    def reached(self) -> list[Site]:
        """The sites that are reached, in the order of the text."""
        return [site for site in self.sites if site in self.scopes]

    @property
    def cost(self) -> float:
        """What all edits cost together."""
        return sum(part.cost for part in self.parts)

    @cached_property
    def size(self) -> int:
        """How long the functions are."""
        return length_of(self.trees)


def shapes_in(value: object) -> object:
    """The shapes of the arrays in a value, as they are put together; None where there is more."""
    if isinstance(value, np.ndarray):
        return value.shape
    if isinstance(value, dict):
        parts = {name: shapes_in(one) for name, one in value.items()}
    elif isinstance(value, tuple | list):
        parts = {place: shapes_in(one) for place, one in enumerate(value)}
    else:
        return None
    return None if None in parts.values() else (type(value), parts)


def length_of(trees: Trees) -> int:
    """How many letters functions have."""
    return sum(len(ast.unparse(located(tree))) for tree in trees.values())
