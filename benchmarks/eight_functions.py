"""A complete, correct submission: RNN and LSTM, one step and a sequence, forward and backward."""

import numpy as np


def logistic(x):
    return 1 / (1 + np.exp(-x))


def class_probabilities(scores):
    e = np.exp(scores - np.max(scores, axis=0, keepdims=True))
    return e / np.sum(e, axis=0, keepdims=True)


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    Wya, by = parameters["Wya"], parameters["by"]

    a_next = np.tanh(np.dot(Wax, xt) + np.dot(Waa, a_prev) + ba)
    yt_pred = class_probabilities(np.dot(Wya, a_next) + by)
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    m, T_x = x.shape[1:]
    n_y, n_a = parameters["Wya"].shape
    a = np.zeros((n_a, m, T_x))
    y_pred = np.zeros((n_y, m, T_x))
    a_next = a0
    caches = []

    for t in range(T_x):
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        y_pred[:, :, t] = yt_pred
        caches.append(cache)
    return a, y_pred, (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache

    dz = da_next * (1 - a_next**2)
    return {
        "dxt": np.dot(parameters["Wax"].T, dz),
        "da_prev": np.dot(parameters["Waa"].T, dz),
        "dWax": np.dot(dz, xt.T),
        "dWaa": np.dot(dz, a_prev.T),
        "dba": np.sum(dz, axis=1, keepdims=True),
    }


def rnn_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    n_x = x.shape[0]
    dx = np.zeros((n_x, m, T_x))
    dWax = np.zeros((n_a, n_x))
    dWaa = np.zeros((n_a, n_a))
    dba = np.zeros((n_a, 1))
    da_prev = np.zeros((n_a, m))

    for t in reversed(range(T_x)):
        gradients = rnn_cell_backward(da[:, :, t] + da_prev, steps[t])
        dx[:, :, t] = gradients["dxt"]
        da_prev = gradients["da_prev"]
        dWax += gradients["dWax"]
        dWaa += gradients["dWaa"]
        dba += gradients["dba"]
    return {"dx": dx, "da0": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    concat = np.concatenate((a_prev, xt), axis=0)
    ft = logistic(np.dot(parameters["Wf"], concat) + parameters["bf"])
    it = logistic(np.dot(parameters["Wi"], concat) + parameters["bi"])
    cct = np.tanh(np.dot(parameters["Wc"], concat) + parameters["bc"])
    ot = logistic(np.dot(parameters["Wo"], concat) + parameters["bo"])

    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = class_probabilities(np.dot(parameters["Wy"], a_next) + parameters["by"])
    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, yt_pred, cache


def lstm_forward(x, a0, parameters):
    m, T_x = x.shape[1:]
    n_y, n_a = parameters["Wy"].shape
    a = np.zeros((n_a, m, T_x))
    c = np.zeros((n_a, m, T_x))
    y = np.zeros((n_y, m, T_x))
    a_next = a0
    c_next = np.zeros((n_a, m))
    caches = []

    for t in range(T_x):
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t] = a_next
        c[:, :, t] = c_next
        y[:, :, t] = yt
        caches.append(cache)
    return a, y, c, (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    n_a = a_next.shape[0]
    concat = np.concatenate((a_prev, xt), axis=0)

    tanh_c = np.tanh(c_next)
    dc = dc_next + da_next * ot * (1 - tanh_c**2)
    dft = dc * c_prev * ft * (1 - ft)
    dit = dc * cct * it * (1 - it)
    dcct = dc * it * (1 - cct**2)
    dot = da_next * tanh_c * ot * (1 - ot)

    dconcat = np.dot(parameters["Wf"].T, dft) + np.dot(parameters["Wi"].T, dit)
    dconcat += np.dot(parameters["Wc"].T, dcct) + np.dot(parameters["Wo"].T, dot)
    return {
        "dxt": dconcat[n_a:],
        "da_prev": dconcat[:n_a],
        "dc_prev": dc * ft,
        "dWf": np.dot(dft, concat.T),
        "dWi": np.dot(dit, concat.T),
        "dWc": np.dot(dcct, concat.T),
        "dWo": np.dot(dot, concat.T),
        "dbf": np.sum(dft, axis=1, keepdims=True),
        "dbi": np.sum(dit, axis=1, keepdims=True),
        "dbc": np.sum(dcct, axis=1, keepdims=True),
        "dbo": np.sum(dot, axis=1, keepdims=True),
    }


def lstm_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    n_x = x.shape[0]
    dx = np.zeros((n_x, m, T_x))
    sums = {"dW" + gate: np.zeros((n_a, n_a + n_x)) for gate in "fico"}
    sums.update({"db" + gate: np.zeros((n_a, 1)) for gate in "fico"})
    da_prev = np.zeros((n_a, m))
    dc_prev = np.zeros((n_a, m))

    for t in reversed(range(T_x)):
        gradients = lstm_cell_backward(da[:, :, t] + da_prev, dc_prev, steps[t])
        dx[:, :, t] = gradients["dxt"]
        da_prev = gradients["da_prev"]
        dc_prev = gradients["dc_prev"]
        for name in sums:
            sums[name] += gradients[name]
    return {"dx": dx, "da0": da_prev, **sums}
