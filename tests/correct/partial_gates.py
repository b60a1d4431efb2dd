"""Gates made by functools.partial; the forward pass cached in a SimpleNamespace."""
from functools import partial
from types import SimpleNamespace

import numpy as np


def sigmoid(x):
    y = np.empty_like(x)
    pos = x >= 0
    y[pos] = 1 / (1 + np.exp(-x[pos]))
    e = np.exp(x[~pos])
    y[~pos] = e / (1 + e)
    return y


def softmax(x):
    shifted = x - np.max(x, axis=0)[None]
    return np.exp(shifted) / np.exp(shifted).sum(axis=0)[None]


def affine(parameters, name, z):
    return np.add(np.matmul(parameters[f"W{name}"], z), parameters[f"b{name}"])


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    s = SimpleNamespace(xt=xt, a_prev=a_prev, c_prev=c_prev, p=parameters, z=np.concatenate((a_prev, xt), 0))
    pre = partial(affine, parameters, z=s.z)
    s.f, s.i, s.o, s.g = sigmoid(pre("f")), sigmoid(pre("i")), sigmoid(pre("o")), np.tanh(pre("c"))
    s.c = s.f * c_prev + s.i * s.g
    s.t = np.tanh(s.c)
    s.a = s.o * s.t
    return s.a, s.c, softmax(affine(parameters, "y", s.a)), s


def lstm_cell_backward(da_next, dc_next, cache):
    s = cache
    dc = dc_next + da_next * s.o * (1 - s.t ** 2)
    d = SimpleNamespace(f=dc * s.c_prev * s.f * (1 - s.f), i=dc * s.g * s.i * (1 - s.i),
                        o=da_next * s.t * s.o * (1 - s.o), c=dc * s.i * (1 - s.g ** 2))
    dz = 0
    out = {}
    for name, one in vars(d).items():
        dz = dz + s.p[f"W{name}"].T @ one
        out[f"dW{name}"] = one @ s.z.T
        out[f"db{name}"] = one.sum(axis=1, keepdims=True)
    out.update(da_prev=dz[: len(s.a)], dxt=dz[len(s.a):], dc_prev=dc * s.f)
    return out


def lstm_forward(x, a0, parameters):
    s = SimpleNamespace(a=a0, c=a0 * 0)
    steps, ys = [], []
    for t in range(x.shape[2]):
        _, _, y, s = lstm_cell_forward(x[:, :, t], s.a, s.c, parameters)
        steps.append(s)
        ys.append(y)
    pile = partial(np.stack, axis=2)
    return pile([s.a for s in steps]), pile(ys), pile([s.c for s in steps]), (steps, x)


def lstm_backward(da, caches):
    steps, x = caches
    total, dx, ga, gc = {}, [], 0, 0
    for t in range(da.shape[2] - 1, -1, -1):
        g = lstm_cell_backward(da[:, :, t] + ga, gc, steps[t])
        ga, gc = g.pop("da_prev"), g.pop("dc_prev")
        dx.append(g.pop("dxt"))
        for k, v in g.items():
            total[k] = total[k] + v if k in total else v
    return {"dx": np.stack(dx[::-1], axis=2), "da0": ga, **total}
