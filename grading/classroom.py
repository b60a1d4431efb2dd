"""What a class has in common: mistakes by how often they were made, and who made the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ..engine import Status
from .course import Summary
from .graded import Graded, Mistake

BARS = 10


@dataclass(frozen=True)
class Made:
    """A mistake, and those who made it."""

    mistake: Mistake
    students: list[Graded]


@dataclass(frozen=True)
class SameMistakes:
    """Those who made the same mistakes, all of them and no others."""

    mistakes: list[Mistake]
    students: list[Graded]


@dataclass(frozen=True)
class Column:
    """One function: how many have each status, and those who failed."""

    name: str
    counts: dict[str, int]
    failed: list[Graded]


@dataclass(frozen=True)
class Bar:
    """How many have a score in a tenth of what can be had; ``height`` is a share of the highest."""

    label: str
    count: int
    height: float


@dataclass(frozen=True)
class Classroom:
    """All that the page of a class shows."""

    students: list[Graded]
    columns: list[Column]
    made: list[Made]
    clusters: list[SameMistakes]
    alone: list[Graded]
    doubtful: list[Graded]
    bars: list[Bar]

    @property
    def right(self) -> int:
        """How many have every function right."""
        return sum(one.is_right for one in self.students)

    @property
    def made_once(self) -> list[Made]:
        """The mistakes that one student alone made."""
        return [made for made in self.made if len(made.students) == 1]

    @property
    def median(self) -> float:
        """The score in the middle of those who have one, 0 where nobody has."""
        return median([one.score for one in self.students if one.score is not None] or [0.0])

    @property
    def max_score(self) -> float:
        """The most points that anybody could have."""
        return max(one.max_score for one in self.students)


def classroom(summary: Summary) -> Classroom:
    """The class as a whole, from its students."""
    students = summary.students
    groups: dict[frozenset[Mistake], list[Graded]] = {}
    for one in students:
        if one.mistakes:
            groups.setdefault(one.mistakes, []).append(one)
    clusters = [SameMistakes(sorted(same), members) for same, members in groups.items()]
    shared = [cluster for cluster in clusters if len(cluster.students) > 1]
    return Classroom(
        students,
        [_column(name, students) for name in summary.rubric.functions],
        _made(students),
        sorted(shared, key=lambda cluster: (-len(cluster.students), cluster.mistakes)),
        [one.students[0] for one in clusters if len(one.students) == 1],
        [one for one in students if one.doubts],
        _bars(students),
    )


def _made(students: Sequence[Graded]) -> list[Made]:
    """Every mistake, the most frequent first."""
    counts = Counter(mistake for one in students for mistake in one.mistakes)
    ordered = sorted(counts, key=lambda mistake: (-counts[mistake], mistake))
    return [Made(m, [one for one in students if m in one.mistakes]) for m in ordered]


def _column(name: str, students: Sequence[Graded]) -> Column:
    counts = Counter(one.statuses[name].value for one in students if name in one.statuses)
    failed = [one for one in students if one.statuses.get(name) is Status.FAILED]
    return Column(name, {status.value: counts[status.value] for status in Status}, failed)


def _bars(students: Sequence[Graded]) -> list[Bar]:
    """How the scores spread, as tenths of what each could have; a full score is in the last."""
    shares = [
        one.score / one.max_score for one in students if one.score is not None and one.max_score
    ]
    tenths = Counter(min(int(BARS * share), BARS - 1) for share in shares)
    most = max(tenths.values(), default=1)
    step = 100 // BARS
    return [
        Bar(f"{step * n} to {step * (n + 1)} %", tenths[n], tenths[n] / most) for n in range(BARS)
    ]
