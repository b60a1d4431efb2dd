"""Every product is an einsum."""
import numpy as np


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(0))
    return np.einsum("km,m->km", e, 1 / e.sum(0))


def rnn_cell_forward(xt, a_prev, parameters):
    p = parameters
    drive = np.einsum("ij,jm->im", p["Waa"], a_prev) + np.einsum("ij,jm->im", p["Wax"], xt)
    a_next = np.tanh(drive + p["ba"])
    yt_pred = softmax(np.einsum("ki,im->km", p["Wya"], a_next) + p["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    a = np.empty(a0.shape + x.shape[2:])
    y = np.empty((parameters["by"].shape[0],) + x.shape[1:])
    caches, state = [], a0
    for t in range(x.shape[2]):
        state, y[..., t], cache = rnn_cell_forward(x[..., t], state, parameters)
        a[..., t] = state
        caches.append(cache)
    return a, y, (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    d = da_next - np.einsum("im,im,im->im", a_next, a_next, da_next)
    return {
        "dxt": np.einsum("ij,im->jm", p["Wax"], d),
        "da_prev": np.einsum("ij,im->jm", p["Waa"], d),
        "dWax": np.einsum("im,jm->ij", d, xt),
        "dWaa": np.einsum("im,jm->ij", d, a_prev),
        "dba": np.einsum("im->i", d)[:, None],
    }


def rnn_backward(da, caches):
    steps, x = caches
    n_a, m, T = da.shape
    out = {"dx": np.empty((x.shape[0], m, T)), "dWax": 0, "dWaa": 0, "dba": 0}
    carry = np.zeros((n_a, m))
    for t in range(T)[::-1]:
        g = rnn_cell_backward(da[..., t] + carry, steps[t])
        out["dx"][..., t], carry = g["dxt"], g["da_prev"]
        for k in ("dWax", "dWaa", "dba"):
            out[k] = out[k] + g[k]
    out["da0"] = carry
    return out


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    p = parameters
    z = np.concatenate([a_prev, xt])
    W = np.stack([p["Wf"], p["Wi"], p["Wc"], p["Wo"]])
    b = np.stack([p["bf"], p["bi"], p["bc"], p["bo"]])
    s = np.einsum("gij,jm->gim", W, z) + b
    ft, it, cct, ot = sigmoid(s[0]), sigmoid(s[1]), np.tanh(s[2]), sigmoid(s[3])
    c_next = np.einsum("im,im->im", ft, c_prev) + np.einsum("im,im->im", it, cct)
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(np.einsum("ki,im->km", p["Wy"], a_next) + p["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p)


def lstm_forward(x, a0, parameters):
    a = np.empty(a0.shape + x.shape[2:])
    c = np.empty(a0.shape + x.shape[2:])
    y = np.empty((parameters["by"].shape[0],) + x.shape[1:])
    caches, h, s = [], a0, np.zeros(a0.shape)
    for t in range(x.shape[2]):
        h, s, y[..., t], cache = lstm_cell_forward(x[..., t], h, s, parameters)
        a[..., t], c[..., t] = h, s
        caches.append(cache)
    return a, y, c, (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p = cache
    n_a = len(a_prev)
    z = np.concatenate([a_prev, xt])
    W = np.stack([p["Wf"], p["Wi"], p["Wc"], p["Wo"]])
    tc = np.tanh(c_next)
    dc = dc_next + da_next * ot * (1 - tc**2)
    d = np.stack([dc * c_prev * ft * (1 - ft), dc * cct * it * (1 - it),
                  dc * it * (1 - cct**2), da_next * tc * ot * (1 - ot)])
    dW = np.einsum("gim,jm->gij", d, z)
    db = np.einsum("gim->gi", d)[..., None]
    dz = np.einsum("gij,gim->jm", W, d)
    return {"dxt": dz[n_a:], "da_prev": dz[:n_a], "dc_prev": dc * ft,
            "dWf": dW[0], "dWi": dW[1], "dWc": dW[2], "dWo": dW[3],
            "dbf": db[0], "dbi": db[1], "dbc": db[2], "dbo": db[3]}


def lstm_backward(da, caches):
    steps, x = caches
    n_a, m, T = da.shape
    keys = ["dWf", "dbf", "dWi", "dbi", "dWc", "dbc", "dWo", "dbo"]
    out = dict.fromkeys(keys, 0)
    out["dx"] = np.empty((x.shape[0], m, T))
    carry_a, carry_c = np.zeros((2, n_a, m))
    for t in range(T)[::-1]:
        g = lstm_cell_backward(da[..., t] + carry_a, carry_c, steps[t])
        out["dx"][..., t], carry_a, carry_c = g["dxt"], g["da_prev"], g["dc_prev"]
        for k in keys:
            out[k] = out[k] + g[k]
    out["da0"] = carry_a
    return out
