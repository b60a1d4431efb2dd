"""The functions of the contract, for a gated recurrent unit, step by step."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e_x = np.exp(x - np.max(x, axis=0))
    return e_x / e_x.sum(axis=0)


def gru_cell_forward(xt, a_prev, parameters):
    Wz = parameters["Wz"]
    bz = parameters["bz"]
    Wr = parameters["Wr"]
    br = parameters["br"]
    Wh = parameters["Wh"]
    bh = parameters["bh"]
    Wy = parameters["Wy"]
    by = parameters["by"]

    n_x, m = xt.shape
    n_y, n_a = Wy.shape

    concat = np.zeros((n_a + n_x, m))
    concat[:n_a, :] = a_prev
    concat[n_a:, :] = xt

    zt = sigmoid(np.dot(Wz, concat) + bz)
    rt = sigmoid(np.dot(Wr, concat) + br)
    concat_r = np.concatenate((rt * a_prev, xt), axis=0)
    ht = np.tanh(np.dot(Wh, concat_r) + bh)
    a_next = (1 - zt) * a_prev + zt * ht

    yt_pred = softmax(np.dot(Wy, a_next) + by)
    cache = (a_next, a_prev, zt, rt, ht, xt, parameters)
    return a_next, yt_pred, cache


def gru_forward(x, a0, parameters):
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape

    a = np.zeros((n_a, m, T_x))
    y = np.zeros((n_y, m, T_x))
    a_next = a0

    for t in range(T_x):
        a_next, yt, cache = gru_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        y[:, :, t] = yt
        caches.append(cache)

    caches = (caches, x)
    return a, y, caches


def gru_cell_backward(da_next, cache):
    (a_next, a_prev, zt, rt, ht, xt, parameters) = cache
    n_a, m = a_next.shape
    Wz = parameters["Wz"]
    Wr = parameters["Wr"]
    Wh = parameters["Wh"]

    concat = np.concatenate((a_prev, xt), axis=0)
    concat_r = np.concatenate((rt * a_prev, xt), axis=0)

    dzt = da_next * (ht - a_prev) * zt * (1 - zt)
    dht = da_next * zt * (1 - ht ** 2)
    dconcat_r = np.dot(Wh.T, dht)
    drt = dconcat_r[:n_a, :] * a_prev * rt * (1 - rt)

    dWz = np.dot(dzt, concat.T)
    dWr = np.dot(drt, concat.T)
    dWh = np.dot(dht, concat_r.T)
    dbz = np.sum(dzt, axis=1, keepdims=True)
    dbr = np.sum(drt, axis=1, keepdims=True)
    dbh = np.sum(dht, axis=1, keepdims=True)

    da_prev = da_next * (1 - zt) + dconcat_r[:n_a, :] * rt
    da_prev = da_prev + np.dot(Wz[:, :n_a].T, dzt) + np.dot(Wr[:, :n_a].T, drt)
    dxt = dconcat_r[n_a:, :] + np.dot(Wz[:, n_a:].T, dzt) + np.dot(Wr[:, n_a:].T, drt)

    gradients = {"dxt": dxt, "da_prev": da_prev, "dWz": dWz, "dbz": dbz,
                 "dWr": dWr, "dbr": dbr, "dWh": dWh, "dbh": dbh}
    return gradients


def gru_backward(da, caches):
    (caches, x) = caches
    (a1, a0, z1, r1, h1, x1, parameters) = caches[0]

    n_a, m, T_x = da.shape
    n_x, m = x1.shape

    dx = np.zeros((n_x, m, T_x))
    da_prevt = np.zeros((n_a, m))
    dWz = np.zeros((n_a, n_a + n_x))
    dWr = np.zeros((n_a, n_a + n_x))
    dWh = np.zeros((n_a, n_a + n_x))
    dbz = np.zeros((n_a, 1))
    dbr = np.zeros((n_a, 1))
    dbh = np.zeros((n_a, 1))

    for t in reversed(range(T_x)):
        gradients = gru_cell_backward(da[:, :, t] + da_prevt, caches[t])
        da_prevt = gradients["da_prev"]
        dx[:, :, t] = gradients["dxt"]
        dWz += gradients["dWz"]
        dWr += gradients["dWr"]
        dWh += gradients["dWh"]
        dbz += gradients["dbz"]
        dbr += gradients["dbr"]
        dbh += gradients["dbh"]

    gradients = {"dx": dx, "da0": da_prevt, "dWz": dWz, "dbz": dbz,
                 "dWr": dWr, "dbr": dbr, "dWh": dWh, "dbh": dbh}
    return gradients
