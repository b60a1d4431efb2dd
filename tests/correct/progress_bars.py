"""Loops over time with a progress bar."""
import numpy as np
import tqdm as bars
from tqdm import trange
from tqdm.auto import tqdm


def softmax(x):
    e = np.exp(x - np.max(x, axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    W, U, V = parameters["Wax"], parameters["Waa"], parameters["Wya"]
    a_next = np.tanh(W @ xt + U @ a_prev + parameters["ba"])
    return a_next, softmax(V @ a_next + parameters["by"]), (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    a, y, caches, a_next = [], [], [], a0
    bar = tqdm(range(x.shape[2]), desc="forward", leave=False)
    for t in bar:
        a_next, yt, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        bar.set_postfix(step=t)
        a.append(a_next)
        y.append(yt)
        caches.append(cache)
    return np.stack(a, axis=2), np.stack(y, axis=2), (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    d = da_next * (1 - a_next ** 2)
    return {
        "dxt": parameters["Wax"].T @ d, "da_prev": parameters["Waa"].T @ d,
        "dWax": d @ xt.T, "dWaa": d @ a_prev.T, "dba": d.sum(axis=1, keepdims=True),
    }


def rnn_backward(da, caches):
    steps, x = caches
    dx, carry, total = np.zeros(x.shape), np.zeros(da.shape[:2]), {}
    with bars.tqdm(total=len(steps)) as bar:
        for i in trange(len(steps)):
            t = len(steps) - 1 - i
            step = rnn_cell_backward(da[:, :, t] + carry, steps[t])
            dx[:, :, t], carry = step["dxt"], step["da_prev"]
            for name in ("dWax", "dWaa", "dba"):
                total[name] = total.get(name, 0) + step[name]
            bar.update(1)
    return {"dx": dx, "da0": carry, **total}
