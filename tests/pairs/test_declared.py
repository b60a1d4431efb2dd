"""Pairs that a file declares with a decorator, or an adapter for it, judged behind walls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import cellcheck
from cellcheck.cli import cli
from cellcheck.diagnosis import diagnose
from cellcheck.engine import Settings
from cellcheck.engine.adapter import adapter_for
from cellcheck.engine.checking import Diagnose
from cellcheck.engine.file_report import check
from cellcheck.engine.isolated import Isolated
from cellcheck.engine.outcome import SubmissionReport

GOOD = """\
import cellcheck


def affine_forward(x, w, b):
    return x @ w + b, (x, w)


@cellcheck.pair(x="N D", w="D M", b="M", examples="N", cases=4)
def affine_backward(dout, cache):
    x, w = cache
    dx = dout @ w.T
    dw = x.T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db
"""

BAD = GOOD.replace("sum(axis=0)", "mean(axis=0)")


@pytest.fixture(scope="module")
def walls() -> Iterator[Isolated]:
    with Isolated() as isolated:
        yield isolated


def of(
    walls: Isolated, tmp_path: Path, text: str, adapter: str = "", search: Diagnose | None = None
) -> SubmissionReport:
    file = tmp_path / "layers.py"
    file.write_text(text, "utf-8")
    given = tmp_path / "adapter.py"
    given.write_text(adapter, "utf-8")
    settings = Settings(adapter=str(given) if adapter else "")
    report = walls.check(str(file), settings, None, search)
    assert report.error is None, report.error
    return report


def statuses(report: SubmissionReport) -> dict[str, str]:
    return {one.name: one.status.value for one in report.functions if one.found_as}


def reasons(report: SubmissionReport) -> dict[str, str]:
    return {one.name: one.reason for one in report.not_judged}


@pytest.mark.full
def test_a_right_one_passes(walls: Isolated, tmp_path: Path) -> None:
    report = of(walls, tmp_path, GOOD)
    assert statuses(report) == {"affine_backward": "passed"}
    assert (report.status, report.not_judged) == ("passed", ())
    assert report.functions[-1].line == 9


def test_a_wrong_one_is_told_with_its_line_case_and_code(walls: Isolated, tmp_path: Path) -> None:
    report = of(walls, tmp_path, BAD)
    (failed,) = (one for one in report.functions if one.found_as)
    (finding,) = failed.findings
    (diagnosis,) = failed.diagnosis
    assert report.status == "failed"
    assert (diagnosis.line, diagnosis.source) == (13, "db = dout.mean(axis=0)")
    assert finding.property == "gradients_are_the_derivative"
    assert finding.counterexample is not None
    assert finding.counterexample.dimensions == {"N": 2, "D": 1, "M": 1}
    assert "from layers import affine_forward, affine_backward" in finding.snippet


def test_an_adapter_of_another_folder_has_its_corrections(walls: Isolated, tmp_path: Path) -> None:
    """Which are sought in a process that reads no more than it is allowed to."""
    file, adapter = tmp_path / "own" / "layers.py", tmp_path / "other" / "adapter.py"
    for one, text in (
        (file, BAD.replace("@cellcheck", "# @cellcheck")),
        (
            adapter,
            'check_pair(affine_forward, affine_backward, {"x": "N D", "w": "D M", "b": "M"})',
        ),
    ):
        one.parent.mkdir()
        one.write_text(text, "utf-8")
    report = walls.check(str(file), Settings(adapter=str(adapter)), None, diagnose)
    (failed,) = (one for one in report.functions if one.found_as)
    assert [one.suggestion for one in failed.diagnosis] == ["db = dout.sum(axis=0)"]


CLOSURE = """\
import numpy as np


def affine(x, W, b):
    out = x @ W + b

    def back(dout):
        return dout @ W.T, x.T @ dout, dout.mean(axis=0)

    return out, back
"""


def test_a_backward_pass_that_is_returned_is_listed_and_adapted(
    walls: Isolated, tmp_path: Path
) -> None:
    (listed,) = of(walls, tmp_path, CLOSURE).not_judged
    assert (listed.name, listed.line) == ("affine", 4)
    assert "cellcheck adapt" in listed.advice
    written = adapter_for(str(tmp_path / "layers.py"), {})
    report = of(walls, tmp_path, CLOSURE, written, diagnose)
    (failed,) = (one for one in report.functions if one.found_as)
    assert [(one.line, one.suggestion) for one in failed.diagnosis] == [
        (8, "return dout @ W.T, x.T @ dout, dout.sum(axis=0)")
    ]


@pytest.mark.full
def test_the_verdict_is_the_same_in_this_process(walls: Isolated, tmp_path: Path) -> None:
    behind = of(walls, tmp_path, BAD)
    here = check(str(tmp_path / "layers.py"), Settings())
    found, expected = (
        (one.outcomes[0].message, one.outcomes[0].snippet, one.diagnosis)
        for report in (behind, here)
        for one in report.functions
        if one.found_as
    )
    assert found == expected


@pytest.mark.full
def test_the_command_tells_it(tmp_path: Path) -> None:
    file = tmp_path / "layers.py"
    file.write_text(BAD, "utf-8")
    arguments = ["check", str(file), "--format", "json", "--in-process"]
    result = CliRunner().invoke(cli, arguments)
    (submission,) = json.loads(result.stdout)["submissions"]
    (told,) = (one for one in submission["functions"] if one["found_as"])
    assert result.exit_code == 1
    assert (told["name"], told["line"], told["status"]) == ("affine_backward", 9, "failed")
    assert told["diagnosis"][0]["line"] == 13
    arguments = ["explain", told["findings"][0]["property"]]
    assert "vector-Jacobian product" in CliRunner().invoke(cli, arguments).stdout


FORMS = {
    "a method": """\
import cellcheck
import numpy as np

class Scale:
    def __init__(self, D):
        self.w = np.ones(D)

    def forward(self, x):
        self.x = x
        return x * self.w

    @cellcheck.pair(x="N D", w="D", build=lambda D: Scale(D))
    def backward(self, dout):
        self.dw = (dout * self.x).sum(axis=0)
        return dout * self.w FAULT
""",
    "an inherited forward method": """\
from cellcheck import pair as declared

class Base:
    def forward(self, x):
        self.x = x
        return x ** 2

class Square(Base):
    @declared(x="N D")
    def backward(self, dout):
        return 2 * dout * self.x FAULT
""",
    "a function that gives its gradients": """\
import cellcheck as cc
import numpy as np

SHAPES = dict(x="N C", y="N int<C")

@cc.pair(SHAPES)
def loss(x, y):
    p = np.exp(x - x.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    n = np.arange(len(y))
    value = -np.log(p[n, y]).mean()
    p[n, y] -= 1
    return value, p / len(y) FAULT
""",
    "a named forward, constants and single precision": """\
import cellcheck
import numpy as np

def scaled(x, config):
    return x * config["by"], config["by"]

@cellcheck.pair(x="N D", forward=scaled, constants={"config": {"by": 3.0}}, dtype=np.float32)
def back(dout, by):
    return dout * np.float32(by) FAULT
""",
    "under if and after a comment of another": """\
import cellcheck
if True:
    def tanh_fwd(x):
        import numpy as np
        y = np.tanh(x)
        return y, y

    @cellcheck.pair(x="N")
    def tanh_bwd(dout, y):
        return dout * (1 - y * y) FAULT
""",
}


@pytest.mark.full
@pytest.mark.parametrize("form", FORMS)
def test_each_form_passes_and_its_mistake_fails(form: str, walls: Isolated, tmp_path: Path) -> None:
    right = of(walls, tmp_path, FORMS[form].replace("FAULT", ""))
    wrong = of(walls, tmp_path, FORMS[form].replace("FAULT", "* 1.25"))
    assert [*statuses(right).values()] == ["passed"], (right.not_judged, right.functions[-1])
    assert [*statuses(wrong).values()] == ["failed"]
    assert right.not_judged == ()


@pytest.mark.full
def test_a_cell_of_a_notebook(walls: Isolated, tmp_path: Path) -> None:
    head, tail = BAD.split("\n\n\n@")
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "source": text, "metadata": {}, "outputs": []}
        for text in (head, "print(1)", f"@{tail}")
    ]
    file = tmp_path / "layers.ipynb"
    file.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}), "utf-8")
    report = walls.check(str(file), Settings())
    (failed,) = (one for one in report.functions if one.found_as)
    (diagnosis,) = failed.diagnosis
    assert (failed.cell, failed.line) == (2, 2)
    assert (diagnosis.cell, diagnosis.line) == (2, 6)
    assert "# Run this below" in failed.findings[0].snippet


IMAGES = """
import numpy as np
import cellcheck


def window_forward(x, w):
    out = np.zeros((len(x), len(w), x.shape[2] - w.shape[2] + 1, x.shape[3] - w.shape[3] + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            part = x[:, :, i : i + w.shape[2], j : j + w.shape[3]]
            out[:, :, i, j] = np.tensordot(part, w, axes=([1, 2, 3], [1, 2, 3]))
    return out, (x, w)


@cellcheck.pair(x="N C 4*H 4*W", w="F C 3 3")
def window_backward(dout, cache):
    x, w = cache
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            place = np.s_[:, :, i : i + w.shape[2], j : j + w.shape[3]]
            dx[place] += np.tensordot(dout[:, :, i, j], w, axes=1)
            dw += np.tensordot(dout[:, :, i, j].T, x[place], axes=1)
    return dx, dw
"""


def test_arrays_of_many_axes_are_drawn_small(walls: Isolated, tmp_path: Path) -> None:
    assert statuses(of(walls, tmp_path, IMAGES)) == {"window_backward": "passed"}
    wrong = of(walls, tmp_path, IMAGES.replace("dw += np", "dw = np"))
    assert statuses(wrong) == {"window_backward": "failed"}


RUBBISH = [
    ('x="N D)"', 'has the word "D)", which is no size'),
    ('x="N 99999999999"', "entries, which are too many"),
    ('x="(" * 5000', "the shape of x should be a text"),
    (f'x="{"N " * 200}"', "longer than 200 characters"),
    ('x="N D", seed="one"', "seed should be a whole number"),
    ('x="N D", cases=10**9', "cases should be written out"),
    ('x="N D", examples="M"', "names no dimension of the shapes"),
    ('x="N D", dtype=int', "dtype should be np.float64 or np.float32"),
    ('x="N int<D"', "No input has a gradient"),
    ('x="N D", forward="gone"', "name 'gone' is not defined"),
    ('x="N D", y="N"', "y has no parameter"),
    ('x="N D", constants=[1]', "The constants should be a dict"),
    ('x="N D", build=3, constants={"a": 1 / 0}', "division by zero"),
    ("", "The shapes should be a dict"),
]


def of_rubbish(number: int, arguments: str) -> str:
    return (
        f"\n\ndef r{number}_forward(x):\n    return x * (x > 0), x\n\n\n"
        f"@cellcheck.pair({arguments})\n"
        f"def r{number}_backward(dout, x):\n    return dout * (x > 0)\n"
    )


def test_rubbish_gives_one_sentence_with_the_line(walls: Isolated, tmp_path: Path) -> None:
    text = GOOD + "".join(of_rubbish(k, arguments) for k, (arguments, _) in enumerate(RUBBISH))
    report = of(walls, tmp_path, text)
    lines = text.split("\n")
    assert statuses(report) == {"affine_backward": "passed"}
    for number, (arguments, said) in enumerate(RUBBISH):
        (one,) = (n for n in report.not_judged if n.name == f"r{number}_backward")
        line = lines.index(f"@cellcheck.pair({arguments})") + 1
        assert said in one.reason
        assert "\n" not in one.reason
        assert f"line {line} " in one.reason or one.line in (line, line + 1)


HOSTILE = {
    "it replaces the module": """\
import sys, types
fake = types.ModuleType("cellcheck")
fake.pair = lambda *a, **k: (lambda f: affine_forward)
sys.modules["cellcheck"] = fake
""",
    "it replaces the marker": """\
cellcheck = type("C", (), {"pair": lambda self, *a, **k: (lambda f: f)})()
""",
    "it changes how pairs are called": """\
import sys
for name, module in list(sys.modules.items()):
    if "beside" in name or "cellcheck" in name:
        for one in list(vars(module)):
            try:
                setattr(module, one, lambda *a, **k: None)
            except Exception:
                pass
""",
    "it marks with objects that lie": """\
class Liar(str):
    def split(self, *a): return []
    def __eq__(self, o): return True
    __hash__ = str.__hash__
import cellcheck
cellcheck.pair(Liar("N"), x=Liar("N D"))(lambda *a: None)
cellcheck.pair(x="N")(cellcheck)
""",
}


@pytest.mark.full
@pytest.mark.parametrize("attack", HOSTILE)
def test_what_a_file_does_to_the_declaration_fools_nothing(
    attack: str, walls: Isolated, tmp_path: Path
) -> None:
    first, rest = BAD.split("\n\n\n", 1)
    report = of(walls, tmp_path, f"{first}\n{HOSTILE[attack]}\n\n{rest}")
    assert "passed" not in statuses(report).values()


ENDINGS = """\
import cellcheck
import numpy as np

def relu_forward(x):
    return x * (x > 0), x

@cellcheck.pair(x="N D", forward=relu_forward)
def exits_backward(dout, x):
    import os
    os._exit(0)

@cellcheck.pair(x="N D", forward=relu_forward)
def raises_backward(dout, x):
    raise SystemExit(1)

@cellcheck.pair(x="N D", forward=relu_forward)
def objects_backward(dout, x):
    return dout.astype(object)

@cellcheck.pair(x="N D", forward=relu_forward)
def patches_backward(dout, x):
    np.add = np.subtract
    return dout * (x > 0)

@cellcheck.pair(x="N D", forward=relu_forward)
def lacking_backward(dout, x):
    import a_module_that_nobody_has
    return a_module_that_nobody_has.f(dout)

@cellcheck.pair(x="N D", forward=relu_forward)
def right_backward(dout, x):
    return dout * (x > 0)
"""


def test_what_becomes_of_one_costs_no_other_its_verdict(walls: Isolated, tmp_path: Path) -> None:
    report = of(walls, tmp_path, ENDINGS)
    assert statuses(report) == {
        "exits_backward": "failed",
        "raises_backward": "failed",
        "objects_backward": "failed",
        "patches_backward": "failed",
        "right_backward": "passed",
    }
    said = reasons(report)["lacking_backward"]
    assert "a_module_that_nobody_has" in said


@pytest.mark.full
def test_an_endless_call_fails(walls: Isolated, tmp_path: Path) -> None:
    report = of(walls, tmp_path, GOOD.replace("x, w = cache", "while True: x, w = cache"))
    (failed,) = (one for one in report.functions if one.found_as)
    assert "does not come to an end" in failed.findings[0].message


def test_outside_of_a_check_the_function_stays_as_it_is() -> None:
    def backward(dout: Any, cache: Any) -> Any:
        return dout

    assert cellcheck.pair(x="N D", examples="N")(backward) is backward
    declaration = vars(backward)["__cellcheck_pair__"]
    assert (declaration.shapes, declaration.options) == ({"x": "N D"}, {"examples": "N"})


@pytest.mark.full
def test_gradients_that_no_shape_names_are_not_judged(walls: Isolated, tmp_path: Path) -> None:
    text = """\
import numpy as np
import cellcheck

class Net:
    def __init__(self):
        self.W, self.b = np.ones((2, 3)), 0.0

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    @cellcheck.pair(x="N 2", cases=3)
    def backward(self, dout):
        self.grads = {"W": 2 * self.x.T @ dout}
        self.db = self.dx = dout.sum()
        return dout @ self.W.T
"""
    report = of(walls, tmp_path, text)
    assert statuses(report) == {"Net.backward": "passed"}
    assert reasons(report)["Net.backward"].startswith("gradients by W, b are not judged")
