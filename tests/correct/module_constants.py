"""Constants and partial functions of the module, which the functions use."""
import operator
from functools import partial, reduce

import numpy as np

AXIS_UNITS, AXIS_EXAMPLES, AXIS_TIME = range(3)
EPS = 1e-8
GATES = dict(f="Wf bf", i="Wi bi", c="Wc bc", o="Wo bo")
RNN_WEIGHTS = frozenset(["dWax", "dWaa", "dba"])
if EPS < 1:
    DTYPE = float

zeros = partial(np.zeros, dtype=DTYPE)
join = partial(np.concatenate, axis=AXIS_UNITS)
over_examples = partial(np.sum, axis=AXIS_EXAMPLES, keepdims=True)
over_time = partial(np.stack, axis=AXIS_TIME)
weights, biases = (
    {gate: names.split()[k] for gate, names in GATES.items()} for k in range(2)
)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - np.max(x, axis=AXIS_UNITS))
    return e / np.sum(e, axis=AXIS_UNITS)


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    steps = []
    for t in range(x.shape[AXIS_TIME]):
        a_prev = steps[-1][0] if steps else a0
        steps.append(rnn_cell_forward(x.take(t, axis=AXIS_TIME), a_prev, parameters))
    a, y_pred, caches = zip(*steps)
    return over_time(a), over_time(y_pred), (list(caches), x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    d = da_next * (1 - a_next**2)
    return {"dxt": parameters["Wax"].T @ d, "da_prev": parameters["Waa"].T @ d, "dWax": d @ xt.T,
            "dWaa": d @ a_prev.T, "dba": over_examples(d)}


def rnn_backward(da, caches):
    steps, x = caches
    grads = [{"da_prev": zeros(da.shape[:AXIS_TIME])}]
    for t in reversed(range(da.shape[AXIS_TIME])):
        grads.append(rnn_cell_backward(da[:, :, t] + grads[-1]["da_prev"], steps[t]))
    total = {k: reduce(operator.add, (g[k] for g in grads[1:])) for k in RNN_WEIGHTS}
    total["dx"], total["da0"] = over_time([g["dxt"] for g in grads[:0:-1]]), grads[-1]["da_prev"]
    return total


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    z = join((a_prev, xt))
    score = {k: parameters[weights[k]] @ z + parameters[biases[k]] for k in GATES}
    ft, it, cct, ot = sigmoid(score["f"]), sigmoid(score["i"]), np.tanh(score["c"]), sigmoid(score["o"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_forward(x, a0, parameters):
    steps = [(a0, zeros(a0.shape))]
    for t in range(x.shape[AXIS_TIME]):
        steps.append(lstm_cell_forward(x[:, :, t], *steps[-1][:2], parameters))
    a, c, y, caches = zip(*steps[1:])
    return over_time(a), over_time(y), over_time(c), (list(caches), x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    th, z = np.tanh(c_next), join((a_prev, xt))
    dc = dc_next + da_next * ot * (1 - th**2)
    d = dict(f=dc * c_prev * ft * (1 - ft), i=dc * cct * it * (1 - it), c=dc * it * (1 - cct**2),
             o=da_next * th * ot * (1 - ot))
    dz = reduce(operator.add, (parameters[weights[k]].T @ d[k] for k in GATES))
    da_prev, dxt = np.split(dz, [a_prev.shape[AXIS_UNITS]], axis=AXIS_UNITS)
    grads = {"dxt": dxt, "da_prev": da_prev, "dc_prev": dc * ft}
    for k in GATES:
        grads["d" + weights[k]], grads["d" + biases[k]] = d[k] @ z.T, over_examples(d[k])
    return grads


def lstm_backward(da, caches):
    steps, x = caches
    start = zeros(da.shape[:AXIS_TIME])
    grads = [{"da_prev": start, "dc_prev": start}]
    for t in reversed(range(da.shape[AXIS_TIME])):
        last = grads[-1]
        grads.append(lstm_cell_backward(da[:, :, t] + last["da_prev"], last["dc_prev"], steps[t]))
    names = ["d" + name for name in " ".join(GATES.values()).split()]
    total = {k: reduce(operator.add, (g[k] for g in grads[1:])) for k in names}
    total["dx"], total["da0"] = over_time([g["dxt"] for g in grads[:0:-1]]), grads[-1]["da_prev"]
    return total


def initialize_adam(parameters):
    v = {"d" + k: zeros(np.shape(value)) for k, value in parameters.items()}
    s = {"d" + k: zeros(np.shape(value)) for k, value in parameters.items()}
    return v, s


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01,
                                beta1=0.9, beta2=0.999, epsilon=EPS):
    for k in grads:
        v[k] = beta1 * v[k] + (1 - beta1) * grads[k]
        s[k] = beta2 * s[k] + (1 - beta2) * grads[k] ** 2
        v_hat, s_hat = v[k] / (1 - beta1**t), s[k] / (1 - beta2**t)
        parameters[k[1:]] = parameters[k[1:]] - learning_rate * v_hat / (s_hat**0.5 + epsilon)
    return parameters, v, s
