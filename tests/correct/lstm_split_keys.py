"""Each gate has a weight for the input and one for the state."""
import numpy as np


def sig(v):
    return 1.0 / (1.0 + np.exp(-v))


def softmax(v):
    e = np.exp(v - v.max(axis=0))
    return e / e.sum(axis=0)


def lstm_cell_forward(xt, h_prev, c_prev, params):
    f = sig(params["Wxf"] @ xt + params["Whf"] @ h_prev + params["bf"])
    i = sig(params["Wxi"] @ xt + params["Whi"] @ h_prev + params["bi"])
    o = sig(params["Wxo"] @ xt + params["Who"] @ h_prev + params["bo"])
    g = np.tanh(params["Wxg"] @ xt + params["Whg"] @ h_prev + params["bg"])
    c_next = f * c_prev + i * g
    h_next = o * np.tanh(c_next)
    yhat = softmax(params["Why"] @ h_next + params["by"])
    return h_next, c_next, yhat, (xt, h_prev, c_prev, f, i, o, g, c_next, params)


def lstm_forward(x, h0, params):
    h, c = h0, np.zeros_like(h0)
    hs, cs, ys, tape = [], [], [], []
    for t in range(x.shape[2]):
        h, c, y, memory = lstm_cell_forward(x[:, :, t], h, c, params)
        hs.append(h), cs.append(c), ys.append(y), tape.append(memory)
    return np.stack(hs, axis=2), np.stack(ys, axis=2), np.stack(cs, axis=2), tape


def lstm_cell_backward(dh_next, dc_next, cache):
    xt, h_prev, c_prev, f, i, o, g, c_next, params = cache
    tc = np.tanh(c_next)
    dc = dc_next + dh_next * o * (1 - tc ** 2)
    d = {"f": dc * c_prev * f * (1 - f), "i": dc * g * i * (1 - i),
         "o": dh_next * tc * o * (1 - o), "g": dc * i * (1 - g ** 2)}
    out = {"dxt": sum(params["Wx" + k].T @ v for k, v in d.items()),
           "dh_prev": sum(params["Wh" + k].T @ v for k, v in d.items()), "dc_prev": dc * f}
    for k, v in d.items():
        out["dWx" + k], out["dWh" + k] = v @ xt.T, v @ h_prev.T
        out["db" + k] = v.sum(axis=1, keepdims=True)
    return out


def lstm_backward(dh, tape):
    dx = np.zeros((tape[0][0].shape[0],) + dh.shape[1:])
    carry, dc, total = 0, 0, {}
    for t in reversed(range(dh.shape[2])):
        grads = lstm_cell_backward(dh[:, :, t] + carry, dc, tape[t])
        dx[:, :, t], carry, dc = grads.pop("dxt"), grads.pop("dh_prev"), grads.pop("dc_prev")
        total = {k: total.get(k, 0) + v for k, v in grads.items()}
    return {"dx": dx, "dh0": carry, **total}
