"""How the process of a submission ends: it is waited for once, and the status says why."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

BROKEN = 70
"""The exit status where the submission has broken what serves it."""

_NO_MEMORY = 127
"""The exit status of the C library where it cannot go on, as when memory runs out."""

_MOMENT = 0.1
"""Seconds that a process has to end by itself."""


def runs(pid: int) -> bool:
    """Whether a child has not ended yet. It stays to be waited for, so its number is nobody's."""
    flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
    return os.waitid(os.P_PID, pid, flags) is None


def ended(pid: int) -> int:
    """Ends a child, and whatever is left in its group: its status, as `os.waitpid` gives it."""
    until = time.monotonic() + _MOMENT
    while runs(pid) and time.monotonic() < until:
        time.sleep(0.001)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def cause(status: int) -> str:
    """Why a process ended before it was asked to."""
    code = os.waitstatus_to_exitcode(status)
    if code == -signal.SIGXCPU:
        return "it used up the time of the processor that it may have"
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = str(-code)
        return f"it was ended by the signal {name}"
    if code == BROKEN:
        return "it broke the process that judges it"
    if code == _NO_MEMORY:
        return f"it used up the memory, or ended the program itself (exit status {code})"
    return f"it ended the program itself (exit status {code})"
