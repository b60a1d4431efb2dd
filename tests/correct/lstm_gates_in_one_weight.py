"""The dict has one weight and one bias, in which the gates stand on top of one another."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    n_a = a_prev.shape[0]
    z = np.vstack((a_prev, xt))
    u = parameters["W"] @ z + parameters["b"]
    o, f, i = sigmoid(u[:n_a]), sigmoid(u[n_a:2 * n_a]), sigmoid(u[2 * n_a:3 * n_a])
    g = np.tanh(u[3 * n_a:])
    c_next = f * c_prev + i * g
    a_next = o * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, (z, c_prev, c_next, f, i, o, g, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    z, c_prev, c_next, f, i, o, g, parameters = cache
    t = np.tanh(c_next)
    dc = dc_next + da_next * o * (1 - t ** 2)
    du = np.vstack((da_next * t * o * (1 - o), dc * c_prev * f * (1 - f), dc * g * i * (1 - i), dc * i * (1 - g ** 2)))
    dz = parameters["W"].T @ du
    n_a = len(f)
    return {"dxt": dz[n_a:], "da_prev": dz[:n_a], "dc_prev": dc * f, "dW": du @ z.T, "db": du.sum(1, keepdims=True)}


def lstm_forward(x, a0, parameters):
    a, c, y, steps = [a0], [np.zeros_like(a0)], [], []
    for t in range(x.shape[2]):
        at, ct, yt, step = lstm_cell_forward(x[:, :, t], a[-1], c[-1], parameters)
        a.append(at)
        c.append(ct)
        y.append(yt)
        steps.append(step)
    return np.stack(a[1:], 2), np.stack(y, 2), np.stack(c[1:], 2), (steps, x)


def lstm_backward(da, caches):
    steps, x = caches
    dx, ga, gc = np.zeros((x.shape[0], *da.shape[1:])), 0, 0
    dW, db = 0, 0
    for t in reversed(range(da.shape[2])):
        g = lstm_cell_backward(da[:, :, t] + ga, gc, steps[t])
        dx[:, :, t], ga, gc = g["dxt"], g["da_prev"], g["dc_prev"]
        dW, db = dW + g["dW"], db + g["db"]
    return {"dx": dx, "da0": ga, "dW": dW, "db": db}
