"""The reset gate acts after the product, which has a bias of its own."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_cell_forward(xt, a_prev, parameters):
    Wz, Wr, Wx, Wa = [parameters[name] for name in ("Wz", "Wr", "Wx", "Wa")]
    bz, br, bx, ba = [parameters[name] for name in ("bz", "br", "bx", "ba")]
    concat = np.concatenate([a_prev, xt])
    zt = sigmoid(Wz.dot(concat) + bz)
    rt = sigmoid(Wr.dot(concat) + br)
    inner = Wa.dot(a_prev) + ba
    ht = np.tanh(Wx.dot(xt) + bx + rt * inner)
    a_next = zt * a_prev + (1 - zt) * ht
    return a_next, {"concat": concat, "zt": zt, "rt": rt, "ht": ht, "inner": inner,
                    "a_prev": a_prev, "xt": xt, "parameters": parameters}


def gru_forward(x, a0, parameters):
    a = np.zeros((a0.shape[0], x.shape[1], x.shape[2]))
    caches = []
    a_next = a0
    for t in range(x.shape[2]):
        a_next, cache = gru_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        caches.append(cache)
    return a, (caches, x)


def gru_cell_backward(da_next, cache):
    p, concat, a_prev, xt = cache["parameters"], cache["concat"], cache["a_prev"], cache["xt"]
    zt, rt, ht, inner = cache["zt"], cache["rt"], cache["ht"], cache["inner"]
    n_a = a_prev.shape[0]
    dzt = da_next * (a_prev - ht) * zt * (1 - zt)
    dht = da_next * (1 - zt) * (1 - ht ** 2)
    dinner = dht * rt
    drt = dht * inner * rt * (1 - rt)
    dconcat = p["Wz"].T.dot(dzt) + p["Wr"].T.dot(drt)
    grads = {"dxt": dconcat[n_a:] + p["Wx"].T.dot(dht),
             "da_prev": da_next * zt + dconcat[:n_a] + p["Wa"].T.dot(dinner)}
    for name, d, given in (("z", dzt, concat), ("r", drt, concat), ("x", dht, xt), ("a", dinner, a_prev)):
        grads["dW" + name] = d.dot(given.T)
        grads["db" + name] = d.sum(axis=1, keepdims=True)
    return grads


def gru_backward(da, caches):
    caches, x = caches
    dx = np.zeros(x.shape)
    carry = np.zeros(da.shape[:2])
    total = {}
    for t in range(da.shape[2] - 1, -1, -1):
        grads = gru_cell_backward(da[:, :, t] + carry, caches[t])
        dx[:, :, t] = grads["dxt"]
        carry = grads["da_prev"]
        for name in grads:
            if name[1] in "Wb":
                total[name] = total.get(name, 0) + grads[name]
    total["dx"], total["da0"] = dx, carry
    return total
