"""No prediction; gates u, r and c; the update gate keeps the old state; a cache of its own order."""
import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def gru_cell_forward(xt, h_prev, params):
    stacked = np.vstack((h_prev, xt))
    u = sigmoid(params['Wu'] @ stacked + params['bu'])
    r = sigmoid(params['Wr'] @ stacked + params['br'])
    c = np.tanh(params['Wc'] @ np.vstack((r * h_prev, xt)) + params['bc'])
    h = u * h_prev + (1 - u) * c
    return h, (xt, h_prev, u, r, c, h, params)


def gru_forward(x, h0, params):
    h = h0
    states, memory = [], []
    for t in range(x.shape[2]):
        h, step = gru_cell_forward(x[:, :, t], h, params)
        states.append(h)
        memory.append(step)
    return np.stack(states, axis=2), memory


def gru_cell_backward(dh, cache):
    xt, h_prev, u, r, c, h, params = cache
    n = h_prev.shape[0]
    stacked = np.vstack((h_prev, xt))
    du = dh * (h_prev - c) * u * (1 - u)
    dc = dh * (1 - u) * (1 - c * c)
    dreset = params['Wc'].T @ dc
    dr = dreset[:n] * h_prev * r * (1 - r)
    dstacked = params['Wu'].T @ du + params['Wr'].T @ dr
    return {
        'dxt': dstacked[n:] + dreset[n:],
        'da_prev': dh * u + dstacked[:n] + dreset[:n] * r,
        'dWu': du @ stacked.T,
        'dbu': du.sum(axis=1, keepdims=True),
        'dWr': dr @ stacked.T,
        'dbr': dr.sum(axis=1, keepdims=True),
        'dWc': dc @ np.vstack((r * h_prev, xt)).T,
        'dbc': dc.sum(axis=1, keepdims=True),
    }


def gru_backward(dh, caches):
    T = dh.shape[2]
    carry = np.zeros(dh.shape[:2])
    dx, totals = [None] * T, {}
    for t in reversed(range(T)):
        step = gru_cell_backward(dh[:, :, t] + carry, caches[t])
        dx[t], carry = step.pop('dxt'), step.pop('da_prev')
        for key, value in step.items():
            totals[key] = totals.get(key, 0) + value
    return {'dx': np.stack(dx, axis=2), 'da0': carry, **totals}
