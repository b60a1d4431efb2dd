import numpy as np


class TimeRNN:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.h, self.dh = None, None
        self.stateful = stateful

    def set_state(self, h):
        self.h = h

    def reset_state(self):
        self.h = None

    def forward(self, xs):
        Wx, Wh, b = self.params
        N, T, D = xs.shape
        H = Wx.shape[1]
        hs = np.empty((N, T, H))
        if not self.stateful or self.h is None:
            self.h = np.zeros((N, H))
        self.steps = []
        for t in range(T):
            before = self.h
            self.h = np.tanh(xs[:, t] @ Wx + before @ Wh + b)
            hs[:, t] = self.h
            self.steps.append((xs[:, t], before, self.h))
        return hs

    def backward(self, dhs):
        Wx, Wh, b = self.params
        dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
        dxs = np.zeros(dhs.shape[:2] + (Wx.shape[0],))
        dh = 0
        for t in reversed(range(dhs.shape[1])):
            x, before, h = self.steps[t]
            da = (dhs[:, t] + dh) * (1 - h**2)
            dWx += x.T @ da
            dWh += before.T @ da
            db += da.sum(axis=0)
            dxs[:, t] = da @ Wx.T
            dh = da @ Wh.T
        for i, grad in enumerate((dWx, dWh, db)):
            self.grads[i][...] = grad
        self.dh = dh
        return dxs
