import numpy as np


def inverse_forward(A):
    inv = np.linalg.inv(A)
    return inv, inv


def inverse_backward(dinv, cache):
    inv = cache
    return -inv.T @ dinv @ inv.T


def logdet_forward(A):
    return np.linalg.slogdet(A)[1], A


def logdet_backward(dy, A):
    return dy * np.linalg.inv(A).T


def cholesky_forward(A):
    L = np.linalg.cholesky(A)
    return L, L


def cholesky_backward(dL, L):
    P = np.tril(L.T @ dL)
    P[np.diag_indices(len(P))] *= 0.5
    inv = np.linalg.inv(L)
    S = inv.T @ P @ inv
    return (S + S.T) / 2


def solve_forward(A, b):
    x = np.linalg.solve(A, b)
    return x, (A, x)


def solve_backward(dx, cache):
    A, x = cache
    db = np.linalg.solve(A.T, dx)
    dA = -np.outer(db, x)
    return dA, db


def cumprod_forward(x):
    y = np.cumprod(x)
    return y, (x, y)


def cumprod_backward(dy, cache):
    x, y = cache
    n = len(x)
    dx = np.zeros(n)
    for i in range(n):
        rest = np.cumprod(np.concatenate([[1.0], x[i + 1 :]]))
        before = y[i - 1] if i else 1.0
        dx[i] = before * (dy[i:] * rest).sum()
    return dx


def gaussian_forward(x, mean, log_std):
    z = (x - mean) / np.exp(log_std)
    return -0.5 * z**2 - log_std, (z, log_std)


def gaussian_backward(dout, cache):
    z, log_std = cache
    dz = -dout * z
    dx = dz / np.exp(log_std)
    dmean = -dx.sum(axis=0)
    dlog = (-dz * z - dout).sum(axis=0)
    return dx, dmean, dlog


def scatter_forward(x, index, base):
    out = base.copy()
    np.add.at(out, index, x)
    return out, index


def scatter_backward(dout, index):
    dx = dout[index]
    dbase = dout.copy()
    return dx, dbase
