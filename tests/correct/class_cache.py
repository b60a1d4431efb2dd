"""A small class of the author's own is the cache."""
import numpy as np


class Step:
    def __init__(self, **values):
        for name, value in values.items():
            setattr(self, name, value)


class Tape:
    def __init__(self, n_x):
        self.n_x = n_x
        self.steps = []

    def add(self, step):
        self.steps.append(step)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - np.max(x, axis=0))
    return e / np.sum(e, axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, Step(x=xt, a_prev=a_prev, a=a_next, weights=parameters)


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    tape = Tape(n_x)
    a = np.zeros((a0.shape[0], m, T_x))
    y = np.zeros((parameters["by"].shape[0], m, T_x))
    state = a0
    for t in range(T_x):
        state, y[:, :, t], step = rnn_cell_forward(x[:, :, t], state, parameters)
        a[:, :, t] = state
        tape.add(step)
    return a, y, tape


def rnn_cell_backward(da_next, cache):
    d = da_next * (1 - cache.a ** 2)
    return {"dxt": cache.weights["Wax"].T @ d, "da_prev": cache.weights["Waa"].T @ d,
            "dWax": d @ cache.x.T, "dWaa": d @ cache.a_prev.T, "dba": d.sum(1, keepdims=True)}


def rnn_backward(da, caches):
    n_a, m, T_x = da.shape
    dx = np.zeros((caches.n_x, m, T_x))
    dWax, dWaa, dba = np.zeros((n_a, caches.n_x)), np.zeros((n_a, n_a)), np.zeros((n_a, 1))
    carry = np.zeros((n_a, m))
    for t in reversed(range(T_x)):
        g = rnn_cell_backward(da[:, :, t] + carry, caches.steps[t])
        carry, dx[:, :, t] = g["da_prev"], g["dxt"]
        dWax += g["dWax"]
        dWaa += g["dWaa"]
        dba += g["dba"]
    return {"dx": dx, "da0": carry, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    p = parameters
    z = np.concatenate((a_prev, xt))
    step = Step(z=z, c_prev=c_prev, weights=p)
    step.f = sigmoid(p["Wf"] @ z + p["bf"])
    step.i = sigmoid(p["Wi"] @ z + p["bi"])
    step.o = sigmoid(p["Wo"] @ z + p["bo"])
    step.g = np.tanh(p["Wc"] @ z + p["bc"])
    c_next = step.f * c_prev + step.i * step.g
    step.tanh_c = np.tanh(c_next)
    a_next = step.o * step.tanh_c
    return a_next, c_next, softmax(p["Wy"] @ a_next + p["by"]), step


def lstm_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    tape = Tape(n_x)
    a, c = np.zeros((a0.shape[0], m, T_x)), np.zeros((a0.shape[0], m, T_x))
    y = np.zeros((parameters["by"].shape[0], m, T_x))
    at, ct = a0, np.zeros(a0.shape)
    for t in range(T_x):
        at, ct, y[:, :, t], step = lstm_cell_forward(x[:, :, t], at, ct, parameters)
        a[:, :, t] = at
        c[:, :, t] = ct
        tape.add(step)
    return a, y, c, tape


def lstm_cell_backward(da_next, dc_next, cache):
    s, p, n_a = cache, cache.weights, da_next.shape[0]
    dc = dc_next + da_next * s.o * (1 - s.tanh_c ** 2)
    dot = da_next * s.tanh_c * s.o * (1 - s.o)
    dcct = dc * s.i * (1 - s.g ** 2)
    dit = dc * s.g * s.i * (1 - s.i)
    dft = dc * s.c_prev * s.f * (1 - s.f)
    dz = p["Wf"].T @ dft + p["Wi"].T @ dit + p["Wc"].T @ dcct + p["Wo"].T @ dot
    return {"dxt": dz[n_a:], "da_prev": dz[:n_a], "dc_prev": dc * s.f,
            "dWf": dft @ s.z.T, "dbf": dft.sum(1, keepdims=True),
            "dWi": dit @ s.z.T, "dbi": dit.sum(1, keepdims=True),
            "dWc": dcct @ s.z.T, "dbc": dcct.sum(1, keepdims=True),
            "dWo": dot @ s.z.T, "dbo": dot.sum(1, keepdims=True)}


def lstm_backward(da, caches):
    n_a, m, T_x = da.shape
    dx = np.zeros((caches.n_x, m, T_x))
    da_prev, dc_prev = np.zeros((n_a, m)), np.zeros((n_a, m))
    total = {}
    for t in reversed(range(T_x)):
        g = lstm_cell_backward(da[:, :, t] + da_prev, dc_prev, caches.steps[t])
        dx[:, :, t] = g.pop("dxt")
        da_prev, dc_prev = g.pop("da_prev"), g.pop("dc_prev")
        for name in g:
            total[name] = total.get(name, 0) + g[name]
    total["dx"], total["da0"] = dx, da_prev
    return total
