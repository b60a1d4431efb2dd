"""The backward pass loops over the gates f, i, c, o and looks everything up by the gate's letter."""
import numpy as np

GATES = "f i c o".split()


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    concat = np.concatenate((a_prev, xt))
    activation = {"f": sigmoid, "i": sigmoid, "c": np.tanh, "o": sigmoid}
    gates = {k: activation[k](parameters["W" + k] @ concat + parameters["b" + k]) for k in GATES}
    c_next = gates["f"] * c_prev + gates["i"] * gates["c"]
    a_next = gates["o"] * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    cache = (a_next, c_next, a_prev, c_prev, *(gates[k] for k in GATES), xt, parameters)
    return a_next, c_next, yt_pred, cache


def lstm_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape
    out = {"a": np.zeros((n_a, m, T_x)), "c": np.zeros((n_a, m, T_x)), "y": np.zeros((n_y, m, T_x))}
    now = {"a": a0, "c": np.zeros((n_a, m))}
    caches = []
    for t in range(T_x):
        now["a"], now["c"], now["y"], cache = lstm_cell_forward(
            x[:, :, t], now["a"], now["c"], parameters
        )
        for name in out:
            out[name][:, :, t] = now[name]
        caches.append(cache)
    return out["a"], out["y"], out["c"], (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    n_a = a_prev.shape[0]
    concat = np.concatenate((a_prev, xt))
    value = dict(zip(GATES, (ft, it, cct, ot)))
    slope = {k: 1 - value[k] ** 2 if k == "c" else value[k] * (1 - value[k]) for k in GATES}
    dc = dc_next + da_next * ot * (1 - np.tanh(c_next) ** 2)
    upstream = {"f": dc * c_prev, "i": dc * cct, "c": dc * it, "o": da_next * np.tanh(c_next)}
    gradients = {"dxt": 0, "da_prev": 0, "dc_prev": dc * ft}
    for k in GATES:
        delta = upstream[k] * slope[k]
        gradients["dW" + k] = delta @ concat.T
        gradients["db" + k] = delta.sum(axis=1, keepdims=True)
        gradients["da_prev"] = gradients["da_prev"] + parameters["W" + k][:, :n_a].T @ delta
        gradients["dxt"] = gradients["dxt"] + parameters["W" + k][:, n_a:].T @ delta
    return gradients


def lstm_backward(da, caches):
    steps, x = caches
    n_x, n_a, m, T_x = x.shape[0], *da.shape
    gradients = {"dx": np.zeros((n_x, m, T_x)), "da0": np.zeros((n_a, m))}
    for k in GATES:
        gradients["dW" + k], gradients["db" + k] = np.zeros((n_a, n_a + n_x)), np.zeros((n_a, 1))
    dc_prev = np.zeros((n_a, m))
    for t in reversed(range(T_x)):
        step = lstm_cell_backward(da[:, :, t] + gradients["da0"], dc_prev, steps[t])
        gradients["dx"][:, :, t], gradients["da0"], dc_prev = step["dxt"], step["da_prev"], step["dc_prev"]
        for k in GATES:
            for kind in ("dW", "db"):
                gradients[kind + k] += step[kind + k]
    return gradients
