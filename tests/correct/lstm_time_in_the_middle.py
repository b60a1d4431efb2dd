"""Sequences are (n, T, m), forward and backward, with the steps' functions inside."""
import numpy as np


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def lstm_forward(x, a0, parameters):
    p, a, c = parameters, a0, np.zeros_like(a0)
    hidden, cells, guesses, tape = [], [], [], []
    for t in range(x.shape[1]):
        z = np.concatenate([a, x[:, t]])
        f, i, o = (sigmoid(p["W" + g] @ z + p["b" + g]) for g in "fio")
        g = np.tanh(p["Wc"] @ z + p["bc"])
        tape.append((z, c, f, i, o, g))
        c = f * c + i * g
        a = o * np.tanh(c)
        e = np.exp(p["Wy"] @ a + p["by"])
        hidden.append(a), cells.append(c), guesses.append(e / e.sum(axis=0))
    return np.stack(hidden, 1), np.stack(guesses, 1), np.stack(cells, 1), (tape, cells, p)


def lstm_backward(da, caches):
    tape, cells, p = caches
    n_a, T, m = da.shape
    carry, dc, dx = np.zeros((n_a, m)), np.zeros((n_a, m)), [None] * T
    total = {}
    for t in reversed(range(T)):
        z, before, f, i, o, g = tape[t]
        dh, bent = da[:, t] + carry, np.tanh(cells[t])
        dc = dc + dh * o * (1 - bent ** 2)
        d = {"f": dc * before * f * (1 - f), "i": dc * g * i * (1 - i),
             "c": dc * i * (1 - g ** 2), "o": dh * bent * o * (1 - o)}
        dz = sum(p["W" + k].T @ v for k, v in d.items())
        carry, dx[t], dc = dz[:n_a], dz[n_a:], dc * f
        for k, v in d.items():
            total["dW" + k] = total.get("dW" + k, 0) + v @ z.T
            total["db" + k] = total.get("db" + k, 0) + v.sum(axis=1, keepdims=True)
    return dict(total, dx=np.stack(dx, axis=1), da0=carry)
