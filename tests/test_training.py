"""Functions of a loss: training functions that read their weights from the module, models of
characters that keep them in a dict, and classes that are a whole model. Right ones pass, others
fail.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cellcheck.diagnosis import diagnose
from cellcheck.engine import Settings, Status, check

from .tiers import sampled

HERE = Path(__file__).parent / "conventions"
FILES = sorted(one for kind in ("training*", "letters*", "model*") for one in HERE.glob(kind))

# fmt: off
FAULTS = [
    ("training_vectors", "np.outer(da, s[t - 1])", "np.outer(da, s[t])"),
    ("training_vectors", "dU[:, x[t]] += da", "dU[:, x[t]] = da"),
    ("training_vectors", "(1 - s[t] ** 2)", "(1 - s[t])"),
    ("training_vectors", "back = W.T @ da", "back = W @ da"),
    ("training_vectors", "(V.T @ d + back)", "(V.T @ d)"),
    ("training_clipped", "np.dot(draw, hs[t - 1].T)", "np.dot(draw, hs[t].T)"),
    ("training_clipped", "np.dot(Why.T, dy) + dhnext", "np.dot(Why.T, dy)"),
    ("training_clipped", "np.dot(Whh.T, draw)", "np.dot(Whh, draw)"),
    ("training_clipped", "dbh += draw", "dbh = draw"),
    ("training_clipped", "(1 - hs[t] * hs[t])", "(1 - hs[t])"),
    ("training_lstm", "dc_next = f * dc", "dc_next = dc"),
    ("training_lstm", "di = dc * g * i * (1 - i)", "di = dc * g * (1 - i)"),
    ("training_lstm", "dh_next = dz[:H_size]", "dh_next = dz[-H_size:]"),
    ("training_lstm", "dc = dc_next + dh * o", "dc = dh * o"),
    ("training_lstm", "df = dc * cs[t - 1]", "df = dc * cs[t]"),
    ("letters_in_dicts", "y_hat[t][Y[t], 0]", "y_hat[t][Y[t - 1], 0]"),
    ("letters_in_dicts", "np.dot(daraw, a_prev.T)", "np.dot(daraw, a.T)"),
    ("letters_in_dicts", 'gradients["dby"] += dy', 'gradients["dby"] = dy'),
    ("letters_in_dicts", "reversed(range(len(X)))", "range(len(X))"),
    ("letters_in_dicts", "x[t], a[t], a[t - 1])", "x[t], a[t - 1], a[t - 1])"),
    ("letters_in_dicts", "np.dot(Waa, a_prev) + b)", "np.dot(Waa, a_prev))"),
    ("letters_in_dicts", "forward(parameters, a[t - 1]", "forward(parameters, a0"),
    ("letters_in_dicts", "[dWax, dWaa, dWya, db, dby]", "[dWax, dWaa, dWya, dby]"),
    ("letters_in_lists", "(1.0 - h ** 2)", "(1.0 - h)"),
    ("model_of_last_output", "self.Whh.T @ temp", "self.Whh @ temp"),
    ("model_of_last_output", "(1 - self.last_hs[t + 1] ** 2)", "(1 - self.last_hs[t] ** 2)"),
    ("model_of_last_output", "temp @ self.last_hs[t].T", "temp @ self.last_hs[t + 1].T"),
    ("model_of_words", "np.outer(delta_t, s[step - 1])", "np.outer(delta_t, s[step])"),
    ("model_of_words", "(1 - s[step - 1] ** 2)", "(1 - s[step] ** 2)"),
    ("model_of_numbers", "self.dWh += da.dot", "self.dWh = da.dot"),
    ("model_of_numbers", "carried = self.Wh.T.dot(da)", "carried = self.Wh.dot(da)"),
    ("model_of_characters", "np.dot(dhrec, hs[t - 1].T)", "np.dot(dhrec, hs[t].T)"),
    ("model_of_characters", "(1 - hs[t] * hs[t])", "(1 - hs[t])"),
    ("model_of_characters", "dhnext = np.dot(self.W.T, dhrec)", "dhnext = np.dot(self.W.T, dh)"),
    ("letters_in_lists", 'params["Waa"].T @ dz', 'params["Waa"] @ dz'),
    ("letters_in_lists", "xs[t], hs[t + 1], hs[t])", "xs[t], hs[t], hs[t])"),
    ("letters_in_lists", "grads[key] + value", "value"),
    ("letters_in_lists", "np.clip(grad, -max_value, ", "np.clip(grad, max_value, "),
    ("letters_in_a_notebook", "np.transpose(parameters['Waa'])", "parameters['Waa']"),
    ("letters_in_a_notebook", " + gradients['da_next']", ""),
    ("letters_in_a_notebook", "x[t], a[t], a[t-1])", "x[t], a[t], a[t])"),
    ("letters_in_a_notebook", "y_hat[t][Y[t], 0]", "y_hat[t][Y[t]].sum() * 2"),
]
# fmt: on
"""The file, a text of it, and the mistake in its place."""

UNTOLD = {
    "dc_next = dc",
    "di = dc * g * (1 - i)",
    "forward(parameters, a0",
    "[dWax, dWaa, dWya, dby]",
    "np.clip(grad, max_value, ",
}
"""Mistakes that fail without a line: the search for one is given up before, or finds none."""


@pytest.mark.parametrize("path", sampled(FILES, 5), ids=lambda path: path.stem)
def test_a_right_one_passes(path: Path) -> None:
    report = check(str(path), Settings("quick"))
    assert {one.status for one in report.functions} <= {Status.PASSED, Status.MISSING}
    assert any(one.name not in ("sigmoid", "softmax") for one in report.functions if one.cases)
    assert not report.not_judged


@pytest.mark.full
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_right_one_passes_on_many_seeds(path: Path) -> None:
    for seed in range(20):
        report = check(str(path), Settings("quick", seed=seed))
        assert {one.status for one in report.functions} <= {Status.PASSED, Status.MISSING}, seed


@pytest.mark.full
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault[2])
def test_a_mistake_is_told_at_its_line(fault: tuple[str, str, str], tmp_path: Path) -> None:
    name, right, wrong = fault
    (original,) = HERE.glob(f"{name}.*")
    source = original.read_text("utf-8")
    assert source.count(right) == 1
    path = tmp_path / original.name
    path.write_text(source.replace(right, wrong), "utf-8")
    report = check(str(path), Settings("quick"), None, diagnose)
    (failed,) = [one for one in report.functions if one.status is Status.FAILED]
    if wrong in UNTOLD:
        assert not failed.diagnosis
        return
    (told,) = failed.diagnosis
    assert told.line == source.partition(right)[0].count("\n") + 1
    assert told.suggestion


OTHERS = {
    "it scales by the norm": """
def clip(gradients, maxValue):
    norm = np.sqrt(sum((g ** 2).sum() for g in gradients.values()))
    return {name: g * min(1.0, maxValue / norm) for name, g in gradients.items()}
""",
    "it has other gradients": """
def clip(gradients, maxValue):
    dU, dV = gradients["dU"], gradients["dV"]
    return {"dU": np.clip(dU, -maxValue, maxValue), "dV": np.clip(dV, -maxValue, maxValue)}
""",
    "its parameters are others": """
def rnn_forward(X, Y, a0, parameters):
    a, loss = a0, 0.0
    for x, y in zip(X, Y):
        a = np.tanh(parameters["U"] @ x + parameters["W"] @ a)
        loss += ((a - y) ** 2).sum()
    return loss, a


def rnn_backward(X, Y, parameters, cache):
    return {"dU": np.zeros_like(parameters["U"])}, cache
""",
    "it draws letters": """
def sample(parameters, a_prev, x):
    a = np.tanh(parameters["Wax"] @ x + parameters["Waa"] @ a_prev + parameters["b"])
    return a, np.random.choice(range(3))
""",
}
"""What is no function of a loss, and only looks like one."""


@pytest.mark.parametrize("what", OTHERS)
def test_what_only_looks_like_one_is_not_judged(what: str, tmp_path: Path) -> None:
    path = tmp_path / "other.py"
    path.write_text(f"import numpy as np\n{OTHERS[what]}", "utf-8")
    report = check(str(path), Settings("quick"))
    assert {one.status for one in report.functions} <= {Status.MISSING}


UNSURE = {
    "weights decay": (
        "model_of_numbers",
        "self.dWh += ",
        "self.dWh += 1e-3 * self.decay * self.Wh + ",
    ),
    "gradients are means": ("model_of_characters", "return dU, dW", "return dU / 9, dW / 9"),
    "gradients are cut at 1": ("model_of_characters", "-5, 5,", "-1, 1,"),
    "another loss": (
        "model_of_numbers",
        "dy = self.ys[t] - targets[t]",
        "dy = np.sign(self.ys[t] - targets[t])",
    ),
}
"""What may be right of a whole model, and is not read."""


@pytest.mark.full
@pytest.mark.parametrize("what", UNSURE)
def test_a_model_that_may_mean_something_else_does_not_fail(what: str, tmp_path: Path) -> None:
    name, old, new = UNSURE[what]
    source = (HERE / f"{name}.py").read_text("utf-8")
    assert old in source
    path = tmp_path / "other.py"
    path.write_text(source.replace(old, new), "utf-8")
    report = check(str(path), Settings("quick"))
    assert {one.status for one in report.functions} <= {Status.MISSING}
    assert report.not_judged
