"""The search for what was meant: changes of a function, tried until it does what it should."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...subject.budget import OutOfBudget
from ...subject.errors import Crash
from ..code.costs import OTHER_FORM, TIE
from ..code.edit import Edit
from ..code.sites import changed_code
from ..localise.holes import Hole, Holes, digest
from ..localise.suspicion import suspects
from .candidates import LEVELS, carried, everywhere, filled, likeliest_first
from .harness import whole_of
from .ranking import Ranked, best, computes_in_passing, far_enough, is_complete, is_renaming
from .version import Candidate, Version

PATIENT = 3
"""The level up to which a change must set everything right that its site has a part in."""

RIVAL = 1.0
"""How much less a place may be suspected than another, and still be looked at."""

SHORTER = 0.1
"""Seconds for something shorter where no other place can be meant."""

STEPS = 4
"""The most changes that are made one after the other."""

Score = Mapping[str, bool]
"""Which results are right. A result over time counts for each step."""


def one_by_one(version: Version) -> Version | None:
    """The version with the changes, found one after the other, that make it right."""
    for _ in range(STEPS):
        better = _Least(version).step()
        if better is None or better.gained == version.wrong:
            return better
        version = better
    return None


class _Least:
    """The least change that makes more of one version right."""

    def __init__(self, version: Version) -> None:
        self.version, self.attempts = version, _Attempts(version)
        self.spend = version.goal.harness.spend
        self.whole: list[Ranked] = []
        """The changes that make all right, and below, those that make some of it right."""
        self.better: list[Ranked] = []
        self.near = math.inf
        """Up to where another place may be as good as that of the first which makes all right."""
        self.level = 0
        self.enough = 0.0
        """What is left of the budget when no more is looked for in the one statement there is."""

    def step(self) -> Version | None:
        """The change, if one is found that alone may be meant."""
        far = False
        try:
            for key, candidate in likeliest_first(self.version, suspects(self.version)):
                far = far or key > self.near
                if self.whole and key > self._farthest():
                    break
                if self.whole and self._is_too_much(key, candidate.edit):
                    continue
                if self.whole and self._is_long_enough():
                    break
                if self._is_in_vain(candidate):
                    continue
                while key > LEVELS[self.level]:
                    self.level += 1
                    done = self._settled() if self.better and not self.whole else None
                    if done is not None:
                        return done
                count = len(self.better)
                self._try(key, candidate)
                done = self._covered() if len(self.better) > count and not self.whole else None
                if done is not None:
                    return done
        except OutOfBudget:
            if self.whole and not far:
                return None  # who knows what else would do
        return best(self.whole or self.better, self.version)

    def _farthest(self) -> float:
        """Up to where a lesser change is still likelier, however its place is suspected."""
        return max(self.near, self.whole[0][0] + RIVAL)

    def _is_too_much(self, key: float, edit: Edit) -> bool:
        """Whether a change is both less likely than one that makes all right and more than that: it
        can neither be chosen in its place nor cast doubt on it.
        """
        least, first = self.whole[0]
        if key > self.near:
            return edit.cost >= first.edit.cost - TIE
        is_final = not computes_in_passing(first)
        return is_final and key > least + TIE and edit.cost > first.edit.cost + TIE

    def _is_in_vain(self, candidate: Candidate) -> bool:
        """Whether a change cannot give any of what is wrong the shape that it should have."""
        if not candidate.of_value or not self.version.is_misshapen:
            return False
        return self.version.keeps_its_shape(candidate)

    def _is_long_enough(self) -> bool:
        """Whether something shorter was looked for long enough in the only statement there is: no
        other place can be meant.
        """
        left = self.version.goal.harness.budget.left
        self.enough = self.enough or left - SHORTER
        return len(self.version.reached) == 1 and left < self.enough

    def _try(self, key: float, candidate: Candidate) -> None:
        self.spend()
        made = self.attempts.better(candidate)
        if made is None:
            return
        if made.gained < self.version.wrong:
            self.better.append((key, made))
        elif self._is_proven(made, candidate.edit):
            self.whole.append(self._weighed(key, made))
            self.near = far_enough(self.whole[0], self.version)

    def _weighed(self, key: float, made: Version) -> Ranked:
        """A change that makes all right, less likely where what is given back gets another form."""
        if self.version.goal.are_alike(self.version.trees, made.trees):
            return key, made
        edit = replace(made.edit, cost=made.edit.cost + OTHER_FORM)
        return key + OTHER_FORM, replace(made, parts=(*made.parts[:-1], edit))

    def _is_proven(self, made: Version, edit: Edit) -> bool:
        """Whether all is right, by the goal's whole measure, which then remembers it."""
        goal = self.version.goal
        is_right = goal.is_reached(made.trees)
        goal.proven += [(edit, made.trees)] if is_right else []
        return is_right

    def _covered(self) -> Version | None:
        """Changes of one statement that each set some right, and together all, where they do."""
        gained = frozenset().union(*(made.gained for _, made in self.better))
        statements = {id(made.site.statement) for made in self._apart()}
        return self._merged() if gained == self.version.wrong and len(statements) == 1 else None

    def _settled(self) -> Version | None:
        """What to do at the end of a level, where some changes help and none does all."""
        merged = self._merged()
        if merged is not None:
            return merged
        ripe = [one for one in self.better if is_complete(one[1], self.version)]
        chosen = best(ripe, self.version)
        if chosen is None and self.level >= PATIENT:
            self._try_at_once()
            return best(self.whole or self.better, self.version)
        return chosen

    def _try_at_once(self) -> None:
        """Tries the changes of several statements at once, for what makes everything right."""
        better = [*self.better]
        for make in (everywhere, carried, filled):
            for candidate in make(self.version):
                self._try(candidate.edit.cost, candidate)
        self.better = better

    def _merged(self) -> Version | None:
        """Changes at several places that help each on its own, if all is right with them."""
        chosen = self._apart()
        edits = [one.edit for one in chosen]
        if len(chosen) < 2 or is_renaming(edits):
            return None
        changes = {key: new for edit in edits for key, new in edit.changes.items()}
        whole = Edit(sum(edit.cost for edit in edits), changes)
        made = self.attempts.better(Candidate(chosen[0].site, whole, of_value=False))
        if made is None or made.gained != self.version.wrong or not self._is_proven(made, whole):
            return None
        parts = (*self.version.parts, *edits)
        places = (*self.version.places, *(one.site for one in chosen))
        return replace(made, parts=parts, places=places)

    def _apart(self) -> Sequence[Version]:
        """The best changes that set right different results, at different places."""
        groups: dict[frozenset[str], list[Ranked]] = {}
        for key, made in self.better:
            groups.setdefault(made.gained, []).append((key, made))
        each = [best(group, self.version) for group in groups.values()]
        chosen: list[Version] = []
        changes: dict[int, Any] = {}
        for one in sorted(filter(None, each), key=lambda v: (-len(v.gained), v.edit.cost)):
            done = frozenset().union(*(other.gained for other in chosen))
            if not one.gained & done and not one.edit.changes.keys() & changes.keys():
                chosen.append(one)
                changes |= one.edit.changes
        return chosen


class _Attempts:
    """The candidates of one version, tried one after the other."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self.wanted = version.wrong or None
        self.holes = Holes(version.goal.harness, version.trees, version.live)
        self._failed: dict[Hole, set[Any]] = {}
        """Values that were tried before in a hole, and did not help."""

    def better(self, candidate: Candidate) -> Version | None:
        """The version with it, if something becomes right and nothing becomes wrong."""
        version = self.version
        try:
            score = self._with_value(candidate) if candidate.of_value else self._with(candidate)
        except Crash:
            return None
        if score is None:
            return None
        if any(right and not score.get(name) for name, right in version.trace.right.items()):
            return None
        gained = frozenset(n for n in version.wrong if score.get(n))
        left = {whole_of(name) for name in version.wrong - gained}
        if version.wrong and not {whole_of(name) for name in gained} - left:
            return None  # some steps of a result are right at times, and that tells nothing
        return version.with_one(candidate, gained)

    def _with_value(self, candidate: Candidate) -> Score | None:
        """The score with another value at a site; none, where the value was tried before and did
        not help.
        """
        try:
            hole = self.holes[candidate.site]
            code = hole.code(candidate.edit.changes)
        except Exception:
            return None
        goal, failed = self.version.goal, self._failed.setdefault(hole, set())
        digests: list[Any] = []

        def first(value: Any) -> None:
            digests.append(digest(value))
            if digests[0] is not None and digests[0] in failed and not goal.broken:
                raise Crash("seen", "Seen")

        hole.first = first
        score: Score | None = None
        try:
            with hole.filled(code) as made, goal.harness.running(made):
                score = goal.score(self.wanted)
        finally:
            if hole.count == 1 and digests and not (score and any(score.values())):
                failed.add(digests[0])
        return score

    def _with(self, candidate: Candidate) -> Score | None:
        """The score with other statements."""
        function, goal = candidate.site.function, self.version.goal
        try:
            module = ast.Module([self.version.trees[function]], [])
            code = changed_code(module, candidate.edit.changes)
            made = goal.harness.executed(function, code)
        except Exception:
            return None
        with goal.harness.running({**self.version.live, function: made}):
            return goal.score(self.wanted)
