"""[xt; a_prev] is stacked throughout, forward and backward."""
import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    xa = np.concatenate((xt, a_prev))
    gates = {g: sigmoid(parameters["W" + g] @ xa + parameters["b" + g]) for g in "fio"}
    gates["c"] = np.tanh(parameters["Wc"] @ xa + parameters["bc"])
    c_next = gates["f"] * c_prev + gates["i"] * gates["c"]
    a_next = gates["o"] * np.tanh(c_next)
    return a_next, c_next, (xa, gates, c_prev, c_next, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    xa, g, c_prev, c_next, parameters = cache
    bent = np.tanh(c_next)
    dc = dc_next + da_next * g["o"] * (1 - bent * bent)
    d = {"f": dc * c_prev * g["f"] * (1 - g["f"]), "i": dc * g["c"] * g["i"] * (1 - g["i"]),
         "c": dc * g["i"] * (1 - g["c"] ** 2), "o": da_next * bent * g["o"] * (1 - g["o"])}
    dxa = sum(parameters["W" + k].T @ d[k] for k in d)
    n_x = len(xa) - len(da_next)
    grads = {"dxt": dxa[:n_x], "da_prev": dxa[n_x:], "dc_prev": g["f"] * dc}
    for k in d:
        grads["dW" + k], grads["db" + k] = d[k] @ xa.T, d[k].sum(axis=1, keepdims=True)
    return grads
