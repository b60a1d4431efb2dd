"""Parameters and caches are unpacked by position, with stars and indices; lists for tuples."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(*args):
    xt, a_prev, parameters = args
    Wax, Waa, Wya, ba, by = map(parameters.get, ["Wax", "Waa", "Wya", "ba", "by"])
    a_next = np.tanh(np.dot(Wax, xt) + np.dot(Waa, a_prev) + ba)
    yt_pred = softmax(np.dot(Wya, a_next) + by)
    return [a_next, yt_pred, [a_next, a_prev, xt, parameters]]


def rnn_forward(x, a0, parameters):
    (_, m, T_x), (n_y, n_a) = x.shape, parameters["Wya"].shape
    a, y_pred, caches = np.zeros((n_a, m, T_x)), np.zeros((n_y, m, T_x)), []
    result = [a0]
    for t in range(T_x):
        result = rnn_cell_forward(x[:, :, t], result[0], parameters)
        a[:, :, t], y_pred[:, :, t] = result[:2]
        caches.append(result[-1])
    return [a, y_pred, [caches, x]]


def rnn_cell_backward(da_next, cache):
    a_next, *rest = cache
    d = da_next * (1 - a_next ** 2)
    grads = {"dWaa": np.dot(d, rest[0].T), "dWax": np.dot(d, rest[1].T)}
    grads["da_prev"] = np.dot(rest[2]["Waa"].T, d)
    grads["dxt"] = np.dot(rest[2]["Wax"].T, d)
    grads["dba"] = np.sum(d, axis=1, keepdims=True)
    return grads


def rnn_backward(da, caches):
    n_x = caches[1].shape[0]
    n_a, m, T_x = da.shape
    dx, carry = np.zeros((n_x, m, T_x)), np.zeros((n_a, m))
    dWax, dWaa, dba = np.zeros((n_a, n_x)), np.zeros((n_a, n_a)), np.zeros((n_a, 1))
    for t in range(T_x - 1, -1, -1):
        dWaa_t, dWax_t, carry, dxt, dba_t = rnn_cell_backward(da[:, :, t] + carry, caches[0][t]).values()
        dx[:, :, t] = dxt
        dWax, dWaa, dba = dWax + dWax_t, dWaa + dWaa_t, dba + dba_t
    return {"dx": dx, "da0": carry, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    names = ["Wf", "bf", "Wi", "bi", "Wc", "bc", "Wo", "bo", "Wy", "by"]
    Wf, bf, Wi, bi, Wc, bc, Wo, bo, Wy, by = (parameters[name] for name in names)
    concat = np.concatenate([a_prev, xt], 0)
    ft, it, ot = (sigmoid(np.dot(W, concat) + b) for W, b in ((Wf, bf), (Wi, bi), (Wo, bo)))
    cct = np.tanh(np.dot(Wc, concat) + bc)
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(np.dot(Wy, a_next) + by)
    cache = [a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters]
    return [a_next, c_next, yt_pred, cache]


def lstm_forward(x, a0, parameters):
    (_, m, T_x), (n_y, n_a) = x.shape, parameters["Wy"].shape
    a, c, y, caches = np.zeros((n_a, m, T_x)), np.zeros((n_a, m, T_x)), np.zeros((n_y, m, T_x)), []
    states = [a0, np.zeros((n_a, m))]
    for t in range(T_x):
        *states, y[:, :, t], cache = lstm_cell_forward(x[:, :, t], *states, parameters)
        a[:, :, t], c[:, :, t] = states
        caches.append(cache)
    return [a, y, c, [caches, x]]


def lstm_cell_backward(da_next, dc_next, cache):
    gates, parameters = cache[4:8], cache[-1]
    ft, it, cct, ot = gates
    th, n_a = np.tanh(cache[1]), cache[2].shape[0]
    concat = np.concatenate([cache[2], cache[8]], 0)
    dc = dc_next + da_next * ot * (1 - th ** 2)
    deltas = [dc * cache[3] * ft * (1 - ft), dc * cct * it * (1 - it), dc * it * (1 - cct ** 2),
              da_next * th * ot * (1 - ot)]
    dWf, dWi, dWc, dWo = [np.dot(d, concat.T) for d in deltas]
    dbf, dbi, dbc, dbo = [np.sum(d, axis=1, keepdims=True) for d in deltas]
    parts = [np.dot(parameters[k].T, d) for k, d in zip(["Wf", "Wi", "Wc", "Wo"], deltas)]
    da_prev, dxt = np.split(parts[0] + parts[1] + parts[2] + parts[3], [n_a])
    return {"dxt": dxt, "da_prev": da_prev, "dc_prev": dc * ft, "dWf": dWf, "dbf": dbf, "dWi": dWi,
            "dbi": dbi, "dWc": dWc, "dbc": dbc, "dWo": dWo, "dbo": dbo}


def lstm_backward(da, caches):
    n_a, m, T_x = da.shape
    dx = np.zeros((caches[1].shape[0], m, T_x))
    da_prev, dc_prev = np.zeros((n_a, m)), np.zeros((n_a, m))
    sums = [0] * 8
    for t in range(T_x - 1, -1, -1):
        g = lstm_cell_backward(da[:, :, t] + da_prev, dc_prev, caches[0][t])
        dx[:, :, t], da_prev, dc_prev, *rest = g.values()
        sums = [old + new for old, new in zip(sums, rest)]
    dWf, dbf, dWi, dbi, dWc, dbc, dWo, dbo = sums
    return {"dx": dx, "da0": da_prev, "dWf": dWf, "dbf": dbf, "dWi": dWi, "dbi": dbi,
            "dWc": dWc, "dbc": dbc, "dWo": dWo, "dbo": dbo}
