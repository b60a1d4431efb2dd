"""One edit more on a version with several mistakes, tried where a value first differs."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property
from itertools import groupby
from typing import Any

from ..code.costs import TIE
from ..code.source import names_of
from ..localise.holes import Holes, digest
from ..localise.suspicion import suspects
from ..localise.traces import Trace, copied
from .candidates import LEVELS, likeliest_first
from .version import Candidate, Version

SMALL = 1
"""The level up to which changes are small."""

PLACES = 8
"""How many places are tried for each mistake."""


class NextEdits:
    """The edits with which a version gets better. It must have been traced deeply."""

    def __init__(self, version: Version) -> None:
        self.version, self.harness = version, version.goal.harness
        self.tracer = version.goal.tracer
        self._seen: set[Any] = set()
        """Values that were computed in the place of a site's before."""

    def following(self) -> list[Version]:
        """The better versions, those of the likeliest kind of change that leads to any."""
        version = self.version
        changed = {id(site.statement) for site in version.places}
        places = [
            (0.0 if _is_composite(site.statement) else penalty, site)
            for penalty, site in suspects(version)
            if id(site.statement) not in changed
        ]
        places.sort(key=lambda one: one[0])
        ranked = likeliest_first(version, places[:PLACES])
        # all small ones are looked at together
        for _, alike in groupby(ranked, key=lambda one: max(SMALL, bisect_left(LEVELS, one[0]))):
            found = self._better(candidate for _, candidate in alike)
            if found:
                return found
        return []

    def _better(self, candidates: Iterable[Candidate]) -> list[Version]:
        found: list[Version] = []
        for candidate in candidates:
            right = bool(found) and not found[-1].trace.wrong
            if right and candidate.edit.cost > found[-1].edit.cost + TIE:
                break
            better = self._with(candidate)
            if better is not None:
                found.append(better)
        return found

    def _with(self, candidate: Candidate) -> Version | None:
        """The functions with one edit more, if that is an improvement."""
        self.harness.check_time()
        if candidate.of_value and not self._helps(candidate):
            return None
        try:
            trace = self._trace(candidate)
        except Exception:
            return None
        before = self.version.trace
        if not trace.improves(before) or trace.missing in _concerned(candidate):
            return None
        return self.version.with_one(candidate, traced=trace)

    def _trace(self, candidate: Candidate) -> Trace:
        """What the functions compute with one edit more."""
        if not candidate.of_value:
            return self.tracer.trace(candidate.after(self.version.trees))
        hole = self._holes[candidate.site]
        with hole.filled(hole.code(candidate.edit.changes)) as made:
            return self.tracer.of(lambda: made)

    @cached_property
    def _holes(self) -> Holes:
        """The holes of the traced functions."""
        traced = self.tracer.traced(self.version.trees)
        return Holes(self.harness, traced, self.harness.compiled(traced))

    def _helps(self, candidate: Candidate) -> bool:
        """Whether a value, computed in place, is one that the reference has."""
        number = self.version.sites.index(candidate.site)
        trace = self.version.deep
        before = [unknown for place, unknown in trace.events if place == number]
        at = next((k for k, unknown in enumerate(before) if unknown), None)
        if at is None or at >= len(trace.envs[number]):
            return True  # it raises, or is wrong in a way that its value does not show
        try:
            code = self._holes[candidate.site].code(candidate.edit.changes)
            env = {name: copied(value) for name, value in trace.envs[number][at].items()}
            value = eval(code, {**self.harness.namespace, **env})
        except Exception:
            return False
        known = (number, digest(value))
        if known[1] is not None and known in self._seen:
            return False
        self._seen.add(known)
        return self.tracer.unknown(value) < before[at]


def _is_composite(statement: ast.stmt) -> bool:
    """Whether several values are returned or named at once: most of them may be right."""
    unpacked = isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Tuple)
    return unpacked or isinstance(statement, ast.Return)


def _concerned(candidate: Candidate) -> set[str]:
    """The names that a change writes, and those that the statement assigned before it."""
    statement = candidate.site.statement
    news = [n for n in candidate.edit.changes.values() if isinstance(n, ast.AST)]
    stored = getattr(statement, "targets", [getattr(statement, "target", statement)])
    return {*names_of([*news, *stored], ast.expr_context)}
