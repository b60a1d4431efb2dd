"""One state of the functions in the search, and what is known of it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import InitVar, dataclass, field
from functools import cached_property
from typing import Any

from ...subject.errors import Crash
from ..code.scope import Scope, texts_in
from ..code.sites import Changeable, Site
from ..localise.probes import probed
from .goal import Goal
from .harness import Trees


class Scopes(Mapping[int, Scope]):
    """What each site sees, put together when it is asked for."""

    def __init__(
        self, envs: Mapping[int, dict[str, Any]], make: Callable[[dict[str, Any]], Scope]
    ) -> None:
        self._envs, self._make = envs, make
        self._made: dict[int, Scope] = {}

    def __getitem__(self, number: int) -> Scope:
        if number not in self._made:
            self._made[number] = self._make(self._envs[number])
        return self._made[number]

    def __contains__(self, number: object) -> bool:
        return number in self._envs

    def __iter__(self) -> Iterator[int]:
        return iter(self._envs)

    def __len__(self) -> int:
        return len(self._envs)


@dataclass
class Round:
    """One state of the functions, and what is known of it. Sites have their places as numbers."""

    goal: Goal
    trees: Trees
    sites: list[Site]
    right: Mapping[str, bool]
    crash: Crash | None
    seen: InitVar[Mapping[int, list[dict[str, Any]]]]
    influence: Mapping[int, frozenset[str] | None] = field(default_factory=dict)
    """Which results a site's value reaches; None where that cannot be told."""

    def __post_init__(self, seen: Mapping[int, list[dict[str, Any]]]) -> None:
        harness, texts = self.goal.harness, texts_in(self.trees.values())
        own_names = harness.functions.bound[harness.spec.name].convention.own_names
        keys = [own_names.get(result, result) for result in harness.results]

        def make(env: dict[str, Any]) -> Scope:
            return Scope(env, harness.namespace, texts, keys)

        self.scopes = Scopes({n: envs[0] for n, envs in seen.items()}, make)
        """What each site sees when it is first reached, and the second time."""
        self.ends = Scopes({n: envs[1] for n, envs in seen.items() if len(envs) > 1}, make)

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


def looked_at(goal: Goal, trees: Trees) -> Round:
    """A round on functions that are run once on the case, to see what each place of them sees."""
    harness = goal.harness
    sites = harness.sites(trees)
    seen, crash = probed(harness, trees, sites)
    right: Mapping[str, bool] = {}
    if crash is None:
        with harness.running(harness.compiled(trees)):
            right = harness.score(harness.quick[0])
    else:
        right = dict.fromkeys(harness.expected(harness.quick[0]), False)
    return Round(goal, trees, sites, right, crash, seen)


def result_of(name: str) -> str:
    """The result that a step, or an entry, of it belongs to."""
    return name if name.startswith("cache[") else name.partition("[")[0]


def whole_of(name: str) -> str:
    """The result that a step of it belongs to; an entry of a dictionary is one by itself."""
    return name if name.endswith("']") else result_of(name)
