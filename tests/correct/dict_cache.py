"""The caches are dictionaries with names of the author's own."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - np.max(x, axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(np.dot(parameters["Wax"], xt) + np.dot(parameters["Waa"], a_prev)
                     + parameters["ba"])
    yt_pred = softmax(np.dot(parameters["Wya"], a_next) + parameters["by"])
    cache = {"input": xt, "old": a_prev, "new": a_next, "Wax": parameters["Wax"],
             "Waa": parameters["Waa"]}
    return a_next, yt_pred, cache


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    a = np.zeros((a0.shape[0], m, T_x))
    y_pred = np.zeros((parameters["Wya"].shape[0], m, T_x))
    caches = {"n_x": n_x}
    a_next = a0
    for t in range(T_x):
        a_next, y_pred[:, :, t], caches[t] = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
    return a, y_pred, caches


def rnn_cell_backward(da_next, cache):
    d = da_next * (1 - cache["new"] ** 2)
    gradients = {}
    gradients["dxt"] = np.dot(cache["Wax"].T, d)
    gradients["da_prev"] = np.dot(cache["Waa"].T, d)
    gradients["dWax"] = np.dot(d, cache["input"].T)
    gradients["dWaa"] = np.dot(d, cache["old"].T)
    gradients["dba"] = np.sum(d, axis=1, keepdims=True)
    return gradients


def rnn_backward(da, caches):
    n_a, m, T_x = da.shape
    gradients = {"dx": np.zeros((caches["n_x"], m, T_x)), "dWax": np.zeros((n_a, caches["n_x"])),
                 "dWaa": np.zeros((n_a, n_a)), "dba": np.zeros((n_a, 1))}
    da_prev = np.zeros((n_a, m))
    for t in reversed(range(T_x)):
        step = rnn_cell_backward(da[:, :, t] + da_prev, caches[t])
        da_prev = step["da_prev"]
        gradients["dx"][:, :, t] = step["dxt"]
        for key in ("dWax", "dWaa", "dba"):
            gradients[key] += step[key]
    gradients["da0"] = da_prev
    return gradients


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    concat = np.concatenate((a_prev, xt))
    cache = {"parameters": parameters, "concat": concat, "c_prev": c_prev}
    for gate in ("f", "i", "o"):
        score = np.dot(parameters["W" + gate], concat) + parameters["b" + gate]
        cache["gate_" + gate] = sigmoid(score)
    cache["candidate"] = np.tanh(np.dot(parameters["Wc"], concat) + parameters["bc"])
    c_next = cache["gate_f"] * c_prev + cache["gate_i"] * cache["candidate"]
    cache["tanh"] = np.tanh(c_next)
    a_next = cache["gate_o"] * cache["tanh"]
    yt_pred = softmax(np.dot(parameters["Wy"], a_next) + parameters["by"])
    return a_next, c_next, yt_pred, cache


def lstm_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_a = a0.shape[0]
    a, c = np.zeros((n_a, m, T_x)), np.zeros((n_a, m, T_x))
    y = np.zeros((parameters["Wy"].shape[0], m, T_x))
    caches = {}
    a_next, c_next = a0, np.zeros((n_a, m))
    for t in range(T_x):
        a_next, c_next, yt, caches[t] = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t], c[:, :, t], y[:, :, t] = a_next, c_next, yt
    return a, y, c, caches


def lstm_cell_backward(da_next, dc_next, cache):
    parameters, concat, tanh_c = cache["parameters"], cache["concat"], cache["tanh"]
    f, i, o, g = cache["gate_f"], cache["gate_i"], cache["gate_o"], cache["candidate"]
    n_a = da_next.shape[0]
    dc = dc_next + da_next * o * (1 - tanh_c ** 2)
    d = {}
    d["f"] = dc * cache["c_prev"] * f * (1 - f)
    d["i"] = dc * g * i * (1 - i)
    d["c"] = dc * i * (1 - g ** 2)
    d["o"] = da_next * tanh_c * o * (1 - o)
    dconcat = np.zeros(concat.shape)
    gradients = {"dc_prev": dc * f}
    for gate, delta in d.items():
        gradients["dW" + gate] = np.dot(delta, concat.T)
        gradients["db" + gate] = np.sum(delta, axis=1, keepdims=True)
        dconcat = dconcat + np.dot(parameters["W" + gate].T, delta)
    gradients["da_prev"], gradients["dxt"] = dconcat[:n_a, :], dconcat[n_a:, :]
    return gradients


def lstm_backward(da, caches):
    n_a, m, T_x = da.shape
    da_prev, dc_prev = np.zeros((n_a, m)), np.zeros((n_a, m))
    dx, gradients = [], {}
    for t in reversed(range(T_x)):
        step = lstm_cell_backward(da[:, :, t] + da_prev, dc_prev, caches[t])
        da_prev, dc_prev = step.pop("da_prev"), step.pop("dc_prev")
        dx.insert(0, step.pop("dxt"))
        for key, value in step.items():
            gradients[key] = gradients[key] + value if key in gradients else value
    gradients["dx"], gradients["da0"] = np.stack(dx, axis=2), da_prev
    return gradients
