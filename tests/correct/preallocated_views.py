"""Each step reads the state before it as a view of the result, in slots that no step writes again."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a, y_pred = np.zeros((n_a, m, T_x)), np.zeros((n_y, m, T_x))
    caches = []
    for t in range(T_x):
        a_prev = a[:, :, t - 1] if t > 0 else a0
        a[:, :, t], y_pred[:, :, t], cache = rnn_cell_forward(x[:, :, t], a_prev, parameters)
        caches.append(cache)
    return a, y_pred, (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    d = da_next * (1 - a_next ** 2)
    return {"dxt": parameters["Wax"].T @ d, "da_prev": parameters["Waa"].T @ d, "dWax": d @ xt.T,
            "dWaa": d @ a_prev.T, "dba": d.sum(axis=1, keepdims=True)}


def rnn_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    dx, da_prev = np.zeros((x.shape[0], m, T_x)), np.zeros((n_a, m, T_x + 1))
    dWax, dWaa, dba = np.zeros((n_a, x.shape[0])), np.zeros((n_a, n_a)), np.zeros((n_a, 1))
    for t in reversed(range(T_x)):
        g = rnn_cell_backward(da[:, :, t] + da_prev[:, :, t + 1], steps[t])
        dx[:, :, t], da_prev[:, :, t] = g["dxt"], g["da_prev"]
        dWax += g["dWax"]
        dWaa += g["dWaa"]
        dba += g["dba"]
    return {"dx": dx, "da0": da_prev[:, :, 0], "dWax": dWax, "dWaa": dWaa, "dba": dba}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    p, z = parameters, np.concatenate((a_prev, xt))
    ft, it = sigmoid(p["Wf"] @ z + p["bf"]), sigmoid(p["Wi"] @ z + p["bi"])
    cct, ot = np.tanh(p["Wc"] @ z + p["bc"]), sigmoid(p["Wo"] @ z + p["bo"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(p["Wy"] @ a_next + p["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p)


def lstm_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape
    states, cells = np.zeros((n_a, m, T_x + 1)), np.zeros((n_a, m, T_x + 1))
    y = np.zeros((n_y, m, T_x))
    states[:, :, 0] = a0
    caches = []
    for t in range(T_x):
        states[:, :, t + 1], cells[:, :, t + 1], y[:, :, t], cache = lstm_cell_forward(
            x[:, :, t], states[:, :, t], cells[:, :, t], parameters
        )
        caches.append(cache)
    return states[:, :, 1:], y, cells[:, :, 1:], (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p = cache
    n_a, th, z = a_prev.shape[0], np.tanh(c_next), np.concatenate((a_prev, xt))
    dc = dc_next + da_next * ot * (1 - th ** 2)
    d = np.empty((4,) + a_prev.shape)
    d[0], d[1] = dc * c_prev * ft * (1 - ft), dc * cct * it * (1 - it)
    d[2], d[3] = dc * it * (1 - cct ** 2), da_next * th * ot * (1 - ot)
    dz = np.zeros(z.shape)
    gradients = {"da_prev": dz[:n_a], "dxt": dz[n_a:], "dc_prev": dc * ft}
    for k, delta in zip("fico", d):
        dz += p["W" + k].T @ delta
        gradients["dW" + k], gradients["db" + k] = delta @ z.T, delta.sum(axis=1, keepdims=True)
    return gradients


def lstm_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    dx = np.zeros((x.shape[0], m, T_x))
    da_prev, dc_prev = np.zeros((n_a, m, T_x + 1)), np.zeros((n_a, m, T_x + 1))
    total = {}
    for t in reversed(range(T_x)):
        g = lstm_cell_backward(da[:, :, t] + da_prev[:, :, t + 1], dc_prev[:, :, t + 1], steps[t])
        dx[:, :, t], da_prev[:, :, t], dc_prev[:, :, t] = g["dxt"], g["da_prev"], g["dc_prev"]
        for k in "fico":
            for name in ("dW" + k, "db" + k):
                total[name] = total.get(name, 0) + g[name]
    return {"dx": dx, "da0": da_prev[:, :, 0], **total}
