import numpy as np


class RNNCell:
    def __init__(self, input_size, hidden_size):
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.Wx = np.random.randn(hidden_size, input_size) * 0.1
        self.Wh = np.random.randn(hidden_size, hidden_size) * 0.1
        self.b = np.zeros((hidden_size, 1))
        self.dWx = np.zeros_like(self.Wx)
        self.dWh = np.zeros_like(self.Wh)
        self.db = np.zeros_like(self.b)

    def forward(self, x, h_prev):
        self.x, self.h_prev = x, h_prev
        self.h = np.tanh(self.Wx @ x + self.Wh @ h_prev + self.b)
        return self.h

    def backward(self, dh):
        dz = dh * (1 - self.h**2)
        self.dWx += dz @ self.x.T
        self.dWh += dz @ self.h_prev.T
        self.db += dz.sum(axis=1, keepdims=True)
        dx = self.Wx.T @ dz
        dh_prev = self.Wh.T @ dz
        return dx, dh_prev
