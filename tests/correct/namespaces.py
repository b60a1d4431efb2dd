"""Activations live in a class that is never made; functions are partials of it."""
from collections import OrderedDict, namedtuple
from functools import partial

import numpy as np

LSTMCache = namedtuple("LSTMCache", "a_next c_next a_prev c_prev ft it cct ot xt parameters")


class Activation:
    EPS = 0.0

    @staticmethod
    def sigmoid(x):
        return 0.5 * (np.tanh(0.5 * x) + 1.0)

    @classmethod
    def gate(cls, kind, x):
        match kind:
            case "c":
                return np.tanh(x)
            case "f" | "i" | "o":
                return cls.sigmoid(x)
            case _:
                raise ValueError(f"no gate {kind!r}")

    @staticmethod
    def slope(kind, value):
        return 1.0 - value * value if kind == "c" else value * (1.0 - value)


sigmoid = Activation.sigmoid


def softmax(x, axis=0):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


predict = partial(softmax, axis=0)


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    both = np.concatenate([a_prev, xt], axis=0)

    def pre(k):
        return parameters[f"W{k}"].dot(both) + parameters[f"b{k}"]

    ft, it, cct, ot = (Activation.gate(k, pre(k)) for k in "fico")
    c_next = np.add(np.multiply(ft, c_prev), np.multiply(it, cct))
    a_next = np.multiply(ot, np.tanh(c_next))
    yt_pred = predict(parameters["Wy"].dot(a_next) + parameters["by"])
    cache = LSTMCache(a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, yt_pred, cache


def lstm_forward(x, a0, parameters):
    T_x = x.shape[-1]
    out = OrderedDict((k, []) for k in ("a", "y", "c", "cache"))
    a, c = a0, np.zeros(a0.shape)
    for t in range(T_x):
        a, c, y, cache = lstm_cell_forward(x[:, :, t], a, c, parameters)
        for k, v in zip(out, (a, y, c, cache)):
            out[k].append(v)
    a, y, c = (np.transpose(np.array(out[k]), (1, 2, 0)) for k in ("a", "y", "c"))
    return a, y, c, (out["cache"], x)


def lstm_cell_backward(da_next, dc_next, cache):
    n_a, _ = cache.a_next.shape
    t = np.tanh(cache.c_next)
    dc = dc_next + da_next * cache.ot * Activation.slope("c", t)
    into = dict(f=dc * cache.c_prev, i=dc * cache.cct, c=dc * cache.it, o=da_next * t)
    both = np.concatenate([cache.a_prev, cache.xt])
    grads = {}
    dboth = np.zeros_like(both)
    for k, v in into.items():
        value = getattr(cache, "cct" if k == "c" else k + "t")
        v = v * Activation.slope(k, value)
        grads[f"dW{k}"] = v @ both.T
        grads[f"db{k}"] = v.sum(axis=1, keepdims=True)
        dboth += cache.parameters[f"W{k}"].T @ v
    grads["da_prev"], grads["dxt"], grads["dc_prev"] = dboth[:n_a, :], dboth[n_a:, :], dc * cache.ft
    return grads


def lstm_backward(da, caches):
    (steps, x) = caches
    da_prev = dc_prev = np.zeros(da.shape[:2])
    grads = None
    dx = np.zeros((x.shape[0], da.shape[1], da.shape[2]))
    for t in reversed(range(da.shape[2])):
        step = lstm_cell_backward(da[:, :, t] + da_prev, dc_prev, steps[t])
        da_prev, dc_prev, dx[:, :, t] = (step.pop(k) for k in ("da_prev", "dc_prev", "dxt"))
        grads = step if grads is None else {k: grads[k] + step[k] for k in step}
    return grads | {"dx": dx, "da0": da_prev}
