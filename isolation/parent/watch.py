"""How long a process is waited for: its own computing counts, and not what others do meanwhile."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from ...subject.limits import IDLE, STEP

WAITING = 3.0
"""Seconds without any computing after which a process is waited for no more."""


MOST_GRACE = 1.0
"""Seconds at most beyond those that a call may compute, in which its own process interrupts it."""


def with_grace(longest: float) -> float:
    """The seconds after which a process is ended in which a call may compute for so many."""
    return longest + min(MOST_GRACE, 5 * longest)


def computed(pid: int) -> float | None:
    """The seconds that a process has computed, all its threads together; None where that cannot be
    told.
    """
    try:
        return time.clock_gettime((~pid << 3) | 2)  # as clock_getcpuclockid of the C library
    except (OSError, OverflowError, AttributeError):
        return None


@dataclass
class Watch:
    """Says when a process has computed for longer than so many seconds, or waited for as long.

    Where nobody tells what it computes, it is waited for as long as both together, on the clock.
    """

    pid: int
    computing: float
    waiting: float = WAITING
    waited: float = 0.0
    idle: float = 0.0
    """All that was waited, if not at a time."""
    began: float | None = field(init=False)
    before: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = computed(self.pid)
        self.before = self.began or 0.0

    @property
    def took(self) -> float:
        """The seconds that were computed, and waited for, up to now."""
        now = computed(self.pid) or self.before  # as it was last seen, where it has ended
        return self.idle + max(now - (self.began or 0.0), 0.0)

    def is_over(self) -> bool:
        """Takes note of `STEP` seconds in which nothing came; whether they were the last."""
        now = computed(self.pid)
        if now is None or self.began is None:
            self.idle += STEP
            return self.idle >= self.computing + self.waiting
        if now - self.before < IDLE * STEP:
            self.waited += STEP
            self.idle += STEP
        else:
            self.waited = 0.0
        self.before = now
        return now - self.began >= self.computing or self.waited >= self.waiting
