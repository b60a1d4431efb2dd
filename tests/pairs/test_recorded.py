"""Pairs that nobody declares: the calls of a file's own demonstration are recorded and judged."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from cellcheck.cli import cli
from cellcheck.diagnosis import diagnose
from cellcheck.engine import Settings
from cellcheck.engine.file_report import check
from cellcheck.engine.isolated import Isolated
from cellcheck.engine.outcome import SubmissionReport
from cellcheck.reading.adapting import proposals
from cellcheck.reading.files import Block
from cellcheck.reading.recorded import recordings
from cellcheck.reading.seen import Demonstrated, Seen, SeenCall
from cellcheck.reading.statements import statements_of
from cellcheck.reading.unjudged import NotJudged

from .shown import FILES as LAYERS
from .shown import put
from .shown_losses import LOSSES
from .shown_right import RIGHT
from .test_declared import reasons, statuses, walls

__all__ = ["walls"]

SEEDS = 5

FILES = LAYERS | LOSSES

LOSS = FILES["classes"]


def told(walls: Isolated, folder: Path, name: str, text: str, seed: int = 0) -> SubmissionReport:
    report = walls.check(str(put(folder, name, text)), Settings(seed=seed))
    assert report.error is None, report.error
    return report


def test_a_right_loss_passes_and_is_said_to_be_recorded(walls: Isolated, tmp_path: Path) -> None:
    report = told(walls, tmp_path, "classes", LOSS.text)
    (judged,) = (one for one in report.functions if one.found_as)
    assert (judged.name, judged.status, judged.recorded) == ("softmax_loss", "passed", True)
    assert judged.line == 4
    assert 'softmax_loss is judged from its recorded calls, as @cellcheck.pair(scores="N D", ' in (
        " ".join(report.notes)
    )


@pytest.mark.full
@pytest.mark.parametrize("name", FILES)
def test_a_right_file_passes_on_several_seeds(name: str, walls: Isolated, tmp_path: Path) -> None:
    for seed in range(SEEDS):
        report = told(walls, tmp_path, name, FILES[name].text, seed)
        assert statuses(report) == dict.fromkeys(FILES[name].judged, "passed"), seed
        assert [one for one in report.not_judged if "recorded" in one.reason] == []


@pytest.mark.full
@pytest.mark.parametrize("name", FILES)
def test_a_mistake_is_told_with_its_place(name: str, walls: Isolated, tmp_path: Path) -> None:
    shown = FILES[name]
    report = told(walls, tmp_path, name, shown.mistaken)
    others = dict.fromkeys(shown.judged, "passed")
    assert statuses(report) == {**others, shown.at: "failed"}
    (failed,) = (one for one in report.functions if one.status == "failed")
    assert failed.findings[0].property == "gradients_are_the_derivative"
    for one in failed.diagnosis:
        assert (one.line, one.source) == (shown.line, shown.wrong.strip())


NETWORK = """
import numpy as np


class Layer:
    def __call__(self, *given):
        return self.forward(*given)


class Squash(Layer):
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, upstream):
        return upstream * self.out * (1 - self.out)


class Dense(Layer):
    def __init__(self, wide, narrow, rng):
        self.weight = rng.standard_normal((narrow, wide)).astype(np.float32)
        self.weight_grad = np.zeros_like(self.weight)

    def forward(self, x):
        self.x = x
        return x @ self.weight.T

    def backward(self, upstream):
        self.weight_grad += upstream.T @ self.x
        return upstream @ self.weight

    def zero_grad(self):
        self.weight_grad[:] = 0


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    first, squash, last = Dense(3, 8, rng), Squash(), Dense(8, 1, rng)
    y = last(squash(first(rng.random((20, 3), dtype=np.float32))))
    first.backward(squash.backward(last.backward(np.ones_like(y))))
    first.zero_grad()
"""


def test_a_network_in_single_precision_is_judged_at_smaller_sizes(
    walls: Isolated, tmp_path: Path
) -> None:
    """160 numbers in single precision decide nothing; a size is 1 in one object, and no constant;
    a generator is made anew; what sets gradients to zero is no backward pass.
    """
    report = told(walls, tmp_path, "network", NETWORK)
    assert statuses(report) == {"Squash.backward": "passed", "Dense.backward": "passed"}
    assert "zero_grad" not in str(report.not_judged)
    wrong = NETWORK.replace("upstream.T @ self.x", "2 * upstream.T @ self.x")
    report = told(walls, tmp_path, "network", wrong)
    assert statuses(report) == {"Squash.backward": "passed", "Dense.backward": "failed"}
    (failed,) = (one for one in report.functions if one.status == "failed")
    assert "rng=np.random.default_rng(0)" in failed.findings[0].snippet


@pytest.mark.full
def test_what_is_meant_is_found_behind_walls(walls: Isolated, tmp_path: Path) -> None:
    file = put(tmp_path, "scan", FILES["scan"].mistaken)
    report = walls.check(str(file), Settings(), diagnose=diagnose)
    (failed,) = (one for one in report.functions if one.status == "failed")
    (found,) = failed.diagnosis
    assert (found.line, found.suggestion) == (FILES["scan"].line, "carry = carry * self.decay")


@pytest.mark.full
@pytest.mark.parametrize("name", RIGHT)
def test_no_file_is_failed_that_is_right_in_its_own_way(
    name: str, walls: Isolated, tmp_path: Path
) -> None:
    report = told(walls, tmp_path, "own", RIGHT[name])
    judged = {*statuses(report).values()}
    assert judged == (set() if name in ("own updates", "approximate") else {"passed"})


@pytest.mark.full
def test_the_reports_say_that_it_was_recorded(tmp_path: Path) -> None:
    file = str(put(tmp_path, "classes", LOSS.mistaken))
    text = CliRunner().invoke(cli, ["check", file])
    assert text.exit_code == 1
    assert "line 4, from recorded calls" in text.stdout
    found = json.loads(CliRunner().invoke(cli, ["check", file, "--format", "json"]).stdout)
    functions = found["submissions"][0]["functions"]
    assert [one["name"] for one in functions if one["recorded"]] == ["softmax_loss"]


def test_a_demonstration_is_not_run_in_this_process(tmp_path: Path) -> None:
    escaped = tmp_path / "escaped"
    text = f"{LOSS.text}\nopen({str(escaped)!r}, 'w').close()\n"
    check(str(put(tmp_path, "classes", text)), Settings())
    assert not escaped.exists()


HOSTILE = {
    "an endless loop": "while True:\n    try:\n        while True: pass\n    except: pass",
    "an exit": "raise SystemExit(0)",
    "an exit at once": "import os\nos._exit(0)",
    "deleting files": "import os, pathlib\n[p.unlink() for p in pathlib.Path(HERE).iterdir()]",
    "printing gigabytes": "while True:\n    print('x' * 10**6)",
    "an input": "input('go on?')",
    "a patched numpy": "np.dot = np.matmul = lambda *given: 0\nnp.random.seed = None",
    "functions replaced": "globals().update(softmax_loss=lambda x, y: (0.0, x))",
    "a profiler of its own": "import sys\nsys.setprofile(None)",
    "recursion": "def f(): f()\nf()",
}


@pytest.mark.full
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_demonstration_fools_nothing(
    what: str, first: bool, walls: Isolated, tmp_path: Path
) -> None:
    head, tail = LOSS.mistaken.split('if __name__ == "__main__":\n')
    lines = HOSTILE[what].replace("HERE", repr(str(tmp_path))).splitlines()
    harm = "".join(f"    {line}\n" for line in lines)
    body = f"{harm}{tail}" if first else f"{tail}{harm}"
    file = put(tmp_path, "classes", f'{head}if __name__ == "__main__":\n{body}')
    report = walls.check(str(file), Settings())
    assert file.exists()
    recorded = {one.name: one.status.value for one in report.functions if one.recorded}
    assert recorded in ({"softmax_loss": "failed"}, {})
    if not first and what != "an exit at once":
        assert recorded


UNCLEAR = {
    "no result of f has the shape of dout": """
def f(x): return x.sum(axis=0), x
def f_backward(dout, x): return np.ones_like(x) * dout
y, kept = f(np.ones((3, 2)))
f_backward(np.ones((3, 2)), kept)
""",
    "is given no gradient by what f returns": """
def f(x): return x * 2, x
def f_backward(x): return np.full_like(x, 2.0)
y, kept = f(np.ones((3, 2)))
f_backward(kept)
""",
    "target may be no gradient by what Net.forward returns": """
class Net:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y
    def backward(self, target):
        return (self.y - target) * (1 - self.y ** 2)
net = Net()
net.forward(np.random.randn(3, 2))
net.backward(np.random.randn(3, 2))
""",
    "the gradient by x is what is given, as it is": """
def softmax_forward(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True), e
def softmax_backward(dout, cache): return dout
y, cache = softmax_forward(np.random.randn(3, 4))
softmax_backward(y - np.eye(4)[:3], cache)
""",
    "its gradients by weights are means over D, which may be meant": """
def linear_forward(A, W, b): return W @ A + b, (A, W, b)
def linear_backward(dZ, cache):
    A, W, b = cache
    m = A.shape[1]
    return W.T @ dZ, dZ @ A.T / m, dZ.sum(axis=1, keepdims=True) / m
Z, cache = linear_forward(np.random.randn(3, 5), np.random.randn(2, 3), np.zeros((2, 1)))
linear_backward(np.random.randn(2, 5), cache)
""",
}


@pytest.mark.full
@pytest.mark.parametrize("why", UNCLEAR)
def test_what_is_not_sure_is_listed_and_not_failed(
    why: str, walls: Isolated, tmp_path: Path
) -> None:
    report = told(walls, tmp_path, "unclear", f"import numpy as np\n{UNCLEAR[why]}")
    assert statuses(report) == {}
    (reason,) = (text for name, text in reasons(report).items() if "backward" in name)
    assert why in reason


LOOSE = """
import numpy as np
x, t, w = np.random.rand(4, 3), np.random.rand(4, 1), np.random.rand(3, 1)
v = np.random.rand(1, 1)
for step in range(100):
    h = np.tanh(x @ w)
    y = h @ v
    dy = (y - t) / len(t)
    dv = h.T @ dy
    dh = dy @ v.T
    dw = x.T @ (dh * (1 - h**2))
    v -= dv
    w -= dw
"""


def test_a_backward_pass_in_no_function_is_listed_with_its_line(tmp_path: Path) -> None:
    report = check(str(put(tmp_path, "loose", LOOSE)), Settings())
    (loose,) = report.not_judged
    assert (report.status, loose.line, loose.cell) == ("not_judged", 9, None)
    assert "dv, dh, dw are computed in no function: put the forward pass into one" in loose.reason


def test_gradients_that_functions_give_are_no_backward_pass(tmp_path: Path) -> None:
    text = LOOSE.replace("h.T @ dy", "affine_backward(h, dy)").replace("dy @ v.T", "dy * v")
    text = f"def affine_backward(a, b):\n    return a @ b\n{text.replace('x.T @ (dh', 'len(dh')}"
    report = check(str(put(tmp_path, "loose", text)), Settings())
    assert [one.name for one in report.not_judged] == ["affine_backward"]


NONE = Seen("value", 0, "", (), 0.0, 0.0, False, (), 0, "", (), ())


@pytest.mark.parametrize("text", ["1}); import os; ({0: 1", "(" * 1000, "1", ")", "..."])
def test_a_forged_recording_is_no_more_than_unclear(text: str) -> None:
    x = replace(NONE, kind="array", number=1, dtype="f8", shape=(3, 2), high=1.0, digest=5)
    setting = replace(NONE, dtype="i", text=text)
    y = replace(x, number=2, digest=6)
    both = replace(NONE, kind="tuple", number=3, parts=(y, x))
    forward = SeenCall(("x", "w"), (x, setting), (), False, both)
    backward = SeenCall(("dout", "x"), (replace(y, number=4), x), (), False, replace(y, number=5))
    call = Demonstrated(0, "", forward, backward, NONE, NONE, NONE, True)
    source = "def f(x, w):\n    return x * w, x\n\ndef f_backward(dout, x):\n    return dout * x\n"
    statements = statements_of([Block(source)]).statements
    found = recordings([call], proposals(statements, "", ()), statements, "")
    names = [one.name for one in found]
    assert names == ["f_backward"]
    assert all(isinstance(one, NotJudged) or one.choices[0].sizes is None for one in found)
