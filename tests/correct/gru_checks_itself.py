"""A GRU of a student who checks everything on the way."""
import numpy as np


def sigmoid(x):
    x = np.clip(x, -500, 500)
    return 1.0 / (1.0 + np.exp(-x))


def gru_cell_forward(xt, a_prev, parameters):
    assert isinstance(parameters, dict)
    assert xt.shape[1] == a_prev.shape[1], "batch sizes do not match"
    Wz, bz = parameters["Wz"], parameters["bz"]
    Wr, br = parameters["Wr"], parameters["br"]
    Wh, bh = parameters["Wh"], parameters["bh"]
    concat = np.concatenate([a_prev, xt], axis=0)
    zt = sigmoid(np.dot(Wz, concat) + bz)
    rt = sigmoid(np.dot(Wr, concat) + br)
    concat_r = np.concatenate([rt * a_prev, xt], axis=0)
    ht = np.tanh(np.dot(Wh, concat_r) + bh)
    a_next = (1 - zt) * a_prev + zt * ht
    assert a_next.shape == a_prev.shape
    cache = (a_next, a_prev, xt, zt, rt, ht, concat, concat_r, parameters)
    return a_next, cache


def gru_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_a = a0.shape[0]
    a = np.zeros((n_a, m, T_x))
    caches = []
    a_next = a0
    for t in range(T_x):
        a_next, cache = gru_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        caches.append(cache)
    return a, (caches, x)


def gru_cell_backward(da_next, cache):
    (a_next, a_prev, xt, zt, rt, ht, concat, concat_r, parameters) = cache
    n_a, m = a_next.shape
    dht = da_next * zt
    dzt = da_next * (ht - a_prev)
    da_prev = da_next * (1 - zt)
    dpre_h = dht * (1 - ht ** 2)
    dconcat_r = np.dot(parameters["Wh"].T, dpre_h)
    drt = dconcat_r[:n_a, :] * a_prev
    da_prev = da_prev + dconcat_r[:n_a, :] * rt
    dxt = dconcat_r[n_a:, :]
    dpre_z = dzt * zt * (1 - zt)
    dpre_r = drt * rt * (1 - rt)
    dconcat = np.dot(parameters["Wz"].T, dpre_z) + np.dot(parameters["Wr"].T, dpre_r)
    da_prev = da_prev + dconcat[:n_a, :]
    dxt = dxt + dconcat[n_a:, :]
    gradients = {
        "dxt": dxt,
        "da_prev": da_prev,
        "dWz": np.dot(dpre_z, concat.T),
        "dbz": np.sum(dpre_z, axis=1, keepdims=True),
        "dWr": np.dot(dpre_r, concat.T),
        "dbr": np.sum(dpre_r, axis=1, keepdims=True),
        "dWh": np.dot(dpre_h, concat_r.T),
        "dbh": np.sum(dpre_h, axis=1, keepdims=True),
    }
    for key, value in gradients.items():
        assert np.isfinite(value).all(), key
    return gradients


def gru_backward(da, caches):
    (caches, x) = caches
    n_a, m, T_x = da.shape
    gradients = {"dx": np.zeros((x.shape[0], m, T_x))}
    da_prevt = np.zeros((n_a, m))
    for t in reversed(range(T_x)):
        step = gru_cell_backward(da[:, :, t] + da_prevt, caches[t])
        da_prevt = step["da_prev"]
        gradients["dx"][:, :, t] = step["dxt"]
        for key in ("dWz", "dbz", "dWr", "dbr", "dWh", "dbh"):
            gradients[key] = gradients.get(key, 0) + step[key]
    gradients["da0"] = da_prevt
    return gradients
