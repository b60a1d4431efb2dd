import numpy as np


def conv2d_forward(x, w, b, pad):
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    k = w.shape[2]
    H, W = xp.shape[2] - k + 1, xp.shape[3] - k + 1
    out = np.zeros((x.shape[0], w.shape[0], H, W))
    for i in range(H):
        for j in range(W):
            patch = xp[:, :, i : i + k, j : j + k]
            out[:, :, i, j] = np.tensordot(patch, w, axes=([1, 2, 3], [1, 2, 3])) + b
    return out, (xp, w, pad)


def conv2d_backward(dout, cache):
    xp, w, pad = cache
    k = w.shape[2]
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            d = dout[:, :, i, j]
            dxp[:, :, i : i + k, j : j + k] += np.tensordot(d, w, axes=(1, 0))
            dw += np.tensordot(d, xp[:, :, i : i + k, j : j + k], axes=(0, 0))
    db = dout.sum(axis=(0, 2, 3))
    H, W = xp.shape[2], xp.shape[3]
    return dxp[:, :, pad : H - pad, pad : W - pad], dw, db


def conv1d_forward(x, w):
    k = w.shape[0]
    out = sum(x[:, i : x.shape[1] - k + 1 + i] * w[i] for i in range(k))
    return out, (x, w)


def conv1d_backward(dout, cache):
    x, w = cache
    k, T = w.shape[0], dout.shape[1]
    dx = np.zeros_like(x)
    dw = np.zeros_like(w)
    for i in range(k):
        dx[:, i : i + T] += dout * w[i]
        dw[i] = (dout * x[:, i : i + T]).sum()
    return dx, dw


def maxpool_forward(x):
    N, H, W = x.shape
    assert H % 2 == 0 and W % 2 == 0
    windows = x.reshape(N, H // 2, 2, W // 2, 2)
    out = windows.max(axis=(2, 4))
    return out, (windows, out)


def maxpool_backward(dout, cache):
    windows, out = cache
    mask = windows == out[:, :, None, :, None]
    dx = mask * dout[:, :, None, :, None]
    N, h, _, w, _ = windows.shape
    return dx.reshape(N, 2 * h, 2 * w)


def avgpool_forward(x, size):
    N, T = x.shape
    return x.reshape(N, T // size, size).mean(axis=2), (x.shape, size)


def avgpool_backward(dout, cache):
    shape, size = cache
    dx = np.repeat(dout, size, axis=1) / size
    return dx.reshape(shape)


def fftconv_forward(x, k):
    n = x.shape[1]
    X, K = np.fft.rfft(x), np.fft.rfft(k, n)
    return np.fft.irfft(X * K, n), (X, K, n)


def fftconv_backward(dout, cache):
    X, K, n = cache
    D = np.fft.rfft(dout)
    dx = np.fft.irfft(D * np.conj(K), n)
    dk = np.fft.irfft(D * np.conj(X), n).sum(axis=0)
    return dx, dk


def upsample_forward(x):
    return x.repeat(2, axis=1).repeat(2, axis=2)


def upsample_backward(dout, x):
    N, H, W = x.shape
    return dout.reshape(N, H, 2, W, 2).sum(axis=(2, 4))
