"""Whether a changed file is better than it was, by every law."""

from __future__ import annotations

from collections.abc import Collection

from ..engine.outcome import FunctionReport, Level, Status, SubmissionReport

_RANKS = {
    Status.PASSED: 0,
    Status.INCOMPLETE: 1,
    Status.BLOCKED: 2,
    Status.FAILED: 3,
    Status.MISSING: 4,
}
"""The better a function is, the lower."""


def is_better(
    before: SubmissionReport, after: SubmissionReport, mended: Collection[str] = ()
) -> bool:
    """Whether some function passes that did not, those ``mended`` among them, and none is worse.

    One is worse whose status is, or that breaks a law which it kept, unless it could not be judged
    before; and so is a file in which less is judged.
    """
    if after.error is not None:
        return False
    old = {function.name: function for function in before.functions}
    new = {function.name: function for function in after.functions}
    passes = {*passing(after)}
    gained = passes.difference(passing(before))
    left_out = {one.name for one in after.not_judged} - {one.name for one in before.not_judged}
    return (
        bool(gained)
        and passes >= {*mended}
        and not left_out
        and old.keys() <= new.keys()
        and not any(_is_worse(old[name], new[name]) for name in old)
    )


def passing(report: SubmissionReport) -> list[str]:
    """The functions that pass, in their order."""
    return [function.name for function in report.functions if function.status is Status.PASSED]


def _is_worse(old: FunctionReport, new: FunctionReport) -> bool:
    if old.status in (Status.BLOCKED, Status.INCOMPLETE):
        return new.status is Status.MISSING
    if _RANKS[new.status] > _RANKS[old.status]:
        return True
    return not _broken(new) <= _broken(old)


def _broken(function: FunctionReport) -> set[tuple[str, Level]]:
    return {(outcome.property, outcome.level) for outcome in function.findings}
