"""Several mistakes in one function, the later hidden by the earlier: each is looked for where a
value first differs from all that the reference computes, and mended before the next is sought.
"""

from __future__ import annotations

import ast
import contextlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, groupby
from typing import Any

from ...subject.budget import OutOfBudget
from ..code.allowances import LIKELIEST, REST
from ..code.costs import TIE
from ..code.sites import targets_of
from ..code.source import names_of
from ..localise.holes import Holes, digest
from ..localise.suspicion import suspects
from ..localise.traces import Trace, copied
from ..mutate.in_place import made_anew
from .candidates import LEVELS, likeliest_first
from .goal import Goal, breaks
from .ranking import in_order, least, unlike
from .single import one_by_one
from .version import Candidate, Version

DEEPEST, WIDEST = 4, 3
"""Mistakes in a row; repairs of one that are followed."""

MOST_ENDS = 6
"""How many repairs with which all results are right are held against the laws."""

SMALL = 1
"""The level up to which changes are small."""

PLACES = 8
"""How many places are tried for each mistake."""

UNCHANGED = "arguments_are_left_unchanged"


def one_after_the_other(goal: Goal) -> Version | None:
    """The functions with the changes that together make them right; none, if none are found."""
    with contextlib.suppress(OutOfBudget):
        ends = (_followed(goal, start) for start in _starts(goal))
        return next(filter(None, ends), None)
    return None


def _starts(goal: Goal) -> Iterator[Version]:
    """The functions with what is certain mended, if something is; with what changes an argument
    mended, if something does; and as they are.

    What an argument holds tells nothing while it is changed on the way.
    """
    harness, version = goal.harness, Version(goal, goal.harness.trees)
    if goal.certain:
        yield _with_what_is_certain(goal, version)
    for law, case in goal.broken_of({UNCHANGED} & goal.findings):
        for changed in _made_anew(version):
            with harness.running(changed.live):
                is_mended = not breaks(harness.subject.anew(), law, case)
            if is_mended:
                yield changed
                break
    yield version


def _with_what_is_certain(goal: Goal, version: Version) -> Version:
    for function, edit in goal.certain:
        sites = [site for site in version.sites if site.function == function]
        changed = (s for s in sites if edit.changes.keys() & set(map(id, ast.walk(s.statement))))
        version = version.with_one(Candidate(next(changed, sites[0]), edit, of_value=False))
    return version


def _made_anew(version: Version) -> Iterator[Version]:
    """The functions with one statement that changes an array in place making a new one."""
    for tree in version.trees.values():
        for statement, edit in made_anew(tree):
            if site := version.at.get(id(statement)):
                yield version.with_one(Candidate(site, edit, of_value=False))


def _followed(goal: Goal, version: Version) -> Version | None:
    """The first that is wholly right, of those that are reached from one by mending."""
    versions = [version]
    for _ in range(DEEPEST):
        following: list[Version] = []
        for one in versions:
            first = one is versions[0] or one.trace.is_right
            rest = _rest(goal, one, LIKELIEST if first else REST) if one.parts else None
            if rest is not None:
                return rest
            children = unlike(in_order(_NextEdits(one).following()))
            whole = [child for child in children if child.trace.is_right]
            ends = [end for child in whole[:MOST_ENDS] for end in _lawful(child)]
            if ends:
                return least(ends)
            following += children[:WIDEST]
        versions = in_order(following)[:WIDEST]
    return None


def _rest(goal: Goal, version: Version, seconds: float) -> Version | None:
    """What is still to be done where one mistake is mended, if it shows now on its own."""
    budget = goal.harness.budget
    goal.harness.spend()
    with budget.share(seconds), contextlib.suppress(OutOfBudget):
        left = goal.anew(version.trees)
        if left.harness.quick:
            return one_by_one(Version(left, version.trees, version.parts, version.places))
    return None


def _lawful(version: Version) -> Iterator[Version]:
    """The version if it keeps every law, or with what it changes in place made anew."""
    for one in chain([version], _made_anew(version)):
        version.goal.harness.spend()
        if version.goal.is_reached(one.trees):
            yield one
            return


class _NextEdits:
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
        self.harness.spend()
        if candidate.of_value and not self._helps(candidate):
            return None
        self.harness.spend()  # a trace is as much work again
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
    stored: Sequence[ast.AST] = targets_of(statement) or [statement]
    return {*names_of([*news, *stored], ast.expr_context)}
