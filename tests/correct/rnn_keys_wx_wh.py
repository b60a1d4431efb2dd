"""Parameters Wx, Wh, Wy, bh, by, and gradients under those names."""
import numpy as np


def softmax(v):
    v = np.exp(v - np.amax(v, axis=0))
    return v / np.sum(v, axis=0)


def rnn_cell_forward(xt, h_prev, theta):
    h = np.tanh(theta["Wx"] @ xt + theta["Wh"] @ h_prev + theta["bh"])
    return h, softmax(theta["Wy"] @ h + theta["by"]), (h, h_prev, xt, theta)


def rnn_forward(x, h0, theta):
    h, hidden, guesses, steps = h0, [], [], []
    for t in range(x.shape[-1]):
        h, guess, step = rnn_cell_forward(x[..., t], h, theta)
        hidden.append(h)
        guesses.append(guess)
        steps.append(step)
    return np.dstack(hidden), np.dstack(guesses), (steps, x)


def rnn_cell_backward(dh, step):
    h, h_prev, xt, theta = step
    d = (1 - h * h) * dh
    return {"dxt": theta["Wx"].T @ d, "dh_prev": theta["Wh"].T @ d, "dWx": d @ xt.T,
            "dWh": d @ h_prev.T, "dbh": d.sum(1, keepdims=True)}


def rnn_backward(dh, caches):
    steps, x = caches
    into_h, dx, total = 0, np.empty(x.shape), {"dWx": 0, "dWh": 0, "dbh": 0}
    for t in range(dh.shape[-1])[::-1]:
        g = rnn_cell_backward(dh[..., t] + into_h, steps[t])
        into_h, dx[..., t] = g["dh_prev"], g["dxt"]
        total = {name: value + g[name] for name, value in total.items()}
    return {"dx": dx, "dh0": into_h, **total}
