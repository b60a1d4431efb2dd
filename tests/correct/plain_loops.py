"""Written as for a compiler of loops: every number is computed by itself."""
import math

import numpy as np


def sigmoid(x):
    out = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            v = x[i, j]
            if v < -700.0:
                out[i, j] = 0.0
            else:
                out[i, j] = 1.0 / (1.0 + math.exp(-v))
    return out


def softmax(x):
    out = np.zeros(x.shape)
    for j in range(x.shape[1]):
        top = -math.inf
        for i in range(x.shape[0]):
            top = max(top, x[i, j])
        total = 0.0
        for i in range(x.shape[0]):
            out[i, j] = math.exp(x[i, j] - top)
            total += out[i, j]
        for i in range(x.shape[0]):
            out[i, j] /= total
    return out


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya, ba, by = [parameters[k] for k in ("Wax", "Waa", "Wya", "ba", "by")]
    n_a, m = a_prev.shape
    a_next = np.empty((n_a, m))
    for j in range(m):
        for i in range(n_a):
            acc = ba[i, 0]
            for k in range(xt.shape[0]):
                acc += Wax[i, k] * xt[k, j]
            for k in range(n_a):
                acc += Waa[i, k] * a_prev[k, j]
            a_next[i, j] = math.tanh(acc)
    scores = np.empty((Wya.shape[0], m))
    for j in range(m):
        for i in range(Wya.shape[0]):
            scores[i, j] = by[i, 0] + sum(Wya[i, k] * a_next[k, j] for k in range(n_a))
    return a_next, softmax(scores), (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    n_a, m = a_next.shape
    n_x = xt.shape[0]
    dWax, dWaa, dba = np.zeros((n_a, n_x)), np.zeros((n_a, n_a)), np.zeros((n_a, 1))
    dxt, da_prev = np.zeros((n_x, m)), np.zeros((n_a, m))
    for j in range(m):
        for i in range(n_a):
            d = da_next[i, j] * (1.0 - a_next[i, j] * a_next[i, j])
            dba[i, 0] += d
            for k in range(n_x):
                dWax[i, k] += d * xt[k, j]
                dxt[k, j] += parameters["Wax"][i, k] * d
            for k in range(n_a):
                dWaa[i, k] += d * a_prev[k, j]
                da_prev[k, j] += parameters["Waa"][i, k] * d
    return {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}
