"""Each gate has W for the input and U for the state, as the equations of papers have it."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    def before(gate):
        return parameters["W" + gate] @ xt + parameters["U" + gate] @ a_prev + parameters["b" + gate]

    f, i, o, g = sigmoid(before("f")), sigmoid(before("i")), sigmoid(before("o")), np.tanh(before("c"))
    c_next = f * c_prev + i * g
    a_next = o * np.tanh(c_next)
    yt = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt, (c_next, a_prev, c_prev, f, i, o, g, xt, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    c_next, a_prev, c_prev, f, i, o, g, xt, parameters = cache
    dc = dc_next + da_next * o * (1 - np.tanh(c_next) ** 2)
    deltas = {
        "f": dc * c_prev * f * (1 - f),
        "i": dc * g * i * (1 - i),
        "c": dc * i * (1 - g * g),
        "o": da_next * np.tanh(c_next) * o * (1 - o),
    }
    found = {"dxt": 0, "da_prev": 0, "dc_prev": dc * f}
    for gate, d in deltas.items():
        found["dxt"] = found["dxt"] + parameters["W" + gate].T @ d
        found["da_prev"] = found["da_prev"] + parameters["U" + gate].T @ d
        found["dW" + gate], found["dU" + gate] = d @ xt.T, d @ a_prev.T
        found["db" + gate] = d.sum(axis=1, keepdims=True)
    return found
