"""A GRU that picks its activations with a match statement, and a walrus here and there."""
import numpy as np


def activate(kind, z):
    match kind:
        case "z" | "r":
            return 1 / (1 + np.exp(-z))
        case "h":
            return np.tanh(z)
        case _:
            raise ValueError(kind)


def slope(kind, y):
    match kind:
        case "z" | "r":
            return y * (1 - y)
        case _:
            return 1 - y * y


def gru_cell_forward(xt, a_prev, parameters):
    P = parameters
    cat = np.concatenate((a_prev, xt), axis=0)
    z = activate("z", P["Wz"] @ cat + P["bz"])
    r = activate("r", P["Wr"] @ cat + P["br"])
    h = activate("h", P["Wh"] @ (gated := np.concatenate((r * a_prev, xt), axis=0)) + P["bh"])
    a_next = a_prev + z * (h - a_prev)
    return a_next, (cat, gated, a_prev, z, r, h, P)


def gru_cell_backward(da_next, cache):
    cat, gated, a_prev, z, r, h, P = cache
    n = len(a_prev)
    dh = da_next * z * slope("h", h)
    dz = da_next * (h - a_prev) * slope("z", z)
    dgated = P["Wh"].T @ dh
    dr = dgated[:n] * a_prev * slope("r", r)
    dcat = P["Wz"].T @ dz + P["Wr"].T @ dr
    out = {"dxt": dcat[n:] + dgated[n:], "da_prev": da_next - da_next * z + dcat[:n] + r * dgated[:n]}
    for name, d, left in (("z", dz, cat), ("r", dr, cat), ("h", dh, gated)):
        out |= {f"dW{name}": d @ left.T, f"db{name}": d.sum(axis=1, keepdims=True)}
    return out


def gru_forward(x, a0, parameters):
    a, caches = [a0], []
    t = -1
    while (t := t + 1) < x.shape[2]:
        nxt, cache = gru_cell_forward(x[:, :, t], a[-1], parameters)
        a.append(nxt)
        caches.append(cache)
    return np.stack(a[1:], axis=2), (caches, x)


def gru_backward(da, caches):
    steps, x = caches
    dx, back, total = np.zeros(x.shape[:2] + da.shape[2:]), 0, {}
    for t in range(da.shape[2])[::-1]:
        g = gru_cell_backward(da[:, :, t] + back, steps[t])
        dx[:, :, t] = g.pop("dxt")
        back = g.pop("da_prev")
        total = {k: v + total.get(k, 0) for k, v in g.items()}
    return {"dx": dx, "da0": back, **total}
