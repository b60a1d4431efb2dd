"""The @ operator, keyword calls and a generator over reversed steps."""
import numpy as np


def sigmoid(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))


def softmax(x):
    log_sum = np.logaddexp.reduce(x, axis=0, keepdims=True)
    return np.exp(x - log_sum)


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"])
    yt_pred = softmax(x=parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    n_a, m = a0.shape
    a = np.full((n_a, m, x.shape[-1]), np.nan)
    y_pred = np.full((len(parameters["by"]), m, x.shape[-1]), np.nan)
    caches = []
    a_next = a0
    for t in range(x.shape[-1]):
        a_next, yt, cache = rnn_cell_forward(xt=x[:, :, t], a_prev=a_next, parameters=parameters)
        a[:, :, t], y_pred[:, :, t] = a_next, yt
        caches.append(cache)
    return a, y_pred, (caches, x)


def rnn_cell_backward(da_next, cache):
    (a_next, a_prev, xt, parameters) = cache
    d = (1 - a_next) * (1 + a_next) * da_next
    ones = np.ones((d.shape[1], 1))
    return dict(dxt=parameters["Wax"].T @ d, da_prev=parameters["Waa"].T @ d, dWax=d @ xt.T,
                dWaa=d @ a_prev.T, dba=d @ ones)


def rnn_backward(da, caches):
    (steps, x) = caches
    n_a, m, T_x = da.shape
    dx = np.empty((x.shape[0], m, T_x))
    da0 = np.zeros((n_a, m))
    dWax, dWaa, dba = 0, 0, 0
    for t, cache in reversed(list(enumerate(steps[:T_x]))):
        g = rnn_cell_backward(da_next=da[:, :, t] + da0, cache=cache)
        dx[:, :, t], da0 = g["dxt"], g["da_prev"]
        dWax, dWaa, dba = dWax + g["dWax"], dWaa + g["dWaa"], dba + g["dba"]
    return dict(dx=dx, da0=da0, dWax=dWax, dWaa=dWaa, dba=dba)


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    z = np.concatenate((a_prev, xt), axis=0)
    ft = sigmoid(parameters["Wf"] @ z + parameters["bf"])
    it = sigmoid(parameters["Wi"] @ z + parameters["bi"])
    cct = np.tanh(parameters["Wc"] @ z + parameters["bc"])
    ot = sigmoid(parameters["Wo"] @ z + parameters["bo"])
    c_next = it * cct + ft * c_prev
    a_next = np.tanh(c_next) * ot
    yt_pred = softmax(x=parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_forward(x, a0, parameters):
    n_a, m = a0.shape
    a = np.full((n_a, m, x.shape[-1]), np.nan)
    c = np.full_like(a, np.nan)
    y = np.full((len(parameters["by"]), m, x.shape[-1]), np.nan)
    caches = []
    a_next, c_next = a0, np.zeros((n_a, m))
    for t in range(x.shape[-1]):
        a_next, c_next, yt, cache = lstm_cell_forward(
            xt=x[:, :, t], a_prev=a_next, c_prev=c_next, parameters=parameters
        )
        a[:, :, t], c[:, :, t], y[:, :, t] = a_next, c_next, yt
        caches.append(cache)
    return a, y, c, (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) = cache
    n_a = a_next.shape[0]
    tc = np.tanh(c_next)
    dc = dc_next + (1 - tc) * (1 + tc) * ot * da_next
    dot, dcct = da_next * tc * ot * (1 - ot), dc * it * (1 - cct) * (1 + cct)
    dit, dft = dc * cct * it * (1 - it), dc * c_prev * ft * (1 - ft)
    z = np.concatenate((a_prev, xt), axis=0)
    dz = (parameters["Wf"].T @ dft + parameters["Wi"].T @ dit + parameters["Wc"].T @ dcct
          + parameters["Wo"].T @ dot)
    ones = np.ones((xt.shape[1], 1))
    return dict(dxt=dz[n_a:, :], da_prev=dz[:n_a, :], dc_prev=dc * ft, dWf=dft @ z.T, dbf=dft @ ones,
                dWi=dit @ z.T, dbi=dit @ ones, dWc=dcct @ z.T, dbc=dcct @ ones, dWo=dot @ z.T,
                dbo=dot @ ones)


def lstm_backward(da, caches):
    (steps, x) = caches
    n_a, m, T_x = da.shape
    dx = np.empty((x.shape[0], m, T_x))
    da_prev = dc_prev = np.zeros((n_a, m))
    sums = {"d" + kind + gate: 0 for gate in "fico" for kind in "Wb"}
    for t, cache in reversed(list(enumerate(steps[:T_x]))):
        g = lstm_cell_backward(da_next=da[:, :, t] + da_prev, dc_next=dc_prev, cache=cache)
        dx[:, :, t], da_prev, dc_prev = g["dxt"], g["da_prev"], g["dc_prev"]
        sums = {name: value + g[name] for name, value in sums.items()}
    return dict(sums, dx=dx, da0=da_prev)
