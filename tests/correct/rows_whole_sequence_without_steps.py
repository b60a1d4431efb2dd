"""One example a row; only the sequence, its steps inlined, the input products done at once."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    wx = (x.reshape(N * T, D) @ Wx + b).reshape(N, T, 4 * H)
    hs, cs, acts = np.zeros((N, T + 1, H)), np.zeros((N, T + 1, H)), np.zeros((N, T, 4 * H))
    hs[:, 0] = h0
    for t in range(T):
        act = wx[:, t] + hs[:, t] @ Wh
        act[:, :3 * H] = sigmoid(act[:, :3 * H])
        act[:, 3 * H:] = np.tanh(act[:, 3 * H:])
        acts[:, t] = act
        i, f, o, g = np.split(act, 4, axis=1)
        cs[:, t + 1] = f * cs[:, t] + i * g
        hs[:, t + 1] = o * np.tanh(cs[:, t + 1])
    return hs[:, 1:].copy(), (x, hs, cs, acts, Wx, Wh)


def lstm_backward(dh, cache):
    x, hs, cs, acts, Wx, Wh = cache
    N, T, H = dh.shape
    dact = np.zeros_like(acts)
    dnext, dc = np.zeros((N, H)), np.zeros((N, H))
    for t in range(T)[::-1]:
        i, f, o, g = np.split(acts[:, t], 4, axis=1)
        d = dh[:, t] + dnext
        bent = np.tanh(cs[:, t + 1])
        dc = dc + d * o * (1 - bent ** 2)
        dact[:, t] = np.concatenate(
            (dc * g * i * (1 - i), dc * cs[:, t] * f * (1 - f), d * bent * o * (1 - o), dc * i * (1 - g ** 2)), axis=1)
        dnext = dact[:, t] @ Wh.T
        dc = dc * f
    flat = dact.reshape(N * T, -1)
    dx = (flat @ Wx.T).reshape(x.shape)
    return dx, dnext, x.reshape(N * T, -1).T @ flat, hs[:, :-1].reshape(N * T, -1).T @ flat, flat.sum(axis=0)
