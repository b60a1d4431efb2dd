"""The reset gate after the product, the update gate keeps the old state; a prediction besides."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def gru_cell_forward(xt, a_prev, parameters):
    both = np.vstack((a_prev, xt))
    z = sigmoid(parameters["Wz"] @ both + parameters["bz"])
    r = sigmoid(parameters["Wr"] @ both + parameters["br"])
    inner = parameters["Wha"] @ a_prev + parameters["bha"]
    n = np.tanh(parameters["Whx"] @ xt + parameters["bhx"] + r * inner)
    a_next = z * a_prev + (1 - z) * n
    return a_next, softmax(parameters["Wy"] @ a_next + parameters["by"]), (both, a_prev, xt, z, r, n, inner, parameters)


def gru_cell_backward(da_next, cache):
    both, a_prev, xt, z, r, n, inner, p = cache
    dn = da_next * (1 - z) * (1 - n ** 2)
    dz = da_next * (a_prev - n) * z * (1 - z)
    dinner = dn * r
    dr = dn * inner * r * (1 - r)
    dboth = p["Wz"].T @ dz + p["Wr"].T @ dr
    k = a_prev.shape[0]
    return {
        "dxt": dboth[k:] + p["Whx"].T @ dn,
        "da_prev": da_next * z + dboth[:k] + p["Wha"].T @ dinner,
        "dWz": dz @ both.T, "dbz": dz.sum(axis=1, keepdims=True),
        "dWr": dr @ both.T, "dbr": dr.sum(axis=1, keepdims=True),
        "dWhx": dn @ xt.T, "dbhx": dn.sum(axis=1, keepdims=True),
        "dWha": dinner @ a_prev.T, "dbha": dinner.sum(axis=1, keepdims=True),
    }


def gru_forward(x, a0, parameters):
    a, y, steps = [], [], []
    state = a0
    for t in range(x.shape[2]):
        state, guess, step = gru_cell_forward(x[:, :, t], state, parameters)
        a.append(state)
        y.append(guess)
        steps.append(step)
    return np.stack(a, 2), np.stack(y, 2), steps


def gru_backward(da, caches):
    dx, total, carry = [], {}, np.zeros(da.shape[:2])
    for t in reversed(range(da.shape[2])):
        g = gru_cell_backward(da[:, :, t] + carry, caches[t])
        dx.append(g.pop("dxt"))
        carry = g.pop("da_prev")
        total = {k: total.get(k, 0) + v for k, v in g.items()}
    return {"dx": np.stack(dx[::-1], axis=2), "da0": carry, **total}
