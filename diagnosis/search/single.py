"""The search for what was meant: changes of a function, tried until it does what it should."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...subject.budget import OutOfBudget
from ..code.edit import Edit
from ..code.sites import swapped
from ..localise.influences import influences
from ..localise.suspicion import COMPOSITE, suspects
from .attempts import Attempts
from .candidates import Ranked, carried, everywhere, filled, likeliest_first, near
from .goal import Goal
from .harness import Trees
from .patches import Candidate, Found, Repair, is_renaming
from .ranking import TIE, best, far_enough, is_complete
from .rounds import Round, looked_at

LEVELS = (1.26, 1.7, 2.1, 2.35, 2.8, 3.5, 99.0)
"""Up to which cost changes are tried before those found so far are looked at."""

PATIENT = 2
"""The level up to which a change must set everything right that its site has a part in."""

SMALL = LEVELS[0] + 0.1
"""What a change may cost that does alone as well as several."""

RIVAL = 1.0
"""How much less a place may be suspected than another, and still be looked at."""

STEPS = 4
"""The most changes that are made one after the other."""

Step = tuple[Repair | None, bool]
"""What to change, and whether all is right then."""


def one_by_one(goal: Goal, trees: Trees) -> list[Repair]:
    """The changes, one after the other, that make these functions right; or nothing."""
    done: list[Repair] = []
    for _ in range(STEPS):
        round_ = looked_at(goal, trees)
        if round_.crash is None and round_.wrong:
            round_.influence = influences(round_)
        repair, whole = _Least(round_).step()
        if repair is None:
            return []
        done.append(repair)
        trees = repair.after
        if whole:
            return done
    return []


class _Least:
    """The least change that makes more of one state of the functions right."""

    def __init__(self, round_: Round) -> None:
        self.round, self.attempts = round_, Attempts(round_)
        self.check_time = round_.goal.harness.check_time
        self.whole: list[Found] = []
        """The changes that make all right, and below, those that make some of it right."""
        self.better: list[Found] = []
        self.level = 0

    def step(self) -> Step:
        """The change, if one is found that alone may be meant."""
        far = False
        try:
            for key, candidate in likeliest_first(self.round):
                if self.whole and key > far_enough(self.whole, self.round):
                    far = True
                    least, first = self.whole[0]
                    if key > least + RIVAL:
                        break
                    if candidate.cost >= first.edit.cost - TIE:
                        continue  # a lesser change elsewhere is likelier, however it is suspected
                while key > LEVELS[self.level]:
                    self.level += 1
                    done = self._settled() if self.better and not self.whole else None
                    if done is not None:
                        return done
                self._try(key, candidate)
        except OutOfBudget:
            if self.whole and not far:
                return None, False  # who knows what else would do
        return self._chosen()

    def _try(self, key: float, candidate: Candidate) -> None:
        self.check_time()
        repair = self.attempts.repair(candidate)
        if repair is None:
            return
        if repair.gained < self.round.wrong:
            self.better.append((key, repair))
        elif self.round.goal.is_reached_by(repair):
            self.whole.append((key, repair))

    def _settled(self) -> Step | None:
        """What to do at the end of a level, where some changes help and none does all."""
        merged = self._merged()
        if merged is not None and merged.gained >= self.round.wrong:
            return self._at_one() or merged, True
        ripe = [one for one in self.better if is_complete(one[1], self.round)]
        chosen = best(ripe, self.round)
        if chosen is None and self.level >= PATIENT:
            whole = self._whole_at_once()
            if whole:
                return best(whole, self.round), True
            chosen = best(self.better, self.round)
        return None if chosen is None else (chosen, False)

    def _chosen(self) -> Step:
        """What to do when there is no more to be tried."""
        if self.whole:
            return best(self.whole, self.round), True
        merged = self._merged()
        if merged is not None:
            return merged, merged.gained >= self.round.wrong
        return best(self.better, self.round), False

    def _at_one(self) -> Repair | None:
        """The one small change, where much is taken apart or put together, that does as well as
        several changes after it.
        """
        found: list[Found] = []
        for penalty, numbers in suspects(self.round):
            if penalty >= COMPOSITE:
                small = [one for one in near(self.round, numbers) if one[2].cost <= SMALL]
                found += self._whole_of(small)
        return best(found, self.round)

    def _whole_at_once(self) -> list[Found]:
        """The changes of several statements at once that make everything right."""
        kinds: tuple[Callable[[Round], list[Ranked]], ...] = (everywhere, carried, filled)
        return [one for make in kinds for one in self._whole_of(make(self.round))]

    def _whole_of(self, ranked: list[Ranked]) -> list[Found]:
        found: list[Found] = []
        for _, _, candidate in ranked:
            self.check_time()
            repair = self.attempts.whole_repair(candidate)
            if repair is not None:
                found.append((candidate.cost, repair))
        return found

    def _merged(self) -> Repair | None:
        """Changes at several places that help each on its own, made together."""
        chosen = self._apart()
        if len(chosen) < 2 or is_renaming([repair.edit for repair in chosen]):
            return None
        changes = {key: new for repair in chosen for key, new in repair.edit.changes.items()}
        trees = self.round.trees
        after = {name: swapped(tree, changes) for name, tree in trees.items()}
        cost = sum(repair.edit.cost for repair in chosen)
        gained = self._gained(after)
        if gained < frozenset().union(*(one.gained for one in chosen)):
            return None
        parts = tuple(repair.edit for repair in chosen)
        made = Repair(chosen[0].site, Edit(cost, changes), trees, after, gained, parts)
        whole = gained >= self.round.wrong
        return made if not whole or self.round.goal.is_reached_by(made) else None

    def _apart(self) -> list[Repair]:
        """The best changes that set right different results, at different places."""
        groups: dict[frozenset[str], list[Found]] = {}
        for key, repair in self.better:
            groups.setdefault(repair.gained, []).append((key, repair))
        each = [best(group, self.round) for group in groups.values()]
        chosen: list[Repair] = []
        changes: dict[int, Any] = {}
        for repair in sorted(filter(None, each), key=lambda r: (-len(r.gained), r.edit.cost)):
            done = frozenset().union(*(one.gained for one in chosen))
            if not repair.gained & done and not repair.edit.changes.keys() & changes.keys():
                chosen.append(repair)
                changes |= repair.edit.changes
        return chosen

    def _gained(self, trees: Trees) -> frozenset[str]:
        """What becomes right with other functions; nothing, if something becomes wrong."""
        harness = self.round.goal.harness
        try:
            with harness.running(harness.compiled(trees)):
                score = harness.score(harness.quick[0])
        except Exception:
            return frozenset()
        if any(right and not score.get(name) for name, right in self.round.right.items()):
            return frozenset()
        return frozenset(name for name in self.round.wrong if score.get(name))
