"""Example a row: all states in one array of T + 1 steps, the backward pass reads that alone."""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh) + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    draw = (1 - next_h ** 2) * dnext_h
    return draw.dot(Wx.T), draw.dot(Wh.T), x.T.dot(draw), prev_h.T.dot(draw), draw.sum(0)


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    hs = np.empty((T + 1, N, h0.shape[1]))
    hs[0] = h0
    for t in range(T):
        hs[t + 1] = np.tanh(x[:, t] @ Wx + hs[t] @ Wh + b)
    return hs[1:].transpose(1, 0, 2), (x, hs, Wx, Wh)


def rnn_backward(dh, cache):
    x, hs, Wx, Wh = cache
    N, T, H = dh.shape
    draws = np.empty((N, T, H))
    carry = np.zeros((N, H))
    for t in reversed(range(T)):
        draws[:, t] = (dh[:, t] + carry) * (1 - hs[t + 1] ** 2)
        carry = draws[:, t] @ Wh.T
    before = hs[:-1].transpose(1, 0, 2)
    dWx = np.tensordot(x, draws, axes=([0, 1], [0, 1]))
    dWh = np.tensordot(before, draws, axes=([0, 1], [0, 1]))
    return draws @ Wx.T, carry, dWx, dWh, draws.sum(axis=(0, 1))
