"""Backward functions are handed weights beside the cache, the LSTM a first cell state."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"])
    return a_next, softmax(parameters["Wya"] @ a_next + parameters["by"]), (a_next, a_prev, xt)


def rnn_forward(x, a0, parameters):
    a_next, a, y, caches = a0, [], [], []
    for t in range(x.shape[2]):
        a_next, yt, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a.append(a_next)
        y.append(yt)
        caches.append(cache)
    return np.stack(a, axis=2), np.stack(y, axis=2), (caches, x)


def rnn_cell_backward(da_next, cache, Wax, Waa):
    a_next, a_prev, xt = cache
    dz = da_next * (1 - a_next ** 2)
    return {"dxt": Wax.T @ dz, "da_prev": Waa.T @ dz,
            "dWax": dz @ xt.T, "dWaa": dz @ a_prev.T, "dba": dz.sum(axis=1, keepdims=True)}


def rnn_backward(da, caches, parameters):
    steps, x = caches
    grads = {"dx": np.zeros((x.shape[0], *da.shape[1:]))}
    carry = np.zeros(da.shape[:2])
    for t in reversed(range(da.shape[2])):
        one = rnn_cell_backward(da[:, :, t] + carry, steps[t], parameters["Wax"], parameters["Waa"])
        carry = one["da_prev"]
        grads["dx"][:, :, t] = one["dxt"]
        for k in ("dWax", "dWaa", "dba"):
            grads[k] = grads.get(k, 0) + one[k]
    grads["da0"] = carry
    return grads


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    z = np.vstack([a_prev, xt])
    f, i, o = (sigmoid(parameters["W" + k] @ z + parameters["b" + k]) for k in "fio")
    g = np.tanh(parameters["Wc"] @ z + parameters["bc"])
    c_next = f * c_prev + i * g
    a_next = o * np.tanh(c_next)
    y = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, y, {"z": z, "old": c_prev, "new": c_next, "f": f, "i": i, "g": g, "o": o}


def lstm_forward(x, a0, c0, parameters):
    a, c, kept = a0, c0, []
    for t in range(x.shape[2]):
        kept.append(lstm_cell_forward(x[:, :, t], a, c, parameters))
        a, c = kept[-1][:2]
    a, c, y = (np.stack([step[k] for step in kept], axis=2) for k in range(3))
    return a, y, c, [step[3] for step in kept]


def lstm_cell_backward(da_next, dc_next, parameters, cache):
    f, i, g, o = (cache[k] for k in "figo")
    th = np.tanh(cache["new"])
    dc = dc_next + da_next * o * (1 - th ** 2)
    scores = {"f": dc * cache["old"] * f * (1 - f), "i": dc * g * i * (1 - i),
              "c": dc * i * (1 - g ** 2), "o": da_next * th * o * (1 - o)}
    dz = sum(parameters["W" + k].T @ d for k, d in scores.items())
    n_a = len(th)
    grads = {"da_prev": dz[:n_a], "dxt": dz[n_a:], "dc_prev": dc * f}
    for k, d in scores.items():
        grads["dW" + k], grads["db" + k] = d @ cache["z"].T, d.sum(axis=1, keepdims=True)
    return grads


def lstm_backward(da, caches, x, parameters=None):
    carry = dict.fromkeys(("da_prev", "dc_prev"), np.zeros(da.shape[:2]))
    grads = {"dx": np.zeros_like(x)}
    for t in reversed(range(x.shape[2])):
        carry = lstm_cell_backward(da[:, :, t] + carry["da_prev"], carry["dc_prev"], parameters,
                                   caches[t])
        grads["dx"][:, :, t] = carry["dxt"]
        for k in carry:
            if k[1] in "Wb":
                grads[k] = grads.get(k, 0) + carry[k]
    return grads | {"da0": carry["da_prev"]}
