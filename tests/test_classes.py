"""Cells that people write as classes: right ones pass, and mistakes are told at their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from cellcheck.diagnosis import diagnose
from cellcheck.engine import Settings, Status, check
from cellcheck.engine.isolated import Isolated

from .tiers import sampled

HERE = Path(__file__).parent / "conventions"
FILES = sorted(one for kind in ("arrays*", "sizes*") for one in HERE.glob(kind))

# fmt: off
FAULTS = [
    ("arrays_params_and_grads", "do = dh_next * tanh_c * o * (1 - o)", "do = dh_next * tanh_c * o"),
    ("arrays_params_and_grads", "dc_prev = ds * f", "dc_prev = ds * i"),
    ("arrays_params_and_grads", "prev + g * i", "prev + g * o"),
    ("arrays_params_and_grads", "[1][...] = h_prev.T @ dt", "[1][...] = x.T @ dt"),
    ("arrays_params_and_grads", "dt = dh_next * (1 - h_next**2)", "dt = dh_next * (1 - h_next)"),
    ("arrays_params_and_grads", "backward(dhs[:, t, :] + dh, dc)", "backward(dhs[:, t, :], dc)"),
    ("arrays_as_attributes", "1.0 - self.h_next * self.h_next", "1.0 - self.h_next"),
    ("arrays_as_attributes", "np.sum(dt, axis=0)", "np.mean(dt, axis=0)"),
    ("arrays_base_class", "dc = dc_next + dh_next", "dc = dh_next"),
    ("arrays_base_class", "o * t, c_next", "o * c_next, c_next"),
    ("arrays_sequence_alone", "dh = da @ Wh.T", "dh = da @ Wh"),
    ("arrays_sequence_alone", "dWh += before.T @ da", "dWh += h.T @ da"),
    ("arrays_sequence_alone", "db += da.sum(axis=0)", "db = da.sum(axis=0)"),
    ("arrays_gru_single", "dh_prev = dh_next * (1 - z)", "dh_prev = dh_next * z"),
    ("arrays_gru_single", "dr = dhr * h_prev * r * (1 - r)", "dr = dhr * r * (1 - r)"),
    ("sizes_forward_only", "c_next = f * c_prev + u * c_hat", "c_next = f * c_prev + u + c_hat"),
    ("sizes_forward_only", "h_next = o * np.tanh(c_next)", "h_next = o * c_next"),
    ("sizes_forward_only", "u = self.sigmoid(both @ self.Wu", "u = self.sigmoid(both @ self.Wf"),
    ("sizes_forward_only_gru", "+ z * h_hat", "+ (1 - z) * h_hat"),
    ("sizes_forward_only_gru", "(r * h_prev, x_t)", "(h_prev, x_t)"),
    ("sizes_gradients_add_up", "dh_prev = self.Wh.T @ dz", "dh_prev = self.Wh @ dz"),
    ("sizes_gradients_add_up", "dz @ self.h_prev.T", "dz @ self.h.T"),
    ("sizes_columns_lstm", "dc_prev = f * dc", "dc_prev = dc"),
    ("sizes_columns_lstm", "dc * c_bar * i * (1 - i)", "dc * c_bar * (1 - i)"),
    ("sizes_columns_lstm", "df = dc * c_prev * f * (1 - f)", "df = dc * c * f * (1 - f)"),
]
# fmt: on
"""The file, a text of it, and the mistake in its place."""

UNTOLD = {"prev + g * o"}
"""Mistakes that fail without a line: with them another order of the gates is as near."""


@pytest.mark.parametrize("path", sampled(FILES, 5), ids=lambda path: path.stem)
def test_a_right_class_passes(path: Path) -> None:
    report = check(str(path), Settings("quick"))
    assert {one.status for one in report.functions} <= {Status.PASSED, Status.MISSING}
    judged = [one.found_as for one in report.functions if one.status is Status.PASSED]
    methods = sum(path.read_text("utf-8").count(f"def {name}(") for name in ("forward", "backward"))
    assert sum("." in name for name in judged) == methods
    assert not report.not_judged


@pytest.mark.full
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_right_class_passes_on_many_seeds(path: Path) -> None:
    for seed in range(20):
        report = check(str(path), Settings("quick", seed=seed))
        assert {one.status for one in report.functions} <= {Status.PASSED, Status.MISSING}, seed


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [pytest.param(*one.values[0], marks=one.marks) for one in sampled(FAULTS, 40)],
)
def test_a_mistake_is_told_at_its_line(name: str, right: str, wrong: str, tmp_path: Path) -> None:
    source = (HERE / f"{name}.py").read_text("utf-8")
    assert source.count(right) >= 1
    before, _, after = source.rpartition(right)
    path = tmp_path / f"{name}.py"
    path.write_text(before + wrong + after, "utf-8")
    report = check(str(path), Settings("quick"), None, diagnose)
    (failed,) = [one for one in report.functions if one.status is Status.FAILED]
    assert "." in failed.found_as
    if wrong in UNTOLD:
        assert not failed.diagnosis
        return
    (told,) = failed.diagnosis
    assert told.line == before.count("\n") + 1
    assert told.suggestion


def test_what_numpy_refuses_fails_unless_it_is_of_fewer_gates(tmp_path: Path) -> None:
    source = (HERE / "arrays_params_and_grads.py").read_text("utf-8")
    path = tmp_path / "transposed.py"
    path.write_text(source.replace("A = x @ Wx + ", "A = x @ Wx.T + "), "utf-8")
    report = check(str(path), Settings("quick"))
    assert [one.found_as for one in report.functions if one.status is Status.FAILED] == [
        "LSTM.forward"
    ]


RIGHT_OTHERWISE = {
    "a gate less": (
        "arrays_params_and_grads",
        {
            "i = sigmoid(A[:, 2 * H : 3 * H])": "i = 1 - f",
            "A[:, 3 * H :]": "A[:, 2 * H :]",
            "        di = ds * g * i * (1 - i)\n": "",
            "df = ds * c_prev * f": "df = ds * (c_prev - g) * f",
            "(df, dg, di, do)": "(df, dg, do)",
        },
    ),
    "relu": (
        "arrays_as_attributes",
        {"np.tanh(": "np.maximum(0.0, ", "1.0 - self.h_next * self.h_next": "self.h_next > 0"},
    ),
    "means": (
        "sizes_gradients_add_up",
        {
            "dz @ self.x.T": "dz @ self.x.T / dh.shape[1]",
            "dz @ self.h_prev.T": "dz @ self.h_prev.T / dh.shape[1]",
            "dz.sum(": "dz.mean(",
        },
    ),
    "one example": (
        "sizes_gradients_add_up",
        {
            "dz @ self.x.T": "np.outer(dz, self.x)",
            "dz @ self.h_prev.T": "np.outer(dz, self.h_prev)",
            "dz.sum(axis=1, keepdims=True)": "dz",
            "np.zeros((hidden_size, 1))": "np.zeros(hidden_size)",
        },
    ),
}


@pytest.mark.full
@pytest.mark.parametrize("what", RIGHT_OTHERWISE)
def test_what_is_right_in_a_way_of_its_own_does_not_fail(what: str, tmp_path: Path) -> None:
    name, changes = RIGHT_OTHERWISE[what]
    source = (HERE / f"{name}.py").read_text("utf-8")
    for right, other in changes.items():
        assert right in source
        source = source.replace(right, other)
    path = tmp_path / "another.py"
    path.write_text(source, "utf-8")
    report = check(str(path), Settings("quick"))
    assert {one.status for one in report.functions} <= {Status.PASSED, Status.MISSING}
    assert any(one.name.endswith(".backward") for one in report.not_judged)


BUILT = "        self.params = [Wx, Wh, b]\n"
HEAD = "class LSTM:\n"
HOSTILE = {
    "its constructor exits": (BUILT, f"        import sys; sys.exit(0)\n{BUILT}", "rnn"),
    "its constructor never ends": (BUILT, f"        while True: pass\n{BUILT}", "rnn"),
    "its class is never called": (
        HEAD,
        "class M(type):\n    def __call__(cls, *given):\n        raise SystemExit(0)\n\n\n"
        "class LSTM(metaclass=M):\n",
        "lstm",
    ),
    "its copies end the process": (
        HEAD,
        f"{HEAD}    def __deepcopy__(self, memo):\n        import os; os._exit(0)\n\n",
        "lstm",
    ),
    "its gradients say that they are right": (
        "return dA @ Wx.T,",
        "class Liar(np.ndarray):\n            __eq__ = lambda self, other: np.ones(3, bool)\n"
        "            __array_ufunc__ = lambda self, *given, **named: np.zeros(3)\n\n"
        "        return (dA @ Wx.T * 0).view(Liar),",
        "lstm",
    ),
    "its gradients change as they are read": (
        "class SimpleRNN:\n",
        "class SimpleRNN:\n    reads = 0\n\n    @property\n    def grads(self):\n"
        "        SimpleRNN.reads += 1\n"
        "        return [g * SimpleRNN.reads for g in self._grads]\n\n"
        "    @grads.setter\n    def grads(self, value):\n        self._grads = value\n\n",
        "rnn",
    ),
}


@pytest.mark.full
@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_class_passes_for_nothing(what: str, tmp_path: Path) -> None:
    old, new, cell = HOSTILE[what]
    path = tmp_path / "hostile.py"
    source = (HERE / "arrays_params_and_grads.py").read_text("utf-8")
    path.write_text(source.replace(old, new, 1), "utf-8")
    with Isolated() as isolated:
        report = isolated.check(str(path), Settings("quick"))
    status = {one.name: one.status for one in report.functions}
    assert Status.FAILED in (status[f"{cell}_cell_forward"], status[f"{cell}_cell_backward"])
    others = {"rnn": "lstm", "lstm": "rnn"}[cell]
    assert status[f"{others}_cell_forward"] is status[f"{others}_cell_backward"] is Status.PASSED


def test_a_softmax_that_a_class_takes_of_vectors_does_not_fail(tmp_path: Path) -> None:
    source = """
import numpy as np


class Model:
    def predict(self, s):
        return softmax(self.V.dot(s))


def softmax(x):
    powers = np.exp(x - np.max(x))
    return powers / np.sum(powers)
"""
    path = tmp_path / "vectors.py"
    path.write_text(source, "utf-8")
    report = check(str(path), Settings("quick"))
    assert {one.status for one in report.functions} <= {Status.PASSED, Status.MISSING}
