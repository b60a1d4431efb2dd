"""Caches are objects of a small class, of a step and of a sequence."""
import numpy as np


class Step:
    def __init__(self, x, before, after, weights):
        self.x, self.before, self.after, self.weights = x, before, after, weights


class Tape:
    def __init__(self):
        self.steps = []


def rnn_cell_forward(xt, a_prev, parameters):
    after = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    e = np.exp(parameters["Wya"] @ after + parameters["by"])
    return after, e / e.sum(axis=0), Step(xt, a_prev, after, parameters)


def rnn_forward(x, a0, parameters):
    tape, a, states, guesses = Tape(), a0, [], []
    for t in range(x.shape[2]):
        a, guess, step = rnn_cell_forward(x[:, :, t], a, parameters)
        tape.steps.append(step)
        states.append(a)
        guesses.append(guess)
    return np.stack(states, axis=2), np.stack(guesses, axis=2), tape


def rnn_cell_backward(da_next, step):
    d = da_next * (1 - step.after ** 2)
    return {"dxt": step.weights["Wax"].T @ d, "da_prev": step.weights["Waa"].T @ d, "dWax": d @ step.x.T,
            "dWaa": d @ step.before.T, "dba": np.sum(d, axis=1, keepdims=True)}


def rnn_backward(da, tape):
    grads, carry, dx = {"dWax": 0, "dWaa": 0, "dba": 0}, 0, []
    for t, step in reversed(list(enumerate(tape.steps))):
        one = rnn_cell_backward(da[:, :, t] + carry, step)
        carry = one["da_prev"]
        dx.insert(0, one["dxt"])
        grads = {name: grads[name] + one[name] for name in grads}
    return {"dx": np.stack(dx, axis=2), "da0": carry, **grads}
