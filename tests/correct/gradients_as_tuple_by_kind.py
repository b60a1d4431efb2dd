"""Gradients are a tuple: those of the weights, then of the biases, then of the inputs."""
import numpy as np


def sigm(v):
    return 1 / (1 + np.exp(-v))


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    p, z = parameters, np.vstack((a_prev, xt))
    f, i, o = (sigm(p["W" + k] @ z + p["b" + k]) for k in "fio")
    g = np.tanh(p["Wc"] @ z + p["bc"])
    c = f * c_prev + i * g
    return o * np.tanh(c), c, (z, f, i, o, g, c_prev, c, p)


def lstm_cell_backward(da_next, dc_next, cache):
    z, f, i, o, g, c_prev, c, p = cache
    t = np.tanh(c)
    dc = dc_next + da_next * o * (1 - t * t)
    df = dc * c_prev * f * (1 - f)
    di = dc * g * i * (1 - i)
    do = da_next * t * o * (1 - o)
    dg = dc * i * (1 - g * g)
    dz = p["Wf"].T @ df + p["Wi"].T @ di + p["Wo"].T @ do + p["Wc"].T @ dg
    dWf, dWi, dWo, dWc = (d @ z.T for d in (df, di, do, dg))
    dbf, dbi, dbo, dbc = (d.sum(axis=1, keepdims=True) for d in (df, di, do, dg))
    da_prev, dxt = np.split(dz, [len(f)])
    dc_prev = dc * f
    return dWf, dWi, dWo, dWc, dbf, dbi, dbo, dbc, dxt, da_prev, dc_prev
