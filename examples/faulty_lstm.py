"""An LSTM with three faults that are easy to make and hard to see: every value of the forward pass
comes out right, and so do all shapes.
"""

import numpy as np


def softmax(scores):
    exps = np.exp(scores - scores.max(axis=0))
    return exps / exps.sum(axis=0)


def sigmoid(scores):
    return (1 + np.tanh(scores / 2)) / 2


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    joined = np.vstack([a_prev, xt])
    ft, it, ot = (sigmoid(parameters["W" + g] @ joined + parameters["b" + g]) for g in "fio")
    cct = np.tanh(parameters["Wc"] @ joined + parameters["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, yt_pred, cache


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
        gradients["db" + g] = d.mean(axis=1, keepdims=True)  # a mean for a sum over the examples
    return gradients


def lstm_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape
    a, c, y = np.zeros((n_a, m, T_x)), np.zeros((n_a, m, T_x)), np.zeros((n_y, m, T_x))
    a_next, c_next = a0, c[:, :, 0]  # a view: the first step writes its result into its own cache
    caches = []
    for t in range(T_x):
        a_next, c_next, yt_pred, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t], c[:, :, t], y[:, :, t] = a_next, c_next, yt_pred
        caches.append(cache)
    return a, y, c, (caches, x)


def lstm_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    dx = np.empty((len(x), m, T_x))
    da_carried, dc_carried = np.zeros((n_a, m)), np.zeros((n_a, m))
    sums = {"d" + kind + g: 0 for g in "fico" for kind in "Wb"}
    for t in range(T_x - 1, -1, -1):
        step = lstm_cell_backward(da[:, :, t] + da_carried, dc_carried, steps[t])
        dx[:, :, t] = step["dxt"]
        for name in sums:
            sums[name] = sums[name] + step[name]
    return {"dx": dx, "da0": step["da_prev"], **sums}  # the carries were used, and never updated
