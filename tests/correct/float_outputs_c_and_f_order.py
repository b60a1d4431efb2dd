"""Some arrays are C-ordered, some Fortran-ordered, some strided; their values are all that counts."""
import numpy as np


def sigmoid(x):
    return np.asfortranarray(1 / (1 + np.exp(-x)))


def softmax(x):
    e = np.exp(x - x.max(axis=0)).T
    return (e / e.sum(axis=1, keepdims=True)).T


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.asfortranarray(
        np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    )
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a, y_pred = np.zeros((n_a, m, T_x), order="F"), np.zeros((T_x, n_y, m))
    caches, a_next = [], a0
    for t in range(T_x):
        a_next, y_pred[t], cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        caches.append(cache)
    return a, y_pred.transpose(1, 2, 0), (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    d = np.asfortranarray(da_next * (1 - a_next ** 2))
    return {"dxt": (d.T @ parameters["Wax"]).T, "da_prev": (d.T @ parameters["Waa"]).T,
            "dWax": (xt @ d.T).T, "dWaa": (a_prev @ d.T).T, "dba": d.sum(axis=1, keepdims=True)}


def rnn_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    n_x = x.shape[0]
    dx, da0 = np.zeros((T_x, m, n_x)).T, np.zeros((m, n_a)).T
    dWax, dWaa = np.zeros((n_a, n_x), order="F"), np.zeros((n_a, n_a), order="F")
    dba = np.zeros((n_a, 1))
    for t in reversed(range(T_x)):
        g = rnn_cell_backward(da[:, :, t] + da0, steps[t])
        dx[:, :, t], da0 = g["dxt"], g["da_prev"]
        dWax += g["dWax"]
        dWaa += g["dWaa"]
        dba += g["dba"]
    return {"dx": dx, "da0": da0, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    p, z = parameters, np.asfortranarray(np.concatenate((a_prev, xt)))
    ft, it = sigmoid(p["Wf"] @ z + p["bf"]), sigmoid(p["Wi"] @ z + p["bi"])
    ot, cct = sigmoid(p["Wo"] @ z + p["bo"]), np.tanh((z.T @ p["Wc"].T + p["bc"].T).T)
    c_next = ft * c_prev + it * cct
    a_next = np.ascontiguousarray(ot * np.tanh(c_next))
    yt_pred = softmax(p["Wy"] @ a_next + p["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p)


def lstm_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape
    a, c = np.zeros((T_x, n_a, m)), np.zeros((n_a, m, T_x), order="F")
    y = np.zeros((n_y, m, 2 * T_x))[:, :, ::2]
    caches, a_next, c_next = [], a0, np.zeros((n_a, m))
    for t in range(T_x):
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[t], c[:, :, t], y[:, :, t] = a_next, c_next, yt
        caches.append(cache)
    return np.moveaxis(a, 0, 2), y, c, (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p = cache
    n_a, th, z = a_prev.shape[0], np.tanh(c_next), np.concatenate((a_prev, xt))
    dc = dc_next + da_next * ot * (1 - th ** 2)
    d = {"f": dc * c_prev * ft * (1 - ft), "i": dc * cct * it * (1 - it),
         "c": dc * it * (1 - cct ** 2), "o": da_next * th * ot * (1 - ot)}
    dz = sum((d[k].T @ p["W" + k]).T for k in d)
    grads = {"dxt": dz[n_a:], "da_prev": dz[:n_a], "dc_prev": np.asfortranarray(dc * ft)}
    for k in d:
        grads["dW" + k] = (z @ d[k].T).T
        grads["db" + k] = d[k].T.sum(axis=0)[np.newaxis].T
    return grads


def lstm_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    dx = np.zeros((T_x, x.shape[0], m))
    da_prev, dc_prev = np.zeros((n_a, m), order="F"), np.zeros((n_a, m))
    total = {}
    for t in reversed(range(T_x)):
        g = lstm_cell_backward(da[:, :, t] + da_prev, dc_prev, steps[t])
        dx[t], da_prev, dc_prev = g.pop("dxt"), g.pop("da_prev"), g.pop("dc_prev")
        for k in g:
            total[k] = total[k] + g[k] if k in total else g[k]
    return {"dx": dx.transpose(1, 2, 0), "da0": da_prev, **total}
