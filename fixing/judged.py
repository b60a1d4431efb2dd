"""What would be said of a file if it had another text."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import mkstemp

from ..engine.outcome import SubmissionReport
from .documents import Text

Judge = Callable[[str], SubmissionReport]
"""Gives the report of a path, with every law, and corrections."""


def judged_as(path: str, text: Text, judge: Judge) -> SubmissionReport:
    """The report of a changed file, which lies beside the file while it is judged, so that it sees
    the same modules. Raises `OSError` where it cannot be written there.
    """
    own = Path(path)
    handle, name = mkstemp(prefix=f".{own.stem}-", suffix=own.suffix, dir=own.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(text.encoded())
        return replace(judge(name), path=path)
    finally:
        os.unlink(name)
