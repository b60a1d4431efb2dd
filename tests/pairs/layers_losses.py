import numpy as np


def softmax_loss(x, y):
    shifted = x - x.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    N = x.shape[0]
    loss = -logp[np.arange(N), y].mean()
    dx = np.exp(logp)
    dx[np.arange(N), y] -= 1
    return loss, dx / N


def softmax_forward(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_backward(dout, x):
    p = softmax_forward(x)
    return p * (dout - (dout * p).sum(axis=-1, keepdims=True))


def svm_loss(x, y):
    N = x.shape[0]
    margins = np.maximum(0, x - x[np.arange(N), y][:, None] + 1)
    margins[np.arange(N), y] = 0
    loss = margins.sum() / N
    dx = (margins > 0).astype(float)
    dx[np.arange(N), y] -= dx.sum(axis=1)
    return loss, dx / N


def mse_forward(pred, target):
    diff = pred - target
    return float((diff**2).mean()), diff


def mse_backward(cache):
    grad = 2 * cache / cache.size
    return grad


def bce_forward(p, t):
    loss = -(t * np.log(p) + (1 - t) * np.log(1 - p)).mean()
    return loss, (p, t)


def bce_backward(dloss, cache):
    p, t = cache
    return dloss * (p - t) / (p * (1 - p)) / p.size


def triplet_forward(a, p, n, margin):
    dp, dn = ((a - p) ** 2).sum(axis=1), ((a - n) ** 2).sum(axis=1)
    hinge = np.maximum(0, dp - dn + margin)
    return hinge.mean(), (a, p, n, hinge)


def triplet_backward(dloss, cache):
    a, p, n, hinge = cache
    on = (hinge > 0)[:, None] * dloss / len(a)
    da = 2 * on * (n - p)
    dp = -2 * on * (a - p)
    dn = 2 * on * (a - n)
    return da, dp, dn


def huber_forward(x, t):
    r = x - t
    small = np.abs(r) <= 1
    return np.where(small, 0.5 * r**2, np.abs(r) - 0.5).sum(), r


def huber_backward(dloss, r):
    dx = dloss * np.clip(r, -1, 1)
    dt = -dx
    return dx, dt


def info_nce_forward(q, k, tau):
    s = q @ k.T / tau
    e = np.exp(s - s.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(np.diag(p)).mean(), (q, k, p, tau)


def info_nce_backward(dloss, cache):
    q, k, p, tau = cache
    ds = dloss * (p - np.eye(len(q))) / len(q) / tau
    dq = ds @ k
    dk = ds.T @ q
    return dq, dk


def kl_forward(mu, logvar):
    return -0.5 * (1 + logvar - mu**2 - np.exp(logvar)).sum(), (mu, logvar)


def kl_backward(dloss, cache):
    mu, logvar = cache
    dmu = dloss * mu
    dlogvar = dloss * 0.5 * (np.exp(logvar) - 1)
    return dmu, dlogvar


def ctc_loss(logits, labels):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    T, S = len(p), 2 * len(labels) + 1
    ext = np.zeros(S, dtype=int)
    ext[1::2] = labels + 1
    y = p[:, ext]
    skip = np.zeros(S, bool)
    skip[2:] = (ext[2:] != 0) & (ext[2:] != ext[:-2])
    alpha, beta = np.zeros((T, S)), np.zeros((T, S))
    alpha[0, :2] = y[0, :2]
    beta[-1, -2:] = y[-1, -2:]
    for t in range(1, T):
        a = alpha[t - 1].copy()
        a[1:] += alpha[t - 1, :-1]
        a[2:] += skip[2:] * alpha[t - 1, :-2]
        alpha[t] = a * y[t]
    for t in range(T - 2, -1, -1):
        b = beta[t + 1].copy()
        b[:-1] += beta[t + 1, 1:]
        b[:-2] += skip[2:] * beta[t + 1, 2:]
        beta[t] = b * y[t]
    total = alpha[-1, -2:].sum()
    post = np.zeros_like(p)
    for s in range(S):
        post[:, ext[s]] += alpha[:, s] * beta[:, s] / y[:, s]
    return -np.log(total), p - post / total
