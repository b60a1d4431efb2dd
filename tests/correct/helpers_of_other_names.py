"""Activations under names of the file's own, one with a mask against overflow."""
import numpy as np


def stable_sigmoid(v):
    out = np.empty_like(v, dtype=float)
    positive = v >= 0
    out[positive] = 1 / (1 + np.exp(-v[positive]))
    grown = np.exp(v[~positive])
    out[~positive] = grown / (1 + grown)
    return out


def soft_max(v):
    shifted = v - v.max(axis=0, keepdims=True)
    return np.exp(shifted - np.log(np.exp(shifted).sum(axis=0, keepdims=True)))


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    p, z = parameters, np.concatenate((a_prev, xt))
    ft, it, ot = (stable_sigmoid(p["W" + g] @ z + p["b" + g]) for g in "fio")
    cct = np.tanh(p["Wc"] @ z + p["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    return a_next, c_next, soft_max(p["Wy"] @ a_next + p["by"]), (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p)
