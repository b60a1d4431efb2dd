import numpy as np


def softmax(x):
    e_x = np.exp(x - np.max(x, axis=0, keepdims=True))
    return e_x / e_x.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya = parameters["Wax"], parameters["Waa"], parameters["Wya"]
    a_next = np.tanh(Waa @ a_prev + Wax @ xt + parameters["ba"])
    yt_pred = softmax(Wya @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dz = (1 - a_next ** 2) * da_next
    return {
        "dxt": parameters["Wax"].T @ dz,
        "da_prev": parameters["Waa"].T @ dz,
        "dWax": dz @ xt.T,
        "dWaa": dz @ a_prev.T,
        "dba": dz.sum(axis=1, keepdims=True),
    }


def rnn_forward(cell, x, a0, parameters):
    n_x, m, T_x = x.shape
    n_a, n_y = a0.shape[0], parameters["Wya"].shape[0]
    a, y = np.zeros((n_a, m, T_x)), np.zeros((n_y, m, T_x))
    caches, a_next = [], a0
    for t in range(T_x):
        a_next, yt, cache = cell(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        y[:, :, t] = yt
        caches.append(cache)
    return a, y, (caches, x)


def rnn_backward(cell_backward, da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    dx = np.zeros_like(x)
    total = {name: 0.0 for name in ("dWax", "dWaa", "dba")}
    da_prev = np.zeros((n_a, m))
    for t in range(T_x - 1, -1, -1):
        step = cell_backward(da[:, :, t] + da_prev, steps[t])
        da_prev = step["da_prev"]
        dx[:, :, t] = step["dxt"]
        for name in total:
            total[name] = total[name] + step[name]
    return {"dx": dx, "da0": da_prev, **total}
