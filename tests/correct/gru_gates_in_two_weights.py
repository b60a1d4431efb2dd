"""The dict has a weight for the input, one for the state and a bias; each holds all gates."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_cell_forward(xt, a_prev, parameters):
    Wx, Wh, b = parameters["Wx"], parameters["Wh"], parameters["b"]
    xr, xz, xn = np.split(Wx @ xt + b, 3)
    Wr, Wz, Wn = np.split(Wh, 3)
    r, z = sigmoid(xr + Wr @ a_prev), sigmoid(xz + Wz @ a_prev)
    h = Wn @ a_prev
    n = np.tanh(xn + r * h)
    return (1 - z) * n + z * a_prev, (xt, a_prev, r, z, h, n, parameters)


def gru_cell_backward(da_next, cache):
    xt, a_prev, r, z, h, n, parameters = cache
    dn = da_next * (1 - z) * (1 - n ** 2)
    dz = da_next * (a_prev - n) * z * (1 - z)
    dr = dn * h * r * (1 - r)
    of_input = np.vstack((dr, dz, dn))
    of_state = np.vstack((dr, dz, dn * r))
    return {
        "dxt": parameters["Wx"].T @ of_input,
        "da_prev": da_next * z + parameters["Wh"].T @ of_state,
        "dWx": of_input @ xt.T,
        "dWh": of_state @ a_prev.T,
        "db": of_input.sum(axis=1, keepdims=True),
    }
