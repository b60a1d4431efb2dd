"""What judges a file for a command: a process behind walls, or this one."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ..engine import Check, Settings
    from ..engine.outcome import FunctionReport, SubmissionReport

    Judge: TypeAlias = Callable[[str, Settings, Callable[[str], None]], SubmissionReport]
    """Gives the report of a path; is told of each function that is judged."""


def in_this_process(
    path: str, settings: Settings, progress: Callable[[str], None]
) -> SubmissionReport:
    """A path's report, by this process itself."""
    from ..engine import check

    return check(path, settings, progress, _diagnose)


def isolated(stack: ExitStack) -> Judge:
    """What gives a path's report with its code in a process behind walls."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is there
    from ..isolation.parent.fork_server import ForkServer, possible

    fork_server = stack.enter_context(ForkServer()) if possible() else ForkServer()
    from ..engine.isolated import Isolated

    behind_walls = Isolated(fork_server=fork_server)

    def judge(path: str, settings: Settings, progress: Callable[[str], None]) -> SubmissionReport:
        return behind_walls.check(path, settings, progress, _diagnose)

    return judge


def _diagnose(done: Check, reports: list[FunctionReport]) -> list[FunctionReport]:
    """The reports with the mistakes named; imported only where there is one."""
    from ..diagnosis import diagnose

    return diagnose(done, reports)
