"""A task in a walled child process that sends its parent messages.

The child is forked, so that it need not import anything again. It sends frames: four bytes of
length, then JSON. The parent believes none of them: a frame that is too long, or no JSON, ends the
child, and what the messages mean is for the caller to test.
"""

from __future__ import annotations

import errno
import gc
import json
import os
import select
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from ..runtime.walls import Limits, Wall, raise_walls, scrub_environment

LONGEST_FRAME = 8 * 2**20
MOST_SENT = 64 * 2**20
_WAIT = 0.1
_FAILED = 70
_NO_MEMORY = 127
"""The exit status of the C library where it cannot go on, as when memory runs out."""


Send: TypeAlias = Callable[[Any], None]
Task: TypeAlias = Callable[[Send], None]


class Malformed(Exception):
    """What the child sent is no message."""


def can_fork() -> bool:
    """Whether the platform has children of this kind: on macOS a fork may hang in its libraries."""
    return hasattr(os, "fork") and hasattr(os, "waitid") and sys.platform != "darwin"


@dataclass
class Worker:
    """One child at its task.

    `messages` yields what it sends, and ends with it. Then ``ending`` says in words why it came to
    no proper end (empty if it did), ``walls`` what it was shut in by (those that are missing say
    why).
    """

    task: Task
    readable: Iterable[Path]
    limits: Limits = field(default_factory=Limits)
    ending: str = ""
    walls: tuple[Wall, ...] = ()
    finished: bool = False

    def messages(self) -> Generator[Any, None, None]:
        """Runs the task, and yields each message as it comes. The child is gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="cellcheck-") as folder:
            child, pipe = self._fork(Path(folder))
            try:
                yield from self._received(child, pipe)
            except Malformed as reason:
                self.ending = str(reason)
            finally:
                os.close(pipe)
                child.kill()
                self.ending = self.ending or ("" if self.finished else child.cause())

    def _fork(self, folder: Path) -> tuple[_Child, int]:
        reading, writing = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads: BLAS' own take care
            pid = os.fork()
        if pid == 0:
            _be_a_child(self, folder, writing, parent)
        os.close(writing)
        return _Child(pid), reading

    def _received(self, child: _Child, pipe: int) -> Iterator[Any]:
        end = time.monotonic() + self.limits.total
        frames, received = _Frames(), 0
        heard = time.monotonic()
        while True:
            left = min(heard + self.limits.silence, end) - time.monotonic()
            if left <= 0:
                self.ending = "it did not come to an end in time"
                return
            ready, _, _ = select.select([pipe], [], [], min(left, _WAIT))
            if not ready and not child.is_alive():
                return
            data = os.read(pipe, 1 << 16) if ready else b""
            if ready and not data:
                return
            received += len(data)
            if received > MOST_SENT:
                raise Malformed("it sent more than a report can hold")
            for message in frames.of(data):
                heard = time.monotonic()
                if not self._is_own(message):
                    yield message

    def _is_own(self, message: Any) -> bool:
        """Takes what the worker itself has to say: its walls, and its end."""
        if not isinstance(message, dict):
            raise Malformed("it sent what is no message")
        if message.keys() == {"walls"} and not self.walls:
            try:
                self.walls = tuple(Wall(str(name), str(why)) for name, why in message["walls"])
            except (TypeError, ValueError):
                raise Malformed("it sent what is no message") from None
            return True
        if message.keys() == {"finished"}:
            self.finished = True
            return True
        return False


class _Frames:
    """Bytes as they come, cut into messages."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def of(self, data: bytes) -> Iterator[Any]:
        self.waiting += data
        while len(self.waiting) >= 4:
            length = int.from_bytes(self.waiting[:4], "big")
            if length > LONGEST_FRAME:
                raise Malformed("it sent what is no message, or one that is too long")
            if len(self.waiting) < 4 + length:
                return
            text = bytes(self.waiting[4 : 4 + length])
            del self.waiting[: 4 + length]
            try:
                message = json.loads(text)
            except (ValueError, RecursionError):
                raise Malformed("it sent what is no message") from None
            yield message


class _Child:
    """The process: it is waited for once, and then its number is not used any more."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.status = 0

    def is_alive(self) -> bool:
        """Whether it still runs."""
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT  # still to be waited for: nobody's number
        return os.waitid(os.P_PID, self.pid, flags) is None

    def kill(self) -> None:
        """Ends it, and whatever is left in its group; gives it a moment to end by itself."""
        moment = time.monotonic() + _WAIT
        while self.is_alive() and time.monotonic() < moment:
            time.sleep(0.001)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.status = os.waitpid(self.pid, 0)[1]

    def cause(self) -> str:
        """Why it ended before its task did."""
        code = os.waitstatus_to_exitcode(self.status)
        if code == -signal.SIGXCPU:
            return "it used up the time of the processor that it may have"
        if code < 0:
            try:
                name = signal.Signals(-code).name
            except ValueError:
                name = str(-code)
            return f"it was ended by the signal {name}"
        if code == _FAILED:
            return "it broke the process that judges it"
        if code == _NO_MEMORY:
            return f"it used up the memory, or ended the program itself (exit status {code})"
        return f"it ended the program itself (exit status {code})"


def _be_a_child(worker: Worker, folder: Path, writing: int, parent: int) -> NoReturn:
    """All there is to the child; it never comes back."""
    status = _FAILED
    try:
        gc.disable()  # finalizers of the parent's objects are the parent's business
        os.setsid()
        _reset_signals()
        writing = _close_all_but(writing)
        scrub_environment(folder)
        tempfile.tempdir = str(folder)
        send = _sender(writing)
        walls = raise_walls(folder, worker.readable, worker.limits)
        if os.getppid() != parent:
            os._exit(_FAILED)
        send({"walls": [[wall.name, wall.missing] for wall in walls]})
        gc.freeze()
        gc.enable()
        worker.task(send)
        send({"finished": True})
        status = 0
    finally:
        os._exit(status)


def _reset_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    signal.set_wakeup_fd(-1)


def _close_all_but(writing: int) -> int:
    """Leaves the pipe as descriptor 3, and nothing to read from or write to below it."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    pipe = os.dup(writing) if writing < 4 else writing
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.dup2(pipe, 3, inheritable=False)
    os.closerange(4, max(os.sysconf("SC_OPEN_MAX"), 4))
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stderr = open(1, "w", errors="replace", closefd=False)  # noqa: SIM115
    return 3


def _sender(pipe: int) -> Send:
    def send(message: Any) -> None:
        data = json.dumps(message).encode()
        frame = memoryview(len(data).to_bytes(4, "big") + data)
        while frame:
            try:
                frame = frame[os.write(pipe, frame) :]
            except OSError as error:
                if error.errno != errno.EINTR:
                    os._exit(_FAILED)  # nobody listens any more, or the pipe was closed

    return send
