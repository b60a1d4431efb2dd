"""Whole posts: what is the person's own, what a course expects, shapes, and arrays of one's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from cellcheck.cells.lstm import CELL, lstm_cell_backward, lstm_cell_forward
from cellcheck.cli import cli
from cellcheck.matching.examples import examples
from cellcheck.matching.match import match
from cellcheck.matching.printed_values import understood
from cellcheck.reading.arrays import arrays_in
from cellcheck.reading.files import Unreadable

KNOWN = {name for example in examples().values() for name in example.right}


@pytest.mark.parametrize(
    ("text", "own", "expected"),
    [
        ("dba[4] = 0.123456\nExpected Output:\ndba[4] = 0.654321", [0.123456], [0.654321]),
        ("Expected: dba[4] = 0.654321\nI get: dba[4] = 0.123456", [0.123456], [0.654321]),
        ("dba[4] should be [0.654321], and is\nmine: dba[4] = 0.123456", [0.123456], []),
        ("It is not as expected.\ndba[4] = 0.123456", [0.123456], []),
        ("Expected output\ndba[4] = 0.654321", [0.654321], []),
        ("gradients[“dba”][4] = −0.123456", [-0.123456], []),
        ("| **dba[4]** | 0.123456 |", [0.123456], []),
        ("`dba[4]` is 0.123456", [0.123456], []),
    ],
)
def test_whose_a_value_is(text: str, own: list[float], expected: list[float]) -> None:
    post = understood(text, KNOWN)
    assert [one.numbers[0] for one in post.values] == own
    assert all(str(one) == "dba[4]" for one in post.values)
    if expected:
        assert [one.numbers[0] for one in post.expected] == expected


def test_a_shape_is_read_and_a_name_of_nothing_is_told() -> None:
    post = understood('gradients["dxt"].shape = (8, 10)\ndxq[1][2] = 0.123456', KNOWN)
    (shape,) = post.shapes
    assert (str(shape), shape.equals(np.zeros((8, 10)))) == ("dxt.shape", True)
    assert not shape.equals(np.zeros((3, 10)))
    assert post.unknown == ("dxq[1][2]",)


def printed(results: dict[str, np.ndarray], *labels: str) -> str:
    lines = []
    for label in labels:
        name, *index = label.replace("]", "").split("[")
        lines.append(f"{label} = {results[name][tuple(map(int, index))]}")
    return "\n".join(lines)


@pytest.mark.full
def test_a_value_that_is_said_twice_is_quoted_where_it_is_right() -> None:
    example = examples()["rnn_cell_backward"]
    text = printed(dict(example.right), "dba[4]")
    matched = match(f"dba[4] = [9.123456]\n{text}")
    assert [str(one) for one in matched.expected] == ["dba[4]"]
    (answer,) = matched.answers
    assert not answer.right and answer.said[0].numbers == (9.123456,)


@pytest.mark.full
def test_shapes_choose_between_mistakes() -> None:
    example = examples()["lstm_cell_backward"]
    whole = next(
        results
        for mutant, results in example.mistakes
        if mutant.function == example.name and results["dxt"].shape == (8, 10)
    )
    text = printed(whole, "dxt[1][2]", "dWf[3][1]") + "\ndxt.shape = (8, 10)"
    right, wrong = match(text).answers
    assert (right.right, [str(one) for one in right.said]) == (True, ["dWf[3][1]"])
    assert [str(one) for one in wrong.said] == ["dxt.shape", "dxt[1][2]"]
    assert wrong.mistakes and all("dz[:n_a], 'da_prev'" not in m.wrong for m in wrong.mistakes)


@pytest.mark.full
def test_a_state_that_is_a_view_shows_in_the_gradients_alone() -> None:
    """The forward pass by hand, with the first cell state in the array of all of them."""
    example = examples()["lstm_backward"]
    functions = example.references.having()
    given = {name: array.copy() for name, array in example._arrays.items()}
    parameters = {name: array for name, array in given.items() if name[0] in "Wb"}
    x, a_next, caches = given["x"], given["a0"], []
    c = np.zeros((*a_next.shape, x.shape[2]))
    c_next = c[:, :, 0]
    for t in range(x.shape[2]):
        a_next, c_next, _, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        c[:, :, t] = c_next
        caches.append(cache)
    found = functions["lstm_backward"](given["da"], (caches, x))
    (answer,) = match(printed(found, "dx[1][2]", "da0[2][3]")).answers
    (mistake,) = answer.mistakes
    assert (mistake.function, mistake.wrong) == ("lstm_forward", "c_next = c[:, :, 0]")


def own_arrays() -> dict[str, np.ndarray]:
    random = np.random.default_rng(3)
    dims = {"n_x": 2, "n_a": 3, "m": 2, "n_y": 1, "T_x": 1}
    shapes = {**CELL.parameters, **{n: CELL.shapes[n] for n in ("xt", "a_prev", "c_prev")}}
    return {
        name: random.normal(
            size=[sum(dims.get(t.strip(), 1) for t in axis.split("+")) for axis in shape]
        )
        for name, shape in shapes.items()
    }


Form = Callable[[dict[str, np.ndarray]], str]


def as_json(arrays: dict[str, np.ndarray]) -> str:
    return json.dumps({name: array.tolist() for name, array in arrays.items()})


def as_matlab(arrays: dict[str, np.ndarray]) -> str:
    rows = {n: "; ".join(" ".join(map(repr, map(float, r))) for r in a) for n, a in arrays.items()}
    return "% my arrays\n" + "\n".join(f"{name} = [{text}];" for name, text in rows.items())


def as_csv(arrays: dict[str, np.ndarray]) -> str:
    lines = []
    for name, array in arrays.items():
        lines += [name, *(",".join(map(repr, map(float, row))) for row in array)]
    return "\n".join(lines)


@pytest.mark.parametrize("form", [as_json, as_matlab, as_csv])
def test_arrays_of_one_s_own(form: Form, tmp_path: Path) -> None:
    arrays = own_arrays()
    path = tmp_path / "arrays.txt"
    path.write_text(form(arrays))
    for name, found in arrays_in(path).items():
        np.testing.assert_array_equal(found, arrays[name])
    parameters = {name: array for name, array in arrays.items() if name[0] in "Wb"}
    prediction = {"Wy": np.zeros((1, 3)), "by": np.zeros((1, 1))}
    a_next, c_next, *_ = lstm_cell_forward(
        arrays["xt"], arrays["a_prev"], arrays["c_prev"], {**parameters, **prediction}
    )
    text = f"a_next = {a_next.tolist()}\nc_next[1] = {c_next[1]}"
    done = CliRunner().invoke(cli, ["match", "--inputs", str(path), text])
    assert done.stdout == "lstm_cell_forward: a_next, c_next[1] are right.\n"


@pytest.mark.full
def test_a_mistake_on_arrays_of_one_s_own(tmp_path: Path) -> None:
    arrays = own_arrays() | {"da_next": np.ones((3, 2)), "dc_next": np.ones((3, 2))}
    path = tmp_path / "arrays.json"
    path.write_text(as_json(arrays))
    parameters = {name: array for name, array in arrays.items() if name[0] in "Wb"}
    parameters |= {"Wy": np.zeros((1, 3)), "by": np.zeros((1, 1))}
    *_, cache = lstm_cell_forward(arrays["xt"], arrays["a_prev"], arrays["c_prev"], parameters)
    found = lstm_cell_backward(arrays["da_next"], arrays["dc_next"], cache)
    text = f"dba: dbf = {(found['dbf'] / 2).tolist()}\ndbi = {found['dbi'].tolist()}"
    done = CliRunner().invoke(cli, ["match", "--inputs", str(path), text])
    assert done.exit_code == 1
    assert "lstm_cell_backward: dbi is right." in done.stdout
    assert "lstm_cell_backward: dbf " in done.stdout


def test_steps_of_a_sequence_and_what_is_no_array(tmp_path: Path) -> None:
    path = tmp_path / "x.m"
    path.write_text("x(:,:,1) = [1 2\n 3 4];\nx(:,:,2) =\n   5 6\n   7 8\n")
    np.testing.assert_array_equal(
        arrays_in(path)["x"], np.stack([[[1, 2], [3, 4]], [[5, 6], [7, 8]]], axis=-1)
    )
    for text, why in (("x = [1 2; 3]", "one length"), ("{", "no JSON"), ("", "names no array")):
        path.write_text(text)
        with pytest.raises(Unreadable, match=why):
            arrays_in(path)


def test_what_lacks_is_told(tmp_path: Path) -> None:
    arrays = own_arrays()
    del arrays["Wf"]
    path = tmp_path / "arrays.json"
    path.write_text(as_json(arrays))
    done = CliRunner().invoke(cli, ["match", "--inputs", str(path), "a_next = 0.123456"])
    assert done.exit_code == 2 and "there is no Wf." in done.stderr
    arrays["Wf"] = np.ones((7, 7))
    path.write_text(as_json(arrays))
    done = CliRunner().invoke(cli, ["match", "--inputs", str(path), "a_next = 0.123456"])
    assert done.exit_code == 2 and "Wf has the shape (7, 7)" in done.stderr
