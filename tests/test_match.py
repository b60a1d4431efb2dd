"""Printed numbers lead to the mistake that gives them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from cellcheck.cli import cli
from cellcheck.diagnosis.matching import DRAWN, PRINTED, Answer, _examples, match, statements

POST = """
I get this, and the notebook says something else:

a_next[4] =
 [-0.66408471  0.0036921   0.02088357  0.22834167 -0.85575339  0.00138482
   0.76566531  0.34631421 -0.00215674  0.43827275]
a_next.shape =
 (5, 10)
c_next[2] = [ 0.63267805  1.00570849  0.35504474  0.20690913 -1.64566718  0.11832942
  0.76449811 -0.0981561  -0.74348425 -0.26810932]
len(cache) = 10
yt_pred[1] = WRONG
"""


def value(name: str, result: str, *index: int) -> np.ndarray:
    return np.asarray(_examples()[name].right[result][index])


def kinds(answers: list[Answer]) -> set[str]:
    return {mistake.kind for answer in answers for mistake in answer.mistakes}


def test_every_printed_value_of_every_example_is_right() -> None:
    for name, printed in PRINTED.items():
        for label in printed.split():
            result, *index = label.replace("]", "").split("[")
            numbers = value(name, result, *map(int, index))
            (answer,) = match(f"{label} = {numbers}")
            assert answer.right, label
            assert str(answer.said[0]) == label


def test_every_example_has_its_draw() -> None:
    assert DRAWN.keys() == PRINTED.keys() == _examples().keys()


@pytest.mark.parametrize(
    ("text", "label", "count"),
    [
        ("a_next[4] = [0.5951 0.18]", "a_next[4]", 2),
        ("a_next[4]:\n[ 5.951e-01\n  1.8e+00 ]", "a_next[4]", 2),
        ("a_next[4] = array([0.5951, 0.18])", "a_next[4]", 2),
        ('gradients["dxt"][1][2] = -1.3872130506', "dxt[1][2]", 1),
        ("gradients['dxt'][1, 2] = -1.3872130506", "dxt[1][2]", 1),
        ("c[1][2[1]] = -0.8555449167181983", "c[1][2][1]", 1),
        ("dba[4] = [ 0.20023491]", "dba[4]", 1),
        ("dWf[3][1] -0.147954838164", "dWf[3][1]", 1),
        ("[0.17211 -0.5]", "", 2),
    ],
)
def test_what_people_paste(text: str, label: str, count: int) -> None:
    (found,) = statements(text)
    assert (str(found), len(found.numbers)) == (label, count)


@pytest.mark.parametrize(
    "text",
    ["a_next.shape = (5, 10)", "len(caches) = 2", "caches[1][1][3] = [0.123456 0.5]", "x", "12"],
)
def test_what_is_no_printed_value(text: str) -> None:
    assert statements(text) == []


def test_the_function_is_told_by_what_is_beside_it() -> None:
    (answer,) = match(POST)
    assert (answer.function, answer.right) == ("lstm_cell_forward", True)
    assert [str(one) for one in answer.said] == ["a_next[4]", "c_next[2]"]


def test_a_mistake_in_a_cell() -> None:
    wrong = 1 / (1 + np.exp(-scores()))
    right, mistaken = match(POST.replace("WRONG", str(wrong)))
    assert right.right
    assert [str(one) for one in mistaken.said] == ["yt_pred[1]"]
    assert kinds([mistaken]) == {"sigmoid_for_softmax"}


def scores() -> np.ndarray:
    """What goes into the softmax of the example, second row."""
    example = _examples()["lstm_cell_forward"]
    arrays = example._arrays
    scores = arrays["Wy"] @ example.right["a_next"] + arrays["by"]
    return np.asarray(scores[1])


def test_the_published_table() -> None:
    text = 'gradients["dx"][1][2] = [-0.00173313  0.08287442 -0.30545663 -0.43281115]'
    (answer,) = match(text)
    assert answer.function == "lstm_backward"
    assert "printed_table" in kinds([answer]) and "carry_not_updated" in kinds([answer])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("rnn_forward", "initial_state_at_every_step"),
        ("lstm_forward", "initial_state_ignored"),
        ("lstm_cell_forward", "order_of_concatenation"),
        ("lstm_cell_backward", "parentheses_missing"),
        ("rnn_cell_backward", "bias_gradient_averaged"),
        ("rnn_backward", "carry_not_updated"),
    ],
)
def test_each_mistake_is_found_by_what_it_prints(name: str, kind: str) -> None:
    example = _examples()[name]
    alike, results = next((a, r) for a, r in example.mistakes if a.kind == kind)
    lines = []
    for label in PRINTED[name].split():
        result, *index = label.replace("]", "").split("[")
        lines.append(f"{label} = {np.asarray(results[result])[tuple(map(int, index))]}")
    answers = match("\n".join(lines))
    assert {answer.function for answer in answers} == {name}
    found = [m for answer in answers for m in answer.mistakes]
    assert (alike.function, alike.wrong) in {(m.function, m.wrong) for m in found}


def test_numbers_that_nothing_gives() -> None:
    (answer,) = match("dWaa[1][2] = 7.123456789")
    assert not answer.right and answer.mistakes == ()


def test_the_command(tmp_path: Path) -> None:
    run = CliRunner().invoke
    done = run(cli, ["match", "a[4][3][6] = 0.1721177675329167"])
    assert (done.exit_code, done.stdout) == (0, "lstm_forward: a[4][3][6] is right.\n")
    path = tmp_path / "post.txt"
    path.write_text("dWaa[1][2] = 7.123456789")
    for arguments, given in (["match", str(path)], None), (["match", "-"], path.read_text()):
        done = run(cli, arguments, input=given)
        assert done.exit_code == 1
        assert done.stdout.endswith("is not right, and no known mistake gives this.\n")
    done = run(cli, ["match", "hello"])
    assert done.exit_code == 2
    assert done.stderr.startswith("Error: there is no value in this")
