"""Several mistakes in one function, the later hidden by the earlier: each is looked for where a
value first differs from all that the reference computes, and mended before the next is sought.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ...properties import Property
from ...strategies import Case
from ...subject.budget import OutOfBudget
from ..code.edit import Edit
from ..localise.computed import Watcher
from ..mutate.in_place import made_anew
from .goal import Goal
from .harness import Trees
from .next_change import Links
from .patches import Repair, parts_of
from .single import one_by_one
from .states import State, in_order, least, unlike
from .verdicts import Broken, breaks

DEEPEST, WIDEST = 4, 3
"""Mistakes in a row; repairs of one that are followed."""

MOST_ENDS = 6
"""How many repairs with which all results are right are held against the laws."""

REST, LIKELIEST = 0.35, 1.5
"""Seconds for what is left when one mistake is mended; for the likeliest of several, and where only
laws are still broken.
"""

UNCHANGED = "arguments_are_left_unchanged"


class Chains:
    """The search for several mistakes of one function, one after the other."""

    def __init__(self, goal: Goal) -> None:
        self.goal, self.harness, self.watcher = goal, goal.harness, Watcher(goal)

    def repairs(self) -> list[Repair]:
        """The changes that together make the function right, as one; nothing, if none are found."""
        trees = self.harness.trees
        start = State(trees, (), (), self.watcher.look(trees))
        found = None
        with contextlib.suppress(OutOfBudget):
            found = next(filter(None, map(self._followed, self._starts(start))), None)
        if found is None:
            return []
        changes = {key: new for part in found.parts for key, new in part.changes.items()}
        edit = Edit(found.cost, changes)
        return [Repair(found.places[0], edit, trees, found.trees, frozenset(), found.parts)]

    def _starts(self, state: State) -> Iterator[State]:
        """The functions with what changes an argument mended, if something does; and as they are.

        What an argument holds tells nothing while it is changed on the way.
        """
        laws = [law for law in self.harness.laws if law.name == UNCHANGED]
        broken = [Broken(law, c) for law in laws for c in self._breaking(state.trees, law)[:2]]
        if broken:
            for trees, edit, site in made_anew(state.trees):
                if not any(self._breaks(trees, one) for one in broken):
                    yield State(trees, (edit,), (site,), self.watcher.look(trees))
                    break
        yield state

    def _breaking(self, trees: Trees, law: Property) -> list[Case]:
        if law.name not in self.goal.findings:
            return []
        return [case for case in self.harness.cases if self._breaks(trees, Broken(law, case))]

    def _breaks(self, trees: Trees, broken: Broken) -> bool:
        with self.harness.running(self.harness.compiled(trees)):
            return breaks(self.harness, broken.law, broken.case)

    def _followed(self, state: State) -> State | None:
        """The first that is wholly right, of those that are reached from one by mending."""
        states = [state]
        for _ in range(DEEPEST):
            following: list[State] = []
            for one in states:
                look = one.look
                mended = bool(one.parts)
                plain = mended and look.badness == look.wrong
                seconds = LIKELIEST if one is states[0] or look.is_right else REST
                rest = self._rest(one, seconds) if plain else None
                if rest is not None:
                    return rest
                one.look = self.watcher.look(one.trees, deep=True)
                children = unlike(in_order(Links(one, self.watcher).following()))
                whole = [child for child in children if child.look.is_right]
                ends = [end for child in whole[:MOST_ENDS] for end in self._lawful(child)]
                if ends:
                    return least(ends)
                rest = self._rest(one, seconds) if mended and not plain else None
                if rest is None and mended and one.look.is_right:
                    rest = self._elsewhere(one)
                if rest is not None:
                    return rest
                following += children[:WIDEST]
            states = in_order(following)[:WIDEST]
        return None

    def _rest(self, state: State, seconds: float) -> State | None:
        """What is still to be done where one mistake is mended, if it shows now on its own."""
        self.harness.check_time()
        with self.harness.budget.share(seconds), contextlib.suppress(OutOfBudget):
            goal = self.goal.anew(state.trees)
            done = one_by_one(goal, state.trees) if goal.harness.quick else []
            if done:
                places = [repair.site for repair in done]
                return state.with_more(done[-1].after, parts_of(done), places)
        return None

    def _elsewhere(self, state: State) -> State | None:
        """What is still to be done where all is right on the case that was looked at so far."""
        goal = self.goal.anew(state.trees)
        if not goal.harness.quick or goal.harness.quick[0] is self.harness.quick[0]:
            return None
        others = Chains(goal)
        found = others._followed(State(state.trees, (), (), others.watcher.look(state.trees)))
        return found and state.with_more(found.trees, found.parts, found.places)

    def _lawful(self, state: State) -> Iterator[State]:
        """The state if it keeps every law, or with what it changes in place made anew."""
        if self._is_right(state.trees):
            yield state
            return
        for trees, edit, site in made_anew(state.trees):
            if self._is_right(trees):
                yield State(trees, (*state.parts, edit), (*state.places, site), state.look)
                return

    def _is_right(self, trees: Trees) -> bool:
        self.harness.check_time()
        return self.goal.is_reached(trees)
