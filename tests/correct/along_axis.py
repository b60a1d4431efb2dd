"""One example at a time through np.apply_along_axis, and constants of the module."""
import numpy as np

EPS = 0.0
GATES = "f", "i", "c", "o"


def _softmax_of_one(v):
    e = np.exp(v - v.max())
    return e / (e.sum() + EPS)


def softmax(x):
    return np.apply_along_axis(_softmax_of_one, 0, x)


def sigmoid(x):
    global EPS
    return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    (n_a, m), n_x = a_prev.shape, xt.shape[0]
    concat = np.zeros((n_a + n_x, m))
    concat[:n_a], concat[n_a:] = a_prev, xt
    value = {}
    for k in GATES:
        score = np.einsum("ij,jm->im", parameters[f"W{k}"], concat) + parameters[f"b{k}"]
        value[k] = (np.tanh if k == "c" else sigmoid)(score)
    c_next = value["f"] * c_prev + value["i"] * value["c"]
    a_next = value["o"] * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    cache = {"value": value, "concat": concat, "c": (c_prev, c_next), "parameters": parameters}
    return a_next, c_next, yt_pred, cache


def lstm_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_a, n_y = len(a0), len(parameters["by"])
    a, c = np.zeros((2, n_a, m, T_x + 1))
    y = np.zeros((n_y, m, T_x))
    a[..., 0] = a0
    caches = [None] * T_x
    for t in range(T_x):
        a[..., t + 1], c[..., t + 1], y[..., t], caches[t] = lstm_cell_forward(
            x[..., t], a[..., t].copy(), c[..., t].copy(), parameters
        )
    return a[..., 1:], y, c[..., 1:], (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    value, concat = cache["value"], cache["concat"]
    c_prev, c_next = cache["c"]
    n_a = c_next.shape[0]
    tc = np.tanh(c_next)
    dc = dc_next + da_next * value["o"] * (1 - tc * tc)
    d = {"f": dc * c_prev, "i": dc * value["c"], "c": dc * value["i"], "o": da_next * tc}
    for k in d:
        d[k] = d[k] * (1 - value[k] ** 2 if k == "c" else value[k] - value[k] ** 2)
    W = cache["parameters"]
    grads = {"dW" + k: np.inner(d[k], concat) for k in GATES}
    grads.update({"db" + k: np.apply_along_axis(np.sum, 1, d[k])[:, None] for k in GATES})
    both = np.sum([W["W" + k].T @ d[k] for k in GATES], axis=0)
    grads.update(da_prev=both[:n_a], dxt=both[n_a:], dc_prev=dc * value["f"])
    del both, W
    return grads
