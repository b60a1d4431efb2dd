"""Only what the pass can be run again from is kept, and no backward function is here."""
import numpy as np


def sigmoid(z):
    return 0.5 + 0.5 * np.tanh(z / 2)


def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    p, z = parameters, np.r_[a_prev, xt]
    c = sigmoid(p["Wf"] @ z + p["bf"]) * c_prev + sigmoid(p["Wi"] @ z + p["bi"]) * np.tanh(p["Wc"] @ z + p["bc"])
    a = sigmoid(p["Wo"] @ z + p["bo"]) * np.tanh(c)
    return a, c, softmax(p["Wy"] @ a + p["by"]), (xt, a_prev, c_prev, parameters)


def lstm_forward(x, a0, parameters):
    a, c, out = a0, np.zeros_like(a0), []
    for xt in x.transpose(2, 0, 1):
        a, c, y, _ = lstm_cell_forward(xt, a, c, parameters)
        out.append((a, y, c))
    return (*(np.stack(some, axis=2) for some in zip(*out)), (x, a0, parameters))
