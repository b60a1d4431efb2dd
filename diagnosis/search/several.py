"""Several mistakes in one function, the later hidden by the earlier: each is looked for where a
value first differs from all that the reference computes, and mended before the next is sought.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator

from ...subject.budget import OutOfBudget
from ..mutate.in_place import made_anew
from .goal import Goal
from .next_edit import NextEdits
from .ranking import in_order, least, unlike
from .single import one_by_one
from .verdicts import breaks
from .version import Candidate, Version

DEEPEST, WIDEST = 4, 3
"""Mistakes in a row; repairs of one that are followed."""

MOST_ENDS = 6
"""How many repairs with which all results are right are held against the laws."""

REST, LIKELIEST = 0.35, 1.5
"""Seconds for what is left when one mistake is mended; for the likeliest of several, and where only
laws are still broken.
"""

UNCHANGED = "arguments_are_left_unchanged"


def one_after_the_other(goal: Goal) -> Version | None:
    """The functions with the changes that together make them right; none, if none are found."""
    with contextlib.suppress(OutOfBudget):
        return next(filter(None, map(_followed, _starts(Version(goal, goal.harness.trees)))), None)
    return None


def _starts(version: Version) -> Iterator[Version]:
    """The functions with what changes an argument mended, if something does; and as they are.

    What an argument holds tells nothing while it is changed on the way.
    """
    goal, harness = version.goal, version.goal.harness
    for law, case in goal.broken_of({UNCHANGED} & goal.findings):
        for changed in _made_anew(version):
            with harness.running(changed.live):
                is_mended = not breaks(harness.subject.anew(), law, case)
            if is_mended:
                yield changed
                break
    yield version


def _made_anew(version: Version) -> Iterator[Version]:
    """The functions with one statement that changes an array in place making a new one."""
    for tree in version.trees.values():
        for statement, edit in made_anew(tree):
            if site := version.at.get(id(statement)):
                yield version.with_one(Candidate(site, edit, of_value=False))


def _followed(version: Version) -> Version | None:
    """The first that is wholly right, of those that are reached from one by mending."""
    versions = [version]
    for _ in range(DEEPEST):
        following: list[Version] = []
        for one in versions:
            first = one is versions[0] or one.trace.is_right
            rest = _rest(one, LIKELIEST if first else REST) if one.parts else None
            if rest is not None:
                return rest
            children = unlike(in_order(NextEdits(one).following()))
            whole = [child for child in children if child.trace.is_right]
            ends = [end for child in whole[:MOST_ENDS] for end in _lawful(child)]
            if ends:
                return least(ends)
            following += children[:WIDEST]
        versions = in_order(following)[:WIDEST]
    return None


def _rest(version: Version, seconds: float) -> Version | None:
    """What is still to be done where one mistake is mended, if it shows now on its own."""
    budget = version.goal.harness.budget
    version.goal.harness.check_time()
    with budget.share(seconds), contextlib.suppress(OutOfBudget):
        goal = version.goal.anew(version.trees)
        if goal.harness.quick:
            return one_by_one(Version(goal, version.trees, version.parts, version.places))
    return None


def _lawful(version: Version) -> Iterator[Version]:
    """The version if it keeps every law, or with what it changes in place made anew."""
    for one in itertools.chain([version], _made_anew(version)):
        version.goal.harness.check_time()
        if version.goal.is_reached(one.trees):
            yield one
            return
