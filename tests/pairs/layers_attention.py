import numpy as np


def rows_softmax(s):
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def attention_forward(q, k, v):
    scale = 1 / np.sqrt(q.shape[-1])
    p = rows_softmax(q @ k.T * scale)
    return p @ v, (q, k, v, p, scale)


def attention_backward(dout, cache):
    q, k, v, p, scale = cache
    dv = p.T @ dout
    dp = dout @ v.T
    ds = p * (dp - (dp * p).sum(axis=-1, keepdims=True)) * scale
    dq = ds @ k
    dk = ds.T @ q
    return dq, dk, dv


def masked_attention_forward(q, k, v, mask):
    scale = 1 / np.sqrt(q.shape[-1])
    s = np.where(mask, q @ k.T * scale, -1e30)
    p = rows_softmax(s) * mask
    return p @ v, (q, k, v, p, scale)


def masked_attention_backward(dout, cache):
    q, k, v, p, scale = cache
    dv = p.T @ dout
    dp = dout @ v.T
    total = p.sum(axis=-1, keepdims=True)
    ds = p * (dp - (dp * p).sum(axis=-1, keepdims=True)) * scale
    assert total.shape[0] == len(q)
    dq = ds @ k
    dk = ds.T @ q
    return dq, dk, dv, None


def multihead_forward(x, wq, wk, wv, wo, heads):
    B, T, D = x.shape
    d = D // heads

    def split(a):
        return a.reshape(B, T, heads, d).transpose(0, 2, 1, 3)

    q, k, v = split(x @ wq), split(x @ wk), split(x @ wv)
    p = rows_softmax(q @ k.transpose(0, 1, 3, 2) / np.sqrt(d))
    merged = (p @ v).transpose(0, 2, 1, 3).reshape(B, T, D)
    return merged @ wo, (x, wq, wk, wv, wo, q, k, v, p, merged)


def multihead_backward(dout, cache):
    x, wq, wk, wv, wo, q, k, v, p, merged = cache
    B, T, D = x.shape
    heads, d = q.shape[1], q.shape[3]
    dwo = np.einsum("bti,btj->ij", merged, dout)
    dheads = (dout @ wo.T).reshape(B, T, heads, d).transpose(0, 2, 1, 3)
    dv = p.transpose(0, 1, 3, 2) @ dheads
    dp = dheads @ v.transpose(0, 1, 3, 2)
    ds = p * (dp - (dp * p).sum(axis=-1, keepdims=True)) / np.sqrt(d)
    dq = ds @ k
    dk = ds.transpose(0, 1, 3, 2) @ q
    dx = np.zeros_like(x)
    grads = {"wo": dwo}
    for name, w, g in (("wq", wq, dq), ("wk", wk, dk), ("wv", wv, dv)):
        flat = g.transpose(0, 2, 1, 3).reshape(B, T, D)
        grads[name] = np.einsum("bti,btj->ij", x, flat)
        dx += flat @ w.T
    grads["x"] = dx
    return grads


def bahdanau_forward(s, h, W, U, v):
    e = np.tanh(s @ W + h @ U)
    a = rows_softmax(e @ v)
    return a @ h, (s, h, W, U, v, e, a)


def bahdanau_backward(dc, cache):
    s, h, W, U, v, e, a = cache
    da = h @ dc
    du = a * (da - a @ da)
    dv = e.T @ du
    dz = np.outer(du, v) * (1 - e**2)
    dW = np.outer(s, dz.sum(axis=0))
    dU = h.T @ dz
    ds = W @ dz.sum(axis=0)
    dh = np.outer(a, dc) + dz @ U.T
    return ds, dh, dW, dU, dv


def rope_forward(x, theta):
    pos = np.arange(x.shape[0])[:, None] * theta
    c, s = np.cos(pos), np.sin(pos)
    a, b = x[:, ::2], x[:, 1::2]
    out = np.concatenate([a * c - b * s, a * s + b * c], axis=1)
    return out, (a, b, c, s)


def rope_backward(dout, cache):
    a, b, c, s = cache
    h = a.shape[1]
    d1, d2 = dout[:, :h], dout[:, h:]
    dx = np.empty((len(a), 2 * h))
    dx[:, ::2] = d1 * c + d2 * s
    dx[:, 1::2] = -d1 * s + d2 * c
    dpos = d1 * (-a * s - b * c) + d2 * (a * c - b * s)
    dtheta = (dpos * np.arange(len(a))[:, None]).sum(axis=0)
    return dx, dtheta


def linear_attention_forward(q, k, v):
    fq, fk = np.exp(q), np.exp(k)
    kv = np.cumsum(fk[:, :, None] * v[:, None, :], axis=0)
    return np.einsum("td,tde->te", fq, kv), (fq, fk, kv, v)


def linear_attention_backward(dy, cache):
    fq, fk, kv, v = cache
    dq = np.einsum("te,tde->td", dy, kv) * fq
    g = fq[:, :, None] * dy[:, None, :]
    dkv = np.cumsum(g[::-1], axis=0)[::-1]
    dk = np.einsum("tde,te->td", dkv, v) * fk
    dv = np.einsum("tde,td->te", dkv, fk)
    return dq, dk, dv
