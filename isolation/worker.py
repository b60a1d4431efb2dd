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
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from ..subject.limits import STEP
from .child.endings import BROKEN, cause, ended, runs
from .child.walls import Limits, Wall, raise_walls, scrub_environment
from .parent.watch import Watch

LONGEST_FRAME = 8 * 2**20
MOST_SENT = 64 * 2**20

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
            pid, pipe = self._fork(Path(folder))
            try:
                yield from self._received(pid, pipe)
            except Malformed as reason:
                self.ending = str(reason)
            finally:
                os.close(pipe)
                status = ended(pid)
                self.ending = self.ending or ("" if self.finished else cause(status))

    def _fork(self, folder: Path) -> tuple[int, int]:
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
        return pid, reading

    def _received(self, pid: int, pipe: int) -> Iterator[Any]:
        watch = Watch(pid, self.limits.total, self.limits.silence)
        frames, received = _Frames(), 0
        while True:
            ready, _, _ = select.select([pipe], [], [], STEP)
            if not ready and watch.is_over():
                self.ending = "it did not come to an end in time"
                return
            if not ready and not runs(pid):
                return
            data = os.read(pipe, 1 << 16) if ready else b""
            if ready and not data:
                return
            received += len(data)
            if received > MOST_SENT:
                raise Malformed("it sent more than a report can hold")
            for message in frames.of(data):
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


def _be_a_child(worker: Worker, folder: Path, writing: int, parent: int) -> NoReturn:
    """All there is to the child; it never comes back."""
    status = BROKEN
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
            os._exit(BROKEN)
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
                    os._exit(BROKEN)  # nobody listens any more, or the pipe was closed

    return send
