"""The cache of a step holds what it was given; the gates are worked out again on the way back."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def gates_of(xt, a_prev, c_prev, p):
    z = np.concatenate((a_prev, xt))
    f, i, o = (sigmoid(p["W" + k] @ z + p["b" + k]) for k in "fio")
    g = np.tanh(p["Wc"] @ z + p["bc"])
    c = f * c_prev + i * g
    return z, f, i, g, o, c, o * np.tanh(c)


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    *_, c_next, a_next = gates_of(xt, a_prev, c_prev, parameters)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, (xt, a_prev, c_prev, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    xt, a_prev, c_prev, p = cache
    z, f, i, g, o, c, a = gates_of(*cache)
    dc = dc_next + da_next * o * (1 - np.tanh(c) ** 2)
    df = dc * c_prev * f * (1 - f)
    di = dc * g * i * (1 - i)
    dg = dc * i * (1 - g ** 2)
    do = da_next * np.tanh(c) * o * (1 - o)
    n_a = len(a)
    dz = p["Wf"].T @ df + p["Wi"].T @ di + p["Wc"].T @ dg + p["Wo"].T @ do
    dWf, dWi, dWc, dWo = (d @ z.T for d in (df, di, dg, do))
    dbf, dbi, dbc, dbo = (d.sum(axis=1, keepdims=True) for d in (df, di, dg, do))
    return {"dxt": dz[n_a:], "da_prev": dz[:n_a], "dc_prev": dc * f, "dWf": dWf, "dbf": dbf,
            "dWi": dWi, "dbi": dbi, "dWc": dWc, "dbc": dbc, "dWo": dWo, "dbo": dbo}


def lstm_forward(x, a0, parameters):
    a, c, y = [a0], [np.zeros_like(a0)], []
    for t in range(x.shape[2]):
        a_next, c_next, yt, _ = lstm_cell_forward(x[:, :, t], a[-1], c[-1], parameters)
        a.append(a_next)
        c.append(c_next)
        y.append(yt)
    return np.stack(a[1:], 2), np.stack(y, 2), np.stack(c[1:], 2), (x, a0, parameters)


def lstm_backward(da, caches):
    x, a0, parameters = caches
    T = da.shape[2]
    steps, a, c = [], a0, np.zeros_like(a0)
    for t in range(T):
        a, c, _, step = lstm_cell_forward(x[:, :, t], a, c, parameters)
        steps.append(step)
    dx, ga, gc, total = np.zeros((x.shape[0], *da.shape[1:])), 0, 0, {}
    for t in reversed(range(T)):
        g = lstm_cell_backward(da[:, :, t] + ga, gc, steps[t])
        dx[:, :, t], ga, gc = g.pop("dxt"), g.pop("da_prev"), g.pop("dc_prev")
        for name, value in g.items():
            total[name] = total.get(name, 0) + value
    return {"dx": dx, "da0": ga, **total}
