"""Machines elsewhere that judge: a Dask distributed cluster.

A task has no other effect than its result, so that one whose machine is lost is done again on
another. On each machine a task is done by a process of its own, as here: see `host`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from itertools import islice
from typing import Any, Self

from ..engine.isolated import ReducedIsolation, require_walls
from ..isolation.parent.fork_server import ForkServer
from ..reports import Unavailable
from .export_files import Refused
from .host import Host
from .task import Result, Task, Tool, failed, tool

CONNECTING = 10.0
"""Seconds until a cluster has to answer."""

SILENCE = 30.0
"""Seconds after which it is looked whether the cluster is still there."""

_here = threading.local()


class Cluster:
    """The workers of the scheduler at an address, each for as many tasks as it has threads.

    Entering it raises `Unavailable` where Dask is not installed, and `Refused` where no worker is
    there, or one that would come to other results.
    """

    def __init__(self, address: str, *, allow_reduced: bool) -> None:
        self.address = address
        self._wanted = tool(), allow_reduced
        self._client: Any = None

    def __enter__(self) -> Self:
        try:
            from distributed import Client
        except ImportError:
            what = "--cluster needs Dask: pip install 'cellcheck[cluster]'"
            raise Unavailable(what) from None
        try:
            self._client = Client(self.address, timeout=CONNECTING)
        except (OSError, ValueError) as error:
            raise Refused(f"there is no Dask scheduler at {self.address}: {error}") from None
        try:
            self._check_workers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *reason: object) -> None:
        self._client.close()

    def _check_workers(self) -> None:
        try:
            unfit = self._client.run(why_unfit, *self._wanted)
        except ImportError as error:
            raise Refused(f"a worker of {self.address} has no cellcheck: {error}") from None
        if not unfit:
            raise Refused(f"the cluster at {self.address} has no worker")
        for worker, why in unfit.items():
            if why:
                raise Refused(f"the worker {worker} cannot be used: {why}")

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Result]]:
        """Each task with its result, as soon as it is there. Tasks are taken as they are needed.

        Raises `Refused` where the cluster is gone.
        """
        waiting, doing = iter(tasks), dict[Any, Task]()
        while True:
            room = 2 * self._threads() - len(doing)  # so that none waits for its next one
            for task in islice(waiting, max(room, 0)):
                future = self._client.submit(
                    judged, task, *self._wanted, key=f"cellcheck-{task.key}", pure=False
                )
                doing[future] = task
            if not doing:
                return
            for future in self._finished(doing):
                task = doing.pop(future)
                yield task, _result_of(future, task)

    def _threads(self) -> int:
        """How many tasks are done at a time. Workers may come and go."""
        try:
            found: dict[str, int] = self._client.nthreads()
        except (OSError, TimeoutError):
            found = {}
        if not found:
            raise Refused(
                f"the cluster at {self.address} has no worker any more: the same command goes on "
                "where this one ends"
            )
        return sum(found.values())

    def _finished(self, doing: Iterable[Any]) -> list[Any]:
        """Those that are done, none after a while of silence."""
        from distributed import wait

        with suppress(TimeoutError, CancelledError):
            wait([*doing], timeout=SILENCE, return_when="FIRST_COMPLETED")
        return [future for future in doing if future.done()]


def _result_of(future: Any, task: Task) -> Result:
    """What came of it; the cluster itself may have failed at it."""
    if future.status == "finished":
        result: Result = future.result()
        return result
    reason = type(future.exception()).__name__ if future.status == "error" else future.status
    return failed(task, f"the cluster lost it ({reason})")


def why_unfit(wanted: Tool, allow_reduced: bool) -> str:
    """Why the process that asks must not judge, or nothing: runs on a worker."""
    if tool() != wanted:
        names = "cellcheck", "Python", "numpy"
        other = [
            f"{name} {its}, not {ours}"
            for name, its, ours in zip(names, tool(), wanted, strict=True)
            if its != ours
        ]
        return f"it has {', '.join(other)}"
    with ForkServer() as fork_server:
        try:
            require_walls(fork_server, allow_reduced=allow_reduced)
        except ReducedIsolation as reason:
            return str(reason).rstrip(".")
    return ""


def judged(task: Task, wanted: Tool, allow_reduced: bool) -> Result:
    """The result of a task: runs on a worker, in any of its threads."""
    if getattr(_here, "fit_for", None) != (wanted, allow_reduced):
        why = why_unfit(wanted, allow_reduced)
        if why:  # which may pass: the next task asks again
            return failed(task, why)
        _here.fit_for = wanted, allow_reduced
    if not hasattr(_here, "host"):
        _here.host = Host()  # ends with its thread
    result: Result = _here.host.result(task)
    return result
