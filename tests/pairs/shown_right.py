"""Whole files that are right in ways of their own, which the calls alone do not tell."""

from __future__ import annotations

STEPPING = """\
import numpy as np


class Layer:
    def __init__(self):
        self.input = None
        self.output = None

    def forward(self, input):
        pass

    def backward(self, output_gradient, learning_rate):
        pass


class Dense(Layer):
    def __init__(self, input_size, output_size):
        self.weights = np.random.randn(output_size, input_size)
        self.bias = np.random.randn(output_size, 1)

    def forward(self, input):
        self.input = input
        return np.dot(self.weights, self.input) + self.bias

    def backward(self, output_gradient, learning_rate):
        weights_gradient = np.dot(output_gradient, self.input.T)
        input_gradient = np.dot(self.weights.T, output_gradient)
        self.weights -= learning_rate * weights_gradient
        self.bias -= learning_rate * output_gradient
        return input_gradient


class Activation(Layer):
    def __init__(self, activation, activation_prime):
        self.activation = activation
        self.activation_prime = activation_prime

    def forward(self, input):
        self.input = input
        return self.activation(self.input)

    def backward(self, output_gradient, learning_rate):
        return np.multiply(output_gradient, self.activation_prime(self.input))


class Tanh(Activation):
    def __init__(self):
        def tanh(x):
            return np.tanh(x)

        def tanh_prime(x):
            return 1 - np.tanh(x) ** 2

        super().__init__(tanh, tanh_prime)


class Softmax(Layer):
    def forward(self, input):
        tmp = np.exp(input)
        self.output = tmp / np.sum(tmp)
        return self.output

    def backward(self, output_gradient, learning_rate):
        n = np.size(self.output)
        return np.dot((np.identity(n) - self.output.T) * self.output, output_gradient)


def mse(y_true, y_pred):
    return np.mean(np.power(y_true - y_pred, 2))


def mse_prime(y_true, y_pred):
    return 2 * (y_pred - y_true) / np.size(y_true)


X = np.reshape([[0, 0], [0, 1], [1, 0], [1, 1]], (4, 2, 1))
Y = np.reshape([[0], [1], [1], [0]], (4, 1, 1))
network = [Dense(2, 3), Tanh(), Dense(3, 1), Tanh()]
for e in range(100):
    error = 0
    for x, y in zip(X, Y):
        output = x
        for layer in network:
            output = layer.forward(output)
        error += mse(y, output)
        grad = mse_prime(y, output)
        for layer in reversed(network):
            grad = layer.backward(grad, 0.1)
s = Softmax()
s.forward(np.random.randn(3, 1))
s.backward(np.random.randn(3, 1), 0.1)
"""

MEANS = """\
import numpy as np


def sigmoid(Z):
    A = 1 / (1 + np.exp(-Z))
    return A, Z


def relu(Z):
    A = np.maximum(0, Z)
    cache = Z
    return A, cache


def relu_backward(dA, cache):
    Z = cache
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    return dZ


def sigmoid_backward(dA, cache):
    Z = cache
    s = 1 / (1 + np.exp(-Z))
    return dA * s * (1 - s)


def linear_forward(A, W, b):
    Z = W.dot(A) + b
    return Z, (A, W, b)


def linear_activation_forward(A_prev, W, b, activation):
    Z, linear_cache = linear_forward(A_prev, W, b)
    if activation == "sigmoid":
        A, activation_cache = sigmoid(Z)
    else:
        A, activation_cache = relu(Z)
    return A, (linear_cache, activation_cache)


def L_model_forward(X, parameters):
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A, cache = linear_activation_forward(
            A, parameters["W%d" % l], parameters["b%d" % l], "relu"
        )
        caches.append(cache)
    AL, cache = linear_activation_forward(
        A, parameters["W%d" % L], parameters["b%d" % L], "sigmoid"
    )
    caches.append(cache)
    return AL, caches


def compute_cost(AL, Y):
    m = Y.shape[1]
    return np.squeeze(-np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m)


def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = 1.0 / m * np.dot(dZ, A_prev.T)
    db = 1.0 / m * np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db


def linear_activation_backward(dA, cache, activation):
    linear_cache, activation_cache = cache
    if activation == "relu":
        dZ = relu_backward(dA, activation_cache)
    else:
        dZ = sigmoid_backward(dA, activation_cache)
    return linear_backward(dZ, linear_cache)


def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    grads["dA" + str(L - 1)], grads["dW" + str(L)], grads["db" + str(L)] = (
        linear_activation_backward(dAL, caches[L - 1], "sigmoid")
    )
    for l in reversed(range(L - 1)):
        grads["dA" + str(l)], grads["dW" + str(l + 1)], grads["db" + str(l + 1)] = (
            linear_activation_backward(grads["dA" + str(l + 1)], caches[l], "relu")
        )
    return grads


np.random.seed(1)
X = np.random.randn(4, 6)
Y = (np.random.rand(1, 6) > 0.5) * 1.0
parameters = {
    "W1": np.random.randn(3, 4) * 0.1,
    "b1": np.zeros((3, 1)),
    "W2": np.random.randn(1, 3),
    "b2": np.zeros((1, 1)),
}
for i in range(30):
    AL, caches = L_model_forward(X, parameters)
    cost = compute_cost(AL, Y)
    grads = L_model_backward(AL, Y, caches)
    for l in (1, 2):
        parameters["W%d" % l] = parameters["W%d" % l] - 0.1 * grads["dW%d" % l]
        parameters["b%d" % l] = parameters["b%d" % l] - 0.1 * grads["db%d" % l]
print(cost)
"""

OWN_UPDATES = """\
import numpy as np


class Linear:
    def __init__(self, d_in, d_out, reg=1e-2):
        self.W = np.random.randn(d_in, d_out)
        self.b = np.zeros(d_out)
        self.reg = reg

    def forward(self, X):
        self.X = X
        return X @ self.W + self.b

    def backward(self, grad):
        self.dW = self.X.T @ grad + self.reg * self.W
        self.db = grad.sum(0)
        return grad @ self.W.T


class Momentum:
    def __init__(self, d_in, d_out, lr=0.1, momentum=0.9):
        self.W = np.random.randn(d_in, d_out)
        self.v = np.zeros_like(self.W)
        self.lr = lr
        self.momentum = momentum

    def forward(self, X):
        self.X = X
        return X @ self.W

    def backward(self, grad):
        dX = grad @ self.W.T
        self.v = self.momentum * self.v - self.lr * (self.X.T @ grad)
        self.W += self.v
        return dX


class Clipped:
    def __init__(self, d_in, d_out):
        self.W = np.random.randn(d_in, d_out)

    def forward(self, X):
        self.X = X
        return X @ self.W

    def backward(self, grad):
        self.dW = np.clip(self.X.T @ grad, -1, 1)
        return grad @ self.W.T


class Dropout:
    def __init__(self, p=0.5):
        self.p = p
        self.rng = np.random.default_rng()

    def forward(self, X, train=True):
        self.mask = (self.rng.random(X.shape) > self.p) / (1 - self.p)
        return X * self.mask if train else X

    def backward(self, grad):
        return grad * self.mask


class MLP:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1 = np.random.randn(n_in, n_hidden)
        self.b1 = np.zeros(n_hidden)
        self.W2 = np.random.randn(n_hidden, n_out)
        self.b2 = np.zeros(n_out)

    def forward(self, X):
        self.h = 1 / (1 + np.exp(-(X @ self.W1 + self.b1)))
        self.out = 1 / (1 + np.exp(-(self.h @ self.W2 + self.b2)))
        return self.out

    def backward(self, X, y, out):
        d2 = (out - y) * out * (1 - out)
        self.dW2 = self.h.T @ d2
        self.db2 = d2.sum(0)
        d1 = d2 @ self.W2.T * self.h * (1 - self.h)
        self.dW1 = X.T @ d1
        self.db1 = d1.sum(0)


class Ascent:
    def __init__(self, n):
        self.w = np.random.randn(n, 1)

    def forward(self, X):
        self.X = X
        return X @ self.w

    def backward(self, error, lr=0.1):
        self.w += lr * self.X.T @ error


X = np.random.rand(5, 4)
y = np.random.rand(5, 3)
for _ in range(5):
    for L in (Linear(4, 3), Momentum(4, 3), Clipped(4, 3)):
        o = L.forward(X)
        L.backward(o - y)
    d = Dropout()
    o = d.forward(X)
    d.backward(o)
    m = MLP(4, 6, 3)
    o = m.forward(X)
    m.backward(X, y, o)
    a = Ascent(4)
    o = a.forward(X)
    a.backward(y[:, :1] - o)
"""

LOSSES = """\
import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def cross_entropy_forward(logits, Y):
    P = softmax(logits)
    return -np.sum(Y * np.log(P)) / len(Y), (P, Y)


def cross_entropy_backward(cache):
    P, Y = cache
    return (P - Y) / len(Y)


def bce(p, y):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()


def bce_grad(p, y):
    return (-(y / p) + (1 - y) / (1 - p)) / p.size


def hinge_forward(s, y):
    m = np.maximum(0, s - s[np.arange(len(y)), y][:, None] + 1)
    m[np.arange(len(y)), y] = 0
    return m.sum() / len(y), (s, y)


def hinge_backward(dout, cache):
    s, y = cache
    m = np.maximum(0, s - s[np.arange(len(y)), y][:, None] + 1)
    d = (m > 0).astype(float)
    d[np.arange(len(y)), y] = 0
    d[np.arange(len(y)), y] -= d.sum(1)
    return dout * d / len(y)


def huber(pred, target, delta=1.0):
    r = pred - target
    return np.where(abs(r) < delta, 0.5 * r * r, delta * (abs(r) - 0.5 * delta)).sum()


def huber_backward(pred, target, delta=1.0):
    return np.clip(pred - target, -delta, delta)


def attention_mask_forward(q, k, v, mask):
    s = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
    s = np.where(mask, s, -1e9)
    e = np.exp(s - s.max(-1, keepdims=True))
    p = e / e.sum(-1, keepdims=True)
    return p @ v, (q, k, v, p)


def attention_mask_backward(do, cache):
    q, k, v, p = cache
    dp = do @ v.transpose(0, 2, 1)
    ds = p * (dp - (dp * p).sum(-1, keepdims=True)) / np.sqrt(q.shape[-1])
    return ds @ k, ds.transpose(0, 2, 1) @ q, p.transpose(0, 2, 1) @ do


if __name__ == "__main__":
    L = np.random.randn(6, 4)
    Y = np.eye(4)[np.random.randint(0, 4, 6)]
    l, c = cross_entropy_forward(L, Y)
    cross_entropy_backward(c)
    p = softmax(L)
    bce(p, Y)
    bce_grad(p, Y)
    y = np.random.randint(0, 4, 6)
    l, c = hinge_forward(L, y)
    hinge_backward(1.0, c)
    huber(L, L + 1)
    huber_backward(L, L + 1)
    q = np.random.randn(2, 5, 3)
    m = np.tril(np.ones((5, 5))).astype(bool)
    o, c = attention_mask_forward(q, q.copy(), q.copy(), m)
    attention_mask_backward(np.ones_like(o), c)
"""

IMAGES = """\
import numpy as np


class MaxPool2D:
    def __init__(self, size=2):
        self.size = size

    def forward(self, x):
        n, h, w, c = x.shape
        s = self.size
        self.x = x
        r = x.reshape(n, h // s, s, w // s, s, c)
        self.out = r.max(axis=(2, 4))
        self.mask = r == self.out[:, :, None, :, None]
        return self.out

    def backward(self, d):
        return (self.mask * d[:, :, None, :, None]).reshape(self.x.shape)


class Flatten:
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, d):
        return d.reshape(self.shape)


class ConvLayer:
    def __init__(self, num_filters, k):
        self.num_filters, self.k = num_filters, k
        self.filters = np.random.randn(num_filters, k, k) / k**2

    def patches(self, im):
        h, w = im.shape
        for i in range(h - self.k + 1):
            for j in range(w - self.k + 1):
                yield im[i : i + self.k, j : j + self.k], i, j

    def forward(self, im):
        self.im = im
        h, w = im.shape
        out = np.zeros((h - self.k + 1, w - self.k + 1, self.num_filters))
        for p, i, j in self.patches(im):
            out[i, j] = np.sum(p * self.filters, axis=(1, 2))
        return out

    def backward(self, d_L_d_out, lr):
        g = np.zeros(self.filters.shape)
        for p, i, j in self.patches(self.im):
            for f in range(self.num_filters):
                g[f] += d_L_d_out[i, j, f] * p
        self.filters -= lr * g


class Embedding:
    def __init__(self, V, D):
        self.W = np.random.randn(V, D)
        self.dW = np.zeros_like(self.W)

    def forward(self, idx):
        self.idx = idx
        return self.W[idx]

    def backward(self, dout):
        self.dW[...] = 0
        np.add.at(self.dW, self.idx, dout)
        return None


class TimeStep:
    def __init__(self, n_in, n_hid):
        self.U = np.random.randn(n_hid, n_in)
        self.W = np.random.randn(n_hid, n_hid)
        self.n_hid = n_hid

    def forward(self, xs):
        self.xs = xs
        self.hs = [np.zeros(self.n_hid)]
        for x in xs:
            self.hs.append(np.tanh(self.U @ x + self.W @ self.hs[-1]))
        return np.array(self.hs[1:])

    def backward(self, dhs):
        self.dU = np.zeros_like(self.U)
        self.dW = np.zeros_like(self.W)
        c = 0
        for t in range(len(self.xs))[::-1]:
            d = (dhs[t] + c) * (1 - self.hs[t + 1] ** 2)
            self.dU += np.outer(d, self.xs[t])
            self.dW += np.outer(d, self.hs[t])
            c = self.W.T @ d


p = MaxPool2D()
o = p.forward(np.random.randn(2, 4, 6, 3))
p.backward(np.ones_like(o))
f = Flatten()
o = f.forward(np.random.randn(2, 4, 6))
f.backward(o)
c = ConvLayer(4, 3)
o = c.forward(np.random.rand(7, 8) - 0.5)
c.backward(o, 0.01)
e = Embedding(10, 4)
o = e.forward(np.array([1, 1, 3]))
e.backward(o)
t = TimeStep(3, 5)
o = t.forward(np.random.randn(6, 3))
t.backward(o)
"""

APPROXIMATE = """\
import numpy as np


def binarize(x):
    return np.sign(x), x


def binarize_backward(dout, x):
    return dout * (np.abs(x) <= 1)


def cross_entropy(p, y, eps=1e-8):
    return -np.sum(y * np.log(p + eps)) / len(p)


def cross_entropy_backward(p, y):
    return -y / p / len(p)


def main():
    rng = np.random.default_rng(7)
    out, kept = binarize(rng.normal(size=(4, 3)))
    print(binarize_backward(np.ones((4, 3)), kept))
    p = rng.uniform(0.1, 1, size=(4, 3))
    p /= p.sum(axis=1, keepdims=True)
    y = np.eye(3)[rng.integers(0, 3, 4)]
    print(cross_entropy(p, y), cross_entropy_backward(p, y))


if __name__ == "__main__":
    main()
"""

RIGHT = {
    "stepping": STEPPING,
    "means": MEANS,
    "own updates": OWN_UPDATES,
    "losses": LOSSES,
    "images": IMAGES,
    "approximate": APPROXIMATE,
}
