"""The first cell state is the number 0, which the first step makes an array."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    z = np.exp(z - np.max(z, axis=0))
    return z / np.sum(z, axis=0)


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    z = np.append(a_prev, xt, axis=0)
    f, i, o = (sigmoid(parameters[f"W{g}"] @ z + parameters[f"b{g}"]) for g in "fio")
    g = np.tanh(parameters["Wc"] @ z + parameters["bc"])
    c_next = f * c_prev + i * g
    a_next = o * np.tanh(c_next)
    return a_next, c_next, softmax(parameters["Wy"] @ a_next + parameters["by"]), (z, f, i, o, g, c_prev, c_next)


def lstm_forward(x, a0, parameters):
    a_next, c_next = a0, 0.0
    a, c, y, caches = [], [], [], []
    for t in range(x.shape[2]):
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a += [a_next]
        c += [c_next]
        y += [yt]
        caches += [cache]
    return np.stack(a, 2), np.stack(y, 2), np.stack(c, 2), (caches, x)
