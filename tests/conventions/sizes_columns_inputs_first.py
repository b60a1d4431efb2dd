import numpy as np


class LSTMCell:
    def __init__(self, n_x, n_h):
        self.n_x, self.n_h = n_x, n_h
        z = n_x + n_h
        self.W_f = np.random.randn(n_h, z)
        self.b_f = np.zeros((n_h, 1))
        self.W_i = np.random.randn(n_h, z)
        self.b_i = np.zeros((n_h, 1))
        self.W_c = np.random.randn(n_h, z)
        self.b_c = np.zeros((n_h, 1))
        self.W_o = np.random.randn(n_h, z)
        self.b_o = np.zeros((n_h, 1))

    def sig(self, x):
        return 1 / (1 + np.exp(-x))

    def forward(self, x, h_prev, c_prev):
        z = np.vstack((x, h_prev))
        f = self.sig(np.dot(self.W_f, z) + self.b_f)
        i = self.sig(np.dot(self.W_i, z) + self.b_i)
        c_bar = np.tanh(np.dot(self.W_c, z) + self.b_c)
        c = f * c_prev + i * c_bar
        o = self.sig(np.dot(self.W_o, z) + self.b_o)
        h = o * np.tanh(c)
        self.cache = (z, f, i, c_bar, c, o, h, c_prev)
        return h, c

    def backward(self, dh, dc_next):
        z, f, i, c_bar, c, o, h, c_prev = self.cache
        do = dh * np.tanh(c) * o * (1 - o)
        dc = dc_next + dh * o * (1 - np.tanh(c) ** 2)
        dc_bar = dc * i * (1 - c_bar**2)
        di = dc * c_bar * i * (1 - i)
        df = dc * c_prev * f * (1 - f)
        self.dW_f, self.db_f = np.dot(df, z.T), df.sum(axis=1, keepdims=True)
        self.dW_i, self.db_i = np.dot(di, z.T), di.sum(axis=1, keepdims=True)
        self.dW_c, self.db_c = np.dot(dc_bar, z.T), dc_bar.sum(axis=1, keepdims=True)
        self.dW_o, self.db_o = np.dot(do, z.T), do.sum(axis=1, keepdims=True)
        dz = (
            np.dot(self.W_f.T, df)
            + np.dot(self.W_i.T, di)
            + np.dot(self.W_c.T, dc_bar)
            + np.dot(self.W_o.T, do)
        )
        dh_prev = dz[self.n_x :]
        dx = dz[: self.n_x]
        dc_prev = f * dc
        return dx, dh_prev, dc_prev
