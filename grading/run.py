"""One run of grading: judges what is not judged yet, and writes what there is to read."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from .course import Course, Judges, Summary
from .export_files import Refused
from .rubric import Rubric
from .scores import rubric_of
from .store import Store
from .written import write

PARTS = ("students", "gradescope")
"""The folders that are written into."""

WORK = ".work"


def grade(
    course: Course,
    output: Path,
    rubric: Rubric | None,
    judges: Callable[[Path], Judges],
    started: Callable[[int, int], None],
    settled: Callable[[], None],
) -> Summary:
    """Judges what is not judged yet, and writes all there is to read into a folder.

    ``judges`` are made only if there is something to judge, with a folder for what they need for a
    while; ``started`` is told how many files there are and how many of them are judged already,
    and ``settled`` called for each further one. Raises `Refused`.
    """
    with _folder(output) as store:
        work = (output / WORK).resolve()
        shutil.rmtree(work, ignore_errors=True)  # of a run that was killed
        try:
            missing = len(course.missing(store))
            started(len(course.wanted), len(course.wanted) - missing)
            if missing:
                work.mkdir()
                with judges(work) as ready:
                    course.judge(ready, store, settled)
            used = rubric or rubric_of(f.readable for f in course.findings(store))
            students = [found.graded(used) for found in course.findings(store)]
            summary = Summary(students, used, rubric is not None, course.left_out)
            write(course, store, summary, output)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return summary


def _folder(output: Path) -> Store:
    try:
        for part in PARTS:
            (output / part).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{output} cannot be written to: {error.strerror}") from None
    if not os.access(output, os.W_OK):
        raise Refused(f"{output} cannot be written to: it is write-protected")
    return Store(output)
