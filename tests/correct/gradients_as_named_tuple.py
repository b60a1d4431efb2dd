"""Results and gradients are named tuples, the gradients in an order of the author's own."""
from typing import NamedTuple

import numpy as np


class Step(NamedTuple):
    state: np.ndarray
    guess: np.ndarray
    memory: tuple


class Gradients(NamedTuple):
    dWax: np.ndarray
    dWaa: np.ndarray
    dba: np.ndarray
    dxt: np.ndarray
    da_prev: np.ndarray


def softmax(x):
    e = np.exp(x - x.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def rnn_cell_forward(xt, a_prev, parameters):
    state = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"])
    return Step(state, softmax(parameters["Wya"] @ state + parameters["by"]), (state, a_prev, xt, parameters))


def rnn_cell_backward(da_next, cache):
    state, a_prev, xt, parameters = cache
    d = da_next * (1 - state ** 2)
    return Gradients(
        dxt=parameters["Wax"].T @ d,
        da_prev=parameters["Waa"].T @ d,
        dWax=d @ xt.T,
        dWaa=d @ a_prev.T,
        dba=d.sum(axis=1, keepdims=True),
    )
