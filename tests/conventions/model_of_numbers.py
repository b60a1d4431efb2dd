import numpy as np


class SeriesRNN(object):
    def __init__(self, n_in, n_hidden, n_out, lr=0.01):
        self.n_hidden, self.lr = n_hidden, lr
        self.Wx = np.random.normal(0, 0.1, (n_hidden, n_in))
        self.Wh = np.random.normal(0, 0.1, (n_hidden, n_hidden))
        self.Wy = np.random.normal(0, 0.1, (n_out, n_hidden))
        self.bh = np.zeros((n_hidden, 1))
        self.by = np.zeros((n_out, 1))

    def forward(self, xs):
        self.xs = xs
        self.hs, self.ys = {-1: np.zeros((self.n_hidden, 1))}, {}
        for t in range(len(xs)):
            a = self.Wx.dot(xs[t]) + self.Wh.dot(self.hs[t - 1]) + self.bh
            self.hs[t] = np.tanh(a)
            self.ys[t] = self.Wy.dot(self.hs[t]) + self.by
        return self.ys

    def backward(self, targets):
        self.dWx, self.dWh = np.zeros_like(self.Wx), np.zeros_like(self.Wh)
        self.dWy = np.zeros_like(self.Wy)
        self.dbh, self.dby = np.zeros_like(self.bh), np.zeros_like(self.by)
        carried = np.zeros((self.n_hidden, 1))
        for t in reversed(range(len(self.xs))):
            dy = self.ys[t] - targets[t]
            self.dWy += dy.dot(self.hs[t].T)
            self.dby += dy
            da = (self.Wy.T.dot(dy) + carried) * (1 - self.hs[t] ** 2)
            self.dWx += da.dot(self.xs[t].T)
            self.dWh += da.dot(self.hs[t - 1].T)
            self.dbh += da
            carried = self.Wh.T.dot(da)

    def step(self):
        for name in ("Wx", "Wh", "Wy", "bh", "by"):
            getattr(self, name)[...] -= self.lr * getattr(self, "d" + name)
