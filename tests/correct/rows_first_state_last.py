"""One example a row; the first state is the last argument and may be left out."""
import numpy as np


def rnn_forward(x, Wx, Wh, b, h0=None):
    N, T, _ = x.shape
    states = [np.zeros((N, b.size)) if h0 is None else h0]
    for t in range(T):
        states.append(np.tanh(x[:, t] @ Wx + states[-1] @ Wh + b))
    return np.stack(states[1:], axis=1), (x, states, Wx, Wh)


def rnn_backward(dh, cache):
    x, states, Wx, Wh = cache
    dx, back = np.zeros_like(x), 0
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wh.shape[0])
    for t in reversed(range(x.shape[1])):
        d = (dh[:, t] + back) * (1 - states[t + 1] ** 2)
        back = d @ Wh.T
        dx[:, t] = d @ Wx.T
        dWx += x[:, t].T @ d
        dWh += states[t].T @ d
        db += d.sum(axis=0)
    return dx, dWx, dWh, db, back
