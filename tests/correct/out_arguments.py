"""Work arrays that are made once for each call and filled with out=."""
import numpy as np


def softmax(z):
    e = np.subtract(z, np.max(z, axis=0))
    np.exp(e, out=e)
    np.divide(e, np.sum(e, axis=0), out=e)
    return e


def rnn_cell_forward(xt, a_prev, parameters):
    pre = np.empty((parameters["Waa"].shape[0], xt.shape[1]))
    np.matmul(parameters["Wax"], xt, out=pre)
    np.add(pre, np.matmul(parameters["Waa"], a_prev), out=pre)
    np.add(pre, parameters["ba"], out=pre)
    a_next = np.tanh(pre, out=pre)
    return a_next, softmax(parameters["Wya"] @ a_next + parameters["by"]), (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    (n_a, m), T_x = a0.shape, x.shape[2]
    a = np.empty((n_a, m, T_x))
    y = np.empty((parameters["Wya"].shape[0], m, T_x))
    caches, before = [], a0
    for t in range(T_x):
        before, yt, cache = rnn_cell_forward(x[:, :, t], before, parameters)
        np.copyto(a[:, :, t], before)
        np.copyto(y[:, :, t], yt)
        caches.append(cache)
    return a, y, (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    d = np.multiply(a_next, a_next)
    np.subtract(1, d, out=d)
    np.multiply(d, da_next, out=d)
    g = {}
    g["dxt"] = np.matmul(parameters["Wax"].T, d)
    g["da_prev"] = np.matmul(parameters["Waa"].T, d)
    g["dWax"] = np.matmul(d, xt.T)
    g["dWaa"] = np.matmul(d, a_prev.T)
    g["dba"] = np.add.reduce(d, axis=1, keepdims=True)
    return g


def rnn_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    g = {"dWax": np.zeros((n_a, x.shape[0])), "dWaa": np.zeros((n_a, n_a)), "dba": np.zeros((n_a, 1))}
    dx, upstream = np.empty((x.shape[0], m, T_x)), np.zeros((n_a, m))
    for t in np.arange(T_x)[::-1]:
        np.add(upstream, da[:, :, t], out=upstream)
        one = rnn_cell_backward(upstream, steps[t])
        for name, total in g.items():
            np.add(total, one[name], out=total)
        dx[:, :, t] = one["dxt"]
        upstream = one["da_prev"]
    g.update(dx=dx, da0=upstream)
    return g
