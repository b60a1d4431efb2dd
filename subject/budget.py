"""Work that is counted: what is found depends on the code that is looked at, and not on how fast a
machine is, or how busy.

The unit is a try: a call of a function on one case, with what is made of its results. A call that
is slow, does not come to an end or ends its process counts for as many tries as could have been
made meanwhile, by a fixed rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PACE = 3000
"""Tries that count as a second: about as many as a computer makes in one."""

BEGUN_AGAIN = 0.1
"""Seconds, about, that it costs to begin again where a call has ended its process."""

UNHEARD = 0.3
"""What is added where it had to be ended, because it could not be interrupted."""

AFTER_ANOTHER, AGAIN = 0.5, 0.1
"""Seconds that a call may compute where one of another function of the file came to no end before,
and where one of the same function did, or of several others.
"""

SEVERAL = 3
"""So many functions that came to no end are several."""

MOST_LATE = 2
"""How many calls of a function may come to no end until it is called no more."""


class OutOfBudget(Exception):
    """No more is to be tried."""


@dataclass
class Hung:
    """The ``message`` of the first call of a function that came to no end, and how many of its
    ``calls`` did so since it was given another chance.
    """

    message: str
    calls: int = 0


@dataclass
class Work:
    """What was done so far. ``late`` has the functions of which a call came to no end: what hangs
    is given up, so that it uses up little of what its file may take.
    """

    tries: int = 0
    late: dict[str, Hung] = field(default_factory=dict)

    def took(self, seconds: float) -> None:
        """Counts what took so many seconds."""
        self.tries += round(seconds * PACE)

    def allowed(self, name: str, longest: float) -> float:
        """The seconds that a call of a function may compute, of so many at the most."""
        if not self.late:
            return longest
        hopeless = name in self.late or len(self.late) >= SEVERAL
        return min(AGAIN if hopeless else AFTER_ANOTHER, longest)

    def was_late(self, name: str, seconds: float, message: str) -> str:
        """Counts a call of a function that came to no end within so many seconds, and gives the
        ``message`` of its first such call.
        """
        self.took(seconds)
        late = self.late.setdefault(name, Hung(message))
        late.calls += 1
        return late.message

    def given_up(self, name: str) -> str:
        """What is told of a function that is called no more; nothing of one that is."""
        late = self.late.get(name)
        return late.message if late and late.calls >= MOST_LATE else ""

    def try_again(self, name: str) -> None:
        """Gives a function another chance: it is called in other surroundings."""
        if name in self.late:
            self.late[name].calls = 0


@dataclass
class Budget:
    """So much of some work, from now on: ``seconds`` of it by `PACE`."""

    work: Work
    seconds: float
    until: float = field(init=False)

    def __post_init__(self) -> None:
        self.until = self.work.tries + self.seconds * PACE

    @property
    def left(self) -> float:
        """The seconds that are left of it."""
        return max(self.until - self.work.tries, 0.0) / PACE

    @property
    def is_over(self) -> bool:
        """Whether no more is to be tried."""
        return self.work.tries >= self.until

    def spend(self, tries: int = 1) -> None:
        """Counts a try, or so many. Raises `OutOfBudget` where none is left."""
        if self.is_over:
            raise OutOfBudget
        self.work.tries += tries

    def part(self, seconds: float) -> Budget:
        """A budget of so much of what is left."""
        return Budget(self.work, min(seconds, self.left))

    def allow(self, seconds: float) -> None:
        """Gives so many seconds from now on, whatever was left."""
        self.until = self.work.tries + seconds * PACE

    @contextmanager
    def share(self, seconds: float) -> Iterator[None]:
        """Gives a part of what is left to what is done here."""
        before = self.until
        self.until = min(before, self.work.tries + seconds * PACE)
        try:
            yield
        finally:
            self.until = before
