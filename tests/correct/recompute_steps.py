"""A cache holds what a step was given; the backward pass computes the step again."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - np.max(x, axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (xt, a_prev, parameters)


def rnn_forward(x, a0, parameters):
    steps = x.shape[2]
    states, guesses = [a0], []
    for t in range(steps):
        state, guess, _ = rnn_cell_forward(x[:, :, t], states[t], parameters)
        states.append(state)
        guesses.append(guess)
    return np.stack(states[1:], axis=2), np.stack(guesses, axis=2), (x, a0, parameters)


def rnn_cell_backward(da_next, cache):
    xt, a_prev, parameters = cache
    state = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    dz = da_next * (1 - state ** 2)
    return {"dxt": parameters["Wax"].T @ dz, "da_prev": parameters["Waa"].T @ dz,
            "dWax": dz @ xt.T, "dWaa": dz @ a_prev.T, "dba": dz.sum(axis=1, keepdims=True)}


def rnn_backward(da, caches):
    x, a0, parameters = caches
    steps = x.shape[2]
    before = [a0]
    for t in range(steps - 1):
        before.append(rnn_cell_forward(x[:, :, t], before[t], parameters)[0])
    grads = {"dWax": 0, "dWaa": 0, "dba": 0}
    dx, carry = np.zeros(x.shape), np.zeros(a0.shape)
    for t in range(steps - 1, -1, -1):
        step = rnn_cell_backward(da[:, :, t] + carry, (x[:, :, t], before[t], parameters))
        dx[:, :, t], carry = step["dxt"], step["da_prev"]
        for name in grads:
            grads[name] = grads[name] + step[name]
    grads["dx"], grads["da0"] = dx, carry
    return grads


def gates(xt, a_prev, parameters):
    both = np.concatenate((a_prev, xt), axis=0)
    forget = sigmoid(parameters["Wf"] @ both + parameters["bf"])
    write = sigmoid(parameters["Wi"] @ both + parameters["bi"])
    show = sigmoid(parameters["Wo"] @ both + parameters["bo"])
    fresh = np.tanh(parameters["Wc"] @ both + parameters["bc"])
    return both, forget, write, show, fresh


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    _, forget, write, show, fresh = gates(xt, a_prev, parameters)
    c_next = forget * c_prev + write * fresh
    a_next = show * np.tanh(c_next)
    return a_next, c_next, softmax(parameters["Wy"] @ a_next + parameters["by"]), (xt, a_prev, c_prev, parameters)


def lstm_forward(x, a0, parameters):
    states, cells, guesses = [a0], [np.zeros_like(a0)], []
    for t in range(x.shape[2]):
        state, cell, guess, _ = lstm_cell_forward(x[:, :, t], states[-1], cells[-1], parameters)
        states.append(state)
        cells.append(cell)
        guesses.append(guess)
    a, c = np.stack(states[1:], axis=2), np.stack(cells[1:], axis=2)
    return a, np.stack(guesses, axis=2), c, (x, states, cells, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    xt, a_prev, c_prev, parameters = cache
    both, forget, write, show, fresh = gates(xt, a_prev, parameters)
    squashed = np.tanh(forget * c_prev + write * fresh)
    dc = dc_next + da_next * show * (1 - squashed ** 2)
    into = {"f": dc * c_prev * forget * (1 - forget), "i": dc * fresh * write * (1 - write),
            "c": dc * write * (1 - fresh ** 2), "o": da_next * squashed * show * (1 - show)}
    back = sum(parameters["W" + gate].T @ into[gate] for gate in into)
    grads = {"da_prev": back[:len(a_prev)], "dxt": back[len(a_prev):], "dc_prev": dc * forget}
    for gate, d in into.items():
        grads["dW" + gate] = d @ both.T
        grads["db" + gate] = d.sum(axis=1, keepdims=True)
    return grads


def lstm_backward(da, caches):
    x, states, cells, parameters = caches
    dx, total = np.zeros(x.shape), {}
    carry_a, carry_c = np.zeros(da.shape[:2]), np.zeros(da.shape[:2])
    for t in reversed(range(da.shape[2])):
        cache = (x[:, :, t], states[t], cells[t], parameters)
        step = lstm_cell_backward(da[:, :, t] + carry_a, carry_c, cache)
        dx[:, :, t] = step.pop("dxt")
        carry_a, carry_c = step.pop("da_prev"), step.pop("dc_prev")
        total = {name: total.get(name, 0) + value for name, value in step.items()}
    return {"dx": dx, "da0": carry_a, **total}
