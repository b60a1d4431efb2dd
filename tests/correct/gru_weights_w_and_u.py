"""W for the input and U for the state, one bias a gate, the reset gate after the product."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_cell_forward(xt, a_prev, parameters):
    Wz, Wr, Wn, Uz, Ur, Un, bz, br, bn = (parameters[kind + gate] for kind in "WUb" for gate in "zrn")
    z = sigmoid(Wz @ xt + Uz @ a_prev + bz)
    r = sigmoid(Wr @ xt + Ur @ a_prev + br)
    u = Un @ a_prev
    n = np.tanh(Wn @ xt + r * u + bn)
    return z * a_prev + (1 - z) * n, (a_prev, xt, z, r, n, u, parameters)


def gru_cell_backward(da_next, cache):
    a_prev, xt, z, r, n, u, p = cache
    d = {"n": da_next * (1 - z) * (1 - n ** 2), "z": da_next * (a_prev - n) * z * (1 - z)}
    d["r"] = d["n"] * u * r * (1 - r)
    of_state = {**d, "n": d["n"] * r}
    found = {
        "dxt": sum(p["W" + k].T @ one for k, one in d.items()),
        "da_prev": da_next * z + sum(p["U" + k].T @ one for k, one in of_state.items()),
    }
    for k in "zrn":
        found["dW" + k] = d[k] @ xt.T
        found["dU" + k] = of_state[k] @ a_prev.T
        found["db" + k] = d[k].sum(axis=1, keepdims=True)
    return found
