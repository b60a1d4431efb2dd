import numpy as np


class Rnn:
    def __init__(self, Wx, Wh, b):
        self.Wx = Wx
        self.Wh = Wh
        self.b = b
        self.dWx = np.zeros_like(Wx)
        self.dWh = np.zeros_like(Wh)
        self.db = np.zeros_like(b)

    def forward(self, x, h_prev):
        self.x = x
        self.h_prev = h_prev
        self.h_next = np.tanh(np.dot(x, self.Wx) + np.dot(h_prev, self.Wh) + self.b)
        return self.h_next

    def backward(self, dh_next):
        dt = dh_next * (1.0 - self.h_next * self.h_next)
        self.db[:] = np.sum(dt, axis=0)
        self.dWh[:] = np.dot(self.h_prev.T, dt)
        self.dWx[:] = np.dot(self.x.T, dt)
        return np.dot(dt, self.Wx.T), np.dot(dt, self.Wh.T)
