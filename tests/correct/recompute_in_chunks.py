"""Forward keeps every third state; backward runs each stretch again."""
import numpy as np

EVERY = 3


def softmax(v):
    e = np.exp(v - v.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    p, z = parameters, np.concatenate((a_prev, xt))
    f, i, o = (sigmoid(p["W" + k] @ z + p["b" + k]) for k in "fio")
    g = np.tanh(p["Wc"] @ z + p["bc"])
    c = f * c_prev + i * g
    a = o * np.tanh(c)
    return a, c, softmax(p["Wy"] @ a + p["by"]), (a, c, a_prev, c_prev, f, i, g, o, xt, p)


def lstm_cell_backward(da_next, dc_next, cache):
    a, c, a_prev, c_prev, f, i, g, o, xt, p = cache
    z, n = np.concatenate((a_prev, xt)), a.shape[0]
    dc = dc_next + da_next * o * (1 - np.tanh(c) ** 2)
    d = {"f": dc * c_prev * f * (1 - f), "i": dc * g * i * (1 - i), "c": dc * i * (1 - g * g), "o": da_next * np.tanh(c) * o * (1 - o)}
    dz = sum(p["W" + k].T @ v for k, v in d.items())
    out = {"dxt": dz[n:], "da_prev": dz[:n], "dc_prev": dc * f}
    out.update({"dW" + k: v @ z.T for k, v in d.items()})
    out.update({"db" + k: v.sum(1, keepdims=True) for k, v in d.items()})
    return out


def lstm_forward(x, a0, parameters):
    a, c, y, saved = [a0], [np.zeros_like(a0)], [], []
    for t in range(x.shape[2]):
        if t % EVERY == 0:
            saved.append((a[-1], c[-1]))
        at, ct, yt, _ = lstm_cell_forward(x[:, :, t], a[-1], c[-1], parameters)
        a.append(at)
        c.append(ct)
        y.append(yt)
    join = lambda parts: np.stack(parts, axis=2)
    return join(a[1:]), join(y), join(c[1:]), (saved, x, parameters)


def lstm_backward(da, caches):
    saved, x, parameters = caches
    T = da.shape[2]
    dx = np.zeros((x.shape[0], x.shape[1], T))
    ga = gc = np.zeros(da.shape[:2])
    total = {}
    for start in range(0, T, EVERY)[::-1]:
        a, c = saved[start // EVERY]
        stretch = []
        for t in range(start, min(start + EVERY, T)):
            a, c, _, memory = lstm_cell_forward(x[:, :, t], a, c, parameters)
            stretch.append((t, memory))
        for t, memory in reversed(stretch):
            g = lstm_cell_backward(da[:, :, t] + ga, gc, memory)
            dx[:, :, t], ga, gc = g.pop("dxt"), g.pop("da_prev"), g.pop("dc_prev")
            for k, v in g.items():
                total[k] = total.get(k, 0) + v
    return {"dx": dx, "da0": ga, **total}
