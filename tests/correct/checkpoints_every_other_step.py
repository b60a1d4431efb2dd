"""Every other state is kept; the backward function computes those between them again."""
import numpy as np


def rnn_cell_forward(xt, a_prev, parameters):
    return np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"]), (xt, a_prev, parameters)


def rnn_cell_backward(da_next, cache):
    xt, a_prev, p = cache
    a_next, _ = rnn_cell_forward(xt, a_prev, p)
    d = da_next * (1 - a_next ** 2)
    return {"dxt": p["Wax"].T @ d, "da_prev": p["Waa"].T @ d, "dWax": d @ xt.T, "dWaa": d @ a_prev.T,
            "dba": d.sum(axis=1, keepdims=True)}


def rnn_forward(x, a0, parameters):
    a, states, kept = a0, [], []
    for t in range(x.shape[2]):
        if t % 2 == 0:
            kept.append(a)
        a, _ = rnn_cell_forward(x[:, :, t], a, parameters)
        states.append(a)
    return np.stack(states, axis=2), (kept, x, parameters)


def rnn_backward(da, caches):
    kept, x, parameters = caches
    carry, dx, total = 0, np.zeros_like(x), {}
    for t in reversed(range(x.shape[2])):
        a = kept[t // 2]
        if t % 2:
            a, _ = rnn_cell_forward(x[:, :, t - 1], a, parameters)
        step = rnn_cell_backward(carry + da[:, :, t], (x[:, :, t], a, parameters))
        dx[:, :, t], carry = step.pop("dxt"), step.pop("da_prev")
        total = {name: total.get(name, 0) + value for name, value in step.items()}
    return {"dx": dx, "da0": carry, **total}
