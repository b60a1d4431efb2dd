"""How a new process is shut in, whichever way it was started and whatever it is to do."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from .endings import BROKEN
from .walls import Limits, raise_walls, scrub_environment
from .wire import Wire


def shut_in(
    parent: int,
    pipes: tuple[int, int],
    folder: Path,
    limits: Limits,
    readable: Iterable[Path],
    listed: Iterable[Path] = (),
) -> Wire:
    """Shuts this process in for good: the wire that is all it has left, on which its walls are
    told. ``pipes`` are what it reads from and writes to, the paths those of `raise_walls`.

    The process is ended where its parent, by its number, has ended meanwhile.
    """
    os.setsid()
    _reset_signals()
    wire = Wire(*_alone_with(*pipes))
    scrub_environment(folder)
    tempfile.tempdir = str(folder)
    walls = raise_walls(folder, readable, limits, listed)
    if os.getppid() != parent:
        os._exit(BROKEN)
    wire.answer({"walls": [[wall.name, wall.missing] for wall in walls]}, [])
    return wire


def _reset_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    signal.set_wakeup_fd(-1)


def _alone_with(reading: int, writing: int) -> tuple[int, int]:
    """Leaves the two pipes as descriptors 3 and 4, and nothing to be had from those below."""
    import fcntl  # which not every platform has

    high = [fcntl.fcntl(pipe, fcntl.F_DUPFD, 5) for pipe in (reading, writing)]
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    for number, pipe in zip((3, 4), high, strict=True):
        os.dup2(pipe, number, inheritable=False)
    os.closerange(5, max(os.sysconf("SC_OPEN_MAX"), 5))
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stderr = open(1, "w", errors="replace", closefd=False)  # noqa: SIM115
    return 3, 4
