"""Time first, an example a row, einsum for every product."""
import numpy as np

f64 = np.float64


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    z = np.einsum("nd,dh->nh", x, Wx) + np.einsum("nk,kh->nh", prev_h, Wh) + b[None, :]
    h = np.tanh(z)
    return h, dict(x=x, prev=prev_h, Wx=Wx, Wh=Wh, h=h)


def rnn_step_backward(dnext_h, cache):
    dz = np.einsum("nh,nh->nh", dnext_h, 1 - np.square(cache["h"]))
    dx = np.einsum("nh,dh->nd", dz, cache["Wx"])
    dprev = np.einsum("nh,kh->nk", dz, cache["Wh"])
    dWx = np.einsum("nd,nh->dh", cache["x"], dz)
    dWh = np.einsum("nk,nh->kh", cache["prev"], dz)
    return dx, dprev, dWx, dWh, np.einsum("nh->h", dz)


def rnn_forward(x, h0, Wx, Wh, b):
    h, cache = [], []
    for xt in x:
        nxt, one = rnn_step_forward(xt, h[-1] if h else h0, Wx, Wh, b)
        h.append(nxt)
        cache.append(one)
    return np.array(h, dtype=f64), tuple(cache)


def rnn_backward(dh, cache):
    dxs, total, back = [], [0, 0, 0], 0
    for dht, one in zip(dh[::-1], cache[::-1]):
        dx, back, *weights = rnn_step_backward(dht + back, one)
        dxs.append(dx)
        total = [a + b for a, b in zip(total, weights)]
    return (np.array(dxs[::-1]), back, *total)
