"""Whole files that know nothing of cellcheck: layers, and a demonstration that calls them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Shown:
    """A file: its text, the backward functions that are judged, a line of it and a wrong one in
    its place.
    """

    text: str
    judged: tuple[str, ...]
    right: str
    wrong: str
    at: str
    """The function that is then failed."""

    @property
    def line(self) -> int:
        """The line of the mistake."""
        return self.text[: self.text.index(self.right)].count("\n") + 1

    @property
    def mistaken(self) -> str:
        """The text with the mistake."""
        assert self.text.count(self.right) == 1
        return self.text.replace(self.right, self.wrong)


def notebook(text: str) -> str:
    """A notebook with a cell for each part of a text."""
    cells = [
        {"cell_type": "code", "source": part.strip("\n"), "metadata": {}, "outputs": []}
        for part in text.split("\n# ----\n")
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def put(folder: Path, name: str, text: str) -> Path:
    """The file of a text: a notebook where it has parts."""
    is_notebook = "\n# ----\n" in text
    file = folder / f"{name}.{'ipynb' if is_notebook else 'py'}"
    file.write_text(notebook(text) if is_notebook else text, "utf-8")
    return file


REGRESSION = Shown(
    '''\
"""A two-layer network on random numbers."""
import numpy as np


def affine_forward(x, w, b):
    out = x @ w + b
    return out, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    dx = dout @ w.T
    dw = x.T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db


def relu(z):
    return np.maximum(z, 0), z


def relu_backward(da, z):
    da[z <= 0] = 0
    return da


def mse(y, t):
    return ((y - t) ** 2).mean()


def mse_backward(y, t):
    return 2 * (y - t) / y.size


if __name__ == "__main__":
    np.random.seed(0)
    x = np.random.randn(8, 3)
    t = np.random.randn(8, 2)
    w1, b1 = np.random.randn(3, 5), np.zeros(5)
    w2, b2 = np.random.randn(5, 2), np.zeros(2)
    for step in range(1000):
        z, cache1 = affine_forward(x, w1, b1)
        a, zc = relu(z)
        y, cache2 = affine_forward(a, w2, b2)
        loss = mse(y, t)
        dy = mse_backward(y, t)
        da, dw2, db2 = affine_backward(dy, cache2)
        dz = relu_backward(da, zc)
        dx, dw1, db1 = affine_backward(dz, cache1)
        for p, g in zip((w1, b1, w2, b2), (dw1, db1, dw2, db2)):
            p -= 0.1 * g
        if step % 100 == 0:
            print(step, loss)
''',
    ("affine_backward", "relu_backward", "mse_backward"),
    "    return 2 * (y - t) / y.size",
    "    return 2 * (y - t) / len(y)",
    "mse_backward",
)

DENSE = Shown(
    '''\
import numpy as np
import matplotlib.pyplot as plt


class Dense:
    """A layer on columns."""

    def __init__(self, input_size, output_size, activation="tanh"):
        self.weights = np.random.randn(output_size, input_size)
        self.bias = np.random.randn(output_size, 1)
        self.activation = activation

    def forward(self, input):
        self.input = input
        z = np.dot(self.weights, self.input) + self.bias
        self.out = np.tanh(z) if self.activation == "tanh" else z
        return self.out

    def backward(self, output_gradient):
        dz = output_gradient
        if self.activation == "tanh":
            dz = output_gradient * (1 - self.out ** 2)
        self.dweights = np.dot(dz, self.input.T)
        self.dbias = dz.sum(axis=1, keepdims=True)
        return np.dot(self.weights.T, dz)


def main():
    data = np.random.rand(2, 7)
    wanted = np.random.rand(1, 7)
    layers = [Dense(2, 3), Dense(3, 1, activation="linear")]
    while True:
        out = data
        for layer in layers:
            out = layer.forward(out)
        gradient = 2 * (out - wanted) / wanted.size
        for layer in reversed(layers):
            gradient = layer.backward(gradient)
        for layer in layers:
            layer.weights -= 0.1 * layer.dweights
            layer.bias -= 0.1 * layer.dbias


main()
''',
    ("Dense.backward",),
    "        self.dweights = np.dot(dz, self.input.T)",
    "        self.dweights = np.dot(output_gradient, self.input.T)",
    "Dense.backward",
)

NORM = Shown(
    """\
import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps = bn_param["mode"], bn_param.get("eps", 1e-5)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1]))
    if mode == "train":
        mean = x.mean(axis=0)
        bn_param["running_mean"] = 0.9 * running_mean + 0.1 * mean
    else:
        mean = running_mean
    centred = x - mean
    std = np.sqrt((centred ** 2).mean(axis=0) + eps)
    normal = centred / std
    return gamma * normal + beta, (normal, gamma, std)


def batchnorm_backward(dout, cache):
    normal, gamma, std = cache
    n = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * normal).sum(axis=0)
    dx = gamma / std * (dout - dbeta / n - normal * dgamma / n)
    return dx, dgamma, dbeta


x = np.random.randn(6, 4) * 3 + 2
gamma, beta = np.ones(4), np.zeros(4)
out, cache = batchnorm_forward(x, gamma, beta, {"mode": "train"})
print("means", out.mean(axis=0))
dx, dgamma, dbeta = batchnorm_backward(np.random.randn(*out.shape), cache)
print(dx, dgamma, dbeta)
""",
    ("batchnorm_backward",),
    "    dx = gamma / std * (dout - dbeta / n - normal * dgamma / n)",
    "    dx = gamma / std * (dout - dbeta / n)",
    "batchnorm_backward",
)

CLASSES = Shown(
    """\
import numpy as np


def softmax_loss(scores, labels):
    shifted = scores - scores.max(axis=1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    loss = -np.log(p[rows, labels]).mean()
    dscores = p.copy()
    dscores[rows, labels] -= 1
    dscores /= len(labels)
    return loss, dscores


def train(steps=50):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(10, 4))
    y = rng.integers(0, 3, size=10)
    w = np.zeros((4, 3))
    for _ in range(steps):
        loss, dscores = softmax_loss(x @ w, y)
        w -= x.T @ dscores
    return loss


if __name__ == "__main__":
    print(open("settings.txt").read())
    print("final loss", train())
""",
    ("softmax_loss",),
    "    dscores /= len(labels)",
    "    dscores /= dscores.size",
    "softmax_loss",
)

PARAMETERS = Shown(
    '''\
import numpy as np


def model_forward(x, params):
    """Two layers; x is (N, D)."""
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    out = hidden @ params["W2"] + params["b2"]
    cache = {"x": x, "hidden": hidden, "params": params}
    return out, cache


def model_backward(dout, cache):
    grads = {}
    grads["dW2"] = cache["hidden"].T @ dout
    grads["db2"] = dout.sum(axis=0)
    dhidden = dout @ cache["params"]["W2"].T
    dz = dhidden * (1 - cache["hidden"] ** 2)
    grads["dW1"] = cache["x"].T @ dz
    grads["db1"] = dz.sum(axis=0)
    return grads


def test_model():
    rng = np.random.RandomState(1)
    params = {"W1": rng.randn(3, 4), "b1": rng.randn(4), "W2": rng.randn(4, 2), "b2": rng.randn(2)}
    x = rng.randn(5, 3)
    out, cache = model_forward(x, params)
    grads = model_backward(rng.randn(*out.shape), cache)
    for name in params:
        assert grads["d" + name].shape == params[name].shape


if __name__ == "__main__":
    test_model()
    print("ok")
''',
    ("model_backward",),
    '    dz = dhidden * (1 - cache["hidden"] ** 2)',
    '    dz = dhidden * (1 - cache["hidden"])',
    "model_backward",
)

CONVOLUTION = Shown(
    """\
import numpy as np


def conv_forward(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    n, c, h, width = x.shape
    f, _, hh, ww = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    rows, cols = 1 + (h + 2 * pad - hh) // stride, 1 + (width + 2 * pad - ww) // stride
    out = np.zeros((n, f, rows, cols))
    for i in range(rows):
        for j in range(cols):
            part = padded[:, :, i * stride : i * stride + hh, j * stride : j * stride + ww]
            out[:, :, i, j] = np.tensordot(part, w, axes=([1, 2, 3], [1, 2, 3])) + b
    return out, (x, w, b, conv_param)


def conv_backward(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    n, c, h, width = x.shape
    f, _, hh, ww = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    db = dout.sum(axis=(0, 2, 3))
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i * stride, i * stride + hh), slice(j * stride, j * stride + ww)
            dw += np.tensordot(dout[:, :, i, j], padded[:, :, rows, cols], axes=(0, 0))
            dpadded[:, :, rows, cols] += np.tensordot(dout[:, :, i, j], w, axes=(1, 0))
    dx = dpadded[:, :, pad : pad + h, pad : pad + width]
    return dx, dw, db


np.random.seed(231)
x = np.random.randn(2, 3, 5, 6)
w = np.random.randn(4, 3, 2, 2)
b = np.random.randn(4)
out, cache = conv_forward(x, w, b, {"stride": 1, "pad": 1})
dx, dw, db = conv_backward(np.random.randn(*out.shape), cache)
print("dx error: ", np.abs(dx).max())
""",
    ("conv_backward",),
    "            dpadded[:, :, rows, cols] += np.tensordot(dout[:, :, i, j], w, axes=(1, 0))",
    "            dpadded[:, :, rows, cols] = np.tensordot(dout[:, :, i, j], w, axes=(1, 0))",
    "conv_backward",
)

ATTENTION = Shown(
    """\
import numpy as np
%matplotlib inline
# ----
def softmax_rows(s):
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

def attention(q, k, v):
    scale = 1 / np.sqrt(q.shape[-1])
    weights = softmax_rows(scale * (q @ k.T))
    return weights @ v, (q, k, v, weights, scale)
# ----
def attention_backward(grad_out, saved):
    q, k, v, weights, scale = saved
    grad_v = weights.T @ grad_out
    grad_weights = grad_out @ v.T
    inner = (grad_weights * weights).sum(axis=-1, keepdims=True)
    grad_scores = scale * weights * (grad_weights - inner)
    return grad_scores @ k, grad_scores.T @ q, grad_v
# ----
rng = np.random.default_rng(3)
q, k, v = rng.normal(size=(4, 3)), rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
out, saved = attention(q, k, v)
# ----
dq, dk, dv = attention_backward(np.ones_like(out), saved)
dq.shape, dk.shape, dv.shape
""",
    ("attention_backward",),
    "    grad_scores = scale * weights * (grad_weights - inner)",
    "    grad_scores = weights * (grad_weights - inner)",
    "attention_backward",
)

LAYERS = Shown(
    """\
import numpy as np


class Sigmoid:
    def __init__(self):
        self.params, self.grads = [], []
        self.out = None

    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout * self.out * (1.0 - self.out)


class Affine:
    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]
        self.x = None

    def forward(self, x):
        W, b = self.params
        self.x = x
        return np.dot(x, W) + b

    def backward(self, dout):
        W, b = self.params
        dx = np.dot(dout, W.T)
        self.grads[0][...] = np.dot(self.x.T, dout)
        self.grads[1][...] = np.sum(dout, axis=0)
        return dx


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size):
        W1, b1 = 0.01 * np.random.randn(input_size, hidden_size), np.zeros(hidden_size)
        W2, b2 = 0.01 * np.random.randn(hidden_size, output_size), np.zeros(output_size)
        self.layers = [Affine(W1, b1), Sigmoid(), Affine(W2, b2)]

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout):
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


x = np.random.rand(10, 2)
t = np.random.rand(10, 3)
model = TwoLayerNet(2, 4, 3)
for epoch in range(300):
    y = model.forward(x)
    model.backward((y - t) / len(x))
    for layer in model.layers:
        for p, g in zip(layer.params, layer.grads):
            p -= g
""",
    ("Sigmoid.backward", "Affine.backward", "TwoLayerNet.backward"),
    "        self.grads[1][...] = np.sum(dout, axis=0)",
    "        self.grads[1][...] = np.mean(dout, axis=0)",
    "Affine.backward",
)

EMBEDDING = Shown(
    """\
import numpy as np


class Embedding:
    def __init__(self, vocab_size, dim, scale=0.1):
        self.W = scale * np.random.randn(vocab_size, dim)

    def forward(self, ids):
        self.ids = ids
        return self.W[ids]

    def backward(self, dout):
        self.dW = np.zeros_like(self.W)
        np.add.at(self.dW, self.ids, dout)


class LayerNorm:
    def __init__(self, dim, eps=1e-5):
        self.gain, self.shift, self.eps = np.ones(dim), np.zeros(dim), eps

    def forward(self, x):
        mu = x.mean(-1, keepdims=True)
        self.sigma = np.sqrt(((x - mu) ** 2).mean(-1, keepdims=True) + self.eps)
        self.z = (x - mu) / self.sigma
        return self.gain * self.z + self.shift

    def backward(self, dout):
        self.dgain = (dout * self.z).sum((0, 1))
        self.dshift = dout.sum((0, 1))
        dz = dout * self.gain
        mean = dz.mean(-1, keepdims=True)
        return (dz - mean - self.z * (dz * self.z).mean(-1, keepdims=True)) / self.sigma


def demo():
    tokens = np.array([[1, 2, 2, 0], [4, 1, 3, 3]])
    layers = Embedding(vocab_size=6, dim=3), LayerNorm(3)
    h = tokens
    for layer in layers:
        h = layer.forward(h)
    grad = h - 1
    for layer in layers[::-1]:
        grad = layer.backward(grad)
    raise SystemExit("done")


if __name__ == "__main__":
    demo()
""",
    ("Embedding.backward", "LayerNorm.backward"),
    "        np.add.at(self.dW, self.ids, dout)",
    "        self.dW[self.ids] += dout",
    "Embedding.backward",
)

SCAN = Shown(
    '''\
#!/usr/bin/env python
import argparse
import numpy as np


class DecayScan(object):
    """s[t] = a * s[t - 1] + x[t], from a state at rest."""

    def __init__(self, decay):
        self.decay = decay

    def forward(self, x):
        states = np.zeros_like(x)
        s = np.zeros(x.shape[1])
        for t in range(len(x)):
            s = self.decay * s + x[t]
            states[t] = s
        self.states = states
        return states

    def backward(self, dstates):
        dx = np.zeros_like(dstates)
        carry = np.zeros(dstates.shape[1])
        self.ddecay = np.zeros_like(self.decay)
        for t in reversed(range(len(dstates))):
            carry = carry + dstates[t]
            dx[t] = carry
            if t > 0:
                self.ddecay += carry * self.states[t - 1]
            carry = carry * self.decay
        return dx


parser = argparse.ArgumentParser()
parser.add_argument("--steps", type=int, default=3)
args = parser.parse_args()
scan = DecayScan(np.random.uniform(0.1, 0.9, 4))
for _ in range(args.steps):
    out = scan.forward(np.random.randn(6, 4))
    scan.backward(np.random.randn(6, 4))
''',
    ("DecayScan.backward",),
    "            carry = carry * self.decay",
    "            carry = carry * self.decay**2",
    "DecayScan.backward",
)

FILES = {
    "regression": REGRESSION,
    "dense": DENSE,
    "norm": NORM,
    "classes": CLASSES,
    "parameters": PARAMETERS,
    "convolution": CONVOLUTION,
    "attention": ATTENTION,
    "layers": LAYERS,
    "embedding": EMBEDDING,
    "scan": SCAN,
}
