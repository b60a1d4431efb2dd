"""Gradescope's results, held against the form that its documentation gives them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cellcheck.engine.outcome import FunctionReport, Status, SubmissionReport
from cellcheck.reports import beforehand
from cellcheck.reports.gradescope import LONGEST

from .reported import MISTAKE, finding, hostile, submission, written

OF_RESULTS = {
    "score": float, "output": str, "execution_time": float, "visibility": str,
    "stdout_visibility": str, "output_format": str, "test_output_format": str,
    "test_name_format": str, "tests": list,
}  # fmt: skip
OF_TESTS = {"score": float, "max_score": float, "status": str, "name": str, "output": str}
VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}
FORMATS = {"text", "html", "simple_format", "md", "ansi"}


def documented(text: str) -> dict[str, Any]:
    """The results, if they are of the documented form."""
    results: dict[str, Any] = json.loads(text)
    for given, known in [(results, OF_RESULTS), *((test, OF_TESTS) for test in results["tests"])]:
        assert given.keys() <= known.keys()
        assert [key for key, value in given.items() if not isinstance(value, known[key])] == []
    assert {results["visibility"], results["stdout_visibility"]} <= VISIBILITIES
    assert {value for key, value in results.items() if key.endswith("_format")} <= FORMATS
    assert "score" in results or results["tests"]
    assert {test["status"] for test in results["tests"]} <= {"passed", "failed"}
    return results


def graded(*reports: SubmissionReport, **settings: Any) -> dict[str, Any]:
    return documented(written("gradescope", *reports, **settings))


def test_a_point_for_each_function_that_passes() -> None:
    results = graded(submission(finding(), diagnosis=(MISTAKE,)))
    passed, failed = results["tests"]
    assert (passed["name"], passed["score"], passed["max_score"]) == ("sigmoid", 1.0, 1.0)
    assert (failed["name"], failed["score"], failed["max_score"]) == ("lstm_forward", 0.0, 1.0)
    assert passed["status"] == "passed" and failed["status"] == "failed"
    assert finding().message in failed["output"] and MISTAKE.suggestion in failed["output"]
    assert results["output"] == "1 of 2 tests passed."


def test_students_see_the_results_and_not_what_was_printed() -> None:
    results = graded(submission())
    assert results["visibility"] == "visible" and results["stdout_visibility"] == "hidden"


def test_a_missing_function_costs_its_point_where_it_was_asked_for() -> None:
    (test,) = graded(SubmissionReport("a.py"), functions=("rnn_forward",))["tests"]
    assert (test["score"], test["max_score"], test["status"]) == (0.0, 1.0, "failed")
    assert test["output"] == "There is no function rnn_forward."


@pytest.mark.parametrize("status", ["incomplete", "blocked"])
def test_what_cannot_be_judged_has_no_point_and_a_reason(status: str) -> None:
    function = FunctionReport("lstm_forward", Status(status), line=3, reason="it is a stub")
    (test,) = graded(SubmissionReport("a.py", functions=(function,)))["tests"]
    assert test["score"] == 0.0 and test["output"] == f"{status}: line 3: it is a stub"


def test_several_files_are_one_submission() -> None:
    def having(path: str, *names: str) -> SubmissionReport:
        statuses = {True: Status.PASSED, False: Status.MISSING}
        functions = [FunctionReport(n, statuses[n in names]) for n in ("sigmoid", "softmax")]
        return SubmissionReport(path, functions=tuple(functions))

    one, other = having("a.py", "sigmoid"), having("b.py", "softmax")
    bad = SubmissionReport("c.py", error="it is empty")
    tests = graded(one, other, bad, functions=("sigmoid", "softmax"))["tests"]
    assert {test["name"]: test["score"] for test in tests} == {
        "a.py: sigmoid": 1.0,
        "b.py: softmax": 1.0,
        "c.py": 0.0,
    }
    assert sum(test["max_score"] for test in tests) == 2.0


def test_nothing_to_grade_is_no_point() -> None:
    results = graded(SubmissionReport("a.py"))
    assert results["score"] == 0.0 and results["tests"] == []


def test_no_output_is_a_wall() -> None:
    (test,) = graded(submission(finding(message="x" * (2 * LONGEST))))["tests"][1:]
    assert len(test["output"]) < LONGEST + 100


def test_any_text_of_a_submission_is_a_text() -> None:
    for test in graded(hostile())["tests"]:
        assert all(char.isprintable() for char in test["output"].replace("\n", ""))


@pytest.mark.full
def test_a_killed_process_leaves_results(tmp_path: Path) -> None:
    code = (
        "import os, cellcheck.cli, cellcheck.engine\n"
        "cellcheck.engine.check = lambda *_: os._exit(9)\n"
        "cellcheck.cli.check.isolated = lambda settings: cellcheck.cli.check.in_this_process\n"
        "from cellcheck.cli import main\nmain()"
    )
    wanted = ["check", "a.py", "--format", "gradescope", "--output", "results.json"]
    command = [sys.executable, "-c", code, *wanted]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 9
    text = (tmp_path / "results.json").read_text("utf-8")
    assert documented(text)["score"] == 0.0 and text == beforehand("gradescope")
