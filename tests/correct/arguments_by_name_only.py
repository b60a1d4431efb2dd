"""Arguments of the steps are taken by name only, and so is the last one of the sequences."""
import numpy as np


def softmax(x, *, axis=0):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def rnn_cell_forward(*, xt, a_prev, parameters):
    after = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"])
    yt_pred = softmax(parameters["Wya"] @ after + parameters["by"])
    return after, yt_pred, (after, a_prev, xt, parameters)


def rnn_forward(x, a0, *, parameters):
    states, guesses, caches = [a0], [], []
    for t in range(x.shape[2]):
        given = dict(xt=x[:, :, t], a_prev=states[-1], parameters=parameters)
        state, guess, cache = rnn_cell_forward(**given)
        states.append(state)
        guesses.append(guess)
        caches.append(cache)
    return np.stack(states[1:], axis=2), np.stack(guesses, axis=2), (caches, x)


def rnn_cell_backward(da_next, *, cache):
    after, a_prev, xt, parameters = cache
    d = da_next * (1 - after ** 2)
    return {"dxt": parameters["Wax"].T @ d, "da_prev": parameters["Waa"].T @ d, "dWax": d @ xt.T,
            "dWaa": d @ a_prev.T, "dba": d.sum(axis=1, keepdims=True)}


def rnn_backward(da, *, caches):
    steps, x = caches
    total, dx, back = {}, np.zeros((x.shape[0], *da.shape[1:])), np.zeros(da.shape[:2])
    for t in reversed(range(da.shape[2])):
        found = rnn_cell_backward(da[:, :, t] + back, cache=steps[t])
        dx[:, :, t], back = found.pop("dxt"), found.pop("da_prev")
        total = {name: total.get(name, 0) + value for name, value in found.items()}
    return {"dx": dx, "da0": back, **total}
