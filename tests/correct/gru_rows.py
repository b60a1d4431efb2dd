"""One example a row; the gates z, r and n stand side by side."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    zr = sigmoid(x @ Wx[:, :2 * H] + prev_h @ Wh[:, :2 * H] + b[:2 * H])
    z, r = zr[:, :H], zr[:, H:]
    n = np.tanh(x @ Wx[:, 2 * H:] + (r * prev_h) @ Wh[:, 2 * H:] + b[2 * H:])
    next_h = (1 - z) * prev_h + z * n
    return next_h, (x, prev_h, Wx, Wh, z, r, n)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, z, r, n = cache
    H = prev_h.shape[1]
    dn = dnext_h * z * (1 - n ** 2)
    dz = dnext_h * (n - prev_h) * z * (1 - z)
    dreset = dn @ Wh[:, 2 * H:].T
    dr = dreset * prev_h * r * (1 - r)
    d = np.hstack((dz, dr, dn))
    dzr = d[:, :2 * H]
    dx = d @ Wx.T
    dprev_h = dnext_h * (1 - z) + dreset * r + dzr @ Wh[:, :2 * H].T
    dWx = x.T @ d
    dWh = np.hstack((prev_h.T @ dzr, (r * prev_h).T @ dn))
    db = d.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db


def gru_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    cache = []
    state = h0
    for t in range(T):
        state, step = gru_step_forward(x[:, t], state, Wx, Wh, b)
        h[:, t] = state
        cache.append(step)
    return h, cache


def gru_backward(dh, cache):
    N, T, H = dh.shape
    x, prev_h, Wx, Wh, z, r, n = cache[0]
    dx = np.zeros((N, T, x.shape[1]))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(3 * H)
    carry = np.zeros((N, H))
    for t in reversed(range(T)):
        dx[:, t], carry, dWx_t, dWh_t, db_t = gru_step_backward(dh[:, t] + carry, cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carry, dWx, dWh, db
