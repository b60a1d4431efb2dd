"""``cellcheck check --jobs N``: several files at a time, each report in its turn."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..engine import Settings
    from ..engine.outcome import SubmissionReport
    from .judges import Judge

Making = Callable[[ExitStack], "Judge"]
"""Makes what judges a file, in whatever process it is called; to be closed with the stack."""

_own: list[Judge] = []
"""What judges in a process of these; it lives as long as the process."""


@contextmanager
def ahead(paths: Iterable[str], settings: Settings, jobs: int, making: Making) -> Iterator[Judge]:
    """What gives each path's report, all of them judged by so many processes from now on.

    Where such a process ends, what it had still to do is done by this one.
    """
    context = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        pool = ProcessPoolExecutor(jobs, context, _start, (making,))
        stack.callback(pool.shutdown, wait=True, cancel_futures=True)
        futures = {path: pool.submit(_judged, path, settings) for path in dict.fromkeys(paths)}
        yield _waiting(futures, making, stack)


def _waiting(
    futures: dict[str, Future[SubmissionReport]], making: Making, stack: ExitStack
) -> Judge:
    own = cache(partial(making, stack))  # made when the first is needed

    def judge(path: str, settings: Settings, progress: Callable[[str], None]) -> SubmissionReport:
        try:
            progress("waiting")
            return futures[path].result()
        except BrokenProcessPool:
            return own()(path, settings, progress)

    return judge


def _start(making: Making) -> None:
    _own.append(making(ExitStack()))


def _judged(path: str, settings: Settings) -> SubmissionReport:
    return _own[0](path, settings, lambda name: None)
