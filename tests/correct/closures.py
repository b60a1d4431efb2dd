"""A cache is the function that pulls a gradient back, made where the step is computed."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa = parameters["Wax"], parameters["Waa"]
    a_next = np.tanh(Waa @ a_prev + Wax @ xt + parameters["ba"])
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])

    def pull(da):
        dz = da * (1 - a_next ** 2)
        return {"dxt": Wax.T @ dz, "da_prev": Waa.T @ dz, "dWax": dz @ xt.T, "dWaa": dz @ a_prev.T,
                "dba": dz.sum(axis=1, keepdims=True)}

    return a_next, yt_pred, pull


def rnn_forward(x, a0, parameters):
    states, guesses, pulls = [a0], [], []
    for t in range(x.shape[2]):
        state, guess, pull = rnn_cell_forward(x[:, :, t], states[-1], parameters)
        states.append(state)
        guesses.append(guess)
        pulls.append(pull)
    return np.stack(states[1:], axis=2), np.stack(guesses, axis=2), pulls


def rnn_cell_backward(da_next, cache):
    return cache(da_next)


def rnn_backward(da, caches):
    total, dxs, carry = {}, [], np.zeros(da.shape[:2])
    for t in reversed(range(da.shape[2])):
        grads = rnn_cell_backward(da[:, :, t] + carry, caches[t])
        carry = grads["da_prev"]
        dxs.insert(0, grads["dxt"])
        for name in ("dWax", "dWaa", "dba"):
            total[name] = total.get(name, 0) + grads[name]
    return {"dx": np.stack(dxs, axis=2), "da0": carry, **total}


def gate(name, squash, derivative, z, parameters):
    W = parameters["W" + name]
    value = squash(W @ z + parameters["b" + name])

    def pull(d):
        dz = d * derivative(value)
        return W.T @ dz, dz @ z.T, dz.sum(axis=1, keepdims=True)

    return value, pull


def of_sigmoid(s):
    return s * (1 - s)


def of_tanh(s):
    return 1 - s ** 2


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    z = np.vstack((a_prev, xt))
    ft, pull_f = gate("f", sigmoid, of_sigmoid, z, parameters)
    it, pull_i = gate("i", sigmoid, of_sigmoid, z, parameters)
    ot, pull_o = gate("o", sigmoid, of_sigmoid, z, parameters)
    cct, pull_c = gate("c", np.tanh, of_tanh, z, parameters)
    c_next = ft * c_prev + it * cct
    th = np.tanh(c_next)
    a_next = ot * th
    n_a = a_prev.shape[0]

    def pull(da, dc):
        dc = dc + da * ot * of_tanh(th)
        parts = {"f": pull_f(dc * c_prev), "i": pull_i(dc * cct), "c": pull_c(dc * it), "o": pull_o(da * th)}
        dz = sum(back for back, _, _ in parts.values())
        grads = {"da_prev": dz[:n_a], "dxt": dz[n_a:], "dc_prev": dc * ft}
        for name, (_, dW, db) in parts.items():
            grads["dW" + name], grads["db" + name] = dW, db
        return grads

    return a_next, c_next, softmax(parameters["Wy"] @ a_next + parameters["by"]), pull


def lstm_forward(x, a0, parameters):
    state, cell = a0, np.zeros(a0.shape)
    states, cells, guesses, pulls = [], [], [], []
    for t in range(x.shape[2]):
        state, cell, guess, pull = lstm_cell_forward(x[:, :, t], state, cell, parameters)
        for collected, value in ((states, state), (cells, cell), (guesses, guess), (pulls, pull)):
            collected.append(value)
    return np.stack(states, axis=2), np.stack(guesses, axis=2), np.stack(cells, axis=2), pulls


def lstm_cell_backward(da_next, dc_next, cache):
    return cache(da_next, dc_next)


def lstm_backward(da, caches):
    total, dxs = {}, []
    da_carry, dc_carry = np.zeros(da.shape[:2]), np.zeros(da.shape[:2])
    for t in reversed(range(da.shape[2])):
        grads = lstm_cell_backward(da[:, :, t] + da_carry, dc_carry, caches[t])
        dxs.insert(0, grads.pop("dxt"))
        da_carry, dc_carry = grads.pop("da_prev"), grads.pop("dc_prev")
        for name, value in grads.items():
            total[name] = total.get(name, 0) + value
    return {"dx": np.stack(dxs, axis=2), "da0": da_carry, **total}
