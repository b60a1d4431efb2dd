"""The activations have other names, and one takes its axis."""
import numpy as np


def sigm(t):
    return np.exp(-np.logaddexp(0, -t))


def soft_max(t, axis=0):
    t = t - np.logaddexp.reduce(t, axis=axis, keepdims=True)
    return np.exp(t)


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    z = np.concatenate([a_prev, xt])
    Γf = sigm(parameters["Wf"] @ z + parameters["bf"])
    Γu = sigm(parameters["Wi"] @ z + parameters["bi"])
    c̃ = np.tanh(parameters["Wc"] @ z + parameters["bc"])
    Γo = sigm(parameters["Wo"] @ z + parameters["bo"])
    c_next = Γf * c_prev + Γu * c̃
    a_next = Γo * np.tanh(c_next)
    return a_next, c_next, soft_max(parameters["Wy"] @ a_next + parameters["by"]), (a_next, c_next, a_prev, c_prev, Γf, Γu, c̃, Γo, xt, parameters)


def lstm_forward(x, a0, parameters):
    c = np.zeros((a0.shape[0], a0.shape[1], x.shape[2]))
    a = np.zeros_like(c)
    y = np.zeros((parameters["Wy"].shape[0],) + x.shape[1:])
    a_next, c_next, caches = a0, c[:, :, 0].copy(), []
    for t in range(x.shape[2]):
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t], c[:, :, t], y[:, :, t] = a_next, c_next, yt
        caches.append(cache)
    return a, y, c, (caches, x)
