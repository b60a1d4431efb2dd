"""A process that judges one task after the other, and whoever waits for it: never for too long."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from ..isolation.child.walls import Limits, end_with_parent
from ..isolation.parent.watch import Watch
from ..subject.limits import STEP
from .task import Judge, Result, Task, failed

ATTEMPTS = 2
"""How often a task is tried whose process ends."""

PATIENCE = 60.0
"""Seconds that a process may compute, or wait, besides what the check of a file and the search of
its mistakes may.
"""

ENDED = "the process that judges it ended"


class _Lost(Exception):
    """The process came to no result; the text says why."""


class Host:
    """One process, started when it is needed, and anew where it has ended. To be closed at the end.

    ``folder`` is where it keeps what it needs for a while, ``patience`` the seconds that it may
    compute or wait for a task, besides what the limits allow for the check and as much for the
    search of its mistakes. What other processes of the machine do meanwhile counts for nothing.
    One thread at a time has it do something; any may close it.
    """

    def __init__(self, folder: Path | None = None, patience: float = PATIENCE) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self._folder = folder
        self._seconds = 2 * Limits().total + patience
        self._closed = False

    def close(self) -> None:
        """Ends the process; whoever waits for it is told of a failure."""
        self._closed = True
        self._end()

    def result(self, task: Task) -> Result:
        """What comes of a task."""
        why = ENDED
        for _ in range(ATTEMPTS):
            if self._closed:
                break
            try:
                return self._asked(task)
            except _Lost as reason:
                why = str(reason)
                self._end()
        return failed(task, why)

    def _asked(self, task: Task) -> Result:
        process = self.process = self.process or self._started()
        assert process.stdin is not None and process.stdout is not None
        with _in_time(process, self._seconds) as late:
            try:
                pickle.dump(task, process.stdin)
                process.stdin.flush()
                result: Result = pickle.load(process.stdout)
            except (OSError, EOFError, ValueError, pickle.UnpicklingError):
                why = "it did not come to an end in time" if late.is_set() else ENDED
                raise _Lost(why) from None
        return result

    def _started(self) -> subprocess.Popen[bytes]:
        """A new process, with the search path of this one and nothing from the current folder."""
        command = [sys.executable, "-P", "-c", f"from {__name__} import serve; serve()"]
        path = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        return subprocess.Popen(
            [*command, *([str(self._folder)] if self._folder else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"OPENBLAS_NUM_THREADS": "1"} | os.environ | path,
        )

    def _end(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):  # a question that was not read any more
                stream.close()  # type: ignore[union-attr]  # both are pipes


@contextmanager
def _in_time(process: subprocess.Popen[bytes], seconds: float) -> Iterator[Event]:
    """Ends a process that computes or waits for so many seconds, which the event then says."""
    done, late = Event(), Event()

    def watched() -> None:
        watch = Watch(process.pid, seconds, seconds)
        while not done.wait(STEP):
            if watch.is_over():
                late.set()
                process.kill()
                return

    watching = Thread(target=watched, daemon=True)
    watching.start()
    try:
        yield late
    finally:
        done.set()
        watching.join()


def serve() -> None:
    """What the process does, until nobody has a task for it any more."""
    with suppress(OSError, ValueError, AttributeError):  # where it cannot, the pipe tells it
        end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a key pressed is for the first process to hear
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed is no answer
    if len(sys.argv) > 1:
        tempfile.tempdir = sys.argv[1]
    with Judge() as judge, suppress(EOFError, OSError):
        while True:
            pickle.dump(judge(pickle.load(questions)), answers)
            answers.flush()
