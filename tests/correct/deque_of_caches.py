"""Caches on a deque that is read from its end, gradients added with operator.iadd and Counter-like dicts."""
import operator
from collections import defaultdict, deque

import numpy as np


def softmax(x):
    return (lambda e: e / e.sum(axis=0))(np.exp(x - x.max(axis=0)))


def rnn_cell_forward(xt, a_prev, parameters):
    get = operator.itemgetter("Wax", "Waa", "ba", "Wya", "by")
    Wax, Waa, ba, Wya, by = get(parameters)
    a_next = np.tanh(Wax.dot(xt) + Waa.dot(a_prev) + ba)
    return a_next, softmax(Wya.dot(a_next) + by), {"now": a_next, "old": a_prev, "in": xt, "W": (Wax, Waa)}


def rnn_forward(x, a0, parameters):
    a, y, caches = deque([a0]), deque(), deque()
    for xt in np.rollaxis(x, 2):
        a_next, yt, cache = rnn_cell_forward(xt, a[-1], parameters)
        a.append(a_next)
        y.append(yt)
        caches.append(cache)
    a.popleft()
    return np.stack(list(a), axis=2), np.stack(list(y), axis=2), caches


def rnn_cell_backward(da_next, cache):
    Wax, Waa = cache["W"]
    d = da_next * (1 - np.power(cache["now"], 2))
    return {"dxt": Wax.T.dot(d), "da_prev": Waa.T.dot(d), "dWax": d.dot(cache["in"].T),
            "dWaa": d.dot(cache["old"].T), "dba": np.sum(d, axis=1, keepdims=True)}


def rnn_backward(da, caches):
    left = deque(caches)
    while len(left) > da.shape[2]:
        left.pop()
    dx, total, back = deque(), defaultdict(float), np.zeros(da.shape[:2])
    t = da.shape[2]
    while left:
        t -= 1
        g = rnn_cell_backward(da[:, :, t] + back, left.pop())
        back = g["da_prev"]
        dx.appendleft(g["dxt"])
        for k in ("dWax", "dWaa", "dba"):
            total[k] = operator.add(total[k], g[k])
    return {"dx": np.stack(list(dx), axis=2), "da0": back, **total}
