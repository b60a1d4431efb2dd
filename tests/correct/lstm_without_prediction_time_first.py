"""No prediction; sequences are (T, n, m); the first cell state is the number 0."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    W, b = (lambda k: parameters["W" + k]), (lambda k: parameters["b" + k])
    z = np.append(a_prev, xt, axis=0)
    f, i, o, g = (act(W(k) @ z + b(k)) for k, act in zip("fioc", [sigmoid] * 3 + [np.tanh]))
    c = f * c_prev + i * g
    h = o * np.tanh(c)
    return h, c, (z, c_prev, c, f, i, o, g, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    z, c_prev, c, f, i, o, g, parameters = cache
    n_a = len(f)
    dc = dc_next + da_next * o / np.cosh(c) ** 2
    d = {"f": dc * c_prev * f * (1 - f), "i": dc * g * i * (1 - i), "c": dc * i * (1 - g ** 2),
         "o": da_next * np.tanh(c) * o * (1 - o)}
    dz = sum(parameters["W" + k].T @ d[k] for k in d)
    return {"da_prev": dz[:n_a], "dxt": dz[n_a:], "dc_prev": dc * f,
            **{"dW" + k: d[k] @ z.T for k in d}, **{"db" + k: d[k].sum(1)[:, np.newaxis] for k in d}}


def lstm_forward(x, a0, parameters):
    h, c, hs, cs, caches = a0, 0, [], [], []
    for xt in x:
        h, c, cache = lstm_cell_forward(xt, h, c, parameters)
        hs.append(h)
        cs.append(c)
        caches.append(cache)
    return np.array(hs), np.array(cs), caches


def lstm_backward(da, caches):
    dh = dc = 0.0
    dx, total = [], {}
    for dat, cache in zip(da[::-1], caches[len(da) - 1::-1]):
        g = lstm_cell_backward(dat + dh, dc, cache)
        dh, dc = g.pop("da_prev"), g.pop("dc_prev")
        dx.append(g.pop("dxt"))
        total = {k: total.get(k, 0) + v for k, v in g.items()}
    return {"dx": np.array(dx[::-1]), "da0": dh, **total}
