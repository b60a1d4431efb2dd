"""The search for what was meant: changes of a function, tried until it does what it should."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...subject.budget import OutOfBudget
from ..code.costs import TIE
from ..code.edit import Edit
from ..localise.suspicion import suspects
from .attempts import Attempts
from .candidates import LEVELS, carried, everywhere, filled, likeliest_first
from .goal import Goal
from .harness import Trees
from .patches import Candidate, RankedRepair, Repair, is_renaming
from .ranking import best, far_enough, is_complete
from .version import Version

PATIENT = 2
"""The level up to which a change must set everything right that its site has a part in."""

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
        if self.whole:
            return best(self.whole, self.version), True
        return best(self.better, self.version), False

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
            return merged, True
        ripe = [one for one in self.better if is_complete(one[1], self.version)]
        chosen = best(ripe, self.version)
        if chosen is None and self.level >= PATIENT:
            self._try_at_once()
            if self.whole:
                return best(self.whole, self.version), True
            chosen = best(self.better, self.version)
        return None if chosen is None else (chosen, False)

    def _try_at_once(self) -> None:
        """Tries the changes of several statements at once, for what makes everything right."""
        better = [*self.better]
        for make in (everywhere, carried, filled):
            for candidate in make(self.version):
                self._try(candidate.cost, candidate)
        self.better = better

    def _merged(self) -> Repair | None:
        """Changes at several places that help each on its own, made together."""
        chosen = self._apart()
        if len(chosen) < 2 or is_renaming([repair.edit for repair in chosen]):
            return None
        changes = {key: new for repair in chosen for key, new in repair.edit.changes.items()}
        edit = Edit(sum(repair.edit.cost for repair in chosen), changes)
        made = self.attempts.repair(Candidate(chosen[0].site, edit, of_value=False))
        if made is None or made.gained < frozenset().union(*(one.gained for one in chosen)):
            return None
        made = replace(made, parts=tuple(repair.edit for repair in chosen))
        whole = made.gained >= self.version.wrong
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
