import numpy as np


class RNNCell:
    def __init__(self, i, h, o):
        self.Wh = np.random.normal(size=(i + h, h))
        self.Wy = np.random.normal(size=(h, o))
        self.bh = np.zeros((1, h))
        self.by = np.zeros((1, o))

    def forward(self, h_prev, x_t):
        both = np.concatenate((h_prev, x_t), axis=1)
        h_next = np.tanh(both @ self.Wh + self.bh)
        y = h_next @ self.Wy + self.by
        y = np.exp(y) / np.sum(np.exp(y), axis=1, keepdims=True)
        return h_next, y


class LSTMCell:
    def __init__(self, i, h, o):
        self.Wf = np.random.normal(size=(i + h, h))
        self.Wu = np.random.normal(size=(i + h, h))
        self.Wc = np.random.normal(size=(i + h, h))
        self.Wo = np.random.normal(size=(i + h, h))
        self.Wy = np.random.normal(size=(h, o))
        self.bf = np.zeros((1, h))
        self.bu = np.zeros((1, h))
        self.bc = np.zeros((1, h))
        self.bo = np.zeros((1, h))
        self.by = np.zeros((1, o))

    def sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

    def forward(self, h_prev, c_prev, x_t):
        both = np.concatenate((h_prev, x_t), axis=1)
        f = self.sigmoid(both @ self.Wf + self.bf)
        u = self.sigmoid(both @ self.Wu + self.bu)
        c_hat = np.tanh(both @ self.Wc + self.bc)
        c_next = f * c_prev + u * c_hat
        o = self.sigmoid(both @ self.Wo + self.bo)
        h_next = o * np.tanh(c_next)
        y = h_next @ self.Wy + self.by
        y = np.exp(y) / np.sum(np.exp(y), axis=1, keepdims=True)
        return h_next, c_next, y
