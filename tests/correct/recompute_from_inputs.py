"""The cache holds what the pass can be run again from; the backward function does."""
import numpy as np


def softmax(v):
    v = np.exp(v - v.max(axis=0))
    return v / v.sum(axis=0)


def rnn_forward(x, a0, parameters):
    states, guesses = [a0], []
    for t in range(x.shape[2]):
        z = parameters["Wax"] @ x[:, :, t] + parameters["Waa"] @ states[-1] + parameters["ba"]
        states.append(np.tanh(z))
        guesses.append(softmax(parameters["Wya"] @ states[-1] + parameters["by"]))
    return np.stack(states[1:], axis=2), np.stack(guesses, axis=2), {"x": x, "a0": a0, "p": parameters}


def rnn_backward(da, caches):
    x, a0, p = caches["x"], caches["a0"], caches["p"]
    states = [a0]
    for t in range(x.shape[2]):
        states.append(np.tanh(p["Wax"] @ x[:, :, t] + p["Waa"] @ states[-1] + p["ba"]))
    d, dx, dWax, dWaa, dba = 0, np.zeros_like(x), 0, 0, 0
    for t in range(x.shape[2] - 1, -1, -1):
        dz = (d + da[:, :, t]) * (1 - states[t + 1] ** 2)
        d, dx[:, :, t] = p["Waa"].T @ dz, p["Wax"].T @ dz
        dWax, dWaa = dWax + dz @ x[:, :, t].T, dWaa + dz @ states[t].T
        dba = dba + dz.sum(axis=1, keepdims=True)
    return {"dx": dx, "da0": d, "dWax": dWax, "dWaa": dWaa, "dba": dba}
