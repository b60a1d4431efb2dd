"""A process behind walls, as the one that has started it sees it.

There are two ways to start one: the fork server forks it for a submission, and this process forks
itself for the search of mistakes. All else is the same: it is shut in, tells of its walls, sends
frames, and is ended.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self, cast

from ..child import cores
from ..child.endings import cause
from ..child.walls import Wall
from ..child.wire import Lost, Wire, pipe
from .watch import Watch

_READY = 60.0
"""Seconds that a process may take until its walls stand."""


class NoProcess(Exception):
    """No process can be had here; the text says why."""


@dataclass
class Process:
    """A process that was started. ``ended`` ends it and gives its status, as `os.waitpid` does;
    ``walls`` are what it is shut in by, and ``cores`` those that this process may be on again after
    its end.
    """

    pid: int
    wire: Wire
    ended: Callable[[int], int]
    walls: tuple[Wall, ...] = ()
    cores: list[int] = field(default_factory=list)

    @classmethod
    def started(cls, start: Callable[[int, int], int], ended: Callable[[int], int]) -> Self:
        """The process whose number ``start`` gives, once its walls stand. Raises `NoProcess`.

        ``start`` is given the ends of pipes that the process is to read from, and to write to.
        """
        (theirs_in, ours_out), (ours_in, theirs_out) = pipe(), pipe()
        os.set_blocking(ours_out, False)
        wire = Wire(ours_in, ours_out)
        try:
            process = cls(start(theirs_in, theirs_out), wire, ended)
        except BaseException:
            wire.close()
            raise
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        process._wait()
        return process

    def _wait(self) -> None:
        """Waits until its walls stand. What tells of them is not yet a stranger's code."""
        try:
            told, _ = self.wire.answered(Watch(self.pid, _READY, _READY))
        except Lost as reason:
            why = self.end() or str(reason)
            raise NoProcess(f"a process behind walls could not be had: {why}") from None
        walls = cast(list[tuple[str, str]], told["walls"])
        self.walls = tuple(Wall(name, why) for name, why in walls)

    def end(self) -> str:
        """Ends it, and says why it ended if it did so before."""
        self.wire.close()
        cores.keep_to(self.cores)
        return cause(self.ended(self.pid))
