"""Faults in code of another convention are told at the function that holds them, and only there."""

from __future__ import annotations

from dataclasses import replace
from inspect import Parameter
from pathlib import Path

import pytest

from cellcheck.cells import lstm, rnn
from cellcheck.diagnosis import diagnose
from cellcheck.engine import Settings, SubmissionReport, check
from cellcheck.subject.conventions.words import places_of

from .test_planted import run
from .tiers import sampled

CORRECT = Path(__file__).resolve().parent / "correct"
QUICK = Settings(profile="quick")


def checked(source: str, folder: Path) -> SubmissionReport:
    path = folder / "own.py"
    path.write_text(source, encoding="utf-8")
    return check(str(path), QUICK)


def planted(style: str, old: str, new: str) -> str:
    source = (CORRECT / style).read_text(encoding="utf-8")
    assert source.count(old) == 1
    return source.replace(old, new)


def named(report: SubmissionReport, status: str) -> set[str]:
    assert report.error is None
    return {f.name for f in report.functions if f.status.value == status}


PLANTED = [
    ("rnn_keys_wx_wh.py", "(1 - h * h) * dh", "(1 - h) * dh", "rnn_cell_backward"),
    ("rnn_keys_wx_wh.py", 'theta["Wh"] @ h_prev', 'theta["Wx"] @ xt', "rnn_cell_forward"),
    ("lstm_split_keys.py", "dc * g * i * (1 - i)", "dc * g * (1 - i)", "lstm_cell_backward"),
    ("lstm_split_keys.py", 'params["Whi"]', 'params["Whf"]', "lstm_cell_forward"),
    ("lstm_keys_underscored.py", '["W_o"]', '["W_f"]', "lstm_cell_forward"),
    (
        "lstm_keys_underscored.py",
        '@ a_next + parameters["b_y"]\n',
        '@ a_next + parameters["b_y"]\n    a_next, c_next = c_next, a_next\n',
        "lstm_cell_forward",
    ),
    ("lstm_input_first.py", "d[k] @ xa.T", "d[k] @ xa.T / len(xa.T)", "lstm_cell_backward"),
    (
        "rnn_time_first.py",
        'dx[t], carry = step["dxt"], step["da_prev"]',
        'dx[t] = step["dxt"]',
        "rnn_backward",
    ),
    ("rows_time_first.py", "dx[t], carry, gx", "dx[t], _, gx", "rnn_backward"),
    ("rows_own_argument_names.py", "d.sum(0)", "d.mean(0)", "lstm_cell_backward"),
    ("rows_own_argument_names.py", "go * np.tanh(new)", "go * new", "lstm_cell_forward"),
    ("rows_weights_first.py", "(1 - new * new)", "(1 - new)", "rnn_cell_backward"),
    ("other_gradient_keys.py", "grad_z.sum", "grad_z.mean", "rnn_cell_backward"),
    ("softmax_of_a_column.py", "e / np.sum(e)", "e", "softmax"),
    (
        "two_results.py",
        'logistic(gate("f")) * c_prev',
        'logistic(gate("f"))',
        "lstm_cell_forward",
    ),
    (
        "recompute_from_inputs.py",
        "states = [a0]\n    for t in range(x.shape[2]):\n        states.append(np.tanh(p[",
        "states = [a0 * 0]\n    for t in range(x.shape[2]):\n        states.append(np.tanh(p[",
        "rnn_backward",
    ),
    ("checkpoints_every_other_step.py", "        if t % 2:", "        if t:", "rnn_backward"),
    ("lstm_private_order.py", "dc * g * i * (1 - i)", "dc * i * (1 - i)", "lstm_cell_backward"),
    ("single_precision_rows.py", "dc * f, x.T", "dc, x.T", "lstm_cell_backward"),
    ("rnn_one_weight.py", "dz @ both.T", "dz @ both.T / 2", "rnn_cell_backward"),
    ("gru_split_keys.py", '"Whh"].T @ dn * r', '"Whh"].T @ dn', "gru_cell_backward"),
    ("soft_max_and_sigm.py", "logaddexp(0, -t)", "logaddexp(0, t)", "sigmoid"),
    ("soft_max_and_sigm.py", "(t, axis=axis, keepdims", "(t, axis=1, keepdims", "softmax"),
    ("gradients_as_tuple_by_kind.py", "dc_prev = dc * f", "dc_prev = dc * i", "lstm_cell_backward"),
    ("arguments_by_name_only.py", "(1 - after ** 2)", "(1 - after)", "rnn_cell_backward"),
    ("arguments_by_name_only.py", "a_prev=states[-1]", "a_prev=a0", "rnn_forward"),
    ("lstm_gates_in_one_weight.py", "dc * g * i * (1 - i)", "dc * g * i", "lstm_cell_backward"),
    ("lstm_gates_in_one_weight.py", "f * c_prev + i * g", "f * c_prev + i", "lstm_cell_forward"),
    ("lstm_gates_in_one_weight.py", "gc, steps[t]", "0, steps[t]", "lstm_backward"),
    ("gru_gates_in_two_weights.py", "dn * h * r", "dn * r", "gru_cell_backward"),
    ("object_caches.py", "d @ step.x.T", "d @ step.x.T / 2", "rnn_cell_backward"),
]


@pytest.mark.parametrize("fault", sampled(PLANTED, 60), ids=lambda fault: f"{fault[0]} {fault[2]}")
def test_a_fault_in_another_convention_is_told_at_its_function(
    fault: tuple[str, str, str, str], tmp_path: Path
) -> None:
    style, old, new, failed = fault
    source = planted(style, old, new)
    report = checked(source, tmp_path)
    assert named(report, "failed") == {failed}
    (found,) = (f for f in report.functions if f.status == "failed")
    (snippet,) = {one.snippet for one in found.findings if one.level == "fault"}
    with pytest.raises((AssertionError, ValueError)):
        run(source, snippet)
    if style != "softmax_of_a_column.py":  # which is told of several columns
        run((CORRECT / style).read_text(encoding="utf-8"), snippet)


@pytest.mark.parametrize(
    ("style", "old", "new", "orders"),
    [
        (
            "rows_gates_f_i_o_g.py",
            "np.stack([dc * prev_c * f * (1 - f), dc * g * i * (1 - i),",
            "np.stack([dc * g * i * (1 - i), dc * prev_c * f * (1 - f),",
            ("f, i, o, g", "i, f, o, g"),
        ),
        (
            "lstm_input_first.py",
            '"dxt": dxa[:n_x], "da_prev": dxa[n_x:]',
            '"dxt": dxa[-n_x:], "da_prev": dxa[:-n_x]',
            ("[xt; a_prev]", "[a_prev; xt]"),
        ),
    ],
)
def test_a_pair_that_disagrees_on_an_order_fails_once_and_both_orders_are_named(
    style: str, old: str, new: str, orders: tuple[str, str], tmp_path: Path
) -> None:
    report = checked(planted(style, old, new), tmp_path)
    (failed,) = (f for f in report.functions if f.status == "failed")
    message = failed.findings[0].message
    assert all(order in message for order in orders)


def test_the_smallest_case_is_told_in_the_authors_names_and_layout(tmp_path: Path) -> None:
    source = planted("rows_own_argument_names.py", "go * np.tanh(new)", "go * new")
    (found,) = (f for f in checked(source, tmp_path).functions if f.status == "failed")
    case = found.findings[0].counterexample
    assert case is not None
    assert [*case.arrays] == ["inp", "hid", "mem", "W_in", "W_rec", "bias"]
    rows, columns = case.dimensions["n_x"], 4 * case.dimensions["n_a"]
    assert case.arrays["W_in"].shape == (rows, columns)


DEPARTURES = {
    "lstm_input_first.py": ("[xt; a_prev] is stacked here", {"lstm_cell_forward"}),
    "rnn_time_first.py": ("sequences are (T_x, n, m) here", {"rnn_forward", "rnn_backward"}),
    "two_results.py": ("yt_pred is not returned here", {"lstm_cell_forward"}),
    "softmax_of_a_column.py": ("it is right for one column alone", {"softmax"}),
    "rnn_keys_wx_wh.py": ("", set()),  # names are the author's
    "gru_contract.py": ("", set()),
}


@pytest.mark.parametrize("style", DEPARTURES)
def test_what_the_contract_has_otherwise_is_advice(style: str) -> None:
    said, names = DEPARTURES[style]
    report = check(str(CORRECT / style), QUICK, None, diagnose)
    advice = {f.name: x for f in report.functions for x in f.findings if x.level == "advice"}
    assert report.status == "passed"
    assert names <= {*advice} if names else not advice
    assert all(advice[name].message.startswith(said) for name in names)
    assert not any(one.diagnosis or one.is_cut for one in report.functions)  # nothing is to mend


@pytest.mark.full
def test_one_wrong_key_is_no_other_name(tmp_path: Path) -> None:
    source = planted("style_b.py", 'p["Wya"]', 'p["Wy"]')
    assert named(checked(source, tmp_path), "failed") == {"rnn_cell_forward"}


@pytest.mark.full
@pytest.mark.parametrize("kept", sampled(["next_h / 2", "2 * next_h", "next_h ** 2"], 3))
def test_what_is_kept_under_a_name_is_what_the_name_says(kept: str, tmp_path: Path) -> None:
    below = "\n\n\ndef rnn_step_backward"
    entries = "(x, prev_h, Wx, Wh, "
    source = planted("rows_layout.py", f"{entries}next_h){below}", f"{entries}{kept}){below}")
    report = checked(source, tmp_path)
    assert named(report, "failed") == {"rnn_cell_forward"}
    assert {"rnn_cell_backward", "rnn_backward"} <= named(report, "passed")


def test_a_backward_that_takes_a_score_for_a_state_is_at_fault_itself(tmp_path: Path) -> None:
    source = (
        "import numpy as np\n\n\n"
        "def rnn_step_forward(x, prev_h, Wx, Wh, b):\n"
        "    score = x @ Wx + prev_h @ Wh + b\n"
        "    return np.tanh(score), (x, prev_h, Wx, Wh, score)\n\n\n"
        "def rnn_step_backward(dnext_h, cache):\n"
        "    x, prev_h, Wx, Wh, score = cache\n"
        "    d = dnext_h * (1 - score ** 2)\n"
        "    return d @ Wx.T, d @ Wh.T, x.T @ d, prev_h.T @ d, d.sum(axis=0)\n"
    )
    report = checked(source, tmp_path)
    assert named(report, "failed") == {"rnn_cell_backward"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        caches.append(cache)\n", "        caches = (caches, cache)\n"),
        ("        caches.append(cache)\n", "        caches += (cache, x)\n"),
        ("        caches.append(cache)\n", "        caches.append(None)\n"),
        ("        caches.append(cache)\n", "        caches = [cache]\n"),
        ("        caches.append(cache)\n", ""),
    ],
    ids=["nested", "flat", "None", "the last alone", "none"],
)
def test_a_cache_that_the_contracts_backward_cannot_read_is_a_fault_of_the_forward(
    old: str, new: str, tmp_path: Path
) -> None:
    source = (CORRECT / "style_a.py").read_text(encoding="utf-8")
    start, end = source.index("def sigmoid"), source.index("def rnn_cell_backward")
    source = f"import numpy as np\n\n\n{source[start:end]}"
    assert source.count(old) == 1
    report = checked(source.replace(old, new), tmp_path)
    assert named(report, "failed") == {"rnn_forward"}


STRANGERS = """import numpy as np


def softmax(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def sample(parameters, seed):
    return np.argmax(softmax(parameters["Wya"] @ np.zeros((3, 1))))


def RunLSTM(x, h0, c0, weights):
    raise ValueError("no such machine")


def rnn(cell, X, h0):
    return [cell(x, h0) for x in X]


def rnn_step(x, h, parameters):
    return np.tanh(parameters["Wax"] @ x + parameters["Waa"] @ h + parameters["ba"])


def rnn_forward(X, Y, a0, parameters):
    loss, a = 0, a0
    for x, y in zip(X, Y):
        a = rnn_step(x, a, parameters)
        loss -= np.log(softmax(parameters["Wya"] @ a)[y, 0])
    return loss, a


def rnn_backward(X, Y, parameters, cache):
    return {}, cache
"""


def test_what_has_the_name_or_the_looks_alone_is_not_judged(tmp_path: Path) -> None:
    report = checked(STRANGERS, tmp_path)
    assert named(report, "passed") == {"softmax"}
    assert named(report, "failed") == named(report, "blocked") == set()
    assert {"rnn_forward", "rnn"} <= {one.name for one in report.not_judged}
    assert "softmax is right for one column alone" in " ".join(report.notes)


OTHER_HELPERS = """import numpy as np


def soft_max(x, temperature):
    e = np.exp((x - x.max(axis=0)) / temperature)
    return e / e.sum(axis=0)


def sigmoid_of_rows(x):
    return 1 / (1 + np.exp(x))


def rnn_cell_forward(xt, a_prev, parameters):
    a = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev - parameters["ba"])
    return a, soft_max(parameters["Wya"] @ a + parameters["by"], 1.0), (a, a_prev, xt, parameters)
"""


def test_a_helper_of_another_name_is_none_if_it_needs_more_or_nobody_calls_it(
    tmp_path: Path,
) -> None:
    report = checked(OTHER_HELPERS, tmp_path)
    assert named(report, "failed") == {"rnn_cell_forward"}
    path = tmp_path / "own.py"
    told = check(str(path), replace(QUICK, names={"sigmoid_of_rows": "sigmoid"}))
    assert named(told, "failed") == {"rnn_cell_forward", "sigmoid"}  # a person said what it is


def test_a_softmax_that_nobody_calls_is_held_against_the_contract(tmp_path: Path) -> None:
    source = STRANGERS[: STRANGERS.index("def sample")]
    assert named(checked(source, tmp_path), "failed") == {"softmax"}


@pytest.mark.parametrize(
    ("name", "takes", "places"),
    [
        ("rnn_cell_backward", "da_next, cache, parameters", ["da_next", "cache", "parameters"]),
        ("rnn_cell_backward", "dh, Waa, cache", ["da_next", "Waa", "cache"]),
        ("lstm_backward", "da, x, caches", ["da", "x", "caches"]),
        ("lstm_forward", "x, h0, c0, params", ["x", "a0", "c0", "parameters"]),
        ("rnn_forward", "x, y, a0, parameters", []),
        ("rnn_cell_backward", "da_next, cache, scale", []),
        ("rnn_backward", "da, caches", []),
    ],
)
def test_further_arguments_are_known_by_the_contracts_names(
    name: str, takes: str, places: list[str]
) -> None:
    cell = {"rnn": rnn, "lstm": lstm}[name.partition("_")[0]].CELL
    arguments = {one: Parameter(one, Parameter.POSITIONAL_ONLY) for one in takes.split(", ")}
    assert places_of(cell.family.functions[name], cell, arguments) == places


STUBS = {
    "next_h, cache = None, None\n    pass\n    return next_h, cache": "`next_h`",
    "next_h = cache = None\n    return next_h, cache": "`next_h`",
    "next_h: object = None\n    cache: object = None\n    return next_h, cache": "`next_h`",
    "return None, None\n    next_h = x @ Wx\n    return next_h, None": "returns nothing",
    "return\n    next_h = x @ Wx\n    return next_h, None": "returns nothing",
}


@pytest.mark.parametrize("body", STUBS)
def test_stubs_of_another_course_are_incomplete(body: str, tmp_path: Path) -> None:
    source = f"def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    {body}\n"
    (found,) = (f for f in checked(source, tmp_path).functions if f.name == "rnn_cell_forward")
    assert found.status == "incomplete"
    assert STUBS[body] in found.reason
