"""A scan of its own, as a functional language has it; both passes are one."""
import numpy as np


def scan(step, carry, items):
    out = []
    for item in items:
        carry, one = step(carry, item)
        out.append(one)
    return carry, out


def softmax(x):
    x = np.exp(x - x.max(axis=0))
    return x / x.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"])
    return a_next, softmax(parameters["Wya"] @ a_next + parameters["by"]), (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    def step(a_prev, t):
        a_next, yt, cache = rnn_cell_forward(x[:, :, t], a_prev, parameters)
        return a_next, (a_next, yt, cache)

    _, out = scan(step, a0, range(x.shape[2]))
    a, y, caches = map(list, zip(*out))
    return np.stack(a, axis=2), np.stack(y, axis=2), (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    d = (1 - a_next ** 2) * da_next
    return dict(
        dxt=parameters["Wax"].T @ d, da_prev=parameters["Waa"].T @ d,
        dWax=d @ xt.T, dWaa=d @ a_prev.T, dba=d.sum(axis=1)[:, None],
    )


def rnn_backward(da, caches):
    steps, _ = caches

    def step(carry, t):
        g = rnn_cell_backward(da[:, :, t] + carry, steps[t])
        return g["da_prev"], g

    da0, out = scan(step, np.zeros_like(da[:, :, 0]), range(da.shape[2])[::-1])
    summed = {k: np.sum([g[k] for g in out], axis=0) for k in ("dWax", "dWaa", "dba")}
    return dict(summed, dx=np.stack([g["dxt"] for g in out[::-1]], axis=2), da0=da0)
