"""A GRU whose weights go by u, r and c, worked out one example at a time."""
import numpy as np


def sig(v):
    return 1 / (1 + np.exp(-v))


def gru_cell_forward(xt, a_prev, parameters):
    Wu, bu = parameters["Wu"], parameters["bu"]
    Wr, br = parameters["Wr"], parameters["br"]
    Wc, bc = parameters["Wc"], parameters["bc"]
    a_next = np.zeros(a_prev.shape)
    kept = []
    for j in range(xt.shape[1]):
        v = np.concatenate((a_prev[:, j], xt[:, j]))
        u = sig(Wu @ v + bu[:, 0])
        r = sig(Wr @ v + br[:, 0])
        w = np.concatenate((r * a_prev[:, j], xt[:, j]))
        c = np.tanh(Wc @ w + bc[:, 0])
        a_next[:, j] = u * c + (1 - u) * a_prev[:, j]
        kept.append((v, w, u, r, c))
    return a_next, (kept, a_prev, parameters)


def gru_cell_backward(da_next, cache):
    kept, a_prev, parameters = cache
    Wu, Wr, Wc = (parameters[k] for k in ("Wu", "Wr", "Wc"))
    n_a, m = da_next.shape
    g = {"dxt": np.zeros((Wu.shape[1] - n_a, m)), "da_prev": np.zeros((n_a, m))}
    for k in ("u", "r", "c"):
        g["dW" + k], g["db" + k] = np.zeros(Wu.shape), np.zeros((n_a, 1))
    for j, (v, w, u, r, c) in enumerate(kept):
        d, before = da_next[:, j], a_prev[:, j]
        dc = d * u * (1 - c * c)
        du = d * (c - before) * u * (1 - u)
        dw = Wc.T @ dc
        dr = dw[:n_a] * before * r * (1 - r)
        dv = Wu.T @ du + Wr.T @ dr
        g["dxt"][:, j] = dv[n_a:] + dw[n_a:]
        g["da_prev"][:, j] = d * (1 - u) + dv[:n_a] + dw[:n_a] * r
        for k, left, one in (("u", v, du), ("r", v, dr), ("c", w, dc)):
            g["dW" + k] += np.outer(one, left)
            g["db" + k][:, 0] += one
    return g
