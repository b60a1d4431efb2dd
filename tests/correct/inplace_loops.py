"""Element by element, in loops that write into the function's own arrays."""
import math

import numpy as np


def sigmoid(x):
    s = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            s[i, j] = 1 / (1 + math.exp(-x[i, j])) if x[i, j] > -700 else 0.0
    return s


def softmax(x):
    p = np.array(x, dtype=float)
    for j in range(p.shape[1]):
        p[:, j] -= p[:, j].max()
        np.exp(p[:, j], out=p[:, j])
        p[:, j] /= p[:, j].sum()
    return p


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.dot(parameters["Wax"], xt)
    a_next += np.dot(parameters["Waa"], a_prev)
    a_next += parameters["ba"]
    for i in range(a_next.shape[0]):
        for j in range(a_next.shape[1]):
            a_next[i, j] = math.tanh(a_next[i, j])
    scores = np.dot(parameters["Wya"], a_next)
    scores += parameters["by"]
    return a_next, softmax(scores), (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a, y = np.zeros((n_a, m, T_x)), np.zeros((n_y, m, T_x))
    caches = []
    state = a0
    t = 0
    while t < T_x:
        state, prediction, cache = rnn_cell_forward(x[:, :, t], state, parameters)
        for j in range(m):
            for i in range(n_a):
                a[i, j, t] = state[i, j]
            for k in range(n_y):
                y[k, j, t] = prediction[k, j]
        caches += [cache]
        t += 1
    return a, y, (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    n_a, m = a_next.shape
    d = np.zeros((n_a, m))
    dba = np.zeros((n_a, 1))
    for i in range(n_a):
        for j in range(m):
            d[i, j] = da_next[i, j] * (1 - a_next[i, j] ** 2)
            dba[i, 0] += d[i, j]
    return {"dxt": np.dot(parameters["Wax"].T, d), "da_prev": np.dot(parameters["Waa"].T, d),
            "dWax": np.dot(d, xt.T), "dWaa": np.dot(d, a_prev.T), "dba": dba}


def rnn_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    n_x = x.shape[0]
    dx, carry = np.zeros((n_x, m, T_x)), np.zeros((n_a, m))
    dWax, dWaa, dba = np.zeros((n_a, n_x)), np.zeros((n_a, n_a)), np.zeros((n_a, 1))
    t = T_x
    while t > 0:
        t -= 1
        carry += da[:, :, t]
        g = rnn_cell_backward(carry, steps[t])
        carry[:] = g["da_prev"]
        dx[:, :, t] = g["dxt"]
        dWax += g["dWax"]
        dWaa += g["dWaa"]
        dba += g["dba"]
    return {"dx": dx, "da0": carry, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    n_a, m = a_prev.shape
    z = np.zeros((n_a + xt.shape[0], m))
    for j in range(m):
        z[:n_a, j] = a_prev[:, j]
        z[n_a:, j] = xt[:, j]
    ft = sigmoid(np.dot(parameters["Wf"], z) + parameters["bf"])
    it = sigmoid(np.dot(parameters["Wi"], z) + parameters["bi"])
    ot = sigmoid(np.dot(parameters["Wo"], z) + parameters["bo"])
    cct = np.dot(parameters["Wc"], z) + parameters["bc"]
    a_next, c_next = np.zeros((n_a, m)), np.zeros((n_a, m))
    for i in range(n_a):
        for j in range(m):
            cct[i, j] = math.tanh(cct[i, j])
            c_next[i, j] += ft[i, j] * c_prev[i, j]
            c_next[i, j] += it[i, j] * cct[i, j]
            a_next[i, j] = ot[i, j] * math.tanh(c_next[i, j])
    scores = np.dot(parameters["Wy"], a_next)
    scores += parameters["by"]
    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, softmax(scores), cache


def lstm_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape
    a, c, y = np.zeros((n_a, m, T_x)), np.zeros((n_a, m, T_x)), np.zeros((n_y, m, T_x))
    caches = []
    at, ct = a0, np.zeros((n_a, m))
    for t in range(T_x):
        at, ct, yt, cache = lstm_cell_forward(x[:, :, t], at, ct, parameters)
        for j in range(m):
            a[:, j, t] = at[:, j]
            c[:, j, t] = ct[:, j]
            y[:, j, t] = yt[:, j]
        caches += [cache]
    return a, y, c, (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    n_a, m = a_next.shape
    dft, dit, dcct, dot = (np.zeros((n_a, m)) for _ in range(4))
    dc_prev = np.zeros((n_a, m))
    for i in range(n_a):
        for j in range(m):
            th = math.tanh(c_next[i, j])
            dc = dc_next[i, j] + da_next[i, j] * ot[i, j] * (1 - th * th)
            dft[i, j] = dc * c_prev[i, j] * ft[i, j] * (1 - ft[i, j])
            dit[i, j] = dc * cct[i, j] * it[i, j] * (1 - it[i, j])
            dcct[i, j] = dc * it[i, j] * (1 - cct[i, j] ** 2)
            dot[i, j] = da_next[i, j] * th * ot[i, j] * (1 - ot[i, j])
            dc_prev[i, j] = dc * ft[i, j]
    z = np.concatenate((a_prev, xt), axis=0)
    dz = np.zeros(z.shape)
    gradients = {"dc_prev": dc_prev}
    for gate, d in (("f", dft), ("i", dit), ("c", dcct), ("o", dot)):
        dz += np.dot(parameters["W" + gate].T, d)
        gradients["dW" + gate] = np.dot(d, z.T)
        db = np.zeros((n_a, 1))
        for j in range(m):
            db[:, 0] += d[:, j]
        gradients["db" + gate] = db
    gradients["da_prev"], gradients["dxt"] = dz[:n_a], dz[n_a:]
    return gradients


def lstm_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    dx = np.zeros((x.shape[0], m, T_x))
    carry_a, carry_c = np.zeros((n_a, m)), np.zeros((n_a, m))
    total = {}
    for t in reversed(range(T_x)):
        carry_a += da[:, :, t]
        g = lstm_cell_backward(carry_a, carry_c, steps[t])
        carry_a[:] = g["da_prev"]
        carry_c[:] = g["dc_prev"]
        dx[:, :, t] = g["dxt"]
        for gate in "fico":
            for name in ("dW" + gate, "db" + gate):
                if name not in total:
                    total[name] = np.zeros(g[name].shape)
                total[name] += g[name]
    total["dx"] = dx
    total["da0"] = carry_a
    return total
