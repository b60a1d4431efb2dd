"""A GRU with one example a row, time first."""
import numpy as np


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    z, r = np.split(sigmoid(x @ Wx[:, :2 * H] + prev_h @ Wh[:, :2 * H] + b[:2 * H]), 2, axis=1)
    n = np.tanh(x @ Wx[:, 2 * H:] + (r * prev_h) @ Wh[:, 2 * H:] + b[2 * H:])
    return (1 - z) * prev_h + z * n, (x, prev_h, Wx, Wh, z, r, n)


def gru_forward(x, h0, Wx, Wh, b):
    h, states, caches = h0, [], []
    for xt in x:
        h, cache = gru_step_forward(xt, h, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states), caches
