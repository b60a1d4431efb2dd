import numpy as np


class GRUCell:
    """A gated recurrent unit."""

    def __init__(self, i, h, o):
        self.Wz = np.random.normal(size=(i + h, h))
        self.Wr = np.random.normal(size=(i + h, h))
        self.Wh = np.random.normal(size=(i + h, h))
        self.Wy = np.random.normal(size=(h, o))
        self.bz = np.zeros((1, h))
        self.br = np.zeros((1, h))
        self.bh = np.zeros((1, h))
        self.by = np.zeros((1, o))

    @staticmethod
    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    @staticmethod
    def softmax(x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def forward(self, h_prev, x_t):
        both = np.concatenate((h_prev, x_t), axis=1)
        z = self.sigmoid(both @ self.Wz + self.bz)
        r = self.sigmoid(both @ self.Wr + self.br)
        reset = np.concatenate((r * h_prev, x_t), axis=1)
        h_hat = np.tanh(reset @ self.Wh + self.bh)
        h_next = (1 - z) * h_prev + z * h_hat
        return h_next, self.softmax(h_next @ self.Wy + self.by)
