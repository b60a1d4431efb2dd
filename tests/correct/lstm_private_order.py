"""The step's cache has an order of its own, which the backward function knows."""
import numpy as np


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    z = np.concatenate([a_prev, xt])
    i, f, o = (sigmoid(parameters["W" + g] @ z + parameters["b" + g]) for g in "ifo")
    g = np.tanh(parameters["Wc"] @ z + parameters["bc"])
    c_next = i * g + f * c_prev
    a_next = np.tanh(c_next) * o
    return a_next, c_next, (c_next, a_next, c_prev, a_prev, i, f, g, o, xt, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    c_next, _, c_prev, a_prev, i, f, g, o, xt, p = cache
    bent, z = np.tanh(c_next), np.concatenate([a_prev, xt])
    dc = da_next * o * (1 - bent ** 2) + dc_next
    d = {"i": dc * g * i * (1 - i), "f": dc * c_prev * f * (1 - f), "c": dc * i * (1 - g ** 2),
         "o": da_next * bent * o * (1 - o)}
    dz = sum(p["W" + k].T @ v for k, v in d.items())
    grads = {"da_prev": dz[:len(a_prev)], "dxt": dz[len(a_prev):], "dc_prev": f * dc}
    grads |= {"dW" + k: v @ z.T for k, v in d.items()}
    return grads | {"db" + k: v.sum(axis=1, keepdims=True) for k, v in d.items()}
