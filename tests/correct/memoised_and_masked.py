"""lru_cache for a table of slices, masks for the gates, Ellipsis everywhere."""
from contextlib import contextmanager
from functools import lru_cache, wraps

import numpy as np


def checked(function):
    @wraps(function)
    def inner(*args, **kwargs):
        with np.errstate(all="ignore"):
            return function(*args, **kwargs)
    return inner


@lru_cache(maxsize=None)
def rows(n, k=4):
    return tuple(slice(i * n, (i + 1) * n) for i in range(k))


@contextmanager
def steps_of(total, backwards=False):
    yield iter(range(total)[::-1] if backwards else range(total))


@checked
def sigmoid(x):
    y = np.empty_like(x, dtype=float)
    positive = x >= 0
    y[positive] = 1 / (1 + np.exp(-x[positive]))
    e = np.exp(x[~positive])
    y[~positive] = e / (1 + e)
    return y


@checked
def softmax(x):
    e = np.exp(x - np.maximum.reduce(x, axis=0))
    return e / np.add.reduce(e, axis=0)


@checked
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    n_a = a_prev.shape[0]
    scores = np.concatenate([parameters["W" + k] for k in "fioc"]) @ np.r_[a_prev, xt]
    scores += np.concatenate([parameters["b" + k] for k in "fioc"])
    is_gate = np.arange(4 * n_a) < 3 * n_a
    values = np.empty_like(scores)
    values[is_gate] = sigmoid(scores[is_gate])
    values[~is_gate] = np.tanh(scores[~is_gate])
    f, i, o, g = (values[r] for r in rows(n_a))
    c_next = f * c_prev + i * g
    a_next = o * np.tanh(c_next)
    y = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, y, (a_next, c_next, a_prev, c_prev, f, i, g, o, xt, parameters)


def lstm_forward(x, a0, parameters):
    a, c, made = a0, np.zeros_like(a0), []
    with steps_of(x.shape[-1]) as steps:
        for t in steps:
            a, c, *rest = lstm_cell_forward(x[..., t], a, c, parameters)
            made.append((a, c, *rest))
    a, c, y, caches = zip(*made)
    return *(np.stack(one, -1) for one in (a, y, c)), (list(caches), x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, f, i, g, o, xt, parameters = cache
    n_a = a_prev.shape[0]
    t = np.tanh(c_next)
    dc = dc_next + da_next * o * (1 - t ** 2)
    d = np.r_[dc * c_prev, dc * g, da_next * t, dc * i]
    v = np.r_[f, i, o, g]
    d *= np.where(np.arange(4 * n_a)[:, None] < 3 * n_a, v * (1 - v), 1 - v * v)
    back = np.concatenate([parameters["W" + k] for k in "fioc"]).T @ d
    dW, db = d @ np.r_[a_prev, xt].T, d.sum(axis=1, keepdims=True)
    made = {"da_prev": back[:n_a], "dxt": back[n_a:], "dc_prev": dc * f}
    for k, r in zip("fioc", rows(n_a)):
        made |= {"dW" + k: dW[r], "db" + k: db[r]}
    return made


def lstm_backward(da, caches):
    done, x = caches
    carry = {"da_prev": 0.0, "dc_prev": np.zeros(da.shape[:2])}
    sums, dx = {}, np.zeros((len(x), *da.shape[1:]))
    with steps_of(da.shape[-1], backwards=True) as steps:
        for t in steps:
            one = lstm_cell_backward(da[..., t] + carry["da_prev"], carry["dc_prev"], done[t])
            dx[..., t] = one.pop("dxt")
            carry = {k: one.pop(k) for k in list(carry)}
            sums = {k: sums[k] + one[k] if k in sums else one[k] for k in one}
    return {"dx": dx, "da0": carry["da_prev"], **sums}
