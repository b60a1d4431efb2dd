"""Gates are stacked f, i, o, g, forward and backward; a softmax over the classes of each row."""
import numpy as np


def softmax(scores):
    scores = scores - scores.max(axis=-1, keepdims=True)
    return np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    N, H = prev_h.shape
    z = (x @ Wx + prev_h @ Wh + b).reshape(N, 4, H)
    f, i, o = (1 / (1 + np.exp(-z[:, k])) for k in range(3))
    g = np.tanh(z[:, 3])
    next_c = f * prev_c + i * g
    return o * np.tanh(next_c), next_c, (x, prev_h, prev_c, Wx, Wh, f, i, o, g, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, f, i, o, g, next_c = cache
    t = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - t * t)
    dz = np.stack([dc * prev_c * f * (1 - f), dc * g * i * (1 - i), dnext_h * t * o * (1 - o),
                   dc * i * (1 - g * g)], axis=1).reshape(len(x), -1)
    return dz @ Wx.T, dz @ Wh.T, dc * f, x.T @ dz, prev_h.T @ dz, dz.sum(axis=0)


def predict(h, W, b):
    return softmax(h @ W + b)
