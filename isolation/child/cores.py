"""One core for two processes that answer each other in turn.

Only one of them works at a time, so that a second core gains nothing; and to wake up on one that
rests takes longer than most calls of a submission.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress

from .linux import current_core


def here() -> list[int]:
    """The core that this thread is on; none where the platform does not tell."""
    try:
        return [current_core()]
    except (OSError, AttributeError):
        return []


def allowed() -> list[int]:
    """The cores that this thread may be on; none where the platform does not tell."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def keep_to(cores: Collection[int]) -> None:
    """Keeps this thread, and what it starts, to some cores; where there are none, it is free."""
    if cores:
        with suppress(OSError, AttributeError):
            os.sched_setaffinity(0, cores)
