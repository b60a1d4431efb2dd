"""One example a row; biases of the input and of the state, the reset gate after the product."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
    xz, xr, xn = np.split(x.dot(Wx) + bx, 3, axis=1)
    hz, hr, hn = np.split(prev_h.dot(Wh) + bh, 3, axis=1)
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    n = np.tanh(xn + r * hn)
    next_h = (1 - z) * n + z * prev_h
    cache = {'x': x, 'prev_h': prev_h, 'Wx': Wx, 'Wh': Wh, 'z': z, 'r': r, 'n': n, 'hn': hn}
    return next_h, cache


def gru_step_backward(dnext_h, cache):
    z, r, n, hn, prev_h = (cache[key] for key in ('z', 'r', 'n', 'hn', 'prev_h'))
    dn = dnext_h * (1 - z) * (1 - n * n)
    dz = dnext_h * (prev_h - n) * z * (1 - z)
    dr = dn * hn * r * (1 - r)
    dinput = np.hstack((dz, dr, dn))
    dstate = np.hstack((dz, dr, dn * r))
    dx = dinput.dot(cache['Wx'].T)
    dprev_h = dnext_h * z + dstate.dot(cache['Wh'].T)
    dWx, dWh = cache['x'].T.dot(dinput), prev_h.T.dot(dstate)
    return dx, dprev_h, dWx, dWh, dinput.sum(axis=0), dstate.sum(axis=0)
