"""Comprehensions and itertools.accumulate for every loop."""
from functools import reduce
from itertools import accumulate

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    inputs = [x[:, :, t] for t in range(x.shape[2])]
    steps = list(accumulate(inputs, lambda step, xt: rnn_cell_forward(xt, step[0], parameters),
                            initial=(a0, None, None)))[1:]
    a, y_pred = (np.stack([step[k] for step in steps], axis=2) for k in (0, 1))
    return a, y_pred, ([step[2] for step in steps], x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    d = da_next * (1 - a_next**2)
    return {"dxt": parameters["Wax"].T @ d, "da_prev": parameters["Waa"].T @ d, "dWax": d @ xt.T,
            "dWaa": d @ a_prev.T, "dba": d.sum(axis=1, keepdims=True)}


def rnn_backward(da, caches):
    T = da.shape[2]
    first = {"da_prev": np.zeros(da.shape[:2])}
    grads = list(accumulate(
        range(T - 1, -1, -1),
        lambda g, t: rnn_cell_backward(da[:, :, t] + g["da_prev"], caches[0][t]),
        initial=first,
    ))[1:]
    sums = {k: sum(g[k] for g in grads) for k in ("dWax", "dWaa", "dba")}
    return {"dx": np.dstack([g["dxt"] for g in grads[::-1]]), "da0": grads[-1]["da_prev"], **sums}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    z = np.concatenate((a_prev, xt))
    scores = {k: parameters[f"W{k}"] @ z + parameters[f"b{k}"] for k in "fico"}
    ft, it, cct, ot = (np.tanh(s) if k == "c" else sigmoid(s) for k, s in scores.items())
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_forward(x, a0, parameters):
    steps = reduce(
        lambda done, xt: [*done, lstm_cell_forward(xt, done[-1][0], done[-1][1], parameters)],
        [x[:, :, t] for t in range(x.shape[2])],
        [(a0, np.zeros_like(a0))],
    )[1:]
    a, c, y = (np.stack([step[k] for step in steps], axis=2) for k in range(3))
    return a, y, c, ([step[3] for step in steps], x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    n_a, th, z = len(a_next), np.tanh(c_next), np.concatenate((a_prev, xt))
    dc = dc_next + da_next * ot * (1 - th**2)
    d = {"f": dc * c_prev * ft * (1 - ft), "i": dc * cct * it * (1 - it),
         "c": dc * it * (1 - cct**2), "o": da_next * th * ot * (1 - ot)}
    dz = sum(parameters[f"W{k}"].T @ d[k] for k in d)
    return {"dxt": dz[n_a:], "da_prev": dz[:n_a], "dc_prev": dc * ft,
            **{f"dW{k}": d[k] @ z.T for k in d},
            **{f"db{k}": d[k].sum(axis=1, keepdims=True) for k in d}}


def lstm_backward(da, caches):
    zero = np.zeros(da.shape[:2])
    grads = list(accumulate(
        reversed(range(da.shape[2])),
        lambda g, t: lstm_cell_backward(da[:, :, t] + g["da_prev"], g["dc_prev"], caches[0][t]),
        initial={"da_prev": zero, "dc_prev": zero},
    ))[1:]
    sums = {f"d{p}{k}": sum(g[f"d{p}{k}"] for g in grads) for p in "Wb" for k in "fico"}
    return {"dx": np.dstack([g["dxt"] for g in grads[::-1]]), "da0": grads[-1]["da_prev"], **sums}
