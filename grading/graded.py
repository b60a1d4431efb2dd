"""One student with all that was found, and what is to be said of it in a class."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from textwrap import shorten

from ..engine import FunctionReport, Status, SubmissionReport
from ..engine.outcome import ENDLESS
from ..reports._words import sentence
from ..subject.errors import ENDED
from .handed_in import Student
from .rubric import Rubric
from .scores import Score, scored

LONGEST = 300
"""Characters of one mistake that a class page shows."""

_ERRORS = {ENDLESS: "it does not come to an end", ENDED: "it ends the program"}
"""What is no exception that is raised."""


@dataclass(frozen=True, order=True)
class Mistake:
    """A mistake by the function it is in and its name: a fault's, or that of the broken law; where
    a call ends with an ``error``, by its kind, too.
    """

    function: str
    name: str
    is_law: bool = False
    error: str = ""

    @property
    def words(self) -> str:
        """What is wrong, in words that fit any submission."""
        from ..diagnosis.faults.registry import faults

        if self.error:
            return _ERRORS.get(self.error, f"it raises {self.error}")
        known = None if self.is_law else faults().get(self.name)
        return known.what if known else sentence(self.name)


@dataclass(frozen=True)
class Graded:
    """A student: the name, the number on the platform, the page, the scores and their sum.

    ``words`` has the mistakes, each with the words that fit this submission. ``error`` is one
    sentence where no file could be judged; ``is_marked`` is whether that is the student's doing;
    ``doubts`` are what a person should look at. Reports themselves are not in it: a class may be
    large.
    """

    name: str
    number: str
    page: str
    error: str | None
    is_marked: bool
    statuses: dict[str, Status]
    points: dict[str, tuple[float, float]]
    words: dict[Mistake, str]
    doubts: tuple[str, ...] = field(default=())

    @property
    def mistakes(self) -> frozenset[Mistake]:
        """What is wrong, without the words."""
        return frozenset(self.words)

    @property
    def score(self) -> float | None:
        """The points of all functions, or None where there is no mark."""
        if not self.is_marked:
            return None
        return round(sum(points for points, _ in self.points.values()), 6)

    @property
    def max_score(self) -> float:
        """The most points that there could be."""
        return round(sum(of for _, of in self.points.values()), 6)

    @property
    def status(self) -> str:
        """``passed``, ``failed``, ``not_judged`` or ``unreadable``."""
        if not self.is_marked:
            return "not_judged"
        if self.error is not None:
            return "unreadable"
        return "failed" if Status.FAILED in self.statuses.values() else "passed"

    @property
    def is_right(self) -> bool:
        """Whether every function that counts passed."""
        counted = (name for name, (_, of) in self.points.items() if of)
        judged = self.is_marked and self.error is None
        return judged and all(self.statuses[n] is Status.PASSED for n in counted)


@dataclass(frozen=True)
class Findings:
    """What was found in a student's files: the reports, and what is said of other files.

    ``is_settled`` says that cellcheck came to an end with each of them.
    """

    student: Student
    page: str
    reports: list[SubmissionReport]
    notes: tuple[str, ...]
    is_settled: bool = True

    @property
    def readable(self) -> list[SubmissionReport]:
        """The reports of files that could be judged."""
        return [report for report in self.reports if report.error is None]

    @property
    def error(self) -> str | None:
        """Why no file could be judged, in one sentence, or None.

        Files with nothing but helpers are no work that earns a mark; an unfinished template is.
        """
        if any(not _is_beside_the_point(report) for report in self.readable):
            return None
        if self.readable:
            names = [one.name for report in self.readable for one in report.not_judged]
            of = f" of {', '.join(names[:3])}" if names else ""
            return f"Nothing{of} could be judged: no function that cellcheck knows is there."
        if self.reports:
            return self.reports[0].error
        reason = f": {'; '.join(self.notes[:3])}" if self.notes else ""
        return f"There is no file that can be judged{reason}."

    @property
    def is_marked(self) -> bool:
        """Whether there is a mark: not where cellcheck failed, and not for helpers alone."""
        return self.is_settled and (self.error is None or not self.readable)

    @property
    def said(self) -> list[str]:
        """What is told of files besides their reports."""
        others = [r.error for r in self.reports if r.error is not None and self.readable]
        return [*self.notes, *others]

    def scores(self, rubric: Rubric) -> list[Score]:
        """The points of each function."""
        return scored(self.readable, rubric)

    def graded(self, rubric: Rubric) -> Graded:
        """What a class page tells of it."""
        scores = self.scores(rubric)
        counted = [one for one in scores if one.report.name in rubric.functions]
        doubts = [f"{one.report.name} could not be judged" for one in counted if one.unsure]
        doubts += [self.error] if self.error is not None else []
        if not self.is_settled:
            doubts.append("there is no mark, since a file could not be judged: grade it again")
        return Graded(
            self.student.name,
            self.student.number,
            self.page,
            self.error,
            self.is_marked,
            {one.report.name: one.report.status for one in scores},
            {one.report.name: (one.points, one.of) for one in counted},
            dict(_mistakes(one.report for one in scores)),
            tuple(doubts),
        )


def _is_beside_the_point(report: SubmissionReport) -> bool:
    """Whether no function but helpers was there to be judged."""
    present = [f for f in report.functions if f.status is not Status.MISSING]
    return report.status == "not_judged" and all(function.helper for function in present)


def _mistakes(functions: Iterable[FunctionReport]) -> Iterator[tuple[Mistake, str]]:
    """The mistakes that are named, or the broken law of a function that has none."""
    for function in functions:
        named = [one for one in function.diagnosis if one.fault]
        faults = function.faults
        if function.status is Status.FAILED and named:
            for one in named:
                yield Mistake(function.name, one.fault), shorten(one.message, LONGEST)
        elif faults:
            error = shorten(faults[0].error, LONGEST)
            mistake = Mistake(function.name, faults[0].property, is_law=True, error=error)
            yield mistake, shorten(faults[0].message, LONGEST)
