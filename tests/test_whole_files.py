"""What is told of whole files: which functions fail, at which line, and what should stand there."""

from __future__ import annotations

from pathlib import Path

import pytest

from cellcheck.diagnosis import diagnose
from cellcheck.engine import Settings, SubmissionReport, check
from cellcheck.engine.isolated import Isolated

from .test_own_ways import named, planted


def checked(source: str, folder: Path) -> SubmissionReport:
    """The report on a text, with what the search finds."""
    path = folder / "own.py"
    path.write_text(source, encoding="utf-8")
    return check(str(path), Settings("quick"), None, diagnose)


FAULTS = {
    "the last step is counted twice where a pass is run again": (
        "recompute_in_chunks.py",
        "total[k] = total.get(k, 0) + v",
        "total[k] = total.get(k, v) + v",
        "lstm_backward",
        "total.get(k, ",
    ),
    "gates are exchanged where a step is run again": (
        "recompute_gates.py",
        "dWo = (d @ z.T for d in (df, di, dg, do))",
        "dWo = (d @ z.T for d in (df, di, do, dg))",
        "lstm_cell_backward",
        "(df, di, dg, do)",
    ),
    "the pass is run again from zeros": (
        "recompute_gates.py",
        "steps, a, c = [], a0, np.zeros_like(a0)",
        "steps, a, c = [], np.zeros_like(a0), np.zeros_like(a0)",
        "lstm_backward",
        "steps, a, c = [], a0, np.zeros_like(a0)",
    ),
    "a result is written into the cache": (
        "out_arguments.py",
        "np.subtract(1, d, out=d)",
        "np.subtract(1, d, out=a_next)",
        "rnn_cell_backward",
        "np.subtract(1, d, out=d)",
    ),
    "a carry is cut off far out": (
        "dataclass_steps.py",
        '        carry = found["da_prev"]\n',
        '        carry = found["da_prev"]\n        carry = np.clip(carry, -1000, 1000)\n',
        "rnn_backward",
        "leave this line out",
    ),
    "a gate is left out where the gates stand in one entry": (
        "gru_gates_in_two_weights.py",
        "return (1 - z) * n + z * a_prev",
        "return (1 - z) * n + a_prev",
        "gru_cell_forward",
        "(1 - z) * n + z * a_prev",
    ),
    "half of a state is kept where a step reads the whole": (
        "rows_states_with_one_more_step.py",
        "return next_h, (x, prev_h, Wx, Wh, next_h)",
        "return next_h, (x, prev_h, Wx, Wh, next_h / 2)",
        "rnn_cell_forward",
        "(x, prev_h, Wx, Wh, next_h)",
    ),
    "every step of a fold reads the first state": (
        "reduce_and_accumulate.py",
        "rnn_cell_forward(xt, done[0], parameters)",
        "rnn_cell_forward(xt, a0, parameters)",
        "rnn_forward",
        "rnn_cell_forward(xt, done[0], parameters)",
    ),
    "a step that is handed its weights reads the new state for the old": (
        "weights_handed_on.py",
        '"dWaa": dz @ a_prev.T',
        '"dWaa": dz @ a_next.T',
        "rnn_cell_backward",
        '"dWaa": dz @ a_prev.T',
    ),
    "a sequence that is handed its weights drops a carry": (
        "weights_handed_on.py",
        'da[:, :, t] + carry["da_prev"], carry["dc_prev"]',
        'da[:, :, t] + carry["da_prev"], 0 * carry["dc_prev"]',
        "lstm_backward",
        'da[:, :, t] + carry["da_prev"], carry["dc_prev"]',
    ),
    "a derivative in a table is always zero": (
        "comprehension_loop.py",
        "dc * cct * it * (1 - it),",
        "dc * cct * (it - it),",
        "lstm_cell_backward",
        "it - it ** 2",
    ),
}


def lines_told(report: SubmissionReport, name: str) -> dict[int, str]:
    """The lines that are told of one function, each with what should stand there."""
    (found,) = (f for f in report.functions if f.name == name)
    return {one.line or 0: one.suggestion for one in found.diagnosis}


@pytest.mark.full
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_at_its_line_and_nowhere_else(fault: str, tmp_path: Path) -> None:
    style, old, new, name, meant = FAULTS[fault]
    source = planted(style, old, new)
    report = checked(source, tmp_path)
    assert named(report, "failed") == {name}
    assert named(report, "blocked") == set()
    before = source[: source.index(new)]
    ((line, suggestion),) = lines_told(report, name).items()
    assert line - before.count("\n") - 1 in range(new.count("\n") + 1)
    assert meant in suggestion


def test_single_precision_inside_is_no_fault(tmp_path: Path) -> None:
    parameters = "{k: v.astype(np.float32) for k, v in parameters.items()}"
    cast = "xt, a_prev = xt.astype(np.float32), a_prev.astype(np.float32)"
    first = "    terms = (parameters"
    source = planted(
        "reduce_and_accumulate.py", first, f"    {cast}\n    parameters = {parameters}\n{first}"
    )
    assert named(checked(source, tmp_path), "failed") == set()


HEAD = "import numpy as np\n\ncalls = [0]\n\n\n"
COUNTED = {
    "a global": "def sigmoid(z):\n    calls[0] += 1\n",
    "a default": "def sigmoid(z, calls=[0]):\n    calls[0] += 1\n",
    "a function": (
        "def sigmoid(z):\n    sigmoid.calls = getattr(sigmoid, 'calls', 0) + 1\n"
        "    calls = [sigmoid.calls]\n"
    ),
}


@pytest.mark.parametrize("kept", COUNTED)
def test_what_shows_after_many_calls_is_met(kept: str, tmp_path: Path) -> None:
    last = "    right = 1 / (1 + np.exp(-z))\n    return right if calls[0] < 250 else right * 0.9\n"
    report = checked(HEAD + COUNTED[kept] + last, tmp_path)
    assert named(report, "failed") == {"sigmoid"}
    (found,) = (f for f in report.functions if f.name == "sigmoid")
    assert any("another one" in one.message for one in found.findings)


CELL = """

def _cell(xt, state, parameters):
    new = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ state + parameters["ba"])
    return new, softmax(parameters["Wya"] @ new + parameters["by"])
"""


def test_a_private_step_that_its_sequence_uses_rightly_is_right(tmp_path: Path) -> None:
    source = planted(
        "functional_scan.py",
        "a_next, yt, cache = rnn_cell_forward(x[:, :, t], a_prev, parameters)",
        "a_next, yt = _cell(x[:, :, t], a_prev, parameters)\n"
        "        cache = a_next, a_prev, x[:, :, t], parameters",
    )
    start, end = source.index("\ndef rnn_cell_forward"), source.index("\n\ndef rnn_forward")
    report = checked(f"{source[:start]}{CELL}{source[end:]}", tmp_path)
    assert named(report, "failed") == named(report, "blocked") == set()
    assert "rnn_cell_forward" not in named(report, "passed")
    assert {"rnn_forward", "rnn_cell_backward", "rnn_backward"} <= named(report, "passed")


HELPERS = """import threading
import time
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Endless(dict):
    def keys(self):
        raise SystemExit(0)

    def items(self):
        while True:
            yield "key", 1


def spin():
    while True:
        pass


def softmax(scores):
    {body}
    grown = np.exp(scores - scores.max(axis=0, keepdims=True))
    return grown / grown.sum(axis=0, keepdims=True)
"""


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("return Endless(key=1)", "failed"),
        ("if len(scores) > 1: raise RuntimeError('no more than one')", "failed"),
        (
            "[threading.Thread(target=spin, daemon=True).start() for _ in range(9)]; "
            "raise RuntimeError('no more')",
            "failed",
        ),
        (f"scores = scores + {' + '.join(['0 * scores'] * 900)}", "passed"),
    ],
    ids=["endless items", "an exception", "threads that go on", "nine hundred terms"],
)
@pytest.mark.full
def test_one_strange_helper_costs_no_other_its_verdict(
    body: str, status: str, tmp_path: Path
) -> None:
    path = tmp_path / "helpers.py"
    path.write_text(HELPERS.replace("{body}", body), encoding="utf-8")
    with Isolated() as walls:  # or threads that go on would go on beside all other tests
        report = walls.check(str(path), Settings("quick"))
    assert "sigmoid" in named(report, "passed")
    assert named(report, status) >= {"softmax"}
