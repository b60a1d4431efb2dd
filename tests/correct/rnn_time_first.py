"""Sequences are (T, n, m), and first states zero without an array."""
import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Wax"].dot(xt) + parameters["Waa"].dot(a_prev) + parameters["ba"])
    y = softmax(parameters["Wya"].dot(a_next) + parameters["by"])
    return a_next, y, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    a, states, guesses, caches = a0, [], [], []
    for xt in x:
        a, y, cache = rnn_cell_forward(xt, a, parameters)
        states.append(a)
        guesses.append(y)
        caches.append(cache)
    return np.array(states), np.array(guesses), (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dz = da_next - da_next * a_next ** 2
    return {"dxt": parameters["Wax"].T.dot(dz), "da_prev": parameters["Waa"].T.dot(dz),
            "dWax": dz.dot(xt.T), "dWaa": dz.dot(a_prev.T), "dba": dz.sum(axis=1, keepdims=True)}


def rnn_backward(da, caches):
    caches, x = caches
    carry, dx, sums = 0.0, np.zeros_like(x), {"dWax": 0.0, "dWaa": 0.0, "dba": 0.0}
    for t in reversed(range(len(x))):
        step = rnn_cell_backward(da[t] + carry, caches[t])
        dx[t], carry = step["dxt"], step["da_prev"]
        for name in sums:
            sums[name] = sums[name] + step[name]
    return dict(sums, dx=dx, da0=carry)
