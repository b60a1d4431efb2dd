"""W for the input and U for the state, the reset gate before the product; keys with underscores."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_cell_forward(xt, a_prev, parameters):
    P = parameters
    z = sigmoid(P["W_z"] @ xt + P["U_z"] @ a_prev + P["b_z"])
    r = sigmoid(P["W_r"] @ xt + P["U_r"] @ a_prev + P["b_r"])
    h = np.tanh(P["W_h"] @ xt + P["U_h"] @ (r * a_prev) + P["b_h"])
    return (1 - z) * a_prev + z * h, {"before": a_prev, "xt": xt, "z": z, "r": r, "h": h, "P": P}


def gru_cell_backward(da_next, cache):
    before, xt, P = cache["before"], cache["xt"], cache["P"]
    z, r, h = cache["z"], cache["r"], cache["h"]
    dh = da_next * z * (1 - h ** 2)
    dz = da_next * (h - before) * z * (1 - z)
    dreset = P["U_h"].T @ dh
    dr = dreset * before * r * (1 - r)
    return {
        "dxt": P["W_z"].T @ dz + P["W_r"].T @ dr + P["W_h"].T @ dh,
        "da_prev": da_next * (1 - z) + P["U_z"].T @ dz + P["U_r"].T @ dr + r * dreset,
        "dW_z": dz @ xt.T, "dU_z": dz @ before.T, "db_z": dz.sum(1, keepdims=True),
        "dW_r": dr @ xt.T, "dU_r": dr @ before.T, "db_r": dr.sum(1, keepdims=True),
        "dW_h": dh @ xt.T, "dU_h": dh @ (r * before).T, "db_h": dh.sum(1, keepdims=True),
    }
