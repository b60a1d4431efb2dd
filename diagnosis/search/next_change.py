"""The next link of a chain of mistakes: one change more, tried where a value first differs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from ..code.costs import SIMPLE
from ..code.edit import Edit
from ..code.scope import name
from ..code.sites import Changeable, Site
from ..localise.computed import Look, Watcher
from ..localise.first_wrong import headers, targets
from ..mutate.statements import first_values
from .candidates import Ranked, carried, everywhere, far, inserted, near, translated
from .patches import Candidate
from .ranking import TIE
from .rounds import Round
from .states import State

NEAREST = 1.7
"""The most that a small change may cost."""


class Links:
    """The changes with which a state gets better. It must have been looked at deeply."""

    def __init__(self, state: State, watcher: Watcher) -> None:
        self.state, self.watcher, self.harness = state, watcher, watcher.harness
        sites, look = self.harness.sites(state.trees), state.look
        self.round = Round(watcher.goal, state.trees, sites, look.right, look.crash, look.envs)
        self._values: dict[int, Changeable] = {}
        self._seen: set[Any] = set()
        """Values that were computed in the place of a site's before."""

    def following(self) -> list[State]:
        """The better states, those of the likeliest kind of change that leads to any."""
        changed = {id(site.statement) for site in self.state.places}
        numbers = [
            number
            for number in targets(self.round, self.state.look, self.watcher)
            if id(self.round.sites[number].statement) not in changed
        ]
        for kind in self._kinds(numbers):
            found = self._better(kind())
            if found:
                return found
        return []

    def _better(self, candidates: Iterable[Candidate]) -> list[State]:
        found: list[State] = []
        for candidate in candidates:
            right = bool(found) and not found[-1].look.wrong
            if right and candidate.cost > found[-1].parts[-1].cost + TIE:
                break
            state = self._with(candidate)
            if state is not None:
                found.append(state)
        return found

    def _kinds(self, numbers: Sequence[int]) -> Iterator[Callable[[], Iterable[Candidate]]]:
        """What to try, the likeliest first, made when it is needed."""
        round_ = self.round
        yield lambda: _by_cost(self._small(numbers))
        if any(site.depth for site in round_.sites):
            yield lambda: _by_cost([*inserted(round_), *carried(round_)])
        yield lambda: _by_cost(far(round_, numbers[:2]))
        yield lambda: _by_cost(translated(round_, numbers[:2]))
        yield lambda: _by_cost(everywhere(round_))

    def _small(self, numbers: Sequence[int]) -> list[Ranked]:
        round_, missing = self.round, self.state.look.missing
        made = near(round_, numbers)
        made += [(SIMPLE, 0, one) for n in numbers for one in _dropped_by_numpy(round_, n)]
        made = [one for one in made if one[0] <= NEAREST]
        return [*made, *(_given_values(round_, missing) if missing else ())]

    def _with(self, candidate: Candidate) -> State | None:
        """The functions with one change more, if that is an improvement."""
        self.harness.check_time()
        if candidate.of_value and not self._helps(candidate):
            return None
        try:
            look = self._look_at(candidate)
        except Exception:
            return None
        if not look.improves(self.state.look) or look.missing in _concerned(candidate):
            return None
        parts = (*self.state.parts, candidate.edit)
        places = (*self.state.places, candidate.site)
        return State(candidate.after(self.state.trees), parts, places, look)

    def _look_at(self, candidate: Candidate) -> Look:
        """What the functions compute with one change more."""
        function, trees, harness = candidate.site.function, self.state.trees, self.harness
        if not candidate.of_value:
            return self.watcher.look(candidate.after(trees))
        with self._watched[function].having(candidate.edit.changes) as module:
            code = compile(module, "<changed>", "exec", dont_inherit=True)
        others = {own: tree for own, tree in trees.items() if own != function}
        made = harness.compiled(self.watcher.watched(others)) if others else {}
        return self.watcher.seen(lambda: {**made, function: harness.executed(function, code)})

    @cached_property
    def _watched(self) -> Mapping[str, Changeable]:
        """The watched functions as trees that can be changed for a moment."""
        watched = self.watcher.watched(self.state.trees)
        return {own: Changeable(ast.Module([tree], [])) for own, tree in watched.items()}

    def _helps(self, candidate: Candidate) -> bool:
        """Whether a value, computed in place, is one that the reference has."""
        number = self.round.sites.index(candidate.site)
        look = self.state.look
        before = [unknown for place, unknown in look.events if place == number]
        at = next((k for k, unknown in enumerate(before) if unknown), None)
        if at is None or at >= len(look.envs[number]):
            return True  # it raises, or is wrong in a way that its value does not show
        try:
            with self._value(candidate.site).having(candidate.edit.changes) as changed:
                code = compile(changed, "<changed>", "eval", dont_inherit=True)
            value = eval(code, {**self.harness.namespace, **_apart(look.envs[number][at])})
        except Exception:
            return False
        digest = (number, _digest(value))
        if digest[1] is not None and digest in self._seen:
            return False
        self._seen.add(digest)
        return self.watcher.unknown(value) < before[at]

    def _value(self, site: Site) -> Changeable:
        """A site's value as a tree that can be changed for a moment."""
        if id(site) not in self._values:
            self._values[id(site)] = Changeable(ast.Expression(site.value))
        return self._values[id(site)]


def _by_cost(made: Iterable[Ranked]) -> list[Candidate]:
    return [one[2] for one in sorted(made, key=lambda one: one[0])]


def _concerned(candidate: Candidate) -> set[str]:
    """The names that a change writes, and those that the statement assigned before it."""
    statement = candidate.site.statement
    news = [n for n in candidate.edit.changes.values() if isinstance(n, ast.AST)]
    stored = getattr(statement, "targets", [getattr(statement, "target", statement)])
    names = [n for one in (*news, *stored) for n in ast.walk(one) if isinstance(n, ast.Name)]
    return {node.id for node in names}


def _given_values(round_: Round, missing: str) -> Iterator[Ranked]:
    """Assignments to a name that has no value, before the statement or the loop that reads it."""
    raising = max(round_.scopes)
    place = next(iter(headers(round_, [raising])), raising)
    site, scope = round_.sites[place], round_.scopes[place]
    for cost, value in first_values(scope, missing):
        made = ast.Assign([ast.Name(missing, ast.Store())], value)
        edit = Edit(cost, {id(site.statement): [made, site.statement]})
        yield cost, 0, Candidate(site, edit, False)


def _dropped_by_numpy(round_: Round, number: int) -> Iterator[Candidate]:
    """Python's own types in the place of names that numpy no longer has."""
    site, scope = round_.sites[number], round_.scopes[number]
    for node in ast.walk(site.value):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = scope.value_of_name(node.value.id)
            if owner is np and node.attr in ("float", "int", "bool"):
                yield Candidate(site, Edit(SIMPLE, {id(node): name(node.attr)}), False)


def _apart(env: Mapping[str, Any]) -> dict[str, Any]:
    """The names with containers of their own, which may be changed."""
    return {n: type(v)(v) if type(v) in (dict, list) else v for n, v in env.items()}


def _digest(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype != object:
        return value.shape, value.tobytes()
    if type(value) is tuple:
        parts = tuple(map(_digest, value))
        return None if None in parts else parts
    return None
