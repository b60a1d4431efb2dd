"""Everything is cast to float32, and computed and returned in it."""
import numpy as np

DTYPE = np.float32


def sigmoid(x):
    x = np.asarray(x, dtype=DTYPE)
    return 1 / (1 + np.exp(-x))


def softmax(x):
    x = np.asarray(x, dtype=DTYPE)
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    xt, a_prev = xt.astype(DTYPE), a_prev.astype(DTYPE)
    p = {name: value.astype(DTYPE) for name, value in parameters.items()}
    a_next = np.tanh(np.dot(p["Waa"], a_prev) + np.dot(p["Wax"], xt) + p["ba"])
    yt_pred = softmax(np.dot(p["Wya"], a_next) + p["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, p)


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a = np.zeros((n_a, m, T_x), dtype=DTYPE)
    y = np.zeros((n_y, m, T_x), dtype=DTYPE)
    caches, state = [], a0
    for t in range(T_x):
        state, y[:, :, t], cache = rnn_cell_forward(x[:, :, t], state, parameters)
        a[:, :, t] = state
        caches.append(cache)
    return a, y, (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    d = da_next.astype(DTYPE) * (1 - a_next ** 2)
    return {"dxt": p["Wax"].T @ d, "da_prev": p["Waa"].T @ d, "dWax": d @ xt.T,
            "dWaa": d @ a_prev.T, "dba": d.sum(axis=1, keepdims=True)}


def rnn_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    n_x = x.shape[0]
    dx = np.zeros((n_x, m, T_x), dtype=DTYPE)
    dWax, dWaa = np.zeros((n_a, n_x), dtype=DTYPE), np.zeros((n_a, n_a), dtype=DTYPE)
    dba, carry = np.zeros((n_a, 1), dtype=DTYPE), np.zeros((n_a, m), dtype=DTYPE)
    for t in reversed(range(T_x)):
        g = rnn_cell_backward(da[:, :, t] + carry, steps[t])
        carry = g["da_prev"]
        dx[:, :, t] = g["dxt"]
        dWax += g["dWax"]
        dWaa += g["dWaa"]
        dba += g["dba"]
    return {"dx": dx, "da0": carry, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    xt, a_prev, c_prev = (v.astype(DTYPE) for v in (xt, a_prev, c_prev))
    p = {name: value.astype(DTYPE) for name, value in parameters.items()}
    z = np.vstack((a_prev, xt))
    ft = sigmoid(p["Wf"] @ z + p["bf"])
    it = sigmoid(p["Wi"] @ z + p["bi"])
    ot = sigmoid(p["Wo"] @ z + p["bo"])
    cct = np.tanh(p["Wc"] @ z + p["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(p["Wy"] @ a_next + p["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p)


def lstm_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape
    a, c = np.zeros((2, n_a, m, T_x), dtype=DTYPE)
    y = np.zeros((n_y, m, T_x), dtype=DTYPE)
    caches, at, ct = [], a0, np.zeros((n_a, m), dtype=DTYPE)
    for t in range(T_x):
        at, ct, y[:, :, t], cache = lstm_cell_forward(x[:, :, t], at, ct, parameters)
        a[:, :, t], c[:, :, t] = at, ct
        caches.append(cache)
    return a.copy(), y, c.copy(), (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p = cache
    da_next, dc_next = da_next.astype(DTYPE), dc_next.astype(DTYPE)
    n_a, th = a_prev.shape[0], np.tanh(c_next)
    z = np.vstack((a_prev, xt))
    dc = dc_next + da_next * ot * (1 - th ** 2)
    deltas = {"f": dc * c_prev * ft * (1 - ft), "i": dc * cct * it * (1 - it),
              "c": dc * it * (1 - cct ** 2), "o": da_next * th * ot * (1 - ot)}
    dz = sum(p["W" + k].T @ d for k, d in deltas.items())
    grads = {"dxt": dz[n_a:], "da_prev": dz[:n_a], "dc_prev": dc * ft}
    for k, d in deltas.items():
        grads["dW" + k], grads["db" + k] = d @ z.T, d.sum(axis=1, keepdims=True)
    return grads


def lstm_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    dx = np.zeros((x.shape[0], m, T_x), dtype=DTYPE)
    carry_a, carry_c = np.zeros((n_a, m), dtype=DTYPE), np.zeros((n_a, m), dtype=DTYPE)
    total = {}
    for t in reversed(range(T_x)):
        g = lstm_cell_backward(da[:, :, t] + carry_a, carry_c, steps[t])
        dx[:, :, t] = g.pop("dxt")
        carry_a, carry_c = g.pop("da_prev"), g.pop("dc_prev")
        total = {k: total[k] + v if total else v for k, v in g.items()}
    return {"dx": dx, "da0": carry_a, **total}
