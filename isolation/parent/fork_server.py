"""The fork server, where the processes of submissions come from: it forks one for each.

It is started early and gets ready by itself, while this process is still busy with other things.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

from ..child import cores
from ..child.endings import ended
from ..child.walls import LANGUAGE, OWN, THREADS, Limits, Wall, needed, without
from .bubble import NAME, around, installed
from .process import NoProcess, Process

START = Path(__file__).parents[1] / "child" / "start.py"
PAIRS = OWN / "pairs"
SOURCES = (START.parent, OWN / "subject", PAIRS)
"""Where the program has its modules from; those of pairs are loaded where a file has a pair."""

_PASSED_ON = (*LANGUAGE, "LD_LIBRARY_PATH", "OPENBLAS_CORETYPE")


def possible() -> bool:
    """Whether the platform can have such processes at all."""
    return hasattr(os, "posix_spawn") and hasattr(socket, "send_fds") and bool(sys.executable)


@dataclass
class ForkServer:
    """The program, as long as it is needed; ``forking`` is false where a fork is not safe, and
    ``bubble`` where no bubble is to be around it.
    """

    forking: bool = sys.platform == "linux"
    bubble: bool = True
    _control: socket.socket | None = field(default=None, init=False)
    _pid: int = field(default=0, init=False)
    _proven: bool = field(default=False, init=False)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def start(self) -> None:
        """Starts the program, and does not wait for it."""
        ours, theirs = socket.socketpair()
        command = self._command()
        variables = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
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
        readable = [*self._readable[0], *map(str, SOURCES), python]
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
        if "_folder" in vars(self):
            self._folder.cleanup()
            del self._folder

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
        here = cores.here()
        asked = {
            "limits": asdict(limits),
            "folder": self._folder.name,
            "readable": readable,
            "listed": listed,
            "cores": here,
        }

        def start(*pipes: int) -> int:
            return self._asked(asked, pipes)["pid"]

        process = Process.started(start, self.end)
        process.cores = cores.allowed()
        cores.keep_to(here)
        process.walls += (Wall(NAME),) * self.bubble
        return process

    def end(self, pid: int) -> int:
        """Ends a process: the status with which it ended, as `os.waitpid` gives it."""
        if self.forking:
            return self._asked({"end": pid})["status"]
        self._pid = 0
        return ended(pid)

    @cached_property
    def _folder(self) -> tempfile.TemporaryDirectory[str]:
        """The empty folder that every process covers with a private one."""
        return tempfile.TemporaryDirectory(prefix="cellcheck-")

    @cached_property
    def _readable(self) -> tuple[list[str], list[str]]:
        """What every process may read, and where it may read the names: not cellcheck itself, but
        for how a pair is called.
        """
        found: dict[str, bool] = {}
        for path in dict.fromkeys(needed()):
            found |= {str(p): whole for p, whole in without(path, OWN)}
        whole = [path for path, is_whole in found.items() if is_whole]
        return [*whole, str(PAIRS)], [path for path, is_whole in found.items() if not is_whole]

    def _asked(self, message: Mapping[str, object], pipes: Sequence[int] = ()) -> dict[str, int]:
        assert self._control is not None
        line = json.dumps(message).encode() + b"\n"
        try:
            sent = socket.send_fds(self._control, [line], pipes) if pipes else 0
            self._control.sendall(line[sent:])
            text = b""
            while not text.endswith(b"\n"):
                part = self._control.recv(1 << 16)
                if not part:
                    raise ConnectionResetError
                text += part
        except OSError as error:
            self._forget()
            raise NoProcess("the process of a submission could not be started") from error
        answer: dict[str, int] = json.loads(text)
        return answer
