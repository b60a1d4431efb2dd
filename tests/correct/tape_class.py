"""The cache is a tape of backward closures."""
import numpy as np


class Tape(list):
    def back(self, upstream):
        for undo in reversed(self):
            upstream = undo(upstream)
        return upstream


def softmax(x):
    e = np.exp(x - x.max(axis=0, keepdims=True))
    return np.divide(e, e.sum(axis=0, keepdims=True))


def rnn_cell_forward(xt, a_prev, parameters):
    tape = Tape()
    z = parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"]

    def linear(dz, xt=xt, a_prev=a_prev, p=parameters):
        return {
            "dxt": p["Wax"].T @ dz,
            "da_prev": p["Waa"].T @ dz,
            "dWax": dz @ xt.T,
            "dWaa": dz @ a_prev.T,
            "dba": dz.sum(axis=1, keepdims=True),
        }

    tape.append(linear)
    a_next = np.tanh(z)
    tape.append(lambda da, a=a_next: da * (1 - a * a))
    return a_next, softmax(parameters["Wya"] @ a_next + parameters["by"]), tape


def rnn_forward(x, a0, parameters):
    a_next, a, y, tapes = a0, [], [], []
    for t in range(x.shape[2]):
        a_next, yt, tape = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a, y, tapes = a + [a_next], y + [yt], tapes + [tape]
    return np.stack(a, 2), np.stack(y, 2), (tapes, x)


def rnn_cell_backward(da_next, cache):
    return cache.back(da_next)


def rnn_backward(da, caches):
    tapes, _ = caches
    steps = []
    carry = np.zeros_like(da[:, :, 0])
    for t in reversed(range(da.shape[2])):
        steps.insert(0, rnn_cell_backward(da[:, :, t] + carry, tapes[t]))
        carry = steps[0]["da_prev"]
    summed = {k: sum(s[k] for s in steps) for k in ("dWax", "dWaa", "dba")}
    return {"dx": np.stack([s["dxt"] for s in steps], axis=2), "da0": carry, **summed}
