"""``cellcheck adapt`` writes an adapter, ``--adapter`` takes one for any form of code."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cellcheck.cli import cli

from .test_declared import of, reasons, statuses, walls

__all__ = ["walls"]

NET = '''\
import numpy as np


class Linear:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) * 0.1
        self.b = np.zeros((1, n_out))

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0, keepdims=True)
        return dout @ self.W.T


class Applied:
    def __init__(self, input_size, hidden_size, lr=0.1):
        self.lr = lr
        self.W1 = np.random.randn(hidden_size, input_size)
        self.b1 = np.zeros((hidden_size, 1))

    def forward(self, x):
        self.x = x
        self.h = np.tanh(self.W1 @ x + self.b1)
        return self.h

    def backward(self, dh):
        dz = dh * (1 - self.h**2)
        self.W1 -= self.lr * (dz @ self.x.T)
        self.b1 -= self.lr * dz.sum(axis=1, keepdims=True)


def softmax_loss(scores, y):
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    n = np.arange(len(y))
    loss = -np.log(p[n, y]).mean()
    dscores = p.copy()
    dscores[n, y] -= 1
    return loss, dscores / len(y)


def bn(x, gamma, beta, eps=1e-5):
    """Normalise.

    x: Data of shape (N, D)
    gamma: Scale parameter of shape (D,)
    """
    mu, var = x.mean(0), x.var(0)
    xhat = (x - mu) / np.sqrt(var + eps)
    return gamma * xhat + beta, (xhat, gamma, var, eps)


def bn_grads(dout, memo):
    xhat, gamma, var, eps = memo
    n = len(dout)
    dg, db = (dout * xhat).sum(0), dout.sum(0)
    dx = gamma / np.sqrt(var + eps) / n * (n * dout - db - xhat * dg)
    return dx, dg, db


def propagate(x, k):
    return x * k, (x, k)


def other_bwd(d, kept):
    return d * kept[1], (d * kept[0]).sum()


def train():
    out, kept = propagate(np.ones(3), 2.0)
    return other_bwd(out, kept)


def dropout_forward(x, keep):
    mask = np.random.rand(*x.shape) < keep
    return x * mask, mask


def dropout_backward(dout, mask):
    return dout * mask
'''

WRITTEN = """\
check_pair(Linear.forward, Linear.backward, {"x": "N n_in", "W": "n_in n_out", "b": "1 n_out"})

check_pair(
    Applied.forward, Applied.backward,
    {"x": "input_size N", "W1": "hidden_size input_size", "b1": "hidden_size 1"},
)

check_pair(softmax_loss, None, {"scores": "N D", "y": "N int<D"})

check_pair(bn, bn_grads, {"x": "N D", "gamma": "D", "beta": "D"})

check_pair(propagate, other_bwd, {"x": "N D", "k": ""})

# To be filled in: a shape for "?", a value for "...".
check_pair(dropout_forward, dropout_backward, {"x": "?"}, constants={"keep": ...})
"""


@pytest.mark.full
def test_it_is_written_and_taken(tmp_path: Path) -> None:
    file, adapter = tmp_path / "net.py", tmp_path / "adapter.py"
    file.write_text(NET, "utf-8")
    written = CliRunner().invoke(cli, ["adapt", str(file), "--output", str(adapter)])
    assert written.exit_code == 0, written.output
    assert adapter.read_text("utf-8").partition("\n\n")[2] == WRITTEN
    checked = CliRunner().invoke(cli, ["check", str(file), "--adapter", str(adapter)])
    assert checked.exit_code == 0, checked.output
    assert checked.output.count("  passed") == 5
    assert "dropout_backward is not judged" in checked.output
    assert 'a value is still open: write it in the place of "..."' in " ".join(
        checked.output.split()
    ) or "a shape is still open" in " ".join(checked.output.split())


def test_there_is_nothing_to_adapt(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text("def f(x):\n    return x\n", "utf-8")
    written = CliRunner().invoke(cli, ["adapt", str(file)])
    assert written.exit_code == 2
    assert "no forward and backward function that belong together" in written.output


FORMS = {
    "the gradients lie in lists": (
        """\
import numpy as np

class Affine:
    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, x):
        self.x = x
        return x @ self.params[0] + self.params[1]

    def backward(self, dout):
        self.grads[0][...] = self.x.T @ dout
        self.grads[1][...] = dout.sum(axis=0) FAULT
        return dout @ self.params[0].T
""",
        'check_pair(Affine.forward, Affine.backward, {"x": "N D", "W": "D H", "b": "H"})\n',
    ),
    "gradients are added to a dict, and the cache is spread": (
        """\
import numpy as np

def rnn_step(p, a_prev, x):
    a = np.tanh(p["Wax"] @ x + p["Waa"] @ a_prev + p["b"])
    return a

def rnn_step_bwd(da, gradients, p, x, a, a_prev):
    d = da * (1 - a * a)
    gradients["db"] += d FAULT
    gradients["dWax"] += d @ x.T
    gradients["dWaa"] += d @ a_prev.T
    gradients["da_prev"] = p["Waa"].T @ d
    return gradients
""",
        """\
def forward(Wax, Waa, b, a_prev, x):
    p = {"Wax": Wax, "Waa": Waa, "b": b}
    a = rnn_step(p, a_prev, x)
    return a, (dict(da_prev=0, dWax=0, dWaa=0, db=0), p, x, a, a_prev)
shapes = {"Wax": "A X", "Waa": "A A", "b": "A 1", "a_prev": "A 1", "x": "X 1 const"}
check_pair(forward, lambda da, memo: rnn_step_bwd(da, {**memo[0]}, *memo[1:]), shapes)
""",
    ),
    "a training function with global weights": (
        """\
import numpy as np

V = 4

def lossFun(inputs, targets, hprev):
    xs, hs, ps = {}, {-1: hprev}, {}
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((V, 1)); xs[t][inputs[t]] = 1
        hs[t] = np.tanh(Wxh @ xs[t] + Whh @ hs[t - 1])
        y = Why @ hs[t]
        ps[t] = np.exp(y) / np.exp(y).sum()
        loss += -np.log(ps[t][targets[t], 0])
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    carry = np.zeros_like(hprev)
    for t in reversed(range(len(inputs))):
        dy = ps[t].copy(); dy[targets[t]] -= 1
        dWhy += dy @ hs[t].T
        d = (Why.T @ dy + carry) * (1 - hs[t] ** 2) FAULT
        dWxh += d @ xs[t].T
        dWhh += d @ hs[t - 1].T
        carry = Whh.T @ d
    return loss, dWxh, dWhh, dWhy, hs[len(inputs) - 1]
""",
        """\
import numpy as np
def loss(Wxh, Whh, Why):
    globals().update(Wxh=Wxh, Whh=Whh, Why=Why)
    return lossFun([0, 2, 3], [2, 3, 1], np.zeros((3, 1)))[:4]
check_pair(loss, None, {"Wxh": "3 4", "Whh": "3 3", "Why": "4 3"})
""",
    ),
    "a test that there is already": (
        "def square(x):\n    return x**2, x\n\ndef square_bwd(d, x):\n    return 2 * x * d FAULT\n",
        "import cellcheck\nfrom layers import square, square_bwd\n\n"
        'test_it = cellcheck.pair_test(square, square_bwd, {"x": "N"})\n',
    ),
}


@pytest.mark.full
@pytest.mark.parametrize("form", FORMS)
def test_each_form_needs_six_lines_at_most(form: str, walls: object, tmp_path: Path) -> None:
    code, adapter = FORMS[form]
    assert adapter.count("\n") <= 6
    right = of(walls, tmp_path, code.replace("FAULT", ""), adapter)  # type: ignore[arg-type]
    wrong = of(walls, tmp_path, code.replace("FAULT", "* 1.25"), adapter)  # type: ignore[arg-type]
    assert [*statuses(right).values()] == ["passed"], (reasons(right), right.notes)
    assert [*statuses(wrong).values()] == ["failed"], (reasons(wrong), wrong.notes)
