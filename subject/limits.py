"""A limit on what one call computes, where the platform can interrupt one.

What counts is the processor's time of this process, which another process cannot use up. The clock
only ends what waits: a call in which nothing is computed any more. It is looked at in small steps,
each of them begun by this process, so that a machine that is busy, or was stopped, makes no call
look as if it waited.
"""

from __future__ import annotations

import contextlib
import gc
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import NamedTuple

if sys.platform != "win32":
    import resource

LONGEST_CALL = 2.0
"""Seconds that one call may compute; on a case of ordinary size it takes thousandths of one."""

WAITING = 5.0
"""How much longer than it may compute a call with a shorter limit may wait."""

FIRST_STEP, STEP = 0.04, 0.1
"""Seconds after which a call is looked at for the first time, and again."""

NEARLY = 0.9
"""The part of a step after which it is over."""

IDLE, SELDOM_RUNS = 0.01, 0.1
"""The part of a step that a waiting call computes at the most; and one that sleeps and wakes again
and again, at least `WAKES` times in a step.
"""

WAKES = 10

COUNTS = ((1.0, 2.0), (0.5, 1.0), (0.1, 0.1), (FIRST_STEP, 0.02))
"""What a slow call counts for in a budget: from so many seconds on that it computes or sleeps, it
is so many. They are coarse, and an ordinary call counts for nothing, so that the count is the same
on every machine.
"""

SELDOM = 50_000, 20, 20
"""How often the garbage collector looks (see `gc.set_threshold`): thousands of short calls leave
little that goes in circles, and each round costs as much as a call.
"""

SHORTLY = 0.001
"""Seconds until another try, where a call cannot be interrupted at once."""


class OutOfTime(BaseException):
    """A call took too long. Not an `Exception`, so that few functions catch it by chance."""


_armed = False
_collecting = False
_collected = _since = 0.0
_served, _switches = 0.0, 0
"""Seconds in which calls waited for our own answer, and how often they stopped to do so."""

_longest = LONGEST_CALL
_call: Call | None = None


class Moment(NamedTuple):
    """The seconds that this process has computed, how often it has stopped by itself, and not
    because others were to run, and the clock; but for what it waited for our own answers.
    """

    computed: float
    stops: int
    clock: float


def _clock() -> float:
    return time.monotonic() - _served


def now() -> Moment:
    """The present moment."""
    clock = _clock()
    if sys.platform == "win32":  # where no call is interrupted either
        return Moment(time.process_time(), 0, clock)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Moment(used.ru_utime + used.ru_stime, used.ru_nvcsw - _switches, clock)


class Call:
    """One call that is watched: what it has computed, and for how long it has waited."""

    __slots__ = (
        "_collected",
        "_seen",
        "_start",
        "counts",
        "longest",
        "slept",
        "step",
        "waited",
    )

    def __init__(self, longest: float) -> None:
        self.longest = longest
        self.step = min(FIRST_STEP, longest)
        self.waited = self.slept = 0.0
        """Seconds in which nothing was computed, without a step between them that was; and all
        those in which it had stopped by itself, and not because others were to run.
        """
        self.counts = 0.0
        """What it counts for in a budget, in seconds, once it has ended; see `COUNTS`."""
        self._start = self._seen = now()
        self._collected = _collected

    @property
    def computing(self) -> float:
        """The seconds that were computed up to the last step."""
        return self._seen.computed - self._start.computed

    @property
    def is_late(self) -> bool:
        """Whether the call is to be interrupted."""
        patience = max(min(WAITING * self.longest, LONGEST_CALL), self.longest / 2)
        return self.computing >= self.longest or self.waited >= patience

    def note_step(self) -> None:
        """Takes note of the step that is over, if it is: the alarm may ring before."""
        before, seen = self._seen, now()
        if seen.clock - before.clock < NEARLY * self.step:
            return
        self._seen = seen
        part = (seen.computed - before.computed) / self.step
        wakes = (seen.stops - before.stops) * STEP / self.step
        sleeps = part < IDLE or (part < SELDOM_RUNS and wakes >= WAKES)
        self.waited = self.waited + self.step if sleeps else 0.0
        self.slept += self.step if sleeps and wakes else 0.0
        left = self.longest - self.computing
        self.step = max(min(STEP, self.longest, left if left > 0 else STEP), SHORTLY)

    def end(self) -> None:
        """Takes note of what it has cost."""
        if _clock() - self._start.clock < COUNTS[-1][0]:
            return  # which is cheaper to see than what was computed
        collected = _collected - self._collected
        took = max(now().computed - self._start.computed - collected, self.slept)
        self.counts = next((counts for least, counts in COUNTS if took >= least), 0.0)


def _interrupt(number: int, frame: FrameType | None) -> None:
    if _call is None:
        return
    _call.note_step()
    late = _call.is_late
    # What is raised in there is lost, and told as a warning.
    if late and _is_collecting(frame) and _call.computing < 2 * LONGEST_CALL:
        signal.setitimer(signal.ITIMER_REAL, SHORTLY)
        return
    signal.setitimer(signal.ITIMER_REAL, _call.step)
    if late:
        raise OutOfTime(words(_call.longest))


def words(seconds: float) -> str:
    """The sentence on a call that took longer than so many seconds."""
    return f"it does not come to an end within {seconds:g} seconds"


def _is_collecting(frame: FrameType | None) -> bool:
    """Whether what is interrupted is a finaliser, or a callback of the garbage collector."""
    if _collecting:
        return True
    callbacks = {getattr(one, "__code__", None) for one in gc.callbacks}
    while frame is not None and frame.f_code not in callbacks:
        frame = frame.f_back
    return frame is not None


def _note_collection(phase: str, info: object) -> None:
    """Is called by the garbage collector before and after it looks. How long it looks depends on
    all that is in the process, and on nothing that a call does: it counts for no call.
    """
    global _collecting, _collected, _since
    computed, _collecting = time.process_time(), phase == "start"
    if _collecting:
        _since = computed
    else:
        _collected += computed - _since


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """A context in which `limited` can interrupt calls; outside of it, none is interrupted.

    It can in the main thread on Unix, if nobody else uses the alarm; elsewhere nothing changes.
    """
    global _armed
    free = (
        hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
        and signal.getitimer(signal.ITIMER_REAL)[0] == 0
        and not _armed
    )
    if not free:
        yield
        return
    before = signal.signal(signal.SIGALRM, _interrupt)
    _armed = True
    gc.callbacks.append(_note_collection)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):  # what ran may have taken it away
            gc.callbacks.remove(_note_collection)
        _armed = False
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def limited(seconds: float | None = None) -> Iterator[Call]:
    """Raises `OutOfTime` in what runs too long here; again and again, if that is caught.

    It may compute for so many ``seconds``, or for those that `shorter` says. What it counts for is
    known where it could be interrupted.
    """
    global _call
    call, outer = Call(seconds or _longest), _call
    if not _armed:
        yield call
        return
    _call = call
    signal.setitimer(signal.ITIMER_REAL, call.step)
    try:
        yield call
    finally:
        _call = outer
        signal.setitimer(signal.ITIMER_REAL, 0.0 if outer is None else SHORTLY)
        call.end()


@contextlib.contextmanager
def being_served() -> Iterator[None]:
    """A context in which the process waits for our own answer. How long that takes depends on who
    answers, and on all that the machine does: it counts for no call.
    """
    global _served, _switches
    before = now()
    try:
        yield
    finally:
        after = now()
        _served += after.clock - before.clock
        _switches += after.stops - before.stops


def longest() -> float:
    """The seconds that each call may compute at present: see `shorter`."""
    return _longest


@contextlib.contextmanager
def shorter(seconds: float) -> Iterator[None]:
    """A context in which each call may compute for so many seconds only.

    Code that is only tried may well be endless.
    """
    global _longest
    before, _longest = _longest, seconds
    try:
        yield
    finally:
        _longest = before
