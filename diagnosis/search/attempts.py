"""Trying candidates of a version: what becomes right with each."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from ...subject.errors import Crash
from ..code.sites import changed_code
from ..localise.holes import Hole, Holes, digest
from .harness import whole_of
from .version import Candidate, Version

Score = Mapping[str, bool]
"""Which results are right. A result over time counts for each step."""


class Attempts:
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
