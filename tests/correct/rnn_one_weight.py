"""One weight W_a for [a_prev; xt], as lectures write the cell."""
import numpy as np


def softmax(z):
    z = np.exp(z - z.max(axis=0))
    return z / z.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    both = np.vstack((a_prev, xt))
    a_next = np.tanh(parameters["W_a"] @ both + parameters["b_a"])
    return a_next, softmax(parameters["W_y"] @ a_next + parameters["b_y"]), (a_next, both, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, both, parameters = cache
    dz = da_next * (1 - a_next * a_next)
    dboth = parameters["W_a"].T @ dz
    return {"da_prev": dboth[:len(dz)], "dxt": dboth[len(dz):], "dW_a": dz @ both.T,
            "db_a": dz.sum(axis=1, keepdims=True)}
