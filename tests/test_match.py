"""Printed numbers lead to the mistake that gives them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from cellcheck.cli import cli
from cellcheck.matching.examples import DRAWN, PRINTED, examples
from cellcheck.matching.match import Answer, match
from cellcheck.matching.printed_values import PrintedValue, parts_of, understood

from .tiers import sampled

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


def statements(text: str) -> tuple[PrintedValue, ...]:
    return understood(text, {one for e in examples().values() for one in e.right}).values


def value(name: str, result: str, *index: int) -> np.ndarray:
    return np.asarray(examples()[name].right[result][index])


def kinds(answers: Iterable[Answer]) -> set[str]:
    return {mistake.fault for answer in answers for mistake in answer.mistakes}


@pytest.mark.full
def test_every_printed_value_of_every_example_is_right() -> None:
    for name, printed in PRINTED.items():
        for label in printed.split():
            result, index = parts_of(label)
            numbers = value(name, result, *index)
            (answer,) = match(f"{label} = {numbers}").answers
            assert answer.right, label
            assert str(answer.said[0]) == label


def test_every_example_has_its_draw() -> None:
    assert DRAWN.keys() == PRINTED.keys() == examples().keys()


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
    assert statements(text) == ()


def test_the_function_is_told_by_what_is_beside_it() -> None:
    (answer,) = match(POST).answers
    assert (answer.function, answer.right) == ("lstm_cell_forward", True)
    assert [str(one) for one in answer.said] == ["a_next[4]", "c_next[2]"]


@pytest.mark.full
def test_a_mistake_in_a_cell() -> None:
    wrong = 1 / (1 + np.exp(-scores()))
    right, mistaken = match(POST.replace("WRONG", str(wrong))).answers
    assert right.right
    assert [str(one) for one in mistaken.said] == ["yt_pred[1]"]
    assert kinds([mistaken]) == {"activation_exchanged"}


@pytest.mark.full
def test_a_mistake_that_two_changes_make_is_told_once() -> None:
    (answer,) = match(
        "a_next[4] = [-0.875806 0.00404531 0.02092666 0.2324501 -1.47089453 0.00184318 1.04967323 "
        "0.36202361 -0.00247729 0.47725361]"
    ).answers
    assert [mutant.fault for mutant in answer.mistakes] == ["activation_missing"]


def scores() -> np.ndarray:
    """What goes into the softmax of the example, second row."""
    example = examples()["lstm_cell_forward"]
    arrays = example._arrays
    scores = arrays["Wy"] @ example.right["a_next"] + arrays["by"]
    return np.asarray(scores[1])


@pytest.mark.full
def test_the_published_table() -> None:
    text = 'gradients["dx"][1][2] = [-0.00173313  0.08287442 -0.30545663 -0.43281115]'
    (answer,) = match(text).answers
    assert answer.function == "lstm_backward"
    assert "printed_table" in kinds([answer]) and "carry_not_updated" in kinds([answer])


@pytest.mark.parametrize(
    "mistake",
    sampled(
        [
            ("rnn_forward", "initial_state_at_every_step"),
            ("lstm_forward", "initial_state_ignored"),
            ("lstm_cell_forward", "order_of_concatenation"),
            ("rnn_cell_backward", "bias_gradient_averaged"),
            ("lstm_cell_backward", "parentheses_missing"),
            ("rnn_backward", "carry_not_updated"),
        ],
        3,
    ),
)
@pytest.mark.full
def test_each_mistake_is_found_by_what_it_prints(mistake: tuple[str, str]) -> None:
    name, kind = mistake
    example = examples()[name]
    alike, results = next((a, r) for a, r in example.mistakes if a.fault == kind)
    lines = []
    for label in PRINTED[name].split():
        result, index = parts_of(label)
        lines.append(f"{label} = {np.asarray(results[result])[index]}")
    answers = match("\n".join(lines)).answers
    assert {answer.function for answer in answers} == {name}
    found = [m for answer in answers for m in answer.mistakes]
    assert (alike.function, alike.wrong) in {(m.function, m.wrong) for m in found}


@pytest.mark.full
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


OLD_PRINT = """
W2 = [[ 0.32648046 -0.25681174  1.46954931]
 [-2.05269934 -0.31497584 -0.37661299]
 [ 1.14121081 -1.09245036 -0.16498684]]
v["db1"] = [[-0.01228902]
 [-0.09357694]]
s["db1"] = [[  1.51020075e-05]
 [  8.75664434e-04]]
"""
"""What the course printed as right for some years: epsilon inside the root."""


def test_the_numbers_of_adam() -> None:
    right, wrong = match(OLD_PRINT).answers
    assert (right.function, right.right) == ("update_parameters_with_adam", True)
    assert [str(one) for one in right.said] == ['v["db1"]', 's["db1"]']
    assert kinds([wrong]) == {"parentheses_missing"}
    (mistake,) = wrong.mistakes
    assert "np.sqrt(s_corrected + epsilon)" in mistake.wrong


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("W1 = [[1.63178673 -0.61919778 -0.53561312] [-1.08040999 0.85796626 -2.29409733]]",
         "update_parameters_with_adam"),
        ("v['dW1'] = [[0. 0. 0.] [0. 0. 0.]]", "initialize_adam"),
    ],
)  # fmt: skip
def test_adam_prints(text: str, function: str) -> None:
    (answer,) = match(text).answers
    assert (answer.function, answer.right) == (function, True)


def test_moments_that_start_elsewhere() -> None:
    (answer,) = match('v["db1"] = [[1.] [1.]]').answers
    assert answer.function == "initialize_adam"
    assert [m.wrong for m in answer.mistakes if m.fault == "name_for_another"] == [
        "v = {f'd{name}': np.ones_like(value) for name, value in parameters.items()}"
    ]


@pytest.mark.parametrize(
    "kind",
    sampled(
        ["sign_wrong", "factor_missing", "term_missing", "name_for_another", "function_exchanged"],
        3,
    ),
)
@pytest.mark.full
def test_each_mistake_of_adam(kind: str) -> None:
    example = examples()["update_parameters_with_adam"]
    alike, results = [(a, r) for a, r in example.mistakes if a.fault == kind][-1]
    text = "\n".join(f"{label} = {results[label]}" for label in PRINTED[example.name].split())
    found = [m for answer in match(text).answers for m in answer.mistakes]
    assert (kind, alike.wrong) in {(m.fault, m.wrong) for m in found}


def as_printed(**changed: str) -> dict[str, np.ndarray]:
    """What the example of the backward step gives with some gradients before the activations by
    other equations, computed here from the inputs drawn.
    """
    example = examples()["lstm_cell_backward"]
    forward = example.references.having()["lstm_cell_forward"]
    given = {k: v.copy() for k, v in example._arrays.items()}
    parameters = {k: v for k, v in given.items() if k[0] in "Wb"}
    cache = forward(given["xt"], given["a_prev"], given["c_prev"], parameters)[-1]
    names = example.references.family.cell.cache  # type: ignore[attr-defined]
    v = {**dict(zip(names, cache, strict=True)), **given, "tanh": np.tanh}
    v["dc"] = v["dc_next"] + v["da_next"] * v["ot"] * (1 - np.tanh(v["c_next"]) ** 2)
    texts = {
        "f": "dc * c_prev * ft * (1 - ft)",
        "i": "dc * cct * it * (1 - it)",
        "c": "dc * it * (1 - cct**2)",
        "o": "da_next * tanh(c_next) * ot * (1 - ot)",
    }
    d = {gate: eval(text, v) for gate, text in {**texts, **changed}.items()}
    z = np.concatenate((v["a_prev"], v["xt"]))
    dz = sum(parameters[f"W{gate}"].T @ one for gate, one in d.items())
    return {"dxt": dz[5:], "da_prev": dz[:5], **{f"dW{g}": one @ z.T for g, one in d.items()}}


HIDDEN = "da_next * ot * (1 - tanh(c_next)**2)"
ALL_PRINTED = {
    "c": f"dc_next * it + {HIDDEN} * it * cct * (1 - tanh(cct)**2)",
    "i": f"dc_next * cct + {HIDDEN} * cct * it * (1 - it)",
    "f": f"dc_next * c_prev + {HIDDEN} * c_prev * ft * (1 - ft)",
}


@pytest.mark.parametrize("gates", ["cif", "if", "ci", "c"])
@pytest.mark.full
def test_the_printed_equations_together(gates: str) -> None:
    found = as_printed(**{gate: ALL_PRINTED[gate] for gate in gates})
    text = f"dxt[1][2] = {found['dxt'][1][2]}\nda_prev[2][3] = {found['da_prev'][2][3]}"
    (answer,) = match(text).answers
    assert (answer.function, kinds([answer])) == ("lstm_cell_backward", {"printed_equations"})


def test_a_file_that_is_not_there_is_told() -> None:
    done = CliRunner().invoke(cli, ["match", "nowhere.txt"])
    assert done.exit_code == 2 and "there is no file 'nowhere.txt'." in done.stderr
