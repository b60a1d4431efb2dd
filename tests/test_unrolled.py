"""Functions that are given a cell and take it over a sequence: right ones pass, others fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from cellcheck.diagnosis import diagnose
from cellcheck.engine import Settings, Status, SubmissionReport, check

from .tiers import sampled

HERE = Path(__file__).parent / "conventions"
FILES = sorted(HERE.glob("unrolled*.py"))
FUNCTIONS = {
    "unrolled_alone": "rnn",
    "unrolled_lists": "run_gru",
    "unrolled_functions": "rnn_forward",
    "unrolled_lstm": "lstm_layer",
    "unrolled_rows": "simple_rnn",
}

# fmt: off
FAULTS = [
    ("unrolled_alone", "rnn_cell.forward(H[step], X[step])", "rnn_cell.forward(h_0, X[step])"),
    ("unrolled_alone", "H[step + 1] = h_next", "H[step] = h_next"),
    ("unrolled_alone", "Y[step] = y", "Y[t - 1 - step] = y"),
    ("unrolled_alone", "H[0] = h_0", "pass"),
    ("unrolled_alone", "range(t)", "range(t - 1)"),
    ("unrolled_lists", "cell.forward(hidden[-1], x)", "cell.forward(h0, x)"),
    ("unrolled_lists", "outputs.append(y)", "outputs.append(outputs[-1] if outputs else y)"),
    ("unrolled_functions", "x[:, :, t], a_next, p", "x[:, :, t], a0, p"),
    ("unrolled_functions", "x[:, :, t], a_next, p", "x[:, :, 0], a_next, p"),
    ("unrolled_functions", "y[:, :, t] = yt", "y[:, :, t] = yt.mean()"),
    ("unrolled_lstm", "forward(X[t], h, c)", "forward(X[t], h, c0)"),
    ("unrolled_lstm", "hs[t], cs[t] = h, c", "hs[t], cs[t] = h, c0"),
    ("unrolled_rows", "forward(xs[:, t], h)", "forward(xs[:, t], h0)"),
    ("unrolled_rows", "hs[:, t] = h", "hs[:, t] = h0"),
]
# fmt: on
"""The file, a text of it, and the mistake in its place."""

UNTOLD = {"pass"}
"""Mistakes that fail without a line."""

OTHERS = {
    "it feeds its own output": """
def generate(cell, X, h_0):
    h, x, states = h_0, X[0], []
    for _ in range(len(X)):
        h, y = cell.forward(h, x)
        x = y @ np.ones((y.shape[1], x.shape[1]))
        states.append(h)
    return np.array(states), np.array(states)
""",
    "it goes from the end to the beginning": """
def rnn_reversed(cell, X, h_0):
    H, Y, h = np.zeros((len(X), *h_0.shape)), [], h_0
    for t in reversed(range(len(X))):
        h, y = cell.forward(h, X[t])
        H[t] = h
        Y.insert(0, y)
    return H, np.array(Y)
""",
    "there are several cells": """
def deep_rnn(rnn_cells, X, h_0):
    H = [h_0]
    for x in X:
        h = []
        for cell, before in zip(rnn_cells, H[-1]):
            x, y = cell.forward(before, x)
            h.append(x)
        H.append(np.array(h))
    return np.array(H), y
""",
    "there is a cell for each direction": """
def bi_rnn(bi_cell, X, h_0, h_t):
    H_f, H_b = [h_0], [h_t]
    for t in range(len(X)):
        H_f.append(bi_cell.forward(H_f[-1], X[t]))
        H_b.insert(0, bi_cell.backward(H_b[0], X[-1 - t]))
    H = np.concatenate((H_f[1:], H_b[:-1]), axis=-1)
    return H, bi_cell.output(H)
""",
    "it gives a loss": """
def evaluate(cell, X, h_0):
    loss, h = 0.0, h_0
    for x in X:
        h, y = cell.forward(h, x)
        loss = loss - np.log(y).sum()
    return loss, h
""",
    "it asks the cell for what is not known": """
def rnn(cell, X, h_0):
    H = [h_0] * cell.layers
    for x in X:
        h, y = cell.forward(H[-1], x)
        H.append(h)
    return np.array(H), np.array(H)
""",
}
"""What is no sequence of a cell, and only looks like one."""


def judged(name: str, seed: int = 0) -> SubmissionReport:
    return check(str(HERE / f"{name}.py"), Settings("quick", seed=seed))


@pytest.mark.parametrize("path", sampled(FILES, 5), ids=lambda path: path.stem)
def test_a_right_one_passes(path: Path) -> None:
    report = judged(path.stem)
    assert {one.status for one in report.functions} <= {Status.PASSED, Status.MISSING}
    assert FUNCTIONS[path.stem] in [one.found_as for one in report.functions if one.cases]
    assert not report.not_judged


@pytest.mark.full
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_right_one_passes_on_many_seeds(path: Path) -> None:
    for seed in range(20):
        report = judged(path.stem, seed)
        assert {one.status for one in report.functions} <= {Status.PASSED, Status.MISSING}, seed


@pytest.mark.full
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault[2])
def test_a_mistake_is_told_at_its_line(fault: tuple[str, str, str], tmp_path: Path) -> None:
    name, right, wrong = fault
    source = (HERE / f"{name}.py").read_text("utf-8")
    assert source.count(right) == 1
    path = tmp_path / f"{name}.py"
    path.write_text(source.replace(right, wrong), "utf-8")
    report = check(str(path), Settings("quick"), None, diagnose)
    (failed,) = [one for one in report.functions if one.status is Status.FAILED]
    assert failed.found_as == FUNCTIONS[name]
    if wrong in UNTOLD:
        assert not failed.diagnosis
        return
    (told,) = failed.diagnosis
    assert told.line == source.partition(right)[0].count("\n") + 1
    assert told.suggestion


@pytest.mark.parametrize("what", OTHERS)
def test_what_only_looks_like_one_is_not_judged(what: str, tmp_path: Path) -> None:
    path = tmp_path / "other.py"
    path.write_text(f"import numpy as np\n{OTHERS[what]}", "utf-8")
    report = check(str(path), Settings("quick"))
    assert {one.status for one in report.functions} <= {Status.MISSING}


@pytest.mark.full
def test_a_wrong_cell_is_told_once(tmp_path: Path) -> None:
    source = (HERE / "unrolled_lists.py").read_text("utf-8")
    path = tmp_path / "wrong.py"
    path.write_text(source.replace("(1 - update) * h_prev", "(1 - reset) * h_prev"), "utf-8")
    report = check(str(path), Settings("quick"))
    status = {one.found_as: one.status for one in report.functions if one.found_as}
    assert status["GRUCell.forward"] is Status.FAILED
    assert status["run_gru"] is Status.BLOCKED
