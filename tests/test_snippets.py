"""A snippet is in the author's own convention: it fails on the fault, and holds without it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cellcheck.engine import Settings, check
from cellcheck.strategies.literals import literal

from .test_planted import run

CORRECT = Path(__file__).parent / "correct"
CONTRACT_GRADIENTS = (
    '    return {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}'
)
FAULTS = [
    (
        "rows_layout.py",
        "    return d @ Wx.T, d @ Wh.T, x.T @ d, prev_h.T @ d, d.sum(axis=0)",
        [
            "    return d @ Wx.T, d @ Wh.T, x.T @ d, prev_h.T @ d",
            "    return d @ Wx.T",
            "    return d @ Wx.T, d @ Wh.T, x.T @ d, prev_h.T @ d, 2 * d.sum(axis=0)",
            "    return d @ Wx.T, d @ Wh, x.T @ d, prev_h.T @ d, d.sum(axis=0)",
        ],
        "rnn_cell_backward",
    ),
    (
        "style_a.py",
        CONTRACT_GRADIENTS,
        [
            "    return dxt, da_prev, dWax, dWaa",
            "    return dxt",
            CONTRACT_GRADIENTS.replace(', "dba": dba', ""),
            CONTRACT_GRADIENTS.replace('"dba": dba', '"dba": dba.ravel()'),
            CONTRACT_GRADIENTS.replace('"dba": dba', '"dba": 2 * dba'),
        ],
        "rnn_cell_backward",
    ),
    (
        "results_in_another_order.py",
        "    return softmax(scores), hidden, memory",
        [
            "    return hidden",
            "    return softmax(scores) * 2, hidden, memory",
            "    return softmax(scores), np.ones_like(hidden), memory",
        ],
        "rnn_cell_forward",
    ),
]


@pytest.mark.parametrize(
    ("name", "right", "wrong", "function"),
    [
        pytest.param(name, right, wrong, function, id=f"{name}-{number}")
        for name, right, mistakes, function in FAULTS
        for number, wrong in enumerate(mistakes)
    ],
)
def test_it_fails_on_the_fault_and_holds_without_it(
    name: str, right: str, wrong: str, function: str, tmp_path: Path
) -> None:
    correct = (CORRECT / name).read_text("utf-8")
    assert right in correct
    source = correct.replace(right, wrong, 1)
    path = tmp_path / "mine.py"
    path.write_text(source, encoding="utf-8")
    report = check(str(path), Settings("quick", functions=(function,)))
    (told,) = (one for one in report.functions if one.name == function)
    assert told.status == "failed"
    snippets = [outcome.snippet for outcome in told.findings if outcome.snippet]
    assert snippets
    for snippet in snippets:
        with pytest.raises(Exception):  # noqa: B017, PT011  # an assertion, or what the fault raises
            run(source, snippet)
        run(correct, snippet)


def test_nothing_is_shown_that_does_not_fail(tmp_path: Path) -> None:
    """The stacked gradients have sizes that do not fit, which the number of results tells not."""
    name, right, _, function = FAULTS[0]
    source = (CORRECT / name).read_text("utf-8")
    path = tmp_path / "mine.py"
    path.write_text(source.replace(right, right.replace("axis=0", "axis=1"), 1), encoding="utf-8")
    report = check(str(path), Settings("quick", functions=(function,)))
    (told,) = (one for one in report.functions if one.name == function)
    (outcome,) = told.findings
    assert "same number of columns" in outcome.message and not outcome.snippet


def test_arrays_in_lists_and_tuples_are_written_as_code() -> None:
    value = [np.array([[0.1]]), (np.array([1.0]), {"W": np.array([2.0])}), ()]
    assert repr(eval(literal(value), {"np": np})) == repr(value)
