import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class GRU:
    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b
        self.grads = {"Wx": np.zeros_like(Wx), "Wh": np.zeros_like(Wh), "b": np.zeros_like(b)}

    def forward(self, x, h_prev):
        H = self.Wh.shape[0]
        xz = x @ self.Wx[:, :H]
        xr = x @ self.Wx[:, H : 2 * H]
        xh = x @ self.Wx[:, 2 * H :]
        z = sigmoid(xz + h_prev @ self.Wh[:, :H] + self.b[:H])
        r = sigmoid(xr + h_prev @ self.Wh[:, H : 2 * H] + self.b[H : 2 * H])
        n = np.tanh(xh + (r * h_prev) @ self.Wh[:, 2 * H :] + self.b[2 * H :])
        h_next = (1 - z) * h_prev + z * n
        self.cache = (x, h_prev, z, r, n)
        return h_next

    def backward(self, dh_next):
        H = self.Wh.shape[0]
        x, h_prev, z, r, n = self.cache
        dn = dh_next * z
        dh_prev = dh_next * (1 - z)
        dan = dn * (1 - n**2)
        dhr = dan @ self.Wh[:, 2 * H :].T
        dh_prev = dh_prev + r * dhr
        dr = dhr * h_prev * r * (1 - r)
        dz = dh_next * (n - h_prev) * z * (1 - z)
        dgates = np.concatenate((dz, dr), axis=1)
        dh_prev = dh_prev + dgates @ self.Wh[:, : 2 * H].T
        dx = np.concatenate((dgates, dan), axis=1) @ self.Wx.T
        self.grads["Wx"][...] = x.T @ np.concatenate((dgates, dan), axis=1)
        self.grads["Wh"][...] = np.concatenate((h_prev.T @ dgates, (r * h_prev).T @ dan), axis=1)
        self.grads["b"][...] = np.concatenate((dgates, dan), axis=1).sum(axis=0)
        return dx, dh_prev


class TimeGRU:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.h, self.layers, self.dh = None, None, None
        self.stateful = stateful

    def forward(self, xs):
        Wx, Wh, b = self.params
        N, T, D = xs.shape
        H = Wh.shape[0]
        self.layers = []
        hs = np.empty((N, T, H), dtype="f")
        if not self.stateful or self.h is None:
            self.h = np.zeros((N, H), dtype="f")
        for t in range(T):
            layer = GRU(*self.params)
            self.h = layer.forward(xs[:, t, :], self.h)
            hs[:, t, :] = self.h
            self.layers.append(layer)
        return hs

    def backward(self, dhs):
        N, T, H = dhs.shape
        D = self.params[0].shape[0]
        dxs = np.empty((N, T, D), dtype="f")
        dh = 0
        self.grads = [np.zeros_like(p) for p in self.params]
        for t in reversed(range(T)):
            layer = self.layers[t]
            dx, dh = layer.backward(dhs[:, t, :] + dh)
            dxs[:, t, :] = dx
            for i, key in enumerate(("Wx", "Wh", "b")):
                self.grads[i] += layer.grads[key]
        self.dh = dh
        return dxs

    def set_state(self, h):
        self.h = h

    def reset_state(self):
        self.h = None
