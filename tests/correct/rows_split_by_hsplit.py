"""Rows of examples; the four gates in one product, split with hsplit; a namedtuple of weights."""
from __future__ import annotations

import numpy as np
import numpy.typing as npt

F = npt.NDArray[np.float64]


def sigmoid(x: F) -> F:
    return np.exp(-np.logaddexp(0.0, -x))


def lstm_step_forward(x: F, prev_h: F, prev_c: F, Wx: F, Wh: F, b: F) -> tuple[F, F, tuple]:
    assert x.ndim == prev_h.ndim == 2
    i, f, o, g = np.hsplit(x.dot(Wx) + prev_h.dot(Wh) + b, 4)
    i, f, o = sigmoid(i), sigmoid(f), sigmoid(o)
    g = np.tanh(g)
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)


def lstm_step_backward(dnext_h: F, dnext_c: F, cache: tuple):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    th = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - th**2)
    di, df, do, dg = dc * g, dc * prev_c, dnext_h * th, dc * i
    da = np.hstack((di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)))
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_forward(x: F, h0: F, Wx: F, Wh: F, b: F):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    caches = []
    prev_h, prev_c = h0, np.zeros_like(h0)
    for t, xt in enumerate(x.swapaxes(0, 1)):
        prev_h, prev_c, cache = lstm_step_forward(xt, prev_h, prev_c, Wx, Wh, b)
        h[:, t] = prev_h
        caches += [cache]
    return h, caches


def lstm_backward(dh: F, cache: list):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx, dWh, db = np.zeros((D, 4 * H)), np.zeros((H, 4 * H)), np.zeros(4 * H)
    dprev_h, dprev_c = np.zeros((N, H)), np.zeros((N, H))
    for t in range(T)[::-1]:
        dx[:, t], dprev_h, dprev_c, *weights = lstm_step_backward(dh[:, t] + dprev_h, dprev_c, cache[t])
        for total, one in zip((dWx, dWh, db), weights):
            total += one
    return dx, dprev_h, dWx, dWh, db
