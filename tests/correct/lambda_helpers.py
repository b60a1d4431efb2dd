"""The helpers are lambdas."""
import numpy as np


sigmoid = lambda x: 1 / (1 + np.exp(-x))
softmax = lambda x: np.exp(x - x.max(axis=0)) / np.exp(x - x.max(axis=0)).sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya, ba, by = [parameters[k] for k in ("Wax", "Waa", "Wya", "ba", "by")]
    a_next = np.tanh(np.matmul(Wax, xt) + np.matmul(Waa, a_prev) + ba)
    yt_pred = softmax(np.matmul(Wya, a_next) + by)
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    all_a, all_y, all_caches = [a0], [], []
    for xt in np.moveaxis(x, 2, 0):
        a_next, yt, cache = rnn_cell_forward(xt, all_a[-1], parameters)
        all_a.append(a_next)
        all_y.append(yt)
        all_caches.append(cache)
    return np.stack(all_a[1:], axis=2), np.dstack(all_y), (all_caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    d = np.multiply(da_next, 1 - np.square(a_next))
    return {"dxt": np.matmul(parameters["Wax"].T, d), "da_prev": np.matmul(parameters["Waa"].T, d),
            "dWax": np.matmul(d, xt.T), "dWaa": np.matmul(d, a_prev.T),
            "dba": np.sum(d, 1, keepdims=True)}


def rnn_backward(da, caches):
    steps, _ = caches
    carry = np.zeros_like(da[:, :, 0])
    all_grads = []
    for dat, cache in reversed(list(zip(np.moveaxis(da, 2, 0), steps))):
        all_grads.append(rnn_cell_backward(dat + carry, cache))
        carry = all_grads[-1]["da_prev"]
    grads = {k: np.sum([g[k] for g in all_grads], axis=0) for k in ("dWax", "dWaa", "dba")}
    grads["dx"] = np.stack([g["dxt"] for g in reversed(all_grads)], axis=2)
    grads["da0"] = carry
    return grads


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    z = np.r_[a_prev, xt]
    ft, it, ot = [sigmoid(np.matmul(parameters["W" + k], z) + parameters["b" + k]) for k in "fio"]
    cct = np.tanh(np.matmul(parameters["Wc"], z) + parameters["bc"])
    c_next = np.add(np.multiply(ft, c_prev), np.multiply(it, cct))
    a_next = np.multiply(ot, np.tanh(c_next))
    yt_pred = softmax(np.matmul(parameters["Wy"], a_next) + parameters["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_forward(x, a0, parameters):
    all_a, all_c, all_y, all_caches = [a0], [np.zeros(a0.shape)], [], []
    for xt in np.moveaxis(x, 2, 0):
        a, c, y, cache = lstm_cell_forward(xt, all_a[-1], all_c[-1], parameters)
        all_a.append(a)
        all_c.append(c)
        all_y.append(y)
        all_caches.append(cache)
    return np.dstack(all_a[1:]), np.dstack(all_y), np.dstack(all_c[1:]), (all_caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    n_a = a_prev.shape[0]
    z = np.r_[a_prev, xt]
    dc = dc_next + da_next * ot * (1 - np.square(np.tanh(c_next)))
    deltas = [dc * c_prev * ft * (1 - ft), dc * cct * it * (1 - it), dc * it * (1 - np.square(cct)),
              da_next * np.tanh(c_next) * ot * (1 - ot)]
    dz = sum(np.matmul(parameters["W" + k].T, d) for k, d in zip("fico", deltas))
    grads = {"da_prev": dz[:n_a], "dxt": dz[n_a:], "dc_prev": dc * ft}
    grads.update({"dW" + k: np.matmul(d, z.T) for k, d in zip("fico", deltas)})
    grads.update({"db" + k: np.sum(d, 1, keepdims=True) for k, d in zip("fico", deltas)})
    return grads


def lstm_backward(da, caches):
    steps, _ = caches
    da_carry = np.zeros_like(da[:, :, 0])
    dc_carry = np.zeros_like(da[:, :, 0])
    all_grads = []
    for dat, cache in reversed(list(zip(np.moveaxis(da, 2, 0), steps))):
        g = lstm_cell_backward(dat + da_carry, dc_carry, cache)
        da_carry, dc_carry = g["da_prev"], g["dc_prev"]
        all_grads.append(g)
    grads = {k: np.sum([g[k] for g in all_grads], axis=0)
             for k in all_grads[0] if k not in ("dxt", "da_prev", "dc_prev")}
    grads["dx"] = np.stack([g["dxt"] for g in all_grads[::-1]], axis=2)
    grads["da0"] = da_carry
    return grads
