"""The helpers are scipy's."""
import numpy as np
from scipy import special
from scipy.special import expit as sigmoid


def softmax(x):
    return special.softmax(x, axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    p = parameters
    a_next = np.tanh(p["Waa"].dot(a_prev) + p["Wax"].dot(xt) + p["ba"])
    yt_pred = softmax(p["Wya"].dot(a_next) + p["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, p)


def rnn_forward(x, a0, parameters):
    a = np.zeros(a0.shape + (x.shape[2],))
    y_pred = np.zeros((parameters["Wya"].shape[0],) + x.shape[1:])
    caches = []
    for t in range(x.shape[2]):
        before = a0 if t == 0 else caches[-1][0]
        a[:, :, t], y_pred[:, :, t], cache = rnn_cell_forward(x[:, :, t], before, parameters)
        caches.append(cache)
    return a, y_pred, (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    d = (1 - a_next ** 2) * da_next
    return {"dxt": p["Wax"].transpose().dot(d), "da_prev": p["Waa"].transpose().dot(d),
            "dWax": d.dot(xt.transpose()), "dWaa": d.dot(a_prev.transpose()),
            "dba": d.sum(axis=-1, keepdims=True)}


def rnn_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    dx = np.zeros((x.shape[0], m, T_x))
    dWax, dWaa, dba = np.zeros((n_a, x.shape[0])), np.zeros((n_a, n_a)), np.zeros((n_a, 1))
    carry = np.zeros((n_a, m))
    for t in np.arange(T_x)[::-1]:
        g = rnn_cell_backward(carry + da[:, :, t], steps[t])
        carry = g["da_prev"]
        dx[:, :, t] = g["dxt"]
        dWax, dWaa, dba = dWax + g["dWax"], dWaa + g["dWaa"], dba + g["dba"]
    return {"dx": dx, "da0": carry, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    p = parameters
    z = np.append(a_prev, xt, axis=0)
    ft = sigmoid(p["Wf"].dot(z) + p["bf"])
    it = sigmoid(p["Wi"].dot(z) + p["bi"])
    ot = sigmoid(p["Wo"].dot(z) + p["bo"])
    cct = np.tanh(p["Wc"].dot(z) + p["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(p["Wy"].dot(a_next) + p["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p)


def lstm_forward(x, a0, parameters):
    a, c = np.zeros(a0.shape + (x.shape[2],)), np.zeros(a0.shape + (x.shape[2],))
    y = np.zeros((parameters["Wy"].shape[0],) + x.shape[1:])
    caches = []
    for t in range(x.shape[2]):
        a_prev, c_prev = (a0, 0 * a0) if t == 0 else caches[-1][:2]
        at, ct, yt, cache = lstm_cell_forward(x[:, :, t], a_prev, c_prev, parameters)
        a[:, :, t], c[:, :, t], y[:, :, t] = at, ct, yt
        caches.append(cache)
    return a, y, c, (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p = cache
    n_a = a_prev.shape[0]
    z = np.append(a_prev, xt, axis=0)
    th = np.tanh(c_next)
    dc = dc_next + da_next * ot * (1 - th ** 2)
    dc_prev = dc * ft
    dot = da_next * th * ot * (1 - ot)
    dcct = dc * it * (1 - cct ** 2)
    dit = dc * cct * (it - it ** 2)
    dft = dc * c_prev * (ft - ft ** 2)
    dWf, dWi, dWc, dWo = (d.dot(z.T) for d in (dft, dit, dcct, dot))
    dbf, dbi, dbc, dbo = (d.sum(axis=1)[:, np.newaxis] for d in (dft, dit, dcct, dot))
    dz = p["Wf"].T.dot(dft) + p["Wi"].T.dot(dit) + p["Wc"].T.dot(dcct) + p["Wo"].T.dot(dot)
    return {"dxt": dz[n_a:], "da_prev": dz[:n_a], "dc_prev": dc_prev, "dWf": dWf, "dbf": dbf,
            "dWi": dWi, "dbi": dbi, "dWc": dWc, "dbc": dbc, "dWo": dWo, "dbo": dbo}


def lstm_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    total = {"dx": np.zeros((x.shape[0], m, T_x)), "da0": np.zeros((n_a, m))}
    carry = np.zeros((n_a, m))
    for t in np.arange(T_x)[::-1]:
        g = lstm_cell_backward(total["da0"] + da[:, :, t], carry, steps[t])
        total["dx"][:, :, t] = g.pop("dxt")
        total["da0"], carry = g.pop("da_prev"), g.pop("dc_prev")
        for k in g:
            total[k] = total[k] + g[k] if k in total else g[k]
    return total
