"""Where the processes of submissions come from: a small program that forks one for each.

It is started early and gets ready by itself, while this process is still busy with other things.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from ..child import cores
from ..child.endings import cause, ended
from ..child.walls import LANGUAGE, OWN, THREADS, Limits, Wall, needed, without
from ..child.wire import Closed, Silence, Wire, pipe
from .bubble import NAME, around, installed
from .watch import Watch

START = Path(__file__).parents[1] / "child" / "start.py"

_READY = 60.0
"""Seconds that a process may take until its walls stand."""

_KEPT = (*LANGUAGE, "LD_LIBRARY_PATH", "OPENBLAS_CORETYPE")


class NoProcess(Exception):
    """No process for a submission can be had here; the text says why."""


def possible() -> bool:
    """Whether the platform can have such processes at all."""
    return hasattr(os, "posix_spawn") and hasattr(socket, "send_fds") and bool(sys.executable)


@dataclass
class Process:
    """The process of one submission. ``walls`` are what it is shut in by, and ``cores`` those that
    this process may be on again after its end.
    """

    pid: int
    wire: Wire
    nursery: Nursery
    walls: tuple[Wall, ...] = ()
    cores: list[int] = field(default_factory=cores.allowed)

    def end(self) -> str:
        """Ends it, and says why it ended if it did so before."""
        self.wire.close()
        cores.keep_to(self.cores)
        return cause(self.nursery.end(self.pid))


@dataclass
class Nursery:
    """The program, as long as it is needed; ``forking`` is false where a fork is not safe, and
    ``bubble`` where no bubble is to be around it.
    """

    forking: bool = sys.platform == "linux"
    bubble: bool = True
    _control: socket.socket | None = field(default=None, init=False)
    _pid: int = field(default=0, init=False)
    _folder: Any = field(default=None, init=False)
    _proven: bool = field(default=False, init=False)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def start(self) -> None:
        """Starts the program, and does not wait for it."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="cellcheck-")
        ours, theirs = socket.socketpair()
        command = self._command()
        variables = {name: os.environ[name] for name in _KEPT if name in os.environ}
        with theirs:
            self._pid = os.posix_spawn(
                command[0],
                command,
                variables | dict.fromkeys(THREADS, "1"),
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, theirs.fileno(), 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                ],
            )
        self._control = ours

    def _command(self) -> list[str]:
        here = {os.getcwd(), ""}
        path = [entry for entry in sys.path if entry not in here and Path(entry) != OWN]
        arguments = [json.dumps(path), "fork" if self.forking else "alone"]
        program = ["-I", "-S", "-W", "ignore", str(START), *arguments]
        bubblewrap = installed() if self.bubble and self.forking else None
        self.bubble = bubblewrap is not None
        if bubblewrap is None:
            return [sys.executable, *program]
        python = os.path.realpath(sys.executable)  # a link would lead out of the bubble
        readable = [*self._readable[0], str(START.parent), python]
        return [*around(bubblewrap, readable, self._folder.name), python, *program]

    def _forget(self) -> None:
        """Ends the program, if it is still there."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = 0

    def close(self) -> None:
        """Ends the program, and all that it brought forth."""
        self._forget()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def process(self, limits: Limits) -> Process:
        """A new process; its walls stand. Raises `NoProcess`."""
        if not self.forking:
            self._forget()
        if self._control is None:
            self.start()
        try:
            process = self._process(limits)
        except NoProcess:
            if not self.bubble or self._proven:
                raise
            self.bubble = False  # it is installed, and not allowed here, as in many containers
            self.start()
            process = self._process(limits)
        self._proven = True
        return process

    def _process(self, limits: Limits) -> Process:
        readable, listed = self._readable
        asked = {
            "limits": asdict(limits),
            "folder": self._folder.name,
            "readable": readable,
            "listed": listed,
            "cores": cores.here(),
        }
        (theirs_in, ours_out), (ours_in, theirs_out) = pipe(), pipe()
        os.set_blocking(ours_out, False)
        try:
            answer = self._asked(asked, [theirs_in, theirs_out])
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        process = Process(answer["pid"], Wire(ours_in, ours_out), self)
        try:
            told, _ = process.wire.answered(Watch(process.pid, _READY, _READY))
        except (Closed, Silence):
            why = process.end()
            raise NoProcess(f"the process of a submission could not be had: {why}") from None
        cores.keep_to(asked["cores"])
        stand = tuple(Wall(str(name), str(why)) for name, why in told["walls"])
        process.walls = (*stand, *[Wall(NAME)] * self.bubble)
        return process

    def end(self, pid: int) -> int:
        """Ends a process: the status with which it ended, as `os.waitpid` gives it."""
        if self.forking:
            return int(self._asked({"end": pid})["status"])
        self._pid = 0
        return ended(pid)

    @cached_property
    def _readable(self) -> tuple[list[str], list[str]]:
        """What every process may read, and where it may read the names: not cellcheck itself."""
        found: dict[str, bool] = {}
        for path in dict.fromkeys(needed()):
            found |= {str(p): whole for p, whole in without(path, OWN)}
        return [p for p, whole in found.items() if whole], [p for p, w in found.items() if not w]

    def _asked(self, message: dict[str, Any], pipes: list[int] | None = None) -> dict[str, Any]:
        assert self._control is not None
        line = json.dumps(message).encode() + b"\n"
        try:
            if pipes:
                sent = socket.send_fds(self._control, [line], pipes)
                self._control.sendall(line[sent:])
            else:
                self._control.sendall(line)
            text = b""
            while not text.endswith(b"\n"):
                part = self._control.recv(1 << 16)
                if not part:
                    raise ConnectionResetError
                text += part
        except OSError as error:
            self._forget()
            raise NoProcess("the process of a submission could not be started") from error
        return json.loads(text)  # type: ignore[no-any-return]
