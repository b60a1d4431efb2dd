"""Files of one syntax tree are judged once: what is told of each is as if it were judged itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cellcheck.diagnosis import diagnose
from cellcheck.engine import FunctionReport, Settings, Status, SubmissionReport, check
from cellcheck.grading import Course, grade
from cellcheck.grading.code_layout import CodeLayout, Move, Unlike
from cellcheck.grading.task import Judge, Result, Task
from cellcheck.isolation.parent.frames import encode
from cellcheck.reading.files import Block, blocks_of

from .graded import MEAN, RIGHT, Told, folder
from .planted import FAULTS, plant
from .tiers import sampled

EXAMPLES = Path(__file__).parents[1] / "examples"
QUICK = Settings(profile="quick")
SOME = [fault for fault in FAULTS if "noise" not in fault.name][::20]
ENDS_A_STATEMENT = re.compile(r"^(    \w+ = .*[^\\,(\[{])$", re.MULTILINE)


def laid_out(text: str) -> str:
    """The same code with a title, remarks and blank lines above some statements."""
    above = "    # a remark\n\n"
    lines = ENDS_A_STATEMENT.sub(lambda found: above + found[0], text).split("\n")
    return "\n".join(["# Another hand wrote this.", "", *lines, "# The end."])


def judged(path: Path, text: str) -> tuple[SubmissionReport, CodeLayout]:
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    report = check(str(path), QUICK, diagnose=diagnose)
    return replace(report, path=path.name, seconds=0.0), CodeLayout.of(blocks_of(path))


def plain(report: SubmissionReport, path: Path) -> str:
    return json.dumps(encode(report)).replace(str(path.parent), "")


@pytest.mark.parametrize("fault", sampled(SOME, 14), ids=lambda fault: fault.name)
@pytest.mark.full
def test_a_moved_report_is_the_one_that_is_made_there(fault: Any, tmp_path: Path) -> None:
    one, other = tmp_path / "one" / "rnn.py", tmp_path / "other" / "rnn.py"
    source = plant(fault)
    report, before = judged(one, source)
    expected, after = judged(other, laid_out(source))
    assert before.shape == after.shape and before.places != after.places
    assert plain(Move(before, after).report(report), one) == plain(expected, other)


@pytest.mark.full
def test_a_notebook_s_report_is_moved_cell_by_cell(tmp_path: Path) -> None:
    def notebook(*sources: str) -> str:
        cells = [{"cell_type": "code", "source": s, "metadata": {}, "outputs": []} for s in sources]
        return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells})

    first, second = MEAN.split("def rnn_cell_backward")
    second = "def rnn_cell_backward" + second
    magic = "%matplotlib inline\nimport numpy as np"
    one, other = tmp_path / "one" / "a.ipynb", tmp_path / "other" / "a.ipynb"
    report, before = judged(one, notebook(magic, first, second))
    expected, after = judged(other, notebook(magic, laid_out(first), "\n\n" + second))
    moved = Move(before, after).report(report)
    assert plain(moved, one) == plain(expected, other)
    assert [f.line for f in moved.functions if f.line] != [
        f.line for f in report.functions if f.line
    ]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("def f(x):\n  '''A text.'''\n  return(x+1) # why\n", True),
        ("def f(x):\n\n    'A text.'\n    return x + 1", True),
        ("def f(x):\n    'A text.'; return x + 1", False),
        ("def f(x):\n    'A text.'\n    return (x +\n            1)", False),
        ("def f(x):\n    'A text.'\n    return x + 2", False),
        ("def f(x):\n    'Another.'\n    return x + 1", False),
    ],
)
def test_the_shape_is_the_tree_and_which_nodes_share_a_line(text: str, *, same: bool) -> None:
    one = CodeLayout.of([Block("def f(x):\n    'A text.'\n    return x + 1\n")])
    assert (CodeLayout.of([Block(text)]).shape == one.shape) is same


@pytest.mark.parametrize(
    "text", ["x = " + "(" * 5000, "x = " + "-" * 5000 + "1", "x = 1" + "0" * 5000, "def f(:", ""]
)
def test_what_has_no_tree_is_taken_as_it_is(text: str) -> None:
    layout = CodeLayout.of([Block(text)])
    assert layout.shape == CodeLayout.of([Block(text)]).shape
    assert text == "" or layout.shape != CodeLayout.of([Block(text + " ")]).shape


@pytest.mark.full
def test_what_would_be_quoted_in_another_form_is_not_moved(tmp_path: Path) -> None:
    report, before = judged(tmp_path / "one" / "rnn.py", MEAN)
    after = CodeLayout.of([Block(MEAN.replace("d.mean(axis=1, ", "d.mean( axis=1, "))])
    assert before.shape == after.shape
    with pytest.raises(Unlike):
        Move(before, after).report(report)


@pytest.mark.parametrize("reason", ["it raises ValueError: see line 99", "cell 3, line 1 is odd"])
def test_a_line_that_no_code_stands_on_is_not_moved(reason: str) -> None:
    one, other = CodeLayout.of([Block(RIGHT)]), CodeLayout.of([Block("\n" + RIGHT)])
    function = FunctionReport("rnn_cell_forward", Status.BLOCKED, reason=reason)
    with pytest.raises(Unlike):
        Move(one, other).report(SubmissionReport("rnn.py", functions=(function,)))


class Counted:
    """Judges here, and counts."""

    def __init__(self) -> None:
        self.judged: list[str] = []

    def __enter__(self) -> Counted:
        return self

    def __exit__(self, *reason: object) -> None:
        """There is nothing to end."""

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Result]]:
        with Judge() as judge:
            for task in tasks:
                self.judged.append(task.key)
                yield task, judge(task)


@pytest.mark.full
def test_a_class_that_handed_in_one_code_in_many_layouts_is_judged_once(tmp_path: Path) -> None:
    unlike = MEAN.replace("d.mean(axis=1, keepdims=True)", "d.mean( axis=1, keepdims=True )")
    students = {"Ada": MEAN, "Ben": laid_out(MEAN), "Cem": "\n\n" + MEAN, "Dee": unlike}
    source = folder(tmp_path / "in", {f"{name}/rnn.py": text for name, text in students.items()})
    judges = Counted()
    course = Course.read(source, QUICK)
    done = grade(course, tmp_path / "out", None, lambda _: judges, lambda *_: None, lambda: None)
    assert len(judges.judged) == 2
    assert [one.score for one in done.students] == [done.students[0].score] * 4
    told = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))["submissions"]
    for name, entry in zip(sorted(students), told, strict=True):
        lines = students[name].split("\n")
        [function] = (f for f in entry["functions"] if f["status"] == "failed")
        assert lines[function["line"] - 1].startswith(f"def {function['found_as']}")
        [mistake] = function["diagnosis"]
        assert lines[mistake["line"] - 1].strip() == mistake["source"]


def test_where_the_first_came_to_nothing_the_others_are_judged(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", {"Ada/rnn.py": RIGHT, "Ben/rnn.py": "\n" + RIGHT})
    judges = Told({RIGHT.strip(): SubmissionReport("rnn.py", "It was lost.")}, final=False)
    course = Course.read(source, QUICK)
    grade(course, tmp_path / "out", None, lambda _: judges, lambda *_: None, lambda: None)
    assert len(judges.asked) == 4, "each, and once more"
