"""Points: what a rubric says, and every mistake that can be in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cellcheck.configuration import Misconfigured
from cellcheck.engine import FunctionReport, Outcome, Status, SubmissionReport, Verdict
from cellcheck.grading.rubric import Rubric, Worth, a_point_each, read_rubric
from cellcheck.grading.scores import rubric_of, scored

SHAPES = "results_have_the_shapes_of_the_contract"
VALUES = "values_equal_the_reference"

WHOLE = f"""
hint = "place"
required = ["lstm_forward"]
[functions]
softmax = 1
[functions.lstm_forward]
points = 4
partial = 0.5
[functions.lstm_forward.laws]
{SHAPES} = 1
"""


def read(text: str, tmp_path: Path) -> Rubric:
    path = tmp_path / "rubric.toml"
    path.write_text(text, encoding="utf-8")
    return read_rubric(path)


def test_a_rubric_is_read(tmp_path: Path) -> None:
    assert read(WHOLE, tmp_path) == Rubric(
        {"softmax": Worth(1, required=False), "lstm_forward": Worth(4, 0.5, {SHAPES: 1})}, "place"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[functions", "is not TOML"),
        ("", r"no table \[functions\]"),
        ("functions = 3", r"no table \[functions\]"),
        ("[functions]", r"no table \[functions\]"),
        (
            "hint = 'all'\n[functions]\nsoftmax = 1",
            "hint = 'all' is none.*'concept', 'place', 'fix'",
        ),
        ("hints = 'fix'\n[functions]\nsoftmax = 1", "'hints' at the top .* did you mean hint?"),
        ("[functions]\nlstm_foward = 1", "'lstm_foward' .* did you mean lstm_forward?"),
        ("[functions]\nsoftmax = 'one'", "softmax = 'one' .* no number"),
        ("[functions]\nsoftmax = -1", "softmax = -1 .* no number"),
        ("[functions]\nsoftmax = nan", "softmax = nan .* no number"),
        ("[functions]\nsoftmax = true", "softmax = True .* no number"),
        ("[functions.softmax]\npartial = 0.5", "has no points"),
        ("[functions.softmax]\npoints = inf", "points = inf"),
        ("[functions.softmax]\npoints = 1\npartial = 2", "partial = 2.* from 0 to 1"),
        ("[functions.softmax]\npoints = 1\nlaw = 2", "'law' in .*did you mean laws?"),
        ("[functions.softmax]\npoints = 1\nlaws = 2", "no table of laws"),
        ("[functions.softmax]\npoints = 1\nlaws.values = 1", "'values' in .* not a law"),
        (f"[functions.softmax]\npoints = 1\nlaws.{VALUES} = 'x'", "no number of points"),
        (f"[functions.softmax]\npoints = 1\nlaws.{VALUES} = 2", "2 points, more than the 1"),
        (
            "[functions.softmax]\npoints = 1\nlaws.gates_lie_in_the_unit_interval = 1",
            "says nothing about softmax",
        ),
        ("required = 'softmax'\n[functions]\nsoftmax = 1", "required is no list"),
        ("required = ['sigmoid', 1]\n[functions]\nsoftmax = 1", "'sigmoid', which has no points"),
    ],
)
def test_each_mistake_in_a_rubric_is_told(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=said) as told:
        read(text, tmp_path)
    assert all(line.startswith(str(tmp_path)) for line in str(told.value).splitlines())


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as told:
        read("hint = 1\n[functions]\nx = 1\nsoftmax = 'a'", tmp_path)
    assert len(str(told.value).splitlines()) == 3


def test_a_rubric_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be read: No such file"):
        read_rubric(tmp_path / "nowhere.toml")


def function(status: Status, *held: str, broken: str = "") -> FunctionReport:
    outcomes = [Outcome("lstm_forward", law, Verdict.HELD) for law in held]
    if broken:
        outcomes.append(Outcome("lstm_forward", broken, Verdict.FAILED))
    return FunctionReport("lstm_forward", status, outcomes=tuple(outcomes))


def points(report: FunctionReport, worth: Worth) -> float:
    reports = [SubmissionReport("a.py", functions=(report,))]
    (score,) = scored(reports, Rubric({"lstm_forward": worth}))
    return score.points


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (function(Status.PASSED, SHAPES, VALUES), 4.0),
        (function(Status.PASSED), 4.0),  # the law does not apply
        (function(Status.PASSED, broken=SHAPES), 3.0),  # as advice
        (function(Status.FAILED, SHAPES, broken=VALUES), 1 + 0.5 * 3),
        (function(Status.FAILED, broken=SHAPES), 0.5 * 3),
        (function(Status.INCOMPLETE), 0.0),
        (function(Status.BLOCKED), 0.0),
    ],
)
def test_points_of_a_function(report: FunctionReport, expected: float) -> None:
    assert points(report, Worth(4, 0.5, {SHAPES: 1})) == expected


def test_a_missing_function_costs_its_points_only_if_it_is_required() -> None:
    rubric = Rubric({"softmax": Worth(1, required=False), "sigmoid": Worth(2)})
    scores = {one.report.name: (one.points, one.of) for one in scored([], rubric)}
    assert scores == {"softmax": (0, 0), "sigmoid": (0, 2)}


def test_a_function_is_taken_from_the_file_where_it_earns_most() -> None:
    reports = [
        SubmissionReport("a.py", functions=(function(Status.FAILED),)),
        SubmissionReport("b.py", functions=(function(Status.PASSED),)),
        SubmissionReport("c.py", functions=(function(Status.PASSED),)),
    ]
    (score,) = scored(reports, a_point_each(["lstm_forward"]))
    assert (score.path, score.points) == ("b.py", 1.0)


def test_without_a_rubric_what_half_of_the_class_has_counts() -> None:
    def has(*names: str) -> list[SubmissionReport]:
        one = function(Status.PASSED)
        return [SubmissionReport("a.py", functions=tuple(replace(one, name=n) for n in names))]

    rubric = rubric_of([has("softmax", "sigmoid"), has("softmax"), has("softmax"), []])
    assert rubric == a_point_each(["softmax"])
