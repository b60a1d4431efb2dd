"""The contract's caches, with entries of the author's own behind."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya = parameters["Wax"], parameters["Waa"], parameters["Wya"]
    score = np.dot(Waa, a_prev) + np.dot(Wax, xt) + parameters["ba"]
    a_next = np.tanh(score)
    yt_pred = softmax(np.dot(Wya, a_next) + parameters["by"])
    cache = (a_next, a_prev, xt, parameters, score, yt_pred)
    return a_next, yt_pred, cache


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a, y_pred = np.zeros((n_a, m, T_x)), np.zeros((n_y, m, T_x))
    a_next, caches = a0, []
    for t in range(T_x):
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t], y_pred[:, :, t] = a_next, yt_pred
        caches.append(cache)
    return a, y_pred, (caches, x, a0, T_x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters, score, _ = cache
    d = da_next / np.cosh(score) ** 2
    return {"dxt": np.dot(parameters["Wax"].T, d), "da_prev": np.dot(parameters["Waa"].T, d),
            "dWax": np.dot(d, xt.T), "dWaa": np.dot(d, a_prev.T),
            "dba": np.sum(d, axis=1, keepdims=True), "dscore": d}


def rnn_backward(da, caches):
    steps, x, *_ = caches
    n_a, m, T_x = da.shape
    n_x = x.shape[0]
    dx, da_prev = np.zeros((n_x, m, T_x)), np.zeros((n_a, m))
    dWax, dWaa, dba = np.zeros((n_a, n_x)), np.zeros((n_a, n_a)), np.zeros((n_a, 1))
    for t in reversed(range(T_x)):
        g = rnn_cell_backward(da[:, :, t] + da_prev, steps[t])
        da_prev = g["da_prev"]
        dx[:, :, t] = g["dxt"]
        dWax += g["dWax"]
        dWaa += g["dWaa"]
        dba += g["dba"]
    return {"dx": dx, "da0": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    concat = np.concatenate((a_prev, xt), axis=0)
    ft = sigmoid(np.dot(parameters["Wf"], concat) + parameters["bf"])
    it = sigmoid(np.dot(parameters["Wi"], concat) + parameters["bi"])
    cct = np.tanh(np.dot(parameters["Wc"], concat) + parameters["bc"])
    ot = sigmoid(np.dot(parameters["Wo"], concat) + parameters["bo"])
    c_next = ft * c_prev + it * cct
    tanh_c = np.tanh(c_next)
    a_next = ot * tanh_c
    yt_pred = softmax(np.dot(parameters["Wy"], a_next) + parameters["by"])
    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters, concat, tanh_c, yt_pred)
    return a_next, c_next, yt_pred, cache


def lstm_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape
    a, c, y = np.zeros((n_a, m, T_x)), np.zeros((n_a, m, T_x)), np.zeros((n_y, m, T_x))
    a_next, c_next, caches = a0, np.zeros((n_a, m)), []
    for t in range(T_x):
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t], c[:, :, t], y[:, :, t] = a_next, c_next, yt
        caches.append(cache)
    return a, y, c, (caches, x, a0, T_x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache[:10]
    concat, tanh_c, _ = cache[10:]
    n_a = a_next.shape[0]
    dc = dc_next + da_next * ot * (1 - tanh_c ** 2)
    dft, dit = dc * c_prev * ft * (1 - ft), dc * cct * it * (1 - it)
    dcct, dot = dc * it * (1 - cct ** 2), da_next * tanh_c * ot * (1 - ot)
    dconcat = (np.dot(parameters["Wf"].T, dft) + np.dot(parameters["Wi"].T, dit)
               + np.dot(parameters["Wc"].T, dcct) + np.dot(parameters["Wo"].T, dot))
    return {"dxt": dconcat[n_a:], "da_prev": dconcat[:n_a], "dc_prev": dc * ft,
            "dWf": np.dot(dft, concat.T), "dbf": dft.sum(axis=1, keepdims=True),
            "dWi": np.dot(dit, concat.T), "dbi": dit.sum(axis=1, keepdims=True),
            "dWc": np.dot(dcct, concat.T), "dbc": dcct.sum(axis=1, keepdims=True),
            "dWo": np.dot(dot, concat.T), "dbo": dot.sum(axis=1, keepdims=True),
            "dft": dft, "dit": dit, "dcct": dcct, "dot": dot}


def lstm_backward(da, caches):
    steps, x, *_ = caches
    n_a, m, T_x = da.shape
    dx = np.zeros((x.shape[0], m, T_x))
    da_prev, dc_prev = np.zeros((n_a, m)), np.zeros((n_a, m))
    keys = [kind + gate for gate in "fico" for kind in ("dW", "db")]
    total = {}
    for t in reversed(range(T_x)):
        g = lstm_cell_backward(da[:, :, t] + da_prev, dc_prev, steps[t])
        da_prev, dc_prev = g["da_prev"], g["dc_prev"]
        dx[:, :, t] = g["dxt"]
        for key in keys:
            total[key] = total[key] + g[key] if key in total else g[key]
    total.update(dx=dx, da0=da_prev, dc0=dc_prev)
    return total
