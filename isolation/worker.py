"""A task in a walled copy of this process, which sends its parent messages.

The copy is forked, so that it has all that this process has. The parent believes none of the
messages: what is no frame of JSON ends the process, and what a message means is for the caller to
test.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn, TypeAlias

from .child.endings import BROKEN, ended
from .child.shut_in import shut_in
from .child.walls import Limits, Wall
from .child.wire import Lost, Malformed
from .parent.process import NoProcess, Process
from .parent.watch import Watch

MOST_MESSAGES = 1_000

WorkerMessage: TypeAlias = Mapping[str, object]
Send: TypeAlias = Callable[[WorkerMessage], None]
Task: TypeAlias = Callable[[Send], None]


def can_fork() -> bool:
    """Whether the platform has children of this kind: on macOS a fork may hang in its libraries."""
    return hasattr(os, "fork") and hasattr(os, "waitid") and sys.platform != "darwin"


@dataclass
class Worker:
    """One copy of this process at its task.

    `messages` yields what it sends, and ends with it. Then ``ending`` says in words why it came to
    no proper end (empty if it did), ``walls`` what it was shut in by (those that are missing say
    why).
    """

    task: Task
    readable: Iterable[Path]
    limits: Limits = field(default_factory=Limits)
    ending: str = ""
    walls: tuple[Wall, ...] = ()

    def messages(self) -> Generator[WorkerMessage, None, None]:
        """Runs the task, and yields each message as it comes. The child is gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="cellcheck-") as folder:
            try:
                process = Process.started(lambda *pipes: self._fork(Path(folder), pipes), ended)
            except NoProcess as reason:
                self.ending = str(reason)
                return
            self.walls = process.walls
            lost: Lost | None = None
            try:
                yield from self._received(process)
            except Lost as reason:
                lost = reason
            finally:
                cause = process.end()
            if lost is not None:
                self.ending = str(lost) or cause

    def _fork(self, folder: Path, pipes: tuple[int, int]) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads: BLAS' own take care
            pid = os.fork()
        if pid == 0:
            self._be_a_child(parent, folder, pipes)
        return pid

    def _be_a_child(self, parent: int, folder: Path, pipes: tuple[int, int]) -> NoReturn:
        """All there is to the child; it never comes back."""
        status = BROKEN
        try:
            gc.disable()  # finalizers of the parent's objects are the parent's business
            wire = shut_in(parent, pipes, folder, self.limits, self.readable)
            gc.freeze()
            gc.enable()
            self.task(lambda message: wire.answer(message, []))
            wire.answer({"finished": True}, [])
            status = 0
        finally:
            os._exit(status)

    def _received(self, process: Process) -> Iterator[WorkerMessage]:
        watch = Watch(process.pid, self.limits.total, self.limits.silence)
        for _ in range(MOST_MESSAGES):
            message, _ = process.wire.answered(watch)
            if message.keys() == {"finished"}:
                return
            yield message
        raise Malformed("it sent more than a report can hold")
