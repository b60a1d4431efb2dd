"""A whole class by the command: every kind of submission, killed and gone on with."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cellcheck.cli import cli
from cellcheck.engine import Settings, Status, SubmissionReport
from cellcheck.engine.isolated import Isolated
from cellcheck.grading.course import Course
from cellcheck.grading.pool import Pool
from cellcheck.grading.run import grade
from cellcheck.grading.store import Store
from cellcheck.grading.task import Judge, Task
from cellcheck.grading.task import Result as TaskResult
from cellcheck.isolation.child.walls import Limits, Wall
from cellcheck.isolation.parent.frames import encode

from .graded import CLASS, MEAN, RIGHT, folder, outcome
from .hostile import CORRECT
from .tiers import sampled

KILLED = """
import os, signal, sys
from cellcheck.cli import main
from cellcheck.grading.store import Store
from cellcheck.grading.task import Judge
from cellcheck.isolation.child.walls import Limits, Wall

def put(self, key, result, put=Store.put, kept=[]):
    put(self, key, result)
    kept.append(key)
    if len(kept) == 3:
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    Store.put = put
    main()
"""


@pytest.fixture(autouse=True)
def _storage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path / "storage"))


def arguments(source: Path, output: Path, *more: str) -> list[str]:
    command = ["grade", str(source), "--output", str(output), "--profile", "quick"]
    return [*command, "--allow-reduced-isolation", *more]


def graded(source: Path, output: Path, *more: str) -> Result:
    return CliRunner().invoke(cli, arguments(source, output, *more), catch_exceptions=False)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    root = tmp_path_factory.mktemp("class")
    source = folder(root / "handed in", CLASS)
    return root, graded(source, root / "out", "--jobs", "1")


def test_every_kind_of_submission_gets_what_is_its_due(uninterrupted: Any) -> None:
    root, done = uninterrupted
    assert done.exit_code == 0
    assert "9 submissions: 1 with every function right." in done.output
    with (root / "out" / "results.csv").open(encoding="utf-8", newline="") as lines:
        rows = {row["student"]: row for row in csv.DictReader(lines)}
    points = {name: float(row["score"]) for name, row in rows.items()}
    assert points == {
        "Ada": 3, "Ben": 2, "Cem": 2, "Dee": 2, "Eve": 2, "Fay": 0, "Gil": 0, "Hal": 0, "Ida": 0,
    }  # fmt: skip
    assert "exit status 5" in rows["Fay"]["review"]
    assert "NUL" in rows["Hal"]["review"] and "notes.docx" in rows["Ida"]["review"]
    assert {row["max_score"] for row in rows.values()} == {"3"}


def test_the_class_page_tells_who_made_which_mistake(uninterrupted: Any) -> None:
    page = (uninterrupted[0] / "out" / "index.html").read_text("utf-8")
    together = page.partition('id="together"')[2].partition("</section>")[0]
    assert "2 students" in together
    assert "students/Ben.html" in together and "students/Cem.html" in together
    assert 'href="students/Ben.html#f-rnn_cell_backward"' in page
    student = (uninterrupted[0] / "out" / "students" / "Ben.html").read_text("utf-8")
    assert 'id="f-rnn_cell_backward"' in student and "d.mean(axis=1" in student


@pytest.mark.full
def test_a_run_that_is_killed_loses_nothing(uninterrupted: Any, tmp_path: Path) -> None:
    root, _ = uninterrupted
    source, output = root / "handed in", tmp_path / "out"
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    command = [sys.executable, str(script), *arguments(source, output, "--jobs", "1")]
    run = subprocess.run(command, capture_output=True, check=False)
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert not (output / "index.html").exists()
    course = Course.read(source, Settings(profile="quick"))
    with Store(output) as store:
        assert len(course.missing(store)) == len(course.wanted) - 3
    assert graded(source, output, "--jobs", "2").exit_code == 0
    assert outcome(output) == outcome(root / "out")
    assert not (output / ".work").exists()


@pytest.mark.full
def test_a_process_that_ends_costs_one_more_try(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", {"Ada/a.py": RIGHT, "Ben/b.py": MEAN})
    course = Course.read(source, Settings(profile="quick"))
    with Pool(1, tmp_path) as pool:
        results = pool.results(course.tasks(course.wanted))
        first, told = next(results)
        assert told.final and told.read().status == "passed"
        pool.hosts[0].process.kill()
        assert [result.read().status for _, result in results] == ["failed"]
    assert first.name == "a.py"


class Lost(Isolated):
    """Walls behind which the judgement of one function is cut short for a few times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def check(self, path: str, *given: Any, **named: Any) -> SubmissionReport:
        report = super().check(path, *given, **named)
        self.times -= 1
        first, *rest = report.functions
        lost = replace(first, status=Status.BLOCKED, outcomes=(), is_lost=self.times >= 0)
        return replace(report, functions=(lost if lost.is_lost else first, *rest))


@pytest.mark.full
@pytest.mark.parametrize("times", sampled([1, 2], 2))
def test_a_judgement_that_is_cut_short_costs_nobody_a_point(times: int, tmp_path: Path) -> None:
    class Here(Judge):
        def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, TaskResult]]:
            return ((task, self(task)) for task in tasks)

    course = Course.read(folder(tmp_path / "in", {"Ada/a.py": RIGHT}), Settings("quick"))
    with Here(Lost(times)) as judges:
        summary = grade(
            course, tmp_path / "out", None, lambda _: judges, lambda *_: None, lambda: None
        )
    (student,) = summary.students
    assert student.is_marked == (times == 1)
    assert student.score == (student.max_score if times == 1 else None)
    assert bool(student.doubts) == (times == 2)


@pytest.mark.full
def test_a_process_that_is_stuck_is_given_up(tmp_path: Path) -> None:
    course = Course.read(folder(tmp_path / "in", {"a.py": RIGHT, "b.py": "x"}), Settings())
    with Pool(1, tmp_path, patience=-2 * Limits().total) as pool:
        results = [result for _, result in pool.results(course.tasks(course.wanted))]
        assert pool.hosts[0].process is None
    assert len(results) == 2 and not any(result.final for result in results)
    assert all("in time" in (result.read().error or "") for result in results)


@pytest.mark.full
def test_a_result_is_the_same_wherever_it_comes_about(tmp_path: Path) -> None:
    opens = "import tempfile; open(tempfile.gettempdir() + '/nowhere')"
    source = CORRECT.format(top="", body=f"    {opens}").replace(
        "return e /", "return object() or e /"
    )
    course = Course.read(folder(tmp_path / "in", {"a.py": source, "b.py": "x"}), Settings("quick"))
    task = next(task for task in course.tasks(course.wanted) if task.name == "a.py")
    reports = []
    for _ in range(2):
        with Judge() as judge:
            reports.append(replace(judge(task).read(), seconds=0.0))
    assert encode(reports[0]) == encode(reports[1])
    told = json.dumps(encode(reports[0]))
    assert "nowhere" in told and "cellcheck-" not in told and "object at 0x" not in told


def test_where_walls_are_missing_nothing_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = (Wall("no files but those needed", "it is not there"),)
    monkeypatch.setattr("cellcheck.engine.isolated.standing", lambda fork_server: missing)
    source = folder(tmp_path / "in", {"a.py": RIGHT, "b.py": "x"})
    command = ["grade", str(source), "--output", str(tmp_path / "out")]
    done = CliRunner().invoke(cli, command)
    assert done.exit_code == 2 and "--allow-reduced-isolation" in done.stderr
    assert not (tmp_path / "out").exists()


def test_mistakes_in_a_rubric_are_told_before_anything_is_judged(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", {"a.py": RIGHT, "b.py": "x"})
    rubric = folder(tmp_path, {"rubric.toml": "[functions]\nsoftmx = 1"}) / "rubric.toml"
    done = graded(source, tmp_path / "out", "--rubric", str(rubric))
    assert done.exit_code == 2 and "did you mean softmax?" in done.stderr
    assert not (tmp_path / "out").exists()


def test_results_are_not_written_among_the_submissions(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", {"a.py": RIGHT, "b.py": "x"})
    done = graded(source, source / "out")
    assert done.exit_code == 2 and "lies among the submissions" in done.stderr
    assert not (source / "out").exists()


def test_what_cannot_be_graded_costs_one_sentence(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for source, said in (
        (tmp_path / "nowhere", "does not exist"),
        (empty, "has no submission"),
        (folder(tmp_path, {"x.txt": "x"}) / "x.txt", "neither a folder nor a zip archive"),
    ):
        done = graded(source, tmp_path / "out")
        assert done.exit_code == 2
        assert said in done.stderr and done.stderr.count("\n") == 1
