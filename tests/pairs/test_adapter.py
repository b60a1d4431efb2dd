"""``cellcheck adapt`` writes an adapter, ``--adapter`` takes one for any form of code."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner

from cellcheck.cli import cli
from cellcheck.engine.adapter import MOST
from cellcheck.engine.isolated import Isolated
from cellcheck.reading.adapting import proposals
from cellcheck.reading.files import Block
from cellcheck.reading.statements import statements_of

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


WEIGHTS = {
    "entries of a dict": (
        """\
class Net:
    def __init__(self, n, m):
        self.params = {"W": 0.1 * np.random.randn(n, 3 * m)}
        self.params["b"] = np.zeros(3 * m)
    def forward(self, x, h):
        return x @ self.params["W"] + self.params["b"]
    def backward(self, d):
        self.grads = {k: self.by(k, d) for k in self.params}
""",
        {"x": "N n", "h": "N n", "W": "n 3*m", "b": "3*m"},
    ),
    "arguments of the constructor": (
        """\
class Net:
    def __init__(self, W, b):
        self.W = W
        self.b = b
    def forward(self, x):
        return x @ self.W + self.b
    def backward(self, d):
        self.dW, self.db = self.x.T @ d, d.sum(axis=0)
""",
        {"x": "N D", "W": "D M", "b": "M"},
    ),
    "a list of them": (
        """\
class Net:
    def __init__(self, W, b):
        self.params = [W, b]
    def forward(self, x):
        return x @ self.params[0] + self.params[1]
    def backward(self, d):
        self.grads[0][...], self.grads[1][...] = self.x.T @ d, d.sum(axis=0)
""",
        {"x": "N D", "W": "D M", "b": "M"},
    ),
    "several that are assigned at once": (
        """\
class Net:
    def __init__(self, n, m):
        self.W, self.b = np.random.randn(n, m), np.zeros(m)
        self.U, self.V = (np.random.randn(m, m) for _ in range(2))
    def forward(self, x):
        return (x @ self.W + self.b) @ self.U @ self.V
    def backward(self, d):
        self.dW, self.db, self.dU, self.dV = self.all(d)
""",
        {"x": "N n", "W": "n m", "b": "m", "U": "m m", "V": "m m"},
    ),
    "an attribute that stands in a dict too": (
        """\
class Net:
    def __init__(self, n, m):
        self.W = np.random.randn(n, m)
        self.params = {"W": self.W}
    def forward(self, x):
        return x @ self.params["W"]
    def backward(self, d):
        self.grads = self.all(d)
""",
        {"x": "N n", "W": "n m"},
    ),
    "made by another method, with types": (
        """\
class Net:
    def __init__(self, n, m):
        self.reset(n, m)
    def reset(self, n, m):
        self.W: np.ndarray = np.random.randn(n, m)
        self.params = dict(b=np.zeros(m))
    def forward(self, x):
        return x @ self.W + self.params["b"]
    def backward(self, d):
        self.dW, self.grads = self.x.T @ d, dict(b=d.sum(0))
""",
        {"x": "N n", "W": "n m", "b": "m"},
    ),
    "made by a function that says nothing of shapes": (
        """\
class Net:
    def __init__(self, n, m):
        self.W = xavier(n, m)
    def forward(self, x):
        return x @ self.W
    def backward(self, d):
        self.dW = self.x.T @ d
""",
        {"x": "N D", "W": "D M"},
    ),
    "an object with a gradient": (
        """\
class Net:
    def __init__(self, n, m):
        self.w = Parameter(np.random.randn(m, n))
        self.x = None
    def forward(self, x):
        return x @ self.w.data.T
    def backward(self, d):
        self.w.grad += d.T @ self.x
        dx = d @ self.w.data
        return dx
""",
        {"x": "N m", "w": "m n"},
    ),
    "one gradient alone": (
        """\
class Net:
    def __init__(self, vocab, dim):
        self.table = np.random.randn(vocab, dim)
    def forward(self, idx):
        return self.table[idx]
    def backward(self, d):
        self.grad = np.zeros_like(self.table)
        np.add.at(self.grad, self.idx, d)
""",
        {"idx": "N vocab", "table": "vocab dim"},
    ),
}


@pytest.mark.parametrize("form", WEIGHTS)
def test_no_weight_is_left_out(form: str) -> None:
    code, first = WEIGHTS[form]
    (found,) = proposals(statements_of([Block(code)]).statements, "net.py", ())
    assert next(found.choices()) == first


DIMENSIONS = {
    "labels are below a dimension of the scores": (
        """\
def loss(scores, y):
    n, c = scores.shape
    return value, dscores
""",
        {"scores": "n c", "y": "N int<c"},
    ),
    "labels of a shape that is told": (
        """\
def loss(scores, y):
    '''scores (B, K), y (B,)'''
    return value, dscores
""",
        {"scores": "B K", "y": "B int<K"},
    ),
    "words on one line, and a size that is not taken": (
        """\
def conv_forward(x, w, b):
    '''x: (N, C, H), w: (F, C, K), b: (F,)'''
    F, _, K = w.shape
def conv_backward(d, cache):
    pass
""",
        {"x": "N C H", "w": "F C K", "b": "F"},
    ),
    "all as the first": (
        """\
def attention_forward(Q, K, V, mask):
    pass
def attention_backward(d, cache):
    pass
""",
        {"Q": "N T D", "K": "N T D", "V": "N T D", "mask": "N T T bool"},
    ),
}


@pytest.mark.parametrize("form", DIMENSIONS)
def test_inputs_have_dimensions_in_common(form: str) -> None:
    code, wanted = DIMENSIONS[form]
    (found,) = proposals(statements_of([Block(code)]).statements, "net.py", ())
    assert wanted in islice(found.choices(), MOST)


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
def test_each_form_needs_six_lines_at_most(form: str, walls: Isolated, tmp_path: Path) -> None:
    code, adapter = FORMS[form]
    assert adapter.count("\n") <= 6
    right = of(walls, tmp_path, code.replace("FAULT", ""), adapter)
    wrong = of(walls, tmp_path, code.replace("FAULT", "* 1.25"), adapter)
    assert [*statuses(right).values()] == ["passed"], (reasons(right), right.notes)
    assert [*statuses(wrong).values()] == ["failed"], (reasons(wrong), wrong.notes)


def test_a_shape_is_taken_whatever_its_sizes(tmp_path: Path) -> None:
    file = tmp_path / "gated.py"
    file.write_text(
        """\
import numpy as np

def gated_forward(x):
    h = x.shape[1] // 2
    return x[:, :h] * np.tanh(x[:, h:]), (x, h)

def gated_backward(d, cache):
    x, h = cache
    t = np.tanh(x[:, h:])
    return np.concatenate([d * t, d * x[:, :h] * (1 - t * t)], axis=1)
""",
        "utf-8",
    )
    written = CliRunner().invoke(cli, ["adapt", str(file)])
    assert 'check_pair(gated_forward, gated_backward, {"x": "N 2*D"})' in written.output
