import numpy as np


class SimpleRNNCell:
    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b

    def forward(self, x, h_prev):
        return np.tanh(x @ self.Wx + h_prev @ self.Wh + self.b)


def simple_rnn(cell, xs, h0):
    """xs has the shape (N, T, D)."""
    N, T, D = xs.shape
    hs = np.zeros((N, T, h0.shape[1]))
    h = h0
    for t in range(T):
        h = cell.forward(xs[:, t], h)
        hs[:, t] = h
    return hs
