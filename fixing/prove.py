"""Whether a change of a file, whoever proposes it, makes it right by every law."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..engine.outcome import FunctionReport, Status, SubmissionReport
from .better import is_better, passing
from .documents import text_of
from .judged import Judge, judged_as
from .patches import patched


@dataclass(frozen=True)
class Proof:
    """A file ``before`` and ``after`` a change of it."""

    before: SubmissionReport
    after: SubmissionReport

    @property
    def is_proven(self) -> bool:
        """Whether the file is right by every law, with nothing blocked, and lacks nothing that it
        had.
        """
        judged = [one for one in self.after.functions if one.status is not Status.MISSING]
        right = all(one.status is Status.PASSED for one in judged)
        return self.after.status == "passed" and right and not self.worse

    @property
    def is_better(self) -> bool:
        """Whether more functions pass, and nothing is worse by any law."""
        return is_better(self.before, self.after)

    @property
    def mended(self) -> tuple[str, ...]:
        """The functions that pass with the change, and did not without it."""
        had = passing(self.before)
        return tuple(name for name in passing(self.after) if name not in had)

    @property
    def worse(self) -> tuple[str, ...]:
        """The functions that pass without the change, and do not with it."""
        has = passing(self.after)
        return tuple(name for name in passing(self.before) if name not in has)

    @property
    def failing(self) -> tuple[FunctionReport, ...]:
        """What does not pass with the change: that which fails, is blocked or is incomplete."""
        left_out = (Status.PASSED, Status.MISSING)
        return tuple(one for one in self.after.functions if one.status not in left_out)


def prove(path: str, patch: str, judge: Judge) -> Proof:
    """What a patch of a file makes of it; nothing is written to the file.

    Raises `NoPatch` where the patch does not fit, `OSError` and `ValueError` where the file cannot
    be read, or no file be written beside it.
    """
    text = text_of(Path(path))
    changed = text.written(patched(text.text, patch))
    return Proof(judge(path), judged_as(path, changed, judge))
