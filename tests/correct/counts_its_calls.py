"""A counter of calls, and powers of a base that are remembered: what is kept changes no result."""
import numpy as np

calls = {"softmax": 0, "rnn_cell_forward": 0}
known = {}


def softmax(x):
    calls["softmax"] += 1
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def ones(count, memory=[]):
    memory.append(count)
    if count not in known:
        known[count] = np.ones((count, 1))
    return known[count].copy()


def rnn_cell_forward(xt, a_prev, parameters):
    calls["rnn_cell_forward"] += 1
    bias = parameters["ba"] @ ones(xt.shape[1]).T
    a_next = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + bias)
    return a_next, softmax(parameters["Wya"] @ a_next + parameters["by"]), (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    d = da_next * (1 - a_next ** 2)
    return {"dxt": parameters["Wax"].T @ d, "da_prev": parameters["Waa"].T @ d, "dWax": d @ xt.T,
            "dWaa": d @ a_prev.T, "dba": d @ ones(d.shape[1])}
