"""The search for what was meant: changes of a function, tried until it does what it should."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...subject.budget import OutOfBudget
from ..code.costs import COMPOSITE, TIE, TRANSLATED
from ..code.edit import Edit
from ..code.sites import swapped
from ..localise.suspicion import suspects
from .attempts import Attempts
from .candidates import LEVELS, Ranked, carried, everywhere, filled, likeliest_first, near
from .goal import Goal
from .harness import Trees
from .patches import Candidate, RankedRepair, Repair, is_renaming
from .ranking import best, far_enough, is_complete
from .version import Version

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
        repair, whole = _Least(Version.of(goal, trees)).step()
        if repair is None:
            return []
        done.append(repair)
        trees = repair.after
        if whole:
            return done
    return []


class _Least:
    """The least change that makes more of one state of the functions right."""

    def __init__(self, version: Version) -> None:
        self.version, self.attempts = version, Attempts(version)
        self.check_time = version.goal.harness.check_time
        self.whole: list[RankedRepair] = []
        """The changes that make all right, and below, those that make some of it right."""
        self.better: list[RankedRepair] = []
        self.level = 0

    def step(self) -> Step:
        """The change, if one is found that alone may be meant."""
        far = False
        try:
            for key, candidate in likeliest_first(self.version, suspects(self.version)):
                if self.whole and key > far_enough(self.whole, self.version):
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
        if repair.gained < self.version.wrong:
            self.better.append((key, repair))
        elif self.version.goal.is_reached_by(repair):
            self.whole.append((key, repair))

    def _settled(self) -> Step | None:
        """What to do at the end of a level, where some changes help and none does all."""
        merged = self._merged()
        if merged is not None and merged.gained >= self.version.wrong:
            return self._at_one() or merged, True
        ripe = [one for one in self.better if is_complete(one[1], self.version)]
        chosen = best(ripe, self.version)
        if chosen is None and self.level >= PATIENT:
            whole = self._whole_at_once()
            if whole:
                return best(whole, self.version), True
            chosen = best(self.better, self.version)
        if chosen is not None and chosen.edit.cost >= TRANSLATED:  # what nobody has written there
            small = self._at_one()
            if small is not None:
                return small, True
        return None if chosen is None else (chosen, False)

    def _chosen(self) -> Step:
        """What to do when there is no more to be tried."""
        if self.whole:
            return best(self.whole, self.version), True
        merged = self._merged()
        if merged is not None:
            return merged, merged.gained >= self.version.wrong
        return best(self.better, self.version), False

    def _at_one(self) -> Repair | None:
        """The one small change, where much is taken apart or put together, that does as well as
        several changes after it.
        """
        found: list[RankedRepair] = []
        for penalty, numbers in suspects(self.version):
            if penalty >= COMPOSITE:
                small = [one for one in near(self.version, numbers) if one[2].cost <= SMALL]
                found += self._whole_of(small)
        return best(found, self.version)

    def _whole_at_once(self) -> list[RankedRepair]:
        """The changes of several statements at once that make everything right."""
        kinds: tuple[Callable[[Version], list[Ranked]], ...] = (everywhere, carried, filled)
        return [one for make in kinds for one in self._whole_of(make(self.version))]

    def _whole_of(self, ranked: list[Ranked]) -> list[RankedRepair]:
        found: list[RankedRepair] = []
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
        trees = self.version.trees
        after = {name: swapped(tree, changes) for name, tree in trees.items()}
        cost = sum(repair.edit.cost for repair in chosen)
        gained = self._gained(after)
        if gained < frozenset().union(*(one.gained for one in chosen)):
            return None
        parts = tuple(repair.edit for repair in chosen)
        made = Repair(chosen[0].site, Edit(cost, changes), after, gained, parts)
        whole = gained >= self.version.wrong
        return made if not whole or self.version.goal.is_reached_by(made) else None

    def _apart(self) -> list[Repair]:
        """The best changes that set right different results, at different places."""
        groups: dict[frozenset[str], list[RankedRepair]] = {}
        for key, repair in self.better:
            groups.setdefault(repair.gained, []).append((key, repair))
        each = [best(group, self.version) for group in groups.values()]
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
        harness = self.version.goal.harness
        try:
            with harness.running(harness.compiled(trees)):
                score = harness.score(harness.quick[0])
        except Exception:
            return frozenset()
        if any(right and not score.get(name) for name, right in self.version.right.items()):
            return frozenset()
        return frozenset(name for name in self.version.wrong if score.get(name))
