"""Green means judged: what looks like a cell and was not judged is listed, with what to do."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from cellcheck.cli import cli
from cellcheck.engine import Settings, SubmissionReport, check

from .planted import correct_source

PAIR = """
import numpy as np

def affine_forward(x, w):
    return x @ w, (x, w)

def affine_backward(dout, cache):
    x, w = cache
    return dout @ w.T, x.T @ dout
"""
CELL = """
import numpy as np

class Cell:
    def __init__(self, n):
        self.W = np.zeros((n, n))

    def forward(self, x, h):
        return np.tanh(self.W @ x + h)

    def backward(self, dh):
        return self.W.T @ dh

    def save(self, path):
        np.save(path, np.exp(self.W))
"""


def checked(folder: Path, source: str) -> SubmissionReport:
    path = folder / "mine.py"
    path.write_text(source, encoding="utf-8")
    return check(str(path), Settings(profile="quick"))


def run(folder: Path, *sources: str, options: tuple[str, ...] = ()) -> int:
    paths = []
    for number, source in enumerate(sources):
        paths.append(folder / f"m{number}.py")
        paths[-1].write_text(source, encoding="utf-8")
    arguments = ["check", "--in-process", "--profile", "quick", *options, *map(str, paths)]
    return CliRunner().invoke(cli, arguments, catch_exceptions=False).exit_code


def proposed(own_name: str, contract: str) -> str:
    return f'# in pyproject.toml\n[tool.cellcheck.names]\n"{own_name}" = "{contract}"'


def helpers_only() -> str:
    head, _, _ = correct_source("a").partition("def rnn_cell_forward")
    return head


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (PAIR, {"affine_forward": 4, "affine_backward": 7}),
        (CELL, {"Cell.forward": 8, "Cell.backward": 11}),
        ("def f(x):\n    def back(d):\n        return d\n    return x, back\n", {"f": 1}),
        ("def f(x):\n    return x, lambda dy: dy * x\n", {"f": 1}),
        ("def train(x):\n    return my_forward(x)\n", {"train": 1}),
        ("def lossFun(xs):\n    return np.dot(xs, xs)\n", {"lossFun": 1}),
        ("if 1:\n    def gru(x):\n        return x @ x\n", {"gru": 2}),
    ],
)
def test_what_looks_like_a_subject_is_listed(
    source: str, names: dict[str, int], tmp_path: Path
) -> None:
    report = checked(tmp_path, source)
    assert report.status == "not_judged" and report.error is None
    assert {one.name: one.line for one in report.not_judged} == names
    assert all(one.reason and not one.reason.endswith(".") for one in report.not_judged)


@pytest.mark.parametrize(
    "source",
    [
        "def forward_email(to):\n    return to + to\n",
        "def step(n):\n    return n + 1\n",
        "def f(x):\n    return x, lambda name: name * x\n",
        "def f(x):\n    def update(w):\n        return w\n    return x, update\n",
        "def test_forward(x):\n    return x @ x\n",
        "def load_rnn(path):\n    return np.exp(path)\n",
        "class Clock:\n    def step(self, x):\n        return np.exp(x)\n",
    ],
)
def test_what_does_not_is_not(source: str, tmp_path: Path) -> None:
    report = checked(tmp_path, source)
    assert report.not_judged == () and report.status == "unreadable"


@pytest.mark.full
def test_what_judged_functions_call_is_judged_with_them(tmp_path: Path) -> None:
    source = correct_source("a").replace(
        "def rnn_forward(", "def rnn_cell(x):\n    return x @ x\n\n\ndef rnn_forward("
    )
    called = source.replace(
        "    a_next = np.tanh(", "    rnn_cell(np.eye(2))\n    a_next = np.tanh(", 1
    )
    assert [one.name for one in checked(tmp_path, source).not_judged] == ["rnn_cell"]
    assert checked(tmp_path, called).not_judged == ()


def test_a_module_is_missed_only_where_it_is_not_here(tmp_path: Path) -> None:
    source = """
        import nowhere as nw
        import math as mt

        def lstm_torch(x):
            return nw.tanh(x)

        def lstm_math(x):
            return mt.exp(x)
    """
    report = checked(tmp_path, "\n".join(line[8:] for line in source.split("\n")))
    absent, here = report.not_judged
    assert absent.reason == "it uses `nowhere`, which is not here"
    assert "math" not in here.reason and "not here" not in here.reason


@pytest.mark.full
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        pytest.param("(x, w):", "(x, w, eps=0.0):", marks=pytest.mark.full),
        pytest.param("affine_forward", "affine_fwd", marks=pytest.mark.full),
        pytest.param(
            "return dout @ w.T, x.T @ dout",
            'return {"dw": x.T @ dout, "dx": dout @ w.T}',
            marks=pytest.mark.full,
        ),
    ],
)
def test_the_commands_that_are_proposed_judge_it(
    old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = PAIR.replace(old, new)
    report = checked(tmp_path, source)
    (advice,) = (one.advice for one in report.not_judged if one.advice)
    monkeypatch.chdir(tmp_path)
    for line in advice.splitlines():
        name, *arguments = shlex.split(line)
        result = CliRunner().invoke(cli, arguments)
        assert (name, result.exit_code) == ("cellcheck", 0), result.output
    assert "affine_backward  passed" in result.output


def test_a_name_that_is_proposed_is_one_of_a_contract(tmp_path: Path) -> None:
    text = "def {}_lstm_cell(x, h, c, p):\n    return x @ h\n"
    report = checked(tmp_path, text.format("my") + text.format("your"))
    one, _ = report.not_judged  # two fit, so neither is taken
    assert one.advice == proposed("my_lstm_cell", "lstm_cell_forward")


@pytest.mark.parametrize(("inputs", "named"), [("x, h, c", "lstm_cell_forward"), ("x, h", "")])
def test_arguments_propose_the_only_contract_that_has_them(
    inputs: str, named: str, tmp_path: Path
) -> None:
    report = checked(tmp_path, f"def step({inputs}, Wx, Wh, b):\n    return x @ Wx + h @ Wh + b\n")
    (one,) = report.not_judged  # an RNN and a GRU have the same arguments
    assert one.advice == (proposed("step", named) if named else "")


@pytest.mark.full
def test_the_exit_status_says_whether_anything_was_judged(tmp_path: Path) -> None:
    right, wrong = correct_source("a"), correct_source("a").replace("np.tanh(", "np.sin(", 1)
    assert run(tmp_path, right) == 0
    assert run(tmp_path, helpers_only()) == 2
    assert run(tmp_path, PAIR) == 2
    assert run(tmp_path, right, PAIR, helpers_only()) == 0
    assert run(tmp_path, wrong, PAIR) == 1
    for source, status in ((right, 0), (right + PAIR, 1), (helpers_only(), 1)):
        assert run(tmp_path, source, options=("--strict", "--function", "rnn_forward")) == status


def test_helpers_alone_are_told_to_be_no_cell(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(helpers_only(), encoding="utf-8")
    run_ = CliRunner().invoke(cli, ["check", "--in-process", str(path)])
    assert run_.exit_code == 2
    assert "the file is not judged" in run_.stdout
    told = CliRunner().invoke(cli, ["check", "--in-process", "--format", "json", str(path)])
    (submission,) = json.loads(told.stdout)["submissions"]
    assert submission["status"] == "not_judged" and submission["not_judged"] == []


def test_a_backward_function_of_three_arguments_is_told_what_it_should_take(tmp_path: Path) -> None:
    source = correct_source("a").partition("def rnn_backward")[0]
    given = "rnn_cell_backward(da_next, cache"
    report = checked(tmp_path, source.replace(f"{given})", f"{given}, p)"))
    (one,) = report.not_judged
    assert one.name == "rnn_cell_backward" and not one.advice
    assert one.reason.endswith(f"the contract's {given}) takes")
