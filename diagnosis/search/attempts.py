"""Trying candidates of a round: what becomes right with each."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...subject.errors import Crash
from ..code.edit import Edit
from ..code.sites import Changeable, Site
from ..localise.holes import HOLE, Hole, with_hole
from .patches import Candidate, Repair
from .rounds import Round, whole_of

Score = Mapping[str, bool]
"""Which results are right. A result over time counts for each step."""


class Attempts:
    """The candidates of one round, tried one after the other."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        self.wanted = round_.wrong or None
        self._opened: dict[int, _Opened] = {}

    def repair(self, candidate: Candidate) -> Repair | None:
        """The candidate, if something becomes right with it and nothing becomes wrong."""
        round_ = self.round
        try:
            score = self._with_value(candidate) if candidate.of_value else self._with(candidate)
        except Crash:
            return None
        if score is None:
            return None
        if any(right and not score.get(name) for name, right in round_.right.items()):
            return None
        gained = frozenset(n for n in round_.wrong if score.get(n))
        left = {whole_of(name) for name in round_.wrong - gained}
        if round_.wrong and not {whole_of(name) for name in gained} - left:
            return None  # some steps of a result are right at times, and that tells nothing
        after = candidate.after(round_.trees)
        return Repair(candidate.site, candidate.edit, round_.trees, after, gained)

    def whole_repair(self, candidate: Candidate) -> Repair | None:
        """The candidate, if all becomes right with it, on every case and in every law."""
        repair = self.repair(candidate)
        if repair is None or repair.gained < self.round.wrong:
            return None
        return repair if self.round.goal.is_reached_by(repair) else None

    def _with_value(self, candidate: Candidate) -> Score | None:
        """The score with another value at a site."""
        site = candidate.site
        opened = self._opened.get(id(site))
        if opened is None:
            opened = self._opened[id(site)] = _Opened(self.round, site)
        return opened.score(candidate.edit, self.wanted)

    def _with(self, candidate: Candidate) -> Score | None:
        """The score with other statements."""
        function, goal = candidate.site.function, self.round.goal
        try:
            with self.round.changeable[function].having(candidate.edit.changes) as module:
                code = compile(module, "<changed>", "exec", dont_inherit=True)
            made = goal.harness.executed(function, code)
        except Exception:
            return None
        with goal.harness.running({function: made}):
            return goal.score(self.wanted)


class _Opened:
    """One site with a hole in it, into which values are put."""

    def __init__(self, round_: Round, site: Site) -> None:
        self.goal = round_.goal
        self.hole = Hole(round_.goal.harness)
        self.made: Mapping[str, Callable[..., Any]] | None
        try:
            self.made = with_hole(round_.goal.harness, round_.trees, site)
        except Exception:
            self.made = None
        self.failed: set[Any] = set()
        """Values that were tried before, and did not help."""
        self.tree = Changeable(ast.Expression(site.value))

    def score(self, edit: Edit, wanted: frozenset[str] | None) -> Score | None:
        """The score with a change of the value."""
        if self.made is None:
            return None
        harness, hole = self.goal.harness, self.hole
        try:
            with self.tree.having(edit.changes) as changed:
                hole.code = compile(changed, "<changed>", "eval", dont_inherit=True)
        except (SyntaxError, ValueError, TypeError, RecursionError):
            return None
        hole.count = 0
        digests: list[Any] = []
        known = self.failed if not self.goal.broken else set()

        def first(value: Any) -> None:
            digests.append(_digest(value))
            if digests[0] is not None and digests[0] in known:
                raise Crash("seen", "Seen")

        hole.first = first
        harness.namespace[HOLE] = hole
        score: Score | None = None
        try:
            with harness.running(self.made):
                score = self.goal.score(wanted)
        finally:
            harness.namespace.pop(HOLE, None)
            if hole.count == 1 and digests and not (score and any(score.values())):
                self.failed.add(digests[0])
        return score


def _digest(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype != object:
        return value.shape, value.dtype.char, value.tobytes()
    return None
