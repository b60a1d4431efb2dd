"""An RNN and an LSTM, one step and a sequence, forward and backward: all eight functions are right."""

import numpy as np


def softmax(scores):
    exps = np.exp(scores - scores.max(axis=0))
    return exps / exps.sum(axis=0)


def sigmoid(scores):
    return (1 + np.tanh(scores / 2)) / 2


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya, ba, by = (parameters[key] for key in ("Wax", "Waa", "Wya", "ba", "by"))
    a_next = np.tanh(Wax @ xt + Waa @ a_prev + ba)
    yt_pred = softmax(Wya @ a_next + by)
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    hidden, predictions, caches = [], [], []
    a_next = a0
    for xt in np.moveaxis(x, 2, 0):
        a_next, yt_pred, cache = rnn_cell_forward(xt, a_next, parameters)
        hidden.append(a_next)
        predictions.append(yt_pred)
        caches.append(cache)
    return np.dstack(hidden), np.dstack(predictions), (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dscore = da_next * (1 - a_next**2)
    return {
        "dxt": parameters["Wax"].T @ dscore,
        "da_prev": parameters["Waa"].T @ dscore,
        "dWax": dscore @ xt.T,
        "dWaa": dscore @ a_prev.T,
        "dba": dscore.sum(axis=1, keepdims=True),
    }


def rnn_backward(da, caches):
    steps, x = caches
    dx = np.empty_like(x)
    carried = np.zeros_like(da[:, :, 0])
    sums = {"dWax": 0, "dWaa": 0, "dba": 0}
    for t in range(da.shape[2] - 1, -1, -1):
        step = rnn_cell_backward(da[:, :, t] + carried, steps[t])
        carried = step["da_prev"]
        dx[:, :, t] = step["dxt"]
        for name in sums:
            sums[name] = sums[name] + step[name]
    return {"dx": dx, "da0": carried, **sums}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    joined = np.vstack([a_prev, xt])
    ft, it, ot = (sigmoid(parameters["W" + g] @ joined + parameters["b" + g]) for g in "fio")
    cct = np.tanh(parameters["Wc"] @ joined + parameters["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, yt_pred, cache


def lstm_forward(x, a0, parameters):
    hidden, cells, predictions, caches = [], [], [], []
    a_next, c_next = a0, np.zeros_like(a0)
    for xt in np.moveaxis(x, 2, 0):
        a_next, c_next, yt_pred, cache = lstm_cell_forward(xt, a_next, c_next, parameters)
        hidden.append(a_next)
        cells.append(c_next)
        predictions.append(yt_pred)
        caches.append(cache)
    return np.dstack(hidden), np.dstack(predictions), np.dstack(cells), (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    joined = np.vstack([a_prev, xt])
    tanh_c = np.tanh(c_next)
    dc = dc_next + da_next * ot * (1 - tanh_c**2)
    dscores = {
        "f": dc * c_prev * ft * (1 - ft),
        "i": dc * cct * it * (1 - it),
        "c": dc * it * (1 - cct**2),
        "o": da_next * tanh_c * ot * (1 - ot),
    }
    djoined = sum(parameters["W" + g].T @ d for g, d in dscores.items())
    n_a = len(a_prev)
    gradients = {"da_prev": djoined[:n_a], "dxt": djoined[n_a:], "dc_prev": dc * ft}
    for g, d in dscores.items():
        gradients["dW" + g] = d @ joined.T
        gradients["db" + g] = d.sum(axis=1, keepdims=True)
    return gradients


def lstm_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    dx = np.empty((len(x), m, T_x))
    da_carried, dc_carried = np.zeros((n_a, m)), np.zeros((n_a, m))
    sums = {"d" + kind + g: 0 for g in "fico" for kind in "Wb"}
    for t in range(T_x - 1, -1, -1):
        step = lstm_cell_backward(da[:, :, t] + da_carried, dc_carried, steps[t])
        da_carried, dc_carried = step["da_prev"], step["dc_prev"]
        dx[:, :, t] = step["dxt"]
        for name in sums:
            sums[name] = sums[name] + step[name]
    return {"dx": dx, "da0": da_carried, **sums}
