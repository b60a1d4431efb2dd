"""A GRU with one example a row, gates stacked r, z, n; the update gate keeps the old state."""
import numpy as np


def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    rz = 1 / (1 + np.exp(-(x @ Wx[:, :2 * H] + prev_h @ Wh[:, :2 * H] + b[:2 * H])))
    r, z = rz[:, :H], rz[:, H:]
    n = np.tanh(x @ Wx[:, 2 * H:] + (r * prev_h) @ Wh[:, 2 * H:] + b[2 * H:])
    next_h = z * prev_h + (1 - z) * n
    return next_h, (x, prev_h, Wx, Wh, r, z, n)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, r, z, n = cache
    H = z.shape[1]
    Un, Urz = Wh[:, 2 * H:], Wh[:, :2 * H]
    dn = dnext_h * (1 - z) * (1 - n ** 2)
    dgated = dn @ Un.T
    drz = np.concatenate((dgated * prev_h * r * (1 - r), dnext_h * (prev_h - n) * z * (1 - z)), axis=1)
    dall = np.concatenate((drz, dn), axis=1)
    dprev_h = dnext_h * z + dgated * r + drz @ Urz.T
    dWh = np.concatenate((prev_h.T @ drz, (r * prev_h).T @ dn), axis=1)
    return dall @ Wx.T, dprev_h, x.T @ dall, dWh, dall.sum(axis=0)


def gru_forward(x, h0, Wx, Wh, b):
    out, tape, h = [], [], h0
    for t in range(x.shape[1]):
        h, step = gru_step_forward(x[:, t, :], h, Wx, Wh, b)
        out.append(h)
        tape.append(step)
    return np.stack(out, axis=1), tape


def gru_backward(dh, cache):
    grads, carry, dx = None, 0.0, np.zeros(dh.shape[:2] + cache[0][0].shape[1:])
    for t in range(dh.shape[1] - 1, -1, -1):
        dx[:, t], carry, *w = gru_step_backward(dh[:, t] + carry, cache[t])
        grads = w if grads is None else [g + v for g, v in zip(grads, w)]
    return dx, carry, *grads
