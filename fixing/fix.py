"""The corrections that are proven, put into a file: all of those with which it is better."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..engine.outcome import Diagnosis, FunctionReport, Status, SubmissionReport
from ..reports._words import place
from .better import is_better
from .documents import Text, stored, text_of
from .judged import Judge, judged_as
from .lines import corrected

ROUNDS = 20
"""How often what is left is looked at again: what was blocked may be judged then, and wrong."""


@dataclass(frozen=True)
class Fixed:
    """A file before and after: ``report`` is of what it is after, ``told`` what was corrected."""

    before: Text
    after: Text
    report: SubmissionReport
    told: tuple[str, ...] = ()


def fixed(path: str, report: SubmissionReport, judge: Judge, only: Iterable[str] = ()) -> Fixed:
    """The file with the corrections of its functions, of those named in ``only``, if any are.

    Nothing is written to the file. Changed versions of it are judged in files beside it, which see
    the same modules. Raises `OSError` where these cannot be written, and `ValueError`.
    """
    before = text_of(Path(path))
    done = Fixed(before, before, report)
    wanted = {*only}
    for _ in range(ROUNDS):
        left = [f for f in _correctable(done.report) if not wanted or f.name in wanted]
        better = next(_better(path, done, left, judge), None)
        if better is None:
            break
        done = better
    return done


def write(path: str, done: Fixed) -> None:
    """Writes the corrected file, at once. Raises `OSError`."""
    stored(Path(path), done.after.encoded())


def _correctable(report: SubmissionReport) -> list[FunctionReport]:
    """The functions that fail, and of which every mistake has a correction that is proven."""
    return [
        function
        for function in report.functions
        if function.status is Status.FAILED and function.is_corrected
    ]


def _better(
    path: str, done: Fixed, functions: list[FunctionReport], judge: Judge
) -> Iterator[Fixed]:
    """Better versions: first with the corrections of all functions, then of each alone."""
    groups = [functions, *([one] for one in functions if len(functions) > 1)]
    for group in groups if functions else ():
        text = _with(done.after, [one for function in group for one in function.diagnosis])
        if text is None:
            continue
        report = judged_as(path, text, judge)
        if is_better(done.report, report, {function.name for function in group}):
            told = (_sentence(function, one) for function in group for one in function.diagnosis)
            yield Fixed(done.before, text, report, (*done.told, *told))


def _with(text: Text, diagnoses: Iterable[Diagnosis]) -> Text | None:
    """The text with some corrections, the last one first: that leaves lines their numbers."""
    for one in sorted({*diagnoses}, key=lambda one: (one.cell or 0, one.line or 0), reverse=True):
        lines = corrected(text.lines(one.cell), one)
        if lines is None:
            return None
        text = text.having(one.cell, lines)
    return text


def _sentence(function: FunctionReport, one: Diagnosis) -> str:
    return f"{function.name}, {place(one)}: {' '.join(one.message.split())}"
