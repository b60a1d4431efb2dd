"""Batch and time are one axis where that can be: reshape, moveaxis, and back."""
import numpy as np


def merge(x):
    return np.moveaxis(x, 2, 1).reshape(x.shape[0], -1)


def unmerge(x, m, T):
    return np.moveaxis(x.reshape(x.shape[0], T, m), 1, 2)


def softmax(x):
    e = np.exp(x - x.max(0))
    return e / e.sum(0)


def rnn_forward(x, a0, parameters):
    n_x, m, T = x.shape
    pre = unmerge(parameters["Wax"] @ merge(x) + parameters["ba"], m, T)
    a = np.empty(a0.shape + (T,))
    last = a0
    for t in range(T):
        a[:, :, t] = last = np.tanh(parameters["Waa"] @ last + pre[:, :, t])
    y = unmerge(softmax(parameters["Wya"] @ merge(a) + parameters["by"]), m, T)
    return a, y, (x, a0, a, parameters)


def rnn_backward(da, caches):
    x, a0, a, parameters = caches
    T = da.shape[2]
    x, a = x[:, :, :T], a[:, :, :T]
    dz = np.empty_like(da)
    carry = np.zeros_like(a0)
    for t in range(T - 1, -1, -1):
        dz[:, :, t] = (da[:, :, t] + carry) * (1 - a[:, :, t] ** 2)
        carry = parameters["Waa"].T @ dz[:, :, t]
    before = np.concatenate((a0[:, :, None], a[:, :, : T - 1]), axis=2)
    flat = merge(dz)
    return {
        "dx": np.tensordot(parameters["Wax"], dz, axes=(0, 0)),
        "da0": carry,
        "dWax": flat @ merge(x).T,
        "dWaa": flat @ merge(before).T,
        "dba": flat.sum(axis=1, keepdims=True),
    }
