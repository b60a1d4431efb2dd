import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get("eps", 1e-5)
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - mean) / std
    bn_param["running_mean"] = 0.9 * bn_param.get("running_mean", 0) + 0.1 * mean
    return gamma * xhat + beta, (xhat, std, gamma)


def batchnorm_backward(dout, cache):
    xhat, std, gamma = cache
    dgamma = (dout * xhat).sum(axis=0)
    dbeta = dout.sum(axis=0)
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / std
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, eps):
    mean = x.mean(axis=-1, keepdims=True)
    std = np.sqrt(x.var(axis=-1, keepdims=True) + eps)
    xhat = (x - mean) / std
    return gamma * xhat + beta, (xhat, std, gamma)


def layernorm_backward(dout, cache):
    xhat, std, gamma = cache
    dgamma = (dout * xhat).sum(axis=0)
    dbeta = dout.sum(axis=0)
    d = dout * gamma
    center = d.mean(axis=-1, keepdims=True)
    dx = (d - center - xhat * (d * xhat).mean(axis=-1, keepdims=True)) / std
    return dx, dgamma, dbeta


def rmsnorm_forward(x, g):
    r = 1 / np.sqrt((x**2).mean(axis=-1, keepdims=True) + 1e-6)
    return x * r * g, (x, r, g)


def rmsnorm_backward(dy, cache):
    x, r, g = cache
    dg = (dy * x * r).sum(axis=0)
    d = dy * g
    dx = r * d - x * r**3 * (d * x).mean(axis=-1, keepdims=True)
    return {"x": dx, "g": dg}


def groupnorm_forward(x, gamma, beta, groups):
    N, C, H = x.shape
    grouped = x.reshape(N, groups, C // groups * H)
    std = np.sqrt(grouped.var(axis=2, keepdims=True) + 1e-5)
    xhat = ((grouped - grouped.mean(axis=2, keepdims=True)) / std).reshape(N, C, H)
    return xhat * gamma[:, None] + beta[:, None], (xhat, std, gamma, groups)


def groupnorm_backward(dout, cache):
    xhat, std, gamma, groups = cache
    N, C, H = dout.shape
    dgamma = (dout * xhat).sum(axis=(0, 2))
    dbeta = dout.sum(axis=(0, 2))
    d = (dout * gamma[:, None]).reshape(N, groups, -1)
    h = xhat.reshape(N, groups, -1)
    mean = d.mean(axis=2, keepdims=True)
    dx = (d - mean - h * (d * h).mean(axis=2, keepdims=True)) / std
    return dx.reshape(N, C, H), dgamma, dbeta


def l2norm_forward(x):
    n = np.sqrt((x**2).sum(axis=1, keepdims=True))
    return x / n, (x, n)


def l2norm_backward(dy, cache):
    x, n = cache
    y = x / n
    return (dy - y * (dy * y).sum(axis=1, keepdims=True)) / n


def weightnorm_forward(x, v, g):
    n = np.sqrt((v**2).sum(axis=0))
    w = v / n * g
    return x @ w, (x, v, g, n, w)


def weightnorm_backward(dout, cache):
    x, v, g, n, w = cache
    dw = x.T @ dout
    dx = dout @ w.T
    dg = (dw * v / n).sum(axis=0)
    dv = g / n * dw - g * v * (dw * v).sum(axis=0) / n**3
    return dx, dv, dg
