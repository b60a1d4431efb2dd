"""Classes with a forward and a backward method: where gradients go, how objects are built."""

from __future__ import annotations

import numpy as np
import pytest

from cellcheck import check_pair

from .test_forms import failed, held

XW = {"x": "N D", "W": "D M"}
LAYER = {"x": "N D", "W": "D M", "b": "M"}


class Attributes:
    def __init__(self, in_size, out_size, seed):
        random = np.random.default_rng(seed)
        self.W = random.normal(size=(in_size, out_size))
        self.b = np.zeros(out_size)
        self.dW = self.db = None

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T


class MeanOfB(Attributes):
    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.mean(axis=0)
        return dout @ self.W.T


class Lists:
    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, x):
        W, b = self.params
        self.x = x
        return np.dot(x, W) + b

    def backward(self, dout):
        W, _ = self.params
        self.grads[0][...] = np.dot(self.x.T, dout)
        self.grads[1][...] = dout.sum(axis=0)
        return np.dot(dout, W.T)


class AddsUp:
    def __init__(self, D, M):
        self.params = {"W": np.random.randn(D, M)}
        self.grads = {"W": np.zeros((D, M))}

    def forward(self, x):
        self.x, self.y = x, np.tanh(x @ self.params["W"])
        return self.y

    def backward(self, dy):
        dz = dy * (1 - self.y**2)
        self.grads["W"] += self.x.T @ dz
        return dz @ self.params["W"].T


class Learns:
    def __init__(self, n_in, n_hidden, n_out, learning_rate=0.1):
        self.W1 = np.random.randn(n_in, n_hidden)
        self.W2 = np.random.randn(n_hidden, n_out)
        self.lr = learning_rate

    def forward(self, X):
        self.X, self.h = X, np.tanh(X @ self.W1)
        return self.h @ self.W2

    def backward(self, dy):
        dW2 = self.h.T @ dy
        dh = dy @ self.W2.T * (1 - self.h**2)
        self.W1 -= self.lr * (self.X.T @ dh)
        self.W2 -= self.lr * dW2


class LearnsTooEarly(Learns):
    def backward(self, dy):
        self.W2 -= self.lr * (self.h.T @ dy)
        dh = dy @ self.W2.T * (1 - self.h**2)
        self.W1 -= self.lr * (self.X.T @ dh)


class RateGiven(Learns):
    def backward(self, dy, learning_rate):
        self.lr = learning_rate
        super().backward(dy)


class Returns:
    def __init__(self, D, M):
        self.W = np.ones((D, M))

    def forward(self, x):
        self.x = x
        return x @ self.W

    def backward(self, dout):
        return dout @ self.W.T, self.x.T @ dout


class Loss:
    def forward(self, x, y):
        self.p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
        self.y = y
        return -np.log(self.p[np.arange(len(y)), y]).mean()

    def backward(self, dout=1):
        dx = self.p.copy()
        dx[np.arange(len(self.y)), self.y] -= 1
        return dx * dout / len(self.y)


class Twice:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, dout):
        dout[~self.mask] = 0
        return dout


class Stale:
    memory = 0.0

    def __init__(self):
        self.count = 0

    def forward(self, x):
        self.x = x
        return x**2

    def backward(self, dout):
        self.count += 1
        return dout * 2 * self.x * self.count


class Model:
    def __init__(self, D, H):
        self.first, self.second = Returns(D, H), Returns(H, D)

    def forward(self, x):
        return self.second.forward(np.sin(self.first.forward(x)))

    def backward(self, dout):
        d, dW2 = self.second.backward(dout)
        d = d * np.cos(self.first.x @ self.first.W)
        dx, dW1 = self.first.backward(d)
        return {"x": dx, "first": {"W": dW1}, "second": {"W": dW2}}


def test_gradients_in_attributes() -> None:
    held(Attributes.forward, Attributes.backward, LAYER)
    held(Attributes.forward, Attributes.backward, LAYER, examples="N")
    report = failed(MeanOfB.forward, MeanOfB.backward, LAYER)
    assert report.source == "self.db = dout.mean(axis=0)"
    assert "net = MeanOfB(in_size=1, out_size=1, seed=0)" in report.snippet


def test_gradients_in_a_list_beside_the_weights() -> None:
    held(Lists.forward, Lists.backward, LAYER)
    held(Lists.forward, Lists.backward, LAYER, build=lambda b, W: Lists(W, b))
    held(Lists.forward, Lists.backward, LAYER, gradients=lambda net: net.grads)


def test_gradients_that_add_up_are_told() -> None:
    report = held(AddsUp.forward, AddsUp.backward, XW)
    assert any("add up from call to call" in note for note in report.notes)
    read = held(AddsUp.forward, AddsUp.backward, XW, gradients=lambda net: net.grads)
    assert read.verdict == "held"


@pytest.mark.full
@pytest.mark.parametrize("cls", [Learns, RateGiven])
def test_gradients_applied_with_a_learning_rate(cls: type[Learns]) -> None:
    report = held(cls.forward, cls.backward, {"X": "N D", "W1": "D H", "W2": "H M"})
    assert any("what the weights change by" in note for note in report.notes)
    early = {"X": "N D", "W1": "D H", "W2": "H M"}
    failed(LearnsTooEarly.forward, LearnsTooEarly.backward, early)


def test_gradients_that_are_returned() -> None:
    held(Returns.forward, Returns.backward, XW)
    held(Loss.forward, Loss.backward, {"x": "N C", "y": "N int<C"})
    held(Model.forward, Model.backward, {"x": "N D", "first": {"W": "D H"}, "second": {"W": "H D"}})


def test_methods_of_an_object() -> None:
    layer = Attributes(2, 3, 0)
    before = layer.W.copy()
    held(layer.forward, layer.backward, LAYER)
    assert (before == layer.W).all() and layer.dW is None


def test_a_write_to_the_upstream_gradient_and_a_count_of_calls() -> None:
    assert failed(Twice.forward, Twice.backward, {"x": "N D"}).source == "dout[~self.mask] = 0"
    assert failed(Stale.forward, Stale.backward, {"x": "N"}).law == "a_second_call_gives_the_same"


def test_what_cannot_be_built_is_said() -> None:
    with pytest.raises(ValueError, match="no sizes for in_size, out_size give the weights"):
        check_pair(Attributes.forward, Attributes.backward, {**LAYER, "W": "M D", "b": "D D"})
    with pytest.raises(ValueError, match="has no attribute V"):
        check_pair(Returns.forward, Returns.backward, {"x": "N D", "W": "D M", "V": "M"})


class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = np.zeros_like(data)


class OfParameters:
    def __init__(self, n_in, n_out):
        self.W = Parameter(np.ones((n_in, n_out)))
        self.more = {"b": Parameter(np.zeros(n_out))}

    def forward(self, x):
        self.x = x
        return x @ self.W.data + self.more["b"].data

    def backward(self, dout):
        self.W.grad += self.x.T @ dout
        self.more["b"].grad += dout.sum(axis=0)
        return dout @ self.W.data.T


class MeanInAParameter(OfParameters):
    def backward(self, dout):
        self.W.grad += self.x.T @ dout
        self.more["b"].grad += dout.mean(axis=0)
        return dout @ self.W.data.T


def test_a_weight_may_be_an_object_with_its_gradient() -> None:
    held(OfParameters.forward, OfParameters.backward, LAYER)
    report = failed(MeanInAParameter.forward, MeanInAParameter.backward, LAYER)
    assert "net.more['b'].data[...] = b" in report.snippet
    assert "net.more['b'].grad[0]" in report.snippet


class Embedding:
    def __init__(self, V, D):
        self.table = np.zeros((V, D))

    def forward(self, idx):
        self.idx = idx
        return self.table[idx]

    def backward(self, dout):
        self.grad = np.zeros_like(self.table)
        np.add.at(self.grad, self.idx, dout)


def test_the_only_gradient_may_have_no_name() -> None:
    held(Embedding.forward, Embedding.backward, {"idx": "N int<V", "table": "V D"})


def test_gradients_that_no_shape_names_are_told() -> None:
    report = held(Attributes.forward, Attributes.backward, {"x": "N in_size", "W": "in_size M"},
                  build=lambda in_size, M: Attributes(in_size, M, 0))  # fmt: skip
    assert "gradients by b are not judged: the shapes name no such weights" in report.notes
    report = held(AddsUp.forward, AddsUp.backward, {"x": "N 2"}, build=lambda: AddsUp(2, 3))
    assert "gradients by W are not judged: the shapes name no such weights" in report.notes
