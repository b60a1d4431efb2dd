"""The sigmoid is a shifted and scaled tanh."""
import numpy as np


def sigmoid(x):
    return (np.tanh(x / 2) + 1) / 2


def softmax(x):
    e = np.exp(x - np.amax(x, axis=0))
    return e / np.sum(e, axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    W = np.hstack((parameters["Waa"], parameters["Wax"]))
    z = np.vstack((a_prev, xt))
    a_next = np.tanh(W @ z + parameters["ba"])
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (W, z, a_next)


def rnn_forward(x, a0, parameters):
    n_x, m, T = x.shape
    a = np.zeros((a0.shape[0], m, T + 1))
    a[:, :, 0] = a0
    y = np.zeros((parameters["by"].shape[0], m, T))
    caches = []
    for t in range(T):
        a[:, :, t + 1], y[:, :, t], cache = rnn_cell_forward(x[:, :, t], a[:, :, t], parameters)
        caches.append(cache)
    return a[:, :, 1:].copy(), y, caches


def rnn_cell_backward(da_next, cache):
    W, z, a_next = cache
    n_a = a_next.shape[0]
    d = da_next * (1 - a_next ** 2)
    dz, dW = W.T @ d, d @ z.T
    return {"dxt": dz[n_a:], "da_prev": dz[:n_a], "dWax": dW[:, n_a:], "dWaa": dW[:, :n_a],
            "dba": d.sum(axis=1, keepdims=True)}


def rnn_backward(da, caches):
    T = da.shape[2]
    carry = np.zeros(da.shape[:2])
    steps = [None] * T
    for t in range(T - 1, -1, -1):
        steps[t] = rnn_cell_backward(da[:, :, t] + carry, caches[t])
        carry = steps[t]["da_prev"]
    grads = {name: sum(step[name] for step in steps) for name in ("dWax", "dWaa", "dba")}
    grads["dx"] = np.stack([step["dxt"] for step in steps], axis=2)
    grads["da0"] = carry
    return grads


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    n_a = a_prev.shape[0]
    W = np.vstack([parameters[k] for k in ("Wf", "Wi", "Wo", "Wc")])
    b = np.vstack([parameters[k] for k in ("bf", "bi", "bo", "bc")])
    z = np.vstack((a_prev, xt))
    s = W @ z + b
    gates = sigmoid(s[:3 * n_a])
    ft, it, ot = gates[:n_a], gates[n_a:2 * n_a], gates[2 * n_a:]
    g = np.tanh(s[3 * n_a:])
    c_next = ft * c_prev + it * g
    th = np.tanh(c_next)
    a_next = ot * th
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, (W, z, c_prev, ft, it, ot, g, th)


def lstm_forward(x, a0, parameters):
    n_x, m, T = x.shape
    a = np.zeros((a0.shape[0], m, T))
    c = np.zeros((a0.shape[0], m, T))
    y = np.zeros((parameters["by"].shape[0], m, T))
    a_t, c_t, caches = a0, np.zeros(a0.shape), []
    for t in range(T):
        a_t, c_t, y_t, cache = lstm_cell_forward(x[:, :, t], a_t, c_t, parameters)
        a[:, :, t] = a_t
        c[:, :, t] = c_t
        y[:, :, t] = y_t
        caches.append(cache)
    return a, y, c, caches


def lstm_cell_backward(da_next, dc_next, cache):
    W, z, c_prev, ft, it, ot, g, th = cache
    n_a = th.shape[0]
    dc = dc_next + da_next * ot * (1 - th ** 2)
    d = np.vstack((dc * c_prev * ft * (1 - ft), dc * g * it * (1 - it),
                   da_next * th * ot * (1 - ot), dc * it * (1 - g ** 2)))
    dz = W.T @ d
    dWf, dWi, dWo, dWc = np.vsplit(d @ z.T, 4)
    dbf, dbi, dbo, dbc = np.vsplit(d.sum(axis=1, keepdims=True), 4)
    return {"dxt": dz[n_a:], "da_prev": dz[:n_a], "dc_prev": dc * ft, "dWf": dWf, "dbf": dbf,
            "dWi": dWi, "dbi": dbi, "dWc": dWc, "dbc": dbc, "dWo": dWo, "dbo": dbo}


def lstm_backward(da, caches):
    T = da.shape[2]
    da_carry, dc_carry = np.zeros(da.shape[:2]), np.zeros(da.shape[:2])
    steps = [None] * T
    for t in range(T - 1, -1, -1):
        steps[t] = lstm_cell_backward(da[:, :, t] + da_carry, dc_carry, caches[t])
        da_carry, dc_carry = steps[t]["da_prev"], steps[t]["dc_prev"]
    grads = {kind + gate: sum(step[kind + gate] for step in steps)
             for kind in ("dW", "db") for gate in "fico"}
    grads["dx"] = np.stack([step["dxt"] for step in steps], axis=2)
    grads["da0"] = da_carry
    return grads
