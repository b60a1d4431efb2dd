import numpy as np


def affine_forward(x, w, b):
    out = x @ w + b
    return out, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    dx = dout @ w.T
    dw = x.T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db


def relu_forward(x):
    return np.maximum(0, x), x


def relu_backward(dout, cache):
    dx = dout * (cache > 0)
    return dx


def gelu_forward(x):
    t = np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))
    return 0.5 * x * (1 + t), (x, t)


def gelu_backward(dout, cache):
    x, t = cache
    inner = np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x**2)
    return dout * (0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner)


def mlp_forward(x, params):
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    return hidden @ params["W2"] + params["b2"], (x, hidden, params)


def mlp_backward(dy, cache):
    x, hidden, params = cache
    dz = dy @ params["W2"].T * (1 - hidden**2)
    grads = {"W2": hidden.T @ dy, "b2": dy.sum(axis=0)}
    grads["W1"] = x.T @ dz
    grads["b1"] = dz.sum(axis=0)
    return {"dx": dz @ params["W1"].T, "params": grads}


def dropout_forward(x, mask, keep):
    return x * mask / keep, (mask, keep)


def dropout_backward(dout, cache):
    mask, keep = cache
    dx = dout * mask / keep
    return dx


def embedding_forward(tokens, table):
    return table[tokens], (tokens, table.shape)


def embedding_backward(dout, cache):
    tokens, shape = cache
    dtable = np.zeros(shape, dtype=dout.dtype)
    np.add.at(dtable, tokens, dout)
    return dtable


def swiglu_forward(x, w, v):
    gate = x @ w
    sig = 1 / (1 + np.exp(-gate))
    up = x @ v
    return gate * sig * up, (x, w, v, gate, sig, up)


def swiglu_backward(dout, cache):
    x, w, v, gate, sig, up = cache
    dup = dout * gate * sig
    dgate = dout * up * sig * (1 + gate * (1 - sig))
    dw = x.T @ dgate
    dv = x.T @ dup
    dx = dgate @ w.T + dup @ v.T
    return dx, dw, dv


def bilinear_forward(x, A, y):
    return np.einsum("ni,ij,nj->n", x, A, y), (x, A, y)


def bilinear_backward(dout, cache):
    x, A, y = cache
    dx = dout[:, None] * (y @ A.T)
    dA = np.einsum("n,ni,nj->ij", dout, x, y)
    dy = dout[:, None] * (x @ A)
    return dx, dA, dy
