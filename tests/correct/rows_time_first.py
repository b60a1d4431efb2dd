"""One example a row, and time before examples."""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    h = np.tanh(np.einsum("nd,dh->nh", x, Wx) + np.einsum("ng,gh->nh", prev_h, Wh) + b)
    return h, (x, prev_h, Wx, Wh, h)


def rnn_step_backward(dh, cache):
    x, prev_h, Wx, Wh, h = cache
    d = dh * (1 - np.square(h))
    return d.dot(Wx.T), d.dot(Wh.T), x.T.dot(d), prev_h.T.dot(d), np.sum(d, 0)


def rnn_forward(x, h0, Wx, Wh, b):
    T, N, D = x.shape
    h, caches = np.zeros((T, N, h0.shape[1])), []
    before = h0
    for t in range(T):
        h[t], cache = rnn_step_forward(x[t], before, Wx, Wh, b)
        before = h[t].copy()
        caches.append(cache)
    return h, caches


def rnn_backward(dh, caches):
    dx = np.zeros((len(dh), *caches[0][0].shape))
    carry, dWx, dWh, db = np.zeros(dh.shape[1:]), 0, 0, 0
    for t in range(len(dh) - 1, -1, -1):
        dx[t], carry, gx, gh, gb = rnn_step_backward(dh[t] + carry, caches[t])
        dWx, dWh, db = dWx + gx, dWh + gh, db + gb
    return dx, carry, dWx, dWh, db
