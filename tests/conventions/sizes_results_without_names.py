import numpy as np


class RNNCell:
    def __init__(self, n_in, n_h):
        self.Wx = np.random.randn(n_h, n_in) * 0.1
        self.Wh = np.random.randn(n_h, n_h) * 0.1
        self.b = np.zeros((n_h, 1))
        self.dWx = self.dWh = self.db = 0

    def forward(self, x, h_prev):
        h = np.tanh(self.Wx @ x + self.Wh @ h_prev + self.b)
        self.cache = (x, h_prev, h)
        return h

    def backward(self, dh):
        x, h_prev, h = self.cache
        dz = dh * (1 - h ** 2)
        self.dWx = dz @ x.T
        self.dWh = dz @ h_prev.T
        self.db = dz.sum(axis=1, keepdims=True)
        return self.Wx.T @ dz, self.Wh.T @ dz
