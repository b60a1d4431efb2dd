"""Most of the work is in private functions of the module, shared by forward and backward."""
import numpy as np


def sigmoid(x):
    return _squash(x, 0)


def softmax(x):
    return _normalise(np.exp(x - np.max(x, axis=0)))


def _squash(x, candidate):
    return np.tanh(x) if candidate else 1 / (1 + np.exp(-x))


def _normalise(weights):
    return weights / np.sum(weights, axis=0)


def _affine(parameters, gate, z):
    return np.dot(parameters["W" + gate], z) + parameters["b" + gate]


def _row_sum(d):
    return np.sum(d, axis=1, keepdims=True)


def _through_time(cell, da, carries, n_x):
    """Walk a backward cell function back through time."""
    dx, total = np.zeros((n_x,) + da.shape[1:]), {}
    for t in range(da.shape[2] - 1, -1, -1):
        g = cell(t, da[:, :, t] + carries[0], *carries[1:])
        dx[:, :, t] = g.pop("dxt")
        carries = [g.pop(name) for name in ("da_prev", "dc_prev") if name in g]
        for name in g:
            total[name] = total.get(name, 0) + g[name]
    return {"dx": dx, "da0": carries[0], **total}


def rnn_cell_forward(xt, a_prev, parameters):
    p = parameters
    a_next = _squash(np.dot(p["Waa"], a_prev) + np.dot(p["Wax"], xt) + p["ba"], 1)
    return a_next, softmax(np.dot(p["Wya"], a_next) + p["by"]), (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    a, y, caches = [], [], []
    for t in range(x.shape[2]):
        at, yt, cache = rnn_cell_forward(x[:, :, t], a[-1] if a else a0, parameters)
        _append((a, y, caches), (at, yt, cache))
    return np.stack(a, axis=2), np.stack(y, axis=2), (caches, x)


def _append(lists, values):
    for items, value in zip(lists, values):
        items.append(value)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    d = da_next * _tanh_slope(a_next)
    return {"dxt": np.dot(p["Wax"].T, d), "da_prev": np.dot(p["Waa"].T, d),
            "dWax": np.dot(d, xt.T), "dWaa": np.dot(d, a_prev.T), "dba": _row_sum(d)}


def _tanh_slope(value):
    return 1 - value ** 2


def _sigmoid_slope(value):
    return value * (1 - value)


def rnn_backward(da, caches):
    steps, x = caches
    zero = np.zeros(da.shape[:2])
    return _through_time(lambda t, d: rnn_cell_backward(d, steps[t]), da, [zero], x.shape[0])


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    z = np.concatenate((a_prev, xt))
    ft, it, cct, ot = (_squash(_affine(parameters, gate, z), gate == "c") for gate in "fico")
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(_affine(parameters, "y", a_next))
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_forward(x, a0, parameters):
    a, y, c, caches = [], [], [], []
    at, ct = a0, np.zeros(a0.shape)
    for t in range(x.shape[2]):
        at, ct, yt, cache = lstm_cell_forward(x[:, :, t], at, ct, parameters)
        _append((a, y, c, caches), (at, yt, ct, cache))
    return np.stack(a, axis=2), np.stack(y, axis=2), np.stack(c, axis=2), (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p = cache
    z, th = np.concatenate((a_prev, xt)), np.tanh(c_next)
    dc = dc_next + da_next * ot * _tanh_slope(th)
    deltas = {"f": dc * c_prev * _sigmoid_slope(ft), "i": dc * cct * _sigmoid_slope(it),
              "c": dc * it * _tanh_slope(cct), "o": da_next * th * _sigmoid_slope(ot)}
    grads = {"dc_prev": dc * ft}
    for gate, d in deltas.items():
        grads["dW" + gate], grads["db" + gate] = np.dot(d, z.T), _row_sum(d)
    dz = sum(np.dot(p["W" + gate].T, d) for gate, d in deltas.items())
    grads["da_prev"], grads["dxt"] = dz[:len(a_prev)], dz[len(a_prev):]
    return grads


def lstm_backward(da, caches):
    steps, x = caches
    zeros = [np.zeros(da.shape[:2]), np.zeros(da.shape[:2])]
    return _through_time(
        lambda t, d, dc: lstm_cell_backward(d, dc, steps[t]), da, zeros, x.shape[0]
    )
