"""Processes here that judge, side by side."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path
from typing import Self

from .host import PATIENCE, Host
from .task import Result, Task


class Pool:
    """So many processes, each for one task at a time; ``folder`` is where they keep what they need
    for a while. One that ends or is stuck costs its task one more try, and the others nothing.
    """

    def __init__(self, jobs: int, folder: Path, patience: float = PATIENCE) -> None:
        self.hosts = [Host(folder, patience) for _ in range(jobs)]
        self._idle = deque(self.hosts)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        for host in self.hosts:
            host.close()

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Result]]:
        """Each task with its result, as soon as it is there. Tasks are taken as they are needed."""
        waiting = iter(tasks)
        with ThreadPoolExecutor(len(self.hosts)) as threads:
            try:
                doing = {threads.submit(self._done, t) for t in islice(waiting, len(self.hosts))}
                while doing:
                    done, doing = wait(doing, return_when=FIRST_COMPLETED)
                    doing |= {threads.submit(self._done, t) for t in islice(waiting, len(done))}
                    for future in done:
                        yield future.result()
            except BaseException:  # or the threads would wait for their processes
                self.__exit__()
                raise

    def _done(self, task: Task) -> tuple[Task, Result]:
        host = self._idle.pop()
        try:
            return task, host.result(task)
        finally:
            self._idle.append(host)
