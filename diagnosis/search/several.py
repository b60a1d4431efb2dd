"""Several mistakes in one function, the later hidden by the earlier: each is looked for where a
value first differs from all that the reference computes, and mended before the next is sought.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ...subject.budget import OutOfBudget
from ..code.edit import Edit
from ..code.sites import Site, swapped
from ..mutate.in_place import made_anew
from .goal import Goal
from .harness import Trees
from .next_edit import NextEdits
from .patches import Repair, parts_of
from .single import one_by_one
from .verdicts import breaks
from .version import Version, in_order, least, unlike

DEEPEST, WIDEST = 4, 3
"""Mistakes in a row; repairs of one that are followed."""

MOST_ENDS = 6
"""How many repairs with which all results are right are held against the laws."""

REST, LIKELIEST = 0.35, 1.5
"""Seconds for what is left when one mistake is mended; for the likeliest of several, and where only
laws are still broken.
"""

UNCHANGED = "arguments_are_left_unchanged"


class OneAfterTheOther:
    """The search for several mistakes of one function, one after the other."""

    def __init__(self, goal: Goal) -> None:
        self.goal, self.harness = goal, goal.harness

    def repairs(self) -> list[Repair]:
        """The changes that together make the function right, as one; nothing, if none are found."""
        trees = self.harness.trees
        start = Version.of(self.goal, trees)
        found = None
        with contextlib.suppress(OutOfBudget):
            found = next(filter(None, map(self._followed, self._starts(start))), None)
        if found is None:
            return []
        changes = {key: new for part in found.parts for key, new in part.changes.items()}
        edit = Edit(found.cost, changes)
        return [Repair(found.places[0], edit, found.trees, frozenset(), found.parts)]

    def _starts(self, version: Version) -> Iterator[Version]:
        """The functions with what changes an argument mended, if something does; and as they are.

        What an argument holds tells nothing while it is changed on the way.
        """
        for law, case in self.goal.broken_of({UNCHANGED} & self.goal.findings):
            for trees, edit, site in self._made_anew(version):
                with self.harness.running(self.harness.compiled(trees)):
                    is_mended = not breaks(self.harness, law, case)
                if is_mended:
                    yield Version.of(self.goal, trees, (edit,), (site,))
                    break
        yield version

    def _made_anew(self, version: Version) -> Iterator[tuple[Trees, Edit, Site]]:
        """The functions with one statement that changes an array in place making a new one."""
        for function, tree in version.trees.items():
            for statement, edit in made_anew(tree):
                if id(statement) in version.numbers:
                    site = version.sites[version.numbers[id(statement)]]
                    yield {**version.trees, function: swapped(tree, edit.changes)}, edit, site

    def _followed(self, version: Version) -> Version | None:
        """The first that is wholly right, of those that are reached from one by mending."""
        versions = [version]
        for _ in range(DEEPEST):
            following: list[Version] = []
            for one in versions:
                first = one is versions[0] or one.trace.is_right
                rest = self._rest(one, LIKELIEST if first else REST) if one.parts else None
                if rest is not None:
                    return rest
                children = unlike(
                    in_order(
                        NextEdits(
                            Version.of(self.goal, one.trees, one.parts, one.places)
                        ).following()
                    )
                )
                whole = [child for child in children if child.trace.is_right]
                ends = [end for child in whole[:MOST_ENDS] for end in self._lawful(child)]
                if ends:
                    return least(ends)
                following += children[:WIDEST]
            versions = in_order(following)[:WIDEST]
        return None

    def _rest(self, version: Version, seconds: float) -> Version | None:
        """What is still to be done where one mistake is mended, if it shows now on its own."""
        self.harness.check_time()
        with self.harness.budget.share(seconds), contextlib.suppress(OutOfBudget):
            goal = self.goal.anew(version.trees)
            done = one_by_one(goal, version.trees) if goal.harness.quick else []
            if done:
                places = [repair.site for repair in done]
                return version.with_more(done[-1].after, parts_of(done), places)
        return None

    def _lawful(self, version: Version) -> Iterator[Version]:
        """The version if it keeps every law, or with what it changes in place made anew."""
        if self._is_right(version.trees):
            yield version
            return
        for trees, edit, site in self._made_anew(version):
            if self._is_right(trees):
                yield version.with_more(trees, [edit], [site])
                return

    def _is_right(self, trees: Trees) -> bool:
        self.harness.check_time()
        return self.goal.is_reached(trees)
