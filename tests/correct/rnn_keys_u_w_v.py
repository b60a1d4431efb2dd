"""Parameters U, W, V, b and c, as in the book; gradients as a tuple."""
import numpy as np


def rnn_cell_forward(xt, s_prev, p):
    s = np.tanh(p["U"] @ xt + p["W"] @ s_prev + p["b"])
    o = p["V"] @ s + p["c"]
    e = np.exp(o - o.max(0))
    return s, e / e.sum(0), (s, s_prev, xt, p)


def rnn_cell_backward(ds, cache):
    s, s_prev, xt, p = cache
    da = ds * (1 - s ** 2)
    return p["U"].T @ da, p["W"].T @ da, da @ xt.T, da @ s_prev.T, da.sum(axis=1, keepdims=True)
