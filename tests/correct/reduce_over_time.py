"""Both passes over time are functools.reduce, nothing is written in place."""
from functools import reduce
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - np.max(x, axis=0))
    return e / np.sum(e, axis=0)


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    both = np.vstack((a_prev, xt))
    pre = {k: parameters["W" + k] @ both + parameters["b" + k] for k in "fico"}
    ft, it, ot = (sigmoid(pre[k]) for k in "fio")
    cct = np.tanh(pre["c"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_forward(x, a0, parameters):
    def advance(done, xt):
        a_prev, c_prev = (done[-1][0], done[-1][1]) if done else (a0, np.zeros_like(a0))
        return done + (lstm_cell_forward(xt, a_prev, c_prev, parameters),)

    done = reduce(advance, np.moveaxis(x, 2, 0), ())
    a, c, y = (np.stack([one[i] for one in done], axis=2) for i in range(3))
    return a, y, c, ([one[3] for one in done], x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    dc = dc_next + da_next * ot * (1 - np.tanh(c_next) ** 2)
    pre = dict(
        f=dc * c_prev * ft * (1 - ft),
        i=dc * cct * it * (1 - it),
        c=dc * it * (1 - cct ** 2),
        o=da_next * np.tanh(c_next) * ot * (1 - ot),
    )
    both = np.vstack((a_prev, xt))
    dboth = reduce(np.add, (parameters["W" + k].T @ d for k, d in pre.items()))
    n_a = len(a_prev)
    grads = {"dxt": dboth[n_a:], "da_prev": dboth[:n_a], "dc_prev": dc * ft}
    for k, d in pre.items():
        grads["dW" + k], grads["db" + k] = d @ both.T, d.sum(axis=1, keepdims=True)
    return grads


def lstm_backward(da, caches):
    steps, x = caches
    weights = [kind + k for k in "fico" for kind in ("dW", "db")]

    def retreat(state, pair):
        da_prev, dc_prev, dxs, sums = state
        dat, cache = pair
        g = lstm_cell_backward(dat + da_prev, dc_prev, cache)
        return g["da_prev"], g["dc_prev"], [g["dxt"], *dxs], {k: sums[k] + g[k] for k in weights}

    T = da.shape[2]
    pairs = [(da[:, :, t], steps[t]) for t in reversed(range(T))]
    start = np.zeros(da.shape[:2]), np.zeros(da.shape[:2]), [], dict.fromkeys(weights, 0)
    da0, _, dxs, sums = reduce(retreat, pairs, start)
    return dict(sums, dx=np.stack(dxs, axis=2), da0=da0)
