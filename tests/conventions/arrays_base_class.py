import numpy as np


class Layer:
    def __init__(self):
        self.params, self.grads = [], []


class LSTM(Layer):
    def __init__(self, Wx, Wh, b):
        super().__init__()
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]

    @staticmethod
    def _sigmoid(a):
        return 0.5 * (1 + np.tanh(0.5 * a))

    def forward(self, x, h_prev, c_prev):
        Wx, Wh, b = self.params
        f, g, i, o = np.split(np.dot(x, Wx) + np.dot(h_prev, Wh) + b, 4, axis=1)
        f, i, o = self._sigmoid(f), self._sigmoid(i), self._sigmoid(o)
        g = np.tanh(g)
        c_next = c_prev * f + g * i
        t = np.tanh(c_next)
        self.cache = dict(x=x, h=h_prev, c=c_prev, f=f, g=g, i=i, o=o, t=t)
        return o * t, c_next

    def backward(self, dh_next, dc_next):
        Wx, Wh, b = self.params
        k = self.cache
        dc = dc_next + dh_next * k["o"] * (1 - k["t"] ** 2)
        df = dc * k["c"] * k["f"] * (1 - k["f"])
        dg = dc * k["i"] * (1 - k["g"] ** 2)
        di = dc * k["g"] * k["i"] * (1 - k["i"])
        do = dh_next * k["t"] * k["o"] * (1 - k["o"])
        dA = np.concatenate([df, dg, di, do], axis=1)
        for i, grad in enumerate((np.dot(k["x"].T, dA), np.dot(k["h"].T, dA), dA.sum(0))):
            self.grads[i] = grad
        return np.dot(dA, Wx.T), np.dot(dA, Wh.T), dc * k["f"]
