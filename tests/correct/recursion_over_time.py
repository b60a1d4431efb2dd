"""Time is a recursion: a pass is the first step and the pass of the rest."""
import numpy as np


def softmax(z):
    z = z - np.max(z, axis=0)
    return np.exp(z) / np.exp(z).sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(np.dot(parameters["Waa"], a_prev) + np.dot(parameters["Wax"], xt) + parameters["ba"])
    return a_next, softmax(np.dot(parameters["Wya"], a_next) + parameters["by"]), (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    def run(t, state):
        if t == x.shape[2]:
            return []
        step = rnn_cell_forward(x[:, :, t], state, parameters)
        return [step] + run(t + 1, step[0])

    a, y, caches = zip(*run(0, a0))
    return np.dstack(a), np.dstack(y), (list(caches), x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dz = da_next - da_next * a_next ** 2
    return {
        "dxt": np.dot(parameters["Wax"].T, dz),
        "da_prev": np.dot(parameters["Waa"].T, dz),
        "dWax": np.dot(dz, xt.T),
        "dWaa": np.dot(dz, a_prev.T),
        "dba": np.sum(dz, axis=1).reshape(-1, 1),
    }


def rnn_backward(da, caches):
    (first, *rest), x = caches
    if rest:
        later = rnn_backward(da[:, :, 1:], (rest, x))
        upstream = da[:, :, 0] + later["da0"]
    else:
        later = {"dx": np.empty((x.shape[0], da.shape[1], 0)), "dWax": 0, "dWaa": 0, "dba": 0}
        upstream = da[:, :, 0]
    here = rnn_cell_backward(upstream, first)
    return {
        "dx": np.concatenate([here["dxt"][:, :, np.newaxis], later["dx"]], axis=2),
        "da0": here["da_prev"],
        **{k: later[k] + here[k] for k in ("dWax", "dWaa", "dba")},
    }
