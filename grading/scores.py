"""From what was found in a student's files to points for each function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ..engine import FunctionReport, Status, SubmissionReport, Verdict
from .rubric import Rubric, Worth, a_point_each, known


@dataclass(frozen=True)
class Score:
    """One function: its report, the file it was taken from (empty: none has it), and its points."""

    report: FunctionReport
    path: str
    points: float
    of: float

    @property
    def unsure(self) -> bool:
        """Whether a person should look: no verdict could be reached."""
        unjudged = any(outcome.verdict is Verdict.ERRORED for outcome in self.report.outcomes)
        return self.of > 0 and (self.report.status is Status.BLOCKED or unjudged)


def rubric_of(students: Iterable[Iterable[SubmissionReport]]) -> Rubric:
    """Where no rubric is given: a point for each function that half of the students have."""
    counts: Counter[str] = Counter()
    readable = 0
    for reports in students:
        names = _present(reports)
        readable += bool(names)
        counts.update(names)
    return a_point_each(name for name in known() if 2 * counts[name] >= readable > 0)


def _present(reports: Iterable[SubmissionReport]) -> set[str]:
    return {f.name for r in reports for f in r.functions if f.status is not Status.MISSING}


def scored(reports: Iterable[SubmissionReport], rubric: Rubric) -> list[Score]:
    """Every function of the rubric, and others that the student has, which count nothing.

    One that several files have is taken from the file where it earns most, the first of them.
    """
    every = [(report.path, f) for report in reports for f in report.functions]
    names = dict.fromkeys([*rubric.functions, *(function.name for _, function in every)])
    return [_best(name, every, rubric.functions.get(name)) for name in names]


_GOOD = (Status.PASSED, Status.FAILED, Status.BLOCKED, Status.INCOMPLETE)


def _best(name: str, every: list[tuple[str, FunctionReport]], worth: Worth | None) -> Score:
    found = [
        _score(function, path, worth)
        for path, function in every
        if function.name == name and function.status is not Status.MISSING
    ]
    if not found:
        lost = float(worth.points) if worth and worth.required else 0.0
        return Score(FunctionReport(name, Status.MISSING), "", 0.0, lost)
    return max(found, key=lambda one: (one.points, -_GOOD.index(one.report.status)))


def _score(function: FunctionReport, path: str, worth: Worth | None) -> Score:
    points = earned(function, worth) if worth else 0.0
    return Score(function, path, points, float(worth.points) if worth else 0.0)


def earned(function: FunctionReport, worth: Worth) -> float:
    """The points of a function that is there.

    Those of a law are earned where it held; where it does not apply, or could not be tried, if the
    function passed. Of the rest, a function that passes earns all and one that fails the share
    ``partial``.
    """
    passed = function.status is Status.PASSED
    verdicts = {outcome.property: outcome.verdict for outcome in function.outcomes}
    laws = sum(
        points
        for law, points in worth.laws.items()
        if verdicts.get(law) is Verdict.HELD or (passed and verdicts.get(law) is not Verdict.FAILED)
    )
    share = 1.0 if passed else worth.partial if function.status is Status.FAILED else 0.0
    return round(float(laws + share * worth.rest), 6)
