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
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .walls import OWN, Limits, Wall, needed, without
from .wire import Closed, Silence, Wire

START = Path(__file__).with_name("start.py")
BROKEN = 70
_NO_MEMORY = 127
"""The exit status of the C library where it cannot go on, as when memory runs out."""

MOMENT = 0.1
"""Seconds that a process has to end by itself."""

_READY = 60.0
"""Seconds that a process may take until its walls stand."""

_KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "OPENBLAS_CORETYPE")
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class NoProcess(Exception):
    """No process for a submission can be had here; the text says why."""


def possible() -> bool:
    """Whether the platform can have such processes at all."""
    return hasattr(os, "posix_spawn") and hasattr(socket, "send_fds") and bool(sys.executable)


@dataclass
class Process:
    """The process of one submission. ``walls`` are what it is shut in by."""

    pid: int
    wire: Wire
    nursery: Nursery
    walls: tuple[Wall, ...] = ()

    def end(self) -> str:
        """Ends it, and says why it ended if it did so before."""
        self.wire.close()
        return cause(self.nursery.end(self.pid))


@dataclass
class Nursery:
    """The program, as long as it is needed; ``forking`` is false where a fork is not safe."""

    forking: bool = sys.platform == "linux"
    _control: socket.socket | None = field(default=None, init=False)
    _pid: int = field(default=0, init=False)
    _folder: Any = field(default=None, init=False)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Starts the program, and does not wait for it."""
        ours, theirs = socket.socketpair()
        here = {os.getcwd(), ""}
        path = [entry for entry in sys.path if entry not in here and Path(entry) != OWN]
        arguments = [json.dumps(path), "fork" if self.forking else "alone"]
        command = [sys.executable, "-I", "-S", "-W", "ignore", str(START), *arguments]
        variables = {name: os.environ[name] for name in _KEPT if name in os.environ}
        with theirs:
            self._pid = os.posix_spawn(
                sys.executable,
                command,
                variables | dict.fromkeys(_THREADS, "1"),
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, theirs.fileno(), 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                ],
            )
        self._control = ours

    def _forget(self) -> None:
        """Ends the program, if it is still there."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._pid:
            self._kill(self._pid)
            self._pid = 0

    def _kill(self, pid: int) -> int:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return os.waitpid(pid, 0)[1]

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
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="cellcheck-")
        readable, listed = self._readable
        asked = {
            "limits": asdict(limits),
            "folder": self._folder.name,
            "readable": readable,
            "listed": listed,
        }
        (theirs_in, ours_out), (ours_in, theirs_out) = os.pipe(), os.pipe()
        try:
            answer = self._asked(asked, [theirs_in, theirs_out])
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        process = Process(answer["pid"], Wire(ours_in, ours_out), self)
        try:
            told, _ = process.wire.answered(time.monotonic() + _READY)
        except (Closed, Silence):
            why = process.end()
            raise NoProcess(f"the process of a submission could not be had: {why}") from None
        process.walls = tuple(Wall(str(name), str(why)) for name, why in told["walls"])
        return process

    def end(self, pid: int) -> int:
        """Ends a process: the status with which it ended, as `os.waitpid` gives it."""
        if self.forking:
            return int(self._asked({"end": pid})["status"])
        until = time.monotonic() + MOMENT
        while time.monotonic() < until and _runs(pid):
            time.sleep(0.001)
        self._pid = 0
        return self._kill(pid)

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


def _runs(pid: int) -> bool:
    flags = os.WEXITED | os.WNOHANG | os.WNOWAIT  # still to be waited for: nobody's number
    return os.waitid(os.P_PID, pid, flags) is None


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
