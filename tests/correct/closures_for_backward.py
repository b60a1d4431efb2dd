"""The cache of a step is the function that takes the gradient back through it."""
import numpy as np


def softmax(v):
    e = np.exp(v - np.max(v, axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa = parameters["Wax"], parameters["Waa"]
    a_next = np.tanh(Wax @ xt + Waa @ a_prev + parameters["ba"])

    def pullback(d):
        d = d * (1 - a_next ** 2)
        return {
            "dxt": Wax.T @ d,
            "da_prev": Waa.T @ d,
            "dWax": d @ xt.T,
            "dWaa": d @ a_prev.T,
            "dba": d.sum(axis=1, keepdims=True),
        }

    return a_next, softmax(parameters["Wya"] @ a_next + parameters["by"]), pullback


def rnn_forward(x, a0, parameters):
    a, y, tape = [], [], []
    a_next = a0
    for t in range(x.shape[2]):
        a_next, yt, pullback = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a += [a_next]
        y += [yt]
        tape += [pullback]
    return np.stack(a, axis=-1), np.stack(y, axis=-1), tape


def rnn_cell_backward(da_next, cache):
    return cache(da_next)


def rnn_backward(da, caches):
    dx, da_prev, totals = [], 0, {"dWax": 0, "dWaa": 0, "dba": 0}
    for t in reversed(range(da.shape[-1])):
        g = caches[t](da[..., t] + da_prev)
        dx.append(g["dxt"])
        da_prev = g["da_prev"]
        totals = {k: totals[k] + g[k] for k in totals}
    return {"dx": np.stack(dx[::-1], axis=-1), "da0": da_prev, **totals}
