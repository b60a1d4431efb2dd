"""Steps follow each other in functools.reduce and itertools.accumulate, and no loop is written."""
from functools import reduce
from itertools import accumulate

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    terms = (parameters["Wax"] @ xt, parameters["Waa"] @ a_prev, parameters["ba"])
    a_next = np.tanh(reduce(np.add, terms))
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    def follow(done, xt):
        return rnn_cell_forward(xt, done[0], parameters)

    steps = list(accumulate(np.moveaxis(x, 2, 0), follow, initial=(a0, None, None)))[1:]
    states, guesses, caches = zip(*steps)
    return np.stack(states, axis=2), np.stack(guesses, axis=2), (list(caches), x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dz = da_next * (1 - a_next * a_next)
    return {"dxt": parameters["Wax"].T @ dz, "da_prev": parameters["Waa"].T @ dz,
            "dWax": dz @ xt.T, "dWaa": dz @ a_prev.T, "dba": dz.sum(axis=1, keepdims=True)}


def rnn_backward(da, caches):
    steps, _ = caches

    def back(done, t):
        carry, dxs, sums = done
        grads = rnn_cell_backward(da[:, :, t] + carry, steps[t])
        sums = {name: sums[name] + grads[name] for name in sums}
        return grads["da_prev"], [grads["dxt"], *dxs], sums

    start = (np.zeros(da.shape[:2]), [], {"dWax": 0, "dWaa": 0, "dba": 0})
    carry, dxs, sums = reduce(back, reversed(range(da.shape[2])), start)
    return {"dx": np.stack(dxs, axis=2), "da0": carry, **sums}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    z = np.vstack((a_prev, xt))
    ft, it, ot = (sigmoid(parameters["W" + k] @ z + parameters["b" + k]) for k in "fio")
    cct = np.tanh(parameters["Wc"] @ z + parameters["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_forward(x, a0, parameters):
    def follow(done, xt):
        return lstm_cell_forward(xt, done[0], done[1], parameters)

    start = (a0, np.zeros(a0.shape), None, None)
    steps = list(accumulate(np.moveaxis(x, 2, 0), follow, initial=start))[1:]
    states, cells, guesses, caches = zip(*steps)
    return np.stack(states, axis=2), np.stack(guesses, axis=2), np.stack(cells, axis=2), (list(caches), x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    z, n_a, th = np.vstack((a_prev, xt)), a_prev.shape[0], np.tanh(c_next)
    dc = dc_next + da_next * ot * (1 - th ** 2)
    deltas = {"f": dc * c_prev * ft * (1 - ft), "i": dc * cct * it * (1 - it),
              "c": dc * it * (1 - cct ** 2), "o": da_next * th * ot * (1 - ot)}
    dz = reduce(np.add, (parameters["W" + k].T @ d for k, d in deltas.items()))
    return {"da_prev": dz[:n_a], "dxt": dz[n_a:], "dc_prev": dc * ft,
            **{"dW" + k: d @ z.T for k, d in deltas.items()},
            **{"db" + k: d.sum(axis=1, keepdims=True) for k, d in deltas.items()}}


def lstm_backward(da, caches):
    steps, _ = caches

    def back(done, t):
        da_carry, dc_carry, dxs, sums = done
        grads = lstm_cell_backward(da[:, :, t] + da_carry, dc_carry, steps[t])
        sums = {name: sums[name] + grads[name] for name in sums}
        return grads["da_prev"], grads["dc_prev"], [grads["dxt"], *dxs], sums

    zeros = np.zeros(da.shape[:2])
    nothing = {kind + k: 0 for kind in ("dW", "db") for k in "fico"}
    da0, _, dxs, sums = reduce(back, range(da.shape[2] - 1, -1, -1), (zeros, zeros, [], nothing))
    return {"dx": np.stack(dxs, axis=2), "da0": da0, **sums}
