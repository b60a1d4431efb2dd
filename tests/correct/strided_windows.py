"""Steps are views of the input through stride tricks, and one_hot inputs go in as they are."""
import numpy as np
from numpy.lib.stride_tricks import as_strided


def softmax(scores):
    scores = scores - scores.max(axis=0, keepdims=True)
    np.exp(scores, scores)
    return scores / scores.sum(axis=0, keepdims=True)


def rnn_cell_forward(xt, a_prev, parameters):
    W = np.block([[parameters["Waa"], parameters["Wax"]]])
    a_next = np.tanh(W @ np.block([[a_prev], [xt]]) + parameters["ba"])
    return a_next, softmax(parameters["Wya"] @ a_next + parameters["by"]), (a_next, a_prev, xt, parameters)


def by_time(x):
    n, m, T = x.shape
    s = x.strides
    return as_strided(x, (T, n, m), (s[2], s[0], s[1]), writeable=False)


def rnn_forward(x, a0, parameters):
    a, guesses, caches = [a0], [], []
    for xt in by_time(x):
        state, guess, cache = rnn_cell_forward(xt, a[-1], parameters)
        a.append(state)
        guesses.append(guess)
        caches.append(cache)
    return np.stack(a[1:], axis=2), np.stack(guesses, axis=2), (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dz = da_next * (1 + a_next) * (1 - a_next)
    back = np.block([[parameters["Waa"], parameters["Wax"]]]).T @ dz
    n_a = len(a_next)
    dW = dz @ np.block([[a_prev], [xt]]).T
    return {"da_prev": back[:n_a], "dxt": back[n_a:], "dWaa": dW[:, :n_a], "dWax": dW[:, n_a:],
            "dba": dz @ np.ones((dz.shape[1], 1))}


def rnn_backward(da, caches):
    steps, x = caches
    grads = {"dx": np.zeros((x.shape[0],) + da.shape[1:])}
    carry = 0
    for t in reversed(range(da.shape[2])):
        one = rnn_cell_backward(da[:, :, t] + carry, steps[t])
        carry = one.pop("da_prev")
        grads["dx"][:, :, t] = one.pop("dxt")
        for k, v in one.items():
            grads.setdefault(k, np.zeros(v.shape))
            grads[k] += v
    grads.setdefault("da0", carry)
    return grads
