"""Buffers are filled with out=, and what is kept is a copy."""
import logging

import numpy as np

log = logging.getLogger(__name__)


def sigmoid(x, out=None):
    out = np.empty_like(x) if out is None else out
    np.negative(x, out=out)
    np.exp(out, out=out)
    out += 1.0
    np.reciprocal(out, out=out)
    return out


def softmax(x):
    e = np.subtract(x, x.max(axis=0, keepdims=True))
    np.exp(e, out=e)
    e /= e.sum(axis=0, keepdims=True)
    return e


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    assert Wax.shape[1] == xt.shape[0], "inputs do not fit the weights"
    z = np.empty((Waa.shape[0], xt.shape[1]))
    np.matmul(Wax, xt, out=z)
    z += np.matmul(Waa, a_prev)
    z += ba
    a_next = np.tanh(z, out=z)
    log.debug("|a| = %.3f", np.linalg.norm(a_next))
    yt_pred = softmax(np.matmul(parameters["Wya"], a_next) + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a = np.empty((n_a, m, T_x))
    y = np.empty((n_y, m, T_x))
    caches = []
    state = a0
    for t in range(T_x):
        state, y[..., t], cache = rnn_cell_forward(np.ascontiguousarray(x[..., t]), state, parameters)
        np.copyto(a[..., t], state)
        caches.append(cache)
    log.info("%d steps done", T_x)
    return a, y, (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    delta = np.square(a_next)
    np.subtract(1.0, delta, out=delta)
    np.multiply(delta, da_next, out=delta)
    grads = {"dxt": np.empty_like(xt), "da_prev": np.empty_like(a_prev)}
    np.matmul(parameters["Wax"].T, delta, out=grads["dxt"])
    np.matmul(parameters["Waa"].T, delta, out=grads["da_prev"])
    grads["dWax"] = np.matmul(delta, xt.T)
    grads["dWaa"] = np.matmul(delta, a_prev.T)
    grads["dba"] = np.add.reduce(delta, axis=1, keepdims=True)
    return grads


def rnn_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    total = {}
    dx = np.empty(x.shape[:2] + (T_x,))
    carry = np.zeros((n_a, m))
    upstream = np.empty((n_a, m))
    for t in range(T_x - 1, -1, -1):
        np.add(da[..., t], carry, out=upstream)
        grads = rnn_cell_backward(upstream, steps[t])
        dx[..., t] = grads.pop("dxt")
        carry = grads.pop("da_prev")
        for name, value in grads.items():
            total.setdefault(name, np.zeros_like(value))
            total[name] += value
    del upstream
    return {"dx": dx, "da0": carry, **total}
