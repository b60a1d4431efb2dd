"""What ``cellcheck grade`` does, and what it tells a person meanwhile."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from ..engine import Settings
from ..engine.isolated import require_walls
from ..isolation.parent.fork_server import ForkServer
from ..reports import escape, renderer
from ..reports._words import count
from .cluster import Cluster
from .course import Course, Summary
from .export_files import Refused
from .pool import Pool
from .rubric import read_rubric
from .run import grade


def run(
    source: Path,
    output: Path,
    rubric: Path | None,
    settings: Settings,
    *,
    jobs: int,
    cluster: str | None,
    allow_reduced: bool,
) -> None:
    """Grades an export, with so many jobs here or on a cluster, and a bar that shows the time left.

    Raises `Refused`, `Misconfigured`, `ReducedIsolation` and `reports.Unavailable`, before anything
    is judged where that can be known.
    """
    renderer("html")  # which needs what may not be installed
    used = read_rubric(rubric) if rubric else None
    if source.is_dir() and output.resolve().is_relative_to(source.resolve()):
        raise Refused(f"{output} lies among the submissions: name a folder outside of {source}")
    if not cluster:
        with ForkServer() as fork_server:
            require_walls(fork_server, allow_reduced=allow_reduced)
    course = Course.read(source, settings)
    with _bar() as bar:
        judged = bar.add_task("", total=None)
        summary = grade(
            course,
            output,
            used,
            lambda folder: (
                Cluster(cluster, allow_reduced=allow_reduced) if cluster else Pool(jobs, folder)
            ),
            started=lambda total, done: bar.update(judged, total=total, completed=done),
            settled=lambda: bar.advance(judged),
        )
    print(_summary_text(summary, output))


def _bar() -> Progress:
    """A bar on the error stream; where that is no terminal, nothing."""
    console = Console(stderr=True)
    columns = BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _summary_text(summary: Summary, output: Path) -> str:
    """What came of it, in a line or two, and where to read more."""
    students = summary.students
    right = sum(one.is_right for one in students)
    doubtful = sum(bool(one.doubts) for one in students)
    lines = [f"{count(len(students), 'submission')}: {right} with every function right."]
    if doubtful:
        lines.append(f"{doubtful} to be looked at, because something could not be judged.")
    if summary.left_out:
        lines.append(f"Left out: {escape(', '.join(summary.left_out))}.")
    return "\n".join([*lines, f"The class: {escape(str(output / 'index.html'))}"])
