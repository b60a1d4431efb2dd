"""Helpers with keyword-only arguments and defaults; np.clip keeps the logits in bounds."""
import numpy as np

BIG = 500.0


def sigmoid(x, *, bound=BIG):
    return 1 / (1 + np.exp(-np.clip(x, -bound, bound)))


def softmax(x, *, axis=0):
    shifted = np.clip(x - x.max(axis=axis, keepdims=True), -BIG, 0)
    e = np.exp(shifted)
    return e / e.sum(axis=axis, keepdims=True)


def _gate(*, name, inputs, parameters, squash=sigmoid):
    return squash(parameters[f"W{name}"] @ inputs + parameters[f"b{name}"])


def lstm_cell_forward(xt, a_prev, c_prev, parameters, *, axis=0):
    concat = np.concatenate((a_prev, xt), axis=axis)
    ft = _gate(name="f", inputs=concat, parameters=parameters)
    it = _gate(name="i", inputs=concat, parameters=parameters)
    ot = _gate(name="o", inputs=concat, parameters=parameters)
    cct = _gate(name="c", inputs=concat, parameters=parameters, squash=np.tanh)
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"], axis=axis)
    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, yt_pred, cache


def lstm_forward(x, a0, parameters, *, c0=None):
    c_next = np.zeros_like(a0) if c0 is None else c0
    a_next = a0
    n_a, m = a0.shape
    T_x = x.shape[2]
    a, c = np.zeros((n_a, m, T_x)), np.zeros((n_a, m, T_x))
    y = np.zeros((parameters["by"].shape[0], m, T_x))
    caches = []
    for t in range(T_x):
        a_next, c_next, y[:, :, t], cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t], c[:, :, t] = a_next, c_next
        caches.append(cache)
    return a, y, c, (caches, x)
