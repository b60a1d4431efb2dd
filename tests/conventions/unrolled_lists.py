import numpy as np


def sigmoid(v):
    return 1.0 / (1.0 + np.exp(-v))


class GRUCell:
    def __init__(self, n_in, n_hidden, n_out):
        self.Wz = np.random.randn(n_hidden + n_in, n_hidden)
        self.Wr = np.random.randn(n_hidden + n_in, n_hidden)
        self.Wh = np.random.randn(n_hidden + n_in, n_hidden)
        self.Wy = np.random.randn(n_hidden, n_out)
        self.bz = np.zeros((1, n_hidden))
        self.br = np.zeros((1, n_hidden))
        self.bh = np.zeros((1, n_hidden))
        self.by = np.zeros((1, n_out))

    def forward(self, h_prev, x_t):
        stacked = np.hstack([h_prev, x_t])
        update = sigmoid(stacked @ self.Wz + self.bz)
        reset = sigmoid(stacked @ self.Wr + self.br)
        candidate = np.tanh(np.hstack([reset * h_prev, x_t]) @ self.Wh + self.bh)
        h = (1 - update) * h_prev + update * candidate
        scores = h @ self.Wy + self.by
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return h, scores / scores.sum(axis=1, keepdims=True)


def run_gru(cell, inputs, h0):
    hidden, outputs = [h0], []
    for x in inputs:
        h, y = cell.forward(hidden[-1], x)
        hidden.append(h)
        outputs.append(y)
    return np.stack(hidden), np.stack(outputs)
