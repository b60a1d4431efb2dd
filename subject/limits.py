"""A limit on the time of one call, where the platform can interrupt one."""

from __future__ import annotations

import contextlib
import gc
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

LONGEST_CALL = 2.0
"""Seconds that one call may take; on a case of ordinary size it takes thousandths of one."""

BUSY = 5.0
"""How much longer a call with a shorter limit may last by the clock, on a machine that has other
things to do: the limit is one of computing, or what is right would be given up there.
"""

SELDOM = 50_000, 20, 20
"""How often the garbage collector looks (see `gc.set_threshold`): thousands of short calls leave
little that goes in circles, and each look costs as much as a call.
"""

SHORTLY = 0.001
"""Seconds until another try, where a call cannot be interrupted at once."""


class OutOfTime(BaseException):
    """A call took too long. Not an `Exception`, so that few functions catch it by chance."""


def now() -> tuple[float, float]:
    """The processor's time for this process, and the clock's."""
    return time.process_time(), time.monotonic()


def since(then: tuple[float, float]) -> tuple[float, float]:
    """The seconds of computing, and those by the clock, since a moment that `now` gave."""
    computing, clock = now()
    return computing - then[0], clock - then[1]


_armed = False
_collecting = False
_longest = LONGEST_CALL
_began = 0.0, 0.0
"""When the call began, as `now` gave it."""


def _interrupt(number: int, frame: FrameType | None) -> None:
    computing, waiting = since(_began)
    if computing < _longest and waiting < min(BUSY * _longest, LONGEST_CALL):
        signal.setitimer(signal.ITIMER_REAL, max(_longest - computing, SHORTLY), _longest)
        return
    # What is raised in there is lost, and told as a warning.
    if _is_collecting(frame) and waiting < 2 * LONGEST_CALL:
        signal.setitimer(signal.ITIMER_REAL, SHORTLY, _longest)
        return
    raise OutOfTime(f"it does not come to an end within {_longest:g} seconds")


def _is_collecting(frame: FrameType | None) -> bool:
    """Whether what is interrupted is a finaliser, or a callback of the garbage collector."""
    if _collecting:
        return True
    callbacks = {getattr(one, "__code__", None) for one in gc.callbacks}
    while frame is not None and frame.f_code not in callbacks:
        frame = frame.f_back
    return frame is not None


def _note_collection(phase: str, info: Any) -> None:
    """Is called by the garbage collector before and after it looks."""
    global _collecting
    _collecting = phase == "start"


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Lets `limited` interrupt calls: in the main thread of Unix, if nobody else uses the alarm."""
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
def limited() -> Iterator[None]:
    """Raises `OutOfTime` in what runs too long here; again and again, if that is caught."""
    global _began
    if not _armed:
        yield
        return
    _began = now()
    signal.setitimer(signal.ITIMER_REAL, _longest, _longest)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def shorter(seconds: float) -> Iterator[None]:
    """Gives each call less time here: code that is only tried may well be endless."""
    global _longest
    before, _longest = _longest, seconds
    try:
        yield
    finally:
        _longest = before
