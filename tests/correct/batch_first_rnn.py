"""The contract's cells; sequences are (n, T_x, m), the examples last."""
import numpy as np


def softmax(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    yt = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dz = da_next * (1 - a_next ** 2)
    return {"dxt": parameters["Wax"].T @ dz, "da_prev": parameters["Waa"].T @ dz, "dWax": dz @ xt.T,
            "dWaa": dz @ a_prev.T, "dba": dz.sum(axis=1, keepdims=True)}


def rnn_forward(x, a0, parameters):
    a = np.zeros((a0.shape[0], x.shape[1], a0.shape[1]))
    y = np.zeros((parameters["by"].shape[0], x.shape[1], a0.shape[1]))
    caches, state = [], a0
    for t in range(x.shape[1]):
        state, y[:, t], cache = rnn_cell_forward(x[:, t], state, parameters)
        a[:, t] = state
        caches.append(cache)
    return a, y, (caches, x)


def rnn_backward(da, caches):
    steps, x = caches
    out = {"dx": np.zeros((x.shape[0],) + da.shape[1:]), "dWax": 0, "dWaa": 0, "dba": 0, "da0": np.zeros_like(da[:, 0])}
    for t in range(da.shape[1])[::-1]:
        g = rnn_cell_backward(da[:, t] + out["da0"], steps[t])
        out["dx"][:, t], out["da0"] = g["dxt"], g["da_prev"]
        for k in ("dWax", "dWaa", "dba"):
            out[k] = out[k] + g[k]
    return out
