"""A limit on the time of one call, where the platform can interrupt one."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

LONGEST_CALL = 2.0
"""Seconds that one call may take; on a case of ordinary size it takes thousandths of one."""


class OutOfTime(BaseException):
    """A call took too long. Not an `Exception`, so that few functions catch it by chance."""


_armed = False
_longest = LONGEST_CALL


def _interrupt(number: int, frame: object) -> None:
    raise OutOfTime(f"it does not come to an end within {_longest:g} seconds")


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
    try:
        yield
    finally:
        _armed = False
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Raises `OutOfTime` in what runs too long here; again and again, if that is caught."""
    if not _armed:
        yield
        return
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
