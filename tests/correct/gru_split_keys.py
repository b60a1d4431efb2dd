"""A GRU with a weight for the input and one for the state in each gate."""
import numpy as np


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def gru_cell_forward(xt, h_prev, w):
    z = sigmoid(w["Wxz"] @ xt + w["Whz"] @ h_prev + w["bz"])
    r = sigmoid(w["Wxr"] @ xt + w["Whr"] @ h_prev + w["br"])
    n = np.tanh(w["Wxh"] @ xt + w["Whh"] @ (r * h_prev) + w["bh"])
    return (1 - z) * h_prev + z * n, (xt, h_prev, z, r, n, w)


def gru_cell_backward(dh, cache):
    xt, h_prev, z, r, n, w = cache
    dn = dh * z * (1 - n * n)
    dz = dh * (n - h_prev) * z * (1 - z)
    dr = w["Whh"].T @ dn * h_prev * r * (1 - r)
    grads = {"dxt": w["Wxz"].T @ dz + w["Wxr"].T @ dr + w["Wxh"].T @ dn,
             "dh_prev": dh * (1 - z) + w["Whz"].T @ dz + w["Whr"].T @ dr + w["Whh"].T @ dn * r}
    for g, d, h in (("z", dz, h_prev), ("r", dr, h_prev), ("h", dn, r * h_prev)):
        grads |= {"dWx" + g: d @ xt.T, "dWh" + g: d @ h.T, "db" + g: d.sum(axis=1, keepdims=True)}
    return grads
