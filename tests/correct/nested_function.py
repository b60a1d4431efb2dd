"""Functions inside functions, which read the names around them."""
import numpy as np


def softmax(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def rnn_cell_forward(xt, a_prev, parameters):
    def affine(weight, values, bias):
        return parameters[weight] @ values + (parameters[bias] if bias else 0)

    a_next = np.tanh(affine("Waa", a_prev, "ba") + affine("Wax", xt, None))
    return a_next, softmax(affine("Wya", a_next, "by")), (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    caches = []

    def step(state, t):
        state, prediction, cache = rnn_cell_forward(x[:, :, t], state, parameters)
        caches.append(cache)
        return state, prediction

    a = np.zeros(a0.shape + x.shape[2:])
    y_pred = np.zeros(parameters["by"].shape[:1] + x.shape[1:])
    state = a0
    for t in range(x.shape[2]):
        state, y_pred[:, :, t] = step(state, t)
        a[:, :, t] = state
    return a, y_pred, (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    d = da_next * (1 - a_next**2)

    def back(weight):
        return parameters[weight].T @ d

    return {"dxt": back("Wax"), "da_prev": back("Waa"), "dWax": d @ xt.T, "dWaa": d @ a_prev.T,
            "dba": d.sum(axis=1, keepdims=True)}


def rnn_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    total = {}

    def add(name, value):
        total[name] = total.get(name, 0) + value

    def walk(t, carry):
        if t < 0:
            return carry
        grads = rnn_cell_backward(da[:, :, t] + carry, steps[t])
        for name in ("dWax", "dWaa", "dba"):
            add(name, grads[name])
        dx[:, :, t] = grads["dxt"]
        return walk(t - 1, grads["da_prev"])

    dx = np.zeros((x.shape[0], m, T_x))
    total["da0"] = walk(T_x - 1, np.zeros((n_a, m)))
    total["dx"] = dx
    return total


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    z = np.vstack((a_prev, xt))

    def gate(name, squash=sigmoid):
        return squash(parameters["W" + name] @ z + parameters["b" + name])

    ft, it, cct, ot = gate("f"), gate("i"), gate("c", np.tanh), gate("o")
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_forward(x, a0, parameters):
    a, c = np.zeros(a0.shape + x.shape[2:]), np.zeros(a0.shape + x.shape[2:])
    y = np.zeros(parameters["by"].shape[:1] + x.shape[1:])
    caches = []

    def run(t, state, cell):
        state, cell, prediction, cache = lstm_cell_forward(x[:, :, t], state, cell, parameters)
        a[:, :, t], c[:, :, t], y[:, :, t] = state, cell, prediction
        caches.append(cache)
        if t + 1 < x.shape[2]:
            run(t + 1, state, cell)

    run(0, a0, np.zeros(a0.shape))
    return a, y, c, (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    z, n_a, th = np.vstack((a_prev, xt)), a_prev.shape[0], np.tanh(c_next)
    dc = dc_next + da_next * ot * (1 - th**2)
    grads = {"dc_prev": dc * ft}

    def into(name, delta):
        grads["dW" + name] = delta @ z.T
        grads["db" + name] = delta.sum(axis=1, keepdims=True)
        return parameters["W" + name].T @ delta

    dz = into("f", dc * c_prev * ft * (1 - ft)) + into("i", dc * cct * it * (1 - it))
    dz = dz + into("c", dc * it * (1 - cct**2)) + into("o", da_next * th * ot * (1 - ot))
    grads["da_prev"], grads["dxt"] = dz[:n_a], dz[n_a:]
    return grads


def lstm_backward(da, caches):
    steps, x = caches
    n_a, m, T_x = da.shape
    dx = np.zeros((x.shape[0], m, T_x))
    total = {}

    def walk(t, carry_a, carry_c):
        if t < 0:
            return carry_a
        grads = lstm_cell_backward(da[:, :, t] + carry_a, carry_c, steps[t])
        dx[:, :, t] = grads["dxt"]
        for name in grads.keys() - {"dxt", "da_prev", "dc_prev"}:
            total[name] = total.get(name, 0) + grads[name]
        return walk(t - 1, grads["da_prev"], grads["dc_prev"])

    da0 = walk(T_x - 1, np.zeros((n_a, m)), np.zeros((n_a, m)))
    return {"dx": dx, "da0": da0, **total}
