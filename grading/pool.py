"""Processes that judge, side by side: one that ends or is stuck costs one more try, and no more."""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Self

from ..engine import Settings
from ..runtime.walls import Limits, end_with_parent
from .task import Judge, Result, Task, failed

ATTEMPTS = 2
"""How often a task is tried whose process ends."""


@dataclass
class _Worker:
    """A process, and the task that it is at, since when and for which time."""

    process: BaseProcess
    connection: Connection
    task: Task | None = None
    attempt: int = 0
    until: float = 0.0

    def end(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.join()
        self.process.close()


@dataclass
class Pool:
    """So many processes, each for one task at a time. To be closed at the end.

    ``folder`` is where they keep what they need for a while. A task may take what its limits allow
    for the check, as much for the search of its mistakes, and ``patience`` besides, in seconds.
    """

    jobs: int
    settings: Settings
    folder: Path
    limits: Limits = field(default_factory=Limits)
    patience: float = 60.0
    workers: list[_Worker] = field(default_factory=list, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: Any) -> None:
        for worker in self.workers:
            worker.end()
        self.workers.clear()

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Result]]:
        """Each task with its result, as soon as it is there. Tasks are taken as they are needed."""
        waiting, again = iter(tasks), deque[tuple[Task, int]]()
        more = True
        while True:
            while more or again:
                worker = self._free()
                if worker is None:
                    break
                task, attempt = again.popleft() if again else (next(waiting, None), 1)
                if task is None:
                    more = False
                else:
                    self._give(worker, task, attempt)
            busy = [worker for worker in self.workers if worker.task]
            if not busy:
                return
            yield from self._heard(busy, again)

    def _free(self) -> _Worker | None:
        """A process with nothing to do, if there may be one more."""
        for worker in self.workers:
            if worker.task is None:
                return worker
        if len(self.workers) >= self.jobs:
            return None
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=work, args=(theirs, self.settings, self.limits, self.folder), daemon=True
        )
        process.start()
        theirs.close()
        self.workers.append(_Worker(process, ours))
        return self.workers[-1]

    def _give(self, worker: _Worker, task: Task, attempt: int) -> None:
        worker.task, worker.attempt = task, attempt
        worker.until = time.monotonic() + 2 * self.limits.total + self.patience
        with suppress(OSError):  # it has ended: that is heard next
            worker.connection.send(task)

    def _heard(
        self, busy: list[_Worker], again: deque[tuple[Task, int]]
    ) -> Iterator[tuple[Task, Result]]:
        """What the processes have to say, once one has; those that ended or are late are ended."""
        left = min(worker.until for worker in busy) - time.monotonic()
        ready = wait([worker.connection for worker in busy], max(left, 0.0))
        for worker in busy:
            task, why = worker.task, ""
            assert task is not None
            if worker.connection in ready:
                try:
                    result = worker.connection.recv()
                except (EOFError, OSError):
                    why = "the process that judges it ended"
                else:
                    worker.task = None
                    yield task, result
            elif time.monotonic() >= worker.until:
                why = "it did not come to an end in time"
            if why:
                self.workers.remove(worker)
                worker.end()
                if worker.attempt < ATTEMPTS:
                    again.append((task, worker.attempt + 1))
                else:
                    yield task, failed(task, why)


def work(connection: Connection, settings: Settings, limits: Limits, folder: Path) -> None:
    """What a process does, until nobody has a task for it any more."""
    with suppress(OSError, ValueError, AttributeError):  # where it cannot, the pipe tells it
        end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a key pressed is for the first process to hear
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    tempfile.tempdir = str(folder)
    with Judge(settings, limits) as judge, suppress(EOFError, OSError):
        while True:
            task: Task = connection.recv()
            connection.send(judge(task))
