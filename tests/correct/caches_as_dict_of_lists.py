"""A sequence's caches are one dictionary of lists, and the backward pass has its own steps."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, {"x": xt, "a_prev": a_prev, "a": a_next, "parameters": parameters}


def rnn_cell_backward(da_next, cache):
    d = da_next * (1 - cache["a"] ** 2)
    return {"dxt": cache["parameters"]["Wax"].T @ d, "da_prev": cache["parameters"]["Waa"].T @ d,
            "dWax": d @ cache["x"].T, "dWaa": d @ cache["a_prev"].T,
            "dba": d.sum(axis=1, keepdims=True)}


def rnn_forward(x, a0, parameters):
    caches = {"x": [], "a": [a0], "parameters": parameters}
    y_pred = []
    for t in range(x.shape[2]):
        a_next, yt_pred, _ = rnn_cell_forward(x[:, :, t], caches["a"][-1], parameters)
        caches["x"].append(x[:, :, t])
        caches["a"].append(a_next)
        y_pred.append(yt_pred)
    return np.stack(caches["a"][1:], axis=2), np.stack(y_pred, axis=2), caches


def rnn_backward(da, caches):
    Wax, Waa = caches["parameters"]["Wax"], caches["parameters"]["Waa"]
    n_a, m, T_x = da.shape
    dx, da0 = np.zeros((Wax.shape[1], m, T_x)), np.zeros((n_a, m))
    dWax, dWaa, dba = np.zeros(Wax.shape), np.zeros(Waa.shape), np.zeros((n_a, 1))
    for t in reversed(range(T_x)):
        d = (da[:, :, t] + da0) * (1 - caches["a"][t + 1] ** 2)
        dx[:, :, t] = Wax.T @ d
        dWax += d @ caches["x"][t].T
        dWaa += d @ caches["a"][t].T
        dba += d.sum(axis=1, keepdims=True)
        da0 = Waa.T @ d
    return {"dx": dx, "da0": da0, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    p, z = parameters, np.concatenate((a_prev, xt))
    s = {"z": z, "c_prev": c_prev, "parameters": p}
    s["f"], s["i"] = sigmoid(p["Wf"] @ z + p["bf"]), sigmoid(p["Wi"] @ z + p["bi"])
    s["g"], s["o"] = np.tanh(p["Wc"] @ z + p["bc"]), sigmoid(p["Wo"] @ z + p["bo"])
    c_next = s["f"] * c_prev + s["i"] * s["g"]
    s["tanh_c"] = np.tanh(c_next)
    a_next = s["o"] * s["tanh_c"]
    return a_next, c_next, softmax(p["Wy"] @ a_next + p["by"]), s


def lstm_forward(x, a0, parameters):
    caches = {k: [] for k in ("z", "c_prev", "parameters", "f", "i", "g", "o", "tanh_c")}
    a_next, c_next = a0, np.zeros(a0.shape)
    a, c, y = [], [], []
    for t in range(x.shape[2]):
        a_next, c_next, yt, step = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        for results, value in zip((a, c, y), (a_next, c_next, yt)):
            results.append(value)
        for k, value in step.items():
            caches[k].append(value)
    return np.stack(a, axis=2), np.stack(y, axis=2), np.stack(c, axis=2), caches


def lstm_cell_backward(da_next, dc_next, cache):
    f, i, g, o, tanh_c, z = (cache[k] for k in ("f", "i", "g", "o", "tanh_c", "z"))
    p, n_a = cache["parameters"], da_next.shape[0]
    dc = dc_next + da_next * o * (1 - tanh_c ** 2)
    deltas = {"f": dc * cache["c_prev"] * f * (1 - f), "i": dc * g * i * (1 - i),
              "c": dc * i * (1 - g ** 2), "o": da_next * tanh_c * o * (1 - o)}
    dz = sum(p["W" + k].T @ d for k, d in deltas.items())
    grads = {"dxt": dz[n_a:], "da_prev": dz[:n_a], "dc_prev": dc * f}
    for k, d in deltas.items():
        grads["dW" + k], grads["db" + k] = d @ z.T, d.sum(axis=1, keepdims=True)
    return grads


def lstm_backward(da, caches):
    n_a, m, T_x = da.shape
    da0, dc0 = np.zeros((n_a, m)), np.zeros((n_a, m))
    dx, total = [None] * T_x, {}
    for t in reversed(range(T_x)):
        step = {k: values[t] for k, values in caches.items()}
        grads = lstm_cell_backward(da[:, :, t] + da0, dc0, step)
        dx[t], da0, dc0 = grads.pop("dxt"), grads.pop("da_prev"), grads.pop("dc_prev")
        for k, value in grads.items():
            total.setdefault(k, []).append(value)
    return {"dx": np.stack(dx, axis=2), "da0": da0, **{k: sum(v) for k, v in total.items()}}
