import numpy as np


def step_forward(params, h_prev, x):
    h = np.tanh(params["Wax"] @ x + params["Waa"] @ h_prev + params["ba"])
    z = params["Wya"] @ h + params["by"]
    e = np.exp(z - z.max(axis=0))
    return h, e / e.sum(axis=0)


def step_backward(dy, grads, params, x, h, h_prev):
    dh = params["Wya"].T @ dy + grads["da_next"]
    dz = dh * (1.0 - h ** 2)
    steps = {
        "dWya": dy @ h.T,
        "dby": dy,
        "dba": dz,
        "dWax": dz @ x.T,
        "dWaa": dz @ h_prev.T,
    }
    for key, value in steps.items():
        grads[key] = grads[key] + value
    grads["da_next"] = params["Waa"].T @ dz
    return grads


def forward(X, Y, h0, params):
    """X and Y are lists of the numbers of letters."""
    xs, hs, ps, loss = [], [h0], [], 0.0
    for ix, iy in zip(X, Y):
        x = np.zeros((params["Wax"].shape[1], 1))
        x[ix] = 1.0
        h, p = step_forward(params, hs[-1], x)
        loss = loss - float(np.log(p[iy, 0]))
        xs.append(x)
        hs.append(h)
        ps.append(p)
    return loss, (xs, hs, ps)


def backward(X, Y, params, cache):
    xs, hs, ps = cache
    grads = {"d" + name: np.zeros(value.shape) for name, value in params.items()}
    grads["da_next"] = np.zeros_like(hs[0])
    for t in range(len(X) - 1, -1, -1):
        dy = ps[t].copy()
        dy[Y[t]] -= 1.0
        grads = step_backward(dy, grads, params, xs[t], hs[t + 1], hs[t])
    return grads


def clip(grads, max_value):
    return {name: np.clip(grad, -max_value, max_value) for name, grad in grads.items()}
