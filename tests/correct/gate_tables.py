"""Gates are entries of dictionaries, their activations and derivatives stand in tables."""
import numpy as np

SQUASH = {
    "f": lambda z: 1 / (1 + np.exp(-z)),
    "i": lambda z: 1 / (1 + np.exp(-z)),
    "c": np.tanh,
    "o": lambda z: 1 / (1 + np.exp(-z)),
}
SLOPE = {
    "f": lambda s: s * (1 - s),
    "i": lambda s: s * (1 - s),
    "c": lambda s: 1 - s ** 2,
    "o": lambda s: s * (1 - s),
}


def softmax(x):
    e = np.exp(x - x.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    z = np.vstack((a_prev, xt))
    gates = {k: squash(parameters["W" + k] @ z + parameters["b" + k]) for k, squash in SQUASH.items()}
    c_next = gates["f"] * c_prev + gates["i"] * gates["c"]
    a_next = gates["o"] * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    cache = {"z": z, "gates": gates, "before": (a_prev, c_prev), "after": (a_next, c_next), "p": parameters}
    return a_next, c_next, yt_pred, cache


def lstm_forward(x, a0, parameters):
    a, c = a0, np.zeros(a0.shape)
    states, cells, guesses, caches = [], [], [], []
    for t in range(x.shape[2]):
        a, c, y, cache = lstm_cell_forward(x[:, :, t], a, c, parameters)
        states.append(a)
        cells.append(c)
        guesses.append(y)
        caches.append(cache)
    return np.stack(states, axis=2), np.stack(guesses, axis=2), np.stack(cells, axis=2), caches


def lstm_cell_backward(da_next, dc_next, cache):
    gates, z, p = cache["gates"], cache["z"], cache["p"]
    a_prev, c_prev = cache["before"]
    squashed = np.tanh(cache["after"][1])
    dc = dc_next + da_next * gates["o"] * (1 - squashed ** 2)
    into = {"f": dc * c_prev, "i": dc * gates["c"], "c": dc * gates["i"], "o": da_next * squashed}
    d = {k: into[k] * SLOPE[k](gates[k]) for k in SLOPE}
    dz = sum(p["W" + k].T @ d[k] for k in d)
    n_a = a_prev.shape[0]
    grads = {"da_prev": dz[:n_a], "dxt": dz[n_a:], "dc_prev": dc * gates["f"]}
    for k in d:
        grads["dW" + k] = d[k] @ z.T
        grads["db" + k] = d[k].sum(axis=1, keepdims=True)
    return grads


def lstm_backward(da, caches):
    carry_a, carry_c = np.zeros(da.shape[:2]), np.zeros(da.shape[:2])
    dxs, total = [], {}
    for t in reversed(range(da.shape[2])):
        grads = lstm_cell_backward(da[:, :, t] + carry_a, carry_c, caches[t])
        carry_a, carry_c = grads.pop("da_prev"), grads.pop("dc_prev")
        dxs.insert(0, grads.pop("dxt"))
        for name, value in grads.items():
            total[name] = total.get(name, 0) + value
    return {"dx": np.stack(dxs, axis=2), "da0": carry_a, **total}
