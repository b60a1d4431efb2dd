"""Caches are frozen data classes."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Step:
    xt: np.ndarray
    a_prev: np.ndarray
    a_next: np.ndarray
    parameters: dict


@dataclass(frozen=True)
class LstmStep:
    z: np.ndarray
    c_prev: np.ndarray
    c_next: np.ndarray
    f: np.ndarray
    i: np.ndarray
    g: np.ndarray
    o: np.ndarray
    parameters: dict


@dataclass
class Tape:
    steps: list
    inputs: int


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - np.max(x, axis=0))
    return e / np.sum(e, axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    z = parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"]
    a_next = np.tanh(z)
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, Step(xt=xt, a_prev=a_prev, a_next=a_next, parameters=parameters)


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    tape = Tape([], n_x)
    a = np.zeros((a0.shape[0], m, T_x))
    y_pred = np.zeros((parameters["by"].shape[0], m, T_x))
    a_next = a0
    for t in range(T_x):
        a_next, y_pred[:, :, t], step = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        tape.steps.append(step)
    return a, y_pred, tape


def rnn_cell_backward(da_next, cache):
    step, p = cache, cache.parameters
    dz = da_next * (1 - step.a_next ** 2)
    return {"dxt": p["Wax"].T @ dz, "da_prev": p["Waa"].T @ dz, "dWax": dz @ step.xt.T,
            "dWaa": dz @ step.a_prev.T, "dba": np.sum(dz, axis=1, keepdims=True)}


def rnn_backward(da, caches):
    n_a, m, T_x = da.shape
    dx = np.zeros((caches.inputs, m, T_x))
    dWax, dWaa, dba = np.zeros((n_a, caches.inputs)), np.zeros((n_a, n_a)), np.zeros((n_a, 1))
    da_prevt = np.zeros((n_a, m))
    for t in reversed(range(T_x)):
        grads = rnn_cell_backward(da[:, :, t] + da_prevt, caches.steps[t])
        da_prevt = grads["da_prev"]
        dx[:, :, t] = grads["dxt"]
        dWax += grads["dWax"]
        dWaa += grads["dWaa"]
        dba += grads["dba"]
    return {"dx": dx, "da0": da_prevt, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    z = np.concatenate([a_prev, xt])
    f = sigmoid(parameters["Wf"] @ z + parameters["bf"])
    i = sigmoid(parameters["Wi"] @ z + parameters["bi"])
    g = np.tanh(parameters["Wc"] @ z + parameters["bc"])
    o = sigmoid(parameters["Wo"] @ z + parameters["bo"])
    c_next = f * c_prev + i * g
    a_next = o * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, LstmStep(z, c_prev, c_next, f, i, g, o, parameters)


def lstm_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    tape = Tape([], n_x)
    a, c = np.zeros((a0.shape[0], m, T_x)), np.zeros((a0.shape[0], m, T_x))
    y = np.zeros((parameters["by"].shape[0], m, T_x))
    a_next, c_next = a0, np.zeros(a0.shape)
    for t in range(T_x):
        a_next, c_next, y[:, :, t], step = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t], c[:, :, t] = a_next, c_next
        tape.steps.append(step)
    return a, y, c, tape


def lstm_cell_backward(da_next, dc_next, cache):
    s, p = cache, cache.parameters
    n_a = s.f.shape[0]
    tanh_c = np.tanh(s.c_next)
    dc = dc_next + da_next * s.o * (1 - tanh_c ** 2)
    dzf = dc * s.c_prev * s.f * (1 - s.f)
    dzi = dc * s.g * s.i * (1 - s.i)
    dzc = dc * s.i * (1 - s.g ** 2)
    dzo = da_next * tanh_c * s.o * (1 - s.o)
    dz = p["Wf"].T @ dzf + p["Wi"].T @ dzi + p["Wc"].T @ dzc + p["Wo"].T @ dzo
    return {"dxt": dz[n_a:], "da_prev": dz[:n_a], "dc_prev": dc * s.f,
            "dWf": dzf @ s.z.T, "dbf": np.sum(dzf, axis=1, keepdims=True),
            "dWi": dzi @ s.z.T, "dbi": np.sum(dzi, axis=1, keepdims=True),
            "dWc": dzc @ s.z.T, "dbc": np.sum(dzc, axis=1, keepdims=True),
            "dWo": dzo @ s.z.T, "dbo": np.sum(dzo, axis=1, keepdims=True)}


def lstm_backward(da, caches):
    n_a, m, T_x = da.shape
    n_z = n_a + caches.inputs
    dx = np.zeros((caches.inputs, m, T_x))
    total = {"dW" + k: np.zeros((n_a, n_z)) for k in "fico"}
    total.update({"db" + k: np.zeros((n_a, 1)) for k in "fico"})
    da_prevt, dc_prevt = np.zeros((n_a, m)), np.zeros((n_a, m))
    for t in reversed(range(T_x)):
        grads = lstm_cell_backward(da[:, :, t] + da_prevt, dc_prevt, caches.steps[t])
        da_prevt = grads["da_prev"]
        dc_prevt = grads["dc_prev"]
        dx[:, :, t] = grads["dxt"]
        for name in total:
            total[name] += grads[name]
    return {"dx": dx, "da0": da_prevt, **total}
