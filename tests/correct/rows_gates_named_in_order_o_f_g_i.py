"""Example a row; the gates are stacked o, f, g, i; caches are a list of dicts."""
import numpy as np


def _sig(x):
    return 1.0 / (1.0 + np.exp(-x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    A = x @ Wx + prev_h @ Wh + b
    o, f, g, i = A[:, :H], A[:, H:2 * H], A[:, 2 * H:3 * H], A[:, 3 * H:]
    o, f, i = _sig(o), _sig(f), _sig(i)
    g = np.tanh(g)
    next_c = f * prev_c + i * g
    tc = np.tanh(next_c)
    next_h = o * tc
    return next_h, next_c, {"x": x, "h": prev_h, "c": prev_c, "Wx": Wx, "Wh": Wh, "o": o, "f": f, "g": g, "i": i, "tc": tc}


def lstm_step_backward(dnext_h, dnext_c, cache):
    o, f, g, i, tc = (cache[k] for k in ("o", "f", "g", "i", "tc"))
    dc = dnext_c + dnext_h * o * (1 - tc * tc)
    dA = np.hstack((
        dnext_h * tc * o * (1 - o),
        dc * cache["c"] * f * (1 - f),
        dc * i * (1 - g * g),
        dc * g * i * (1 - i),
    ))
    return dA @ cache["Wx"].T, dA @ cache["Wh"].T, dc * f, cache["x"].T @ dA, cache["h"].T @ dA, dA.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    prev_h, prev_c = h0, np.zeros((N, H))
    cache = []
    for t in range(T):
        prev_h, prev_c, c = lstm_step_forward(x[:, t], prev_h, prev_c, Wx, Wh, b)
        h[:, t] = prev_h
        cache.append(c)
    return h, cache


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    first = cache[0]
    dx = np.zeros((N, T, first["x"].shape[1]))
    dWx, dWh, db = np.zeros_like(first["Wx"]), np.zeros_like(first["Wh"]), np.zeros(4 * H)
    dprev_h, dprev_c = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        dx[:, t], dprev_h, dprev_c, gx, gh, gb = lstm_step_backward(dh[:, t] + dprev_h, dprev_c, cache[t])
        dWx += gx
        dWh += gh
        db += gb
    return dx, dprev_h, dWx, dWh, db
