"""Inside, the parameters are a named tuple, and so are caches and gradients."""
from collections import namedtuple

import numpy as np

Gates = namedtuple("Gates", "f i c o")
Cache = namedtuple("Cache", "a_next c_next a_prev c_prev gates both n_x W")


def sigmoid(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))


def softmax(z):
    e = np.exp(z - np.amax(z, axis=0, keepdims=True))
    return np.divide(e, np.sum(e, axis=0, keepdims=True))


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    W = Gates(*(parameters[f"W{g}"] for g in Gates._fields))
    b = Gates(*(parameters[f"b{g}"] for g in Gates._fields))
    both = np.r_[a_prev, xt]
    pre = Gates(*(w.dot(both) + v for w, v in zip(W, b)))
    gates = Gates(*map(sigmoid, pre))._replace(c=np.tanh(pre.c))
    c_next = gates.f * c_prev + gates.i * gates.c
    a_next = gates.o * np.tanh(c_next)
    yt = softmax(parameters["Wy"].dot(a_next) + parameters["by"])
    return a_next, c_next, yt, Cache(a_next, c_next, a_prev, c_prev, gates, both, xt.shape[0], W)


def lstm_forward(x, a0, parameters):
    a, c = a0, np.zeros(a0.shape)
    out = []
    for t in range(x.shape[2]):
        a, c, y, memory = lstm_cell_forward(x[:, :, t], a, c, parameters)
        out.append((a, y, c, memory))
    a, y, c, memories = zip(*out)
    return np.stack(a, 2), np.stack(y, 2), np.stack(c, 2), (list(memories), x)


def lstm_cell_backward(da_next, dc_next, cache):
    g = cache.gates
    bent = np.tanh(cache.c_next)
    dc = dc_next + da_next * g.o * (1 - bent ** 2)
    d = Gates(f=dc * cache.c_prev * g.f * (1 - g.f), i=dc * g.c * g.i * (1 - g.i),
              c=dc * g.i * (1 - g.c ** 2), o=da_next * bent * g.o * (1 - g.o))
    dboth = sum(w.T.dot(one) for w, one in zip(cache.W, d))
    found = {"dxt": dboth[-cache.n_x:], "da_prev": dboth[:-cache.n_x], "dc_prev": dc * g.f}
    for name, one in d._asdict().items():
        found[f"dW{name}"] = one.dot(cache.both.T)
        found[f"db{name}"] = one.sum(axis=1).reshape(-1, 1)
    return found


def lstm_backward(da, caches):
    memories, x = caches
    da_prev, dc_prev = np.zeros((2,) + da.shape[:2])
    total = None
    dx = []
    for t in range(da.shape[2])[::-1]:
        found = lstm_cell_backward(da[:, :, t] + da_prev, dc_prev, memories[t])
        dx.insert(0, found.pop("dxt"))
        da_prev, dc_prev = found.pop("da_prev"), found.pop("dc_prev")
        total = found if total is None else {k: total[k] + v for k, v in found.items()}
    return {"dx": np.stack(dx, axis=2), "da0": da_prev, **total}
