"""The four gates in one product: weights stacked on the way in, gradients split on the way out."""
import numpy as np

GATES = ("i", "f", "o", "c")


def sigmoid(a):
    return 0.5 + 0.5 * np.tanh(0.5 * a)


def softmax(a):
    a = np.exp(a - a.max(0))
    a /= a.sum(0)
    return a


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    n = a_prev.shape[0]
    W = np.vstack([parameters["W" + g] for g in GATES])
    b = np.vstack([parameters["b" + g] for g in GATES])
    z = np.vstack([a_prev, xt])
    u = W @ z + b
    u[:3 * n] = sigmoid(u[:3 * n])
    u[3 * n:] = np.tanh(u[3 * n:])
    i, f, o, g = np.vsplit(u, 4)
    c_next = f * c_prev + i * g
    a_next = o * np.tanh(c_next)
    y = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, y, (W, z, u, c_prev, c_next)


def lstm_cell_backward(da_next, dc_next, cache):
    W, z, u, c_prev, c_next = cache
    i, f, o, g = np.vsplit(u, 4)
    n = len(i)
    bent = np.tanh(c_next)
    dc = dc_next + da_next * o * (1 - bent ** 2)
    du = np.vstack([dc * g, dc * c_prev, da_next * bent, dc * i])
    du[:3 * n] *= u[:3 * n] * (1 - u[:3 * n])
    du[3 * n:] *= 1 - u[3 * n:] ** 2
    dz, dW, db = W.T @ du, du @ z.T, du.sum(1, keepdims=True)
    out = {"da_prev": dz[:n], "dxt": dz[n:], "dc_prev": dc * f}
    out.update(zip(["dW" + g for g in GATES], np.vsplit(dW, 4)))
    out.update(zip(["db" + g for g in GATES], np.vsplit(db, 4)))
    return out


def lstm_forward(x, a0, parameters):
    n, m, T = a0.shape[0], a0.shape[1], x.shape[2]
    a, c = np.zeros((n, m, T + 1)), np.zeros((n, m, T + 1))
    a[..., 0] = a0
    y, caches = np.zeros((parameters["Wy"].shape[0], m, T)), [None] * T
    for t in range(T):
        a[..., t + 1], c[..., t + 1], y[..., t], caches[t] = lstm_cell_forward(
            x[..., t].copy(), a[..., t].copy(), c[..., t].copy(), parameters)
    return a[..., 1:], y, c[..., 1:], (caches, x)


def lstm_backward(da, caches):
    steps, x = caches
    dx = np.zeros((x.shape[0],) + da.shape[1:])
    total, ga, gc = None, np.zeros(da.shape[:2]), np.zeros(da.shape[:2])
    for t in range(da.shape[2] - 1, -1, -1):
        g = lstm_cell_backward(da[..., t] + ga, gc, steps[t])
        dx[..., t], ga, gc = g.pop("dxt"), g.pop("da_prev"), g.pop("dc_prev")
        if total is None:
            total = g
        else:
            for k in g:
                total[k] = total[k] + g[k]
    total["dx"], total["da0"] = dx, ga
    return total
