"""The activations are static methods of a class, which the contract's functions call."""
import numpy as np


class Act:
    @staticmethod
    def sigmoid(x):
        return 1.0 / (1.0 + np.exp(-x))

    @staticmethod
    def softmax(x):
        ex = np.exp(x - np.max(x, axis=0, keepdims=True))
        return ex / np.sum(ex, axis=0, keepdims=True)

    @classmethod
    def both(cls, x):
        return cls.sigmoid(x), cls.sigmoid(x) * (1 - cls.sigmoid(x))

    @staticmethod
    def dtanh(y):
        return 1 - y ** 2


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    p = parameters
    z = np.concatenate([a_prev, xt])
    f, df = Act.both(p["Wf"] @ z + p["bf"])
    i, di = Act.both(p["Wi"] @ z + p["bi"])
    o, do = Act.both(p["Wo"] @ z + p["bo"])
    g = np.tanh(p["Wc"] @ z + p["bc"])
    c_next = f * c_prev + i * g
    t = np.tanh(c_next)
    a_next = o * t
    y = Act.softmax(p["Wy"] @ a_next + p["by"])
    return a_next, c_next, y, {"z": z, "f": (f, df), "i": (i, di), "o": (o, do), "g": g, "t": t, "c": c_prev, "p": p}


def lstm_cell_backward(da_next, dc_next, cache):
    (f, df), (i, di), (o, do) = cache["f"], cache["i"], cache["o"]
    g, t, z, p = cache["g"], cache["t"], cache["z"], cache["p"]
    dc = dc_next + da_next * o * Act.dtanh(t)
    d = {"f": dc * cache["c"] * df, "i": dc * g * di, "c": dc * i * Act.dtanh(g), "o": da_next * t * do}
    n_a = t.shape[0]
    dz = np.zeros_like(z)
    out = {"dc_prev": dc * f}
    for k in d:
        dz += p["W" + k].T @ d[k]
        out["dW" + k] = d[k] @ z.T
        out["db" + k] = d[k] @ np.ones((d[k].shape[1], 1))
    out["da_prev"], out["dxt"] = dz[:n_a], dz[n_a:]
    return out
