"""A whole course: who handed in what, and what is still to be judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, Self

from ..engine import Settings, SubmissionReport
from .code_layout import Move, Unlike
from .export_files import Refused
from .graded import Findings, Graded
from .handed_in import HandedIn, Student, handed_in, pages_of, students_in
from .rubric import Rubric
from .store import Store
from .task import Result, Task, tasks_of


class Judges(Protocol):
    """Whoever does tasks: processes here, or machines elsewhere. Entered first, left at the end."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *reason: object) -> None: ...

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Result]]:
        """Each task with its result, in any order."""


@dataclass(frozen=True)
class Summary:
    """What came of it: the students with their points, the rubric, and what belongs to nobody."""

    students: list[Graded]
    rubric: Rubric
    given: bool
    left_out: list[str]


@dataclass
class Course:
    """Those who handed something in, and the key of the result for each file to be judged."""

    students: list[Student]
    left_out: list[str]
    settings: Settings
    keys: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    shapes: dict[str, list[str]] = field(default_factory=dict)
    notes: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    unsettled: dict[str, Result] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Path, settings: Settings) -> Course:
        """The course of an export. Raises `Refused`."""
        students, left_out = students_in(source)
        if not students:
            raise Refused(f"{source} has no submission: a folder or a file for each student")
        course = cls(students, left_out, settings)
        for student in students:
            handed, tasks = course._tasks(student)
            one = student.name, student.number
            course.keys[one] = {path: task.key for path, task in tasks.items()}
            for task in tasks.values():
                alike = course.shapes.setdefault(task.shape, [])
                if task.key not in alike:
                    alike.append(task.key)
            course.notes[one] = handed.notes
        return course

    def _tasks(self, student: Student) -> tuple[HandedIn, dict[str, Task]]:
        handed = handed_in(student)
        return handed, tasks_of(handed.files, handed.judged, self.settings)

    @property
    def wanted(self) -> set[str]:
        """The keys of all results."""
        return {key for of_student in self.keys.values() for key in of_student.values()}

    def missing(self, store: Store) -> set[str]:
        """The keys of results that are not there yet."""
        return {key for key in self.wanted if key not in store}

    def judge(self, judges: Judges, store: Store, settled: Callable[[], None]) -> None:
        """Has judged whatever is missing; each result is kept as soon as it is there.

        What was lost on the way is judged once more at the end.
        """
        for task, result in self._results(judges, store):
            self._keep(task, result, store)
            if result.final:
                settled()
        for task, result in judges.results(self.tasks(self.unsettled)):
            self._keep(task, result, store)
            settled()

    def _keep(self, task: Task, result: Result, store: Store) -> None:
        self.unsettled.pop(task.key, None)
        if result.final:
            store.put(task.key, result)
        else:
            self.unsettled[task.key] = result

    def _results(self, judges: Judges, store: Store) -> Iterator[tuple[Task, Result]]:
        """What is missing: the first of each shape, what follows from these, and then the rest."""
        first = {keys[0] for keys in self.shapes.values()}
        yield from judges.results(self.tasks(self.missing(store) & first))
        yield from self._moved(self.missing(store) - first, store)
        yield from judges.results(self.tasks(self.missing(store) - self.unsettled.keys()))

    def _moved(self, keys: set[str], store: Store) -> Iterator[tuple[Task, Result]]:
        """The results of these keys that follow from those of the first of their shapes."""
        firsts = {key: same[0] for same in self.shapes.values() for key in same if key in keys}
        results = {first: store.get(first) for first in firsts.values()}
        layouts = {task.key: task.layout() for task in self.tasks(results)}
        for task in self.tasks(firsts):
            first = firsts[task.key]
            result, layout = results[first], layouts.get(first)
            if result and layout:
                with suppress(Unlike):
                    yield task, result.moved(Move(layout, task.layout()))

    def tasks(self, keys: Iterable[str]) -> Iterator[Task]:
        """The tasks of these keys, each read when its turn comes: a class may be large."""
        missing = set(keys)
        for student in self.students:
            wanted = missing & {*self.keys[student.name, student.number].values()}
            if not wanted:
                continue
            for task in self._tasks(student)[1].values():
                if task.key in missing:
                    missing.discard(task.key)
                    yield task

    def findings(self, store: Store) -> Iterator[Findings]:
        """What was found, student by student."""
        pages = pages_of(self.students)
        for student in self.students:
            one = student.name, student.number
            keys = sorted(self.keys[one].items())
            reports = [self._report(store, key, path) for path, key in keys]
            settled = self.unsettled.keys().isdisjoint(key for _, key in keys)
            yield Findings(student, pages[one], reports, self.notes[one], settled)

    def _report(self, store: Store, key: str, path: str) -> SubmissionReport:
        result = self.unsettled.get(key) or store.get(key)
        if result is None:  # the file was changed meanwhile
            return SubmissionReport(path, f"{path} was changed while others were judged.")
        return replace(result.read(), path=path)
