"""Functions of a model of characters."""

from .form import Form

FORM = Form(
    name="character_models",
    order=6,
    what="functions that take the numbers of letters and a dict of parameters, give a loss, and "
    "add gradients up in a dict",
    example="""\
import numpy as np


def rnn_step_forward(parameters, a_prev, x):
    z = parameters["Wax"] @ x + parameters["Waa"] @ a_prev + parameters["b"]
    scores = np.exp(parameters["Wya"] @ np.tanh(z) + parameters["by"])
    return np.tanh(z), scores / scores.sum(axis=0)


def rnn_step_backward(dy, gradients, parameters, x, a, a_prev):
    dz = (parameters["Wya"].T @ dy + gradients["da_next"]) * (1 - a**2)
    for name, one in (("Wya", dy @ a.T), ("by", dy), ("Wax", dz @ x.T), ("b", dz)):
        gradients["d" + name] += one
    gradients["dWaa"] += dz @ a_prev.T
    gradients["da_next"] = parameters["Waa"].T @ dz
    return gradients


def rnn_forward(X, Y, a0, parameters, vocab_size=27):
    x, a, y_hat, loss = {}, {-1: a0}, {}, 0
    for t in range(len(X)):
        x[t] = np.zeros((vocab_size, 1))
        x[t][X[t]] = 1
        a[t], y_hat[t] = rnn_step_forward(parameters, a[t - 1], x[t])
        loss -= np.log(y_hat[t][Y[t], 0])
    return loss, (y_hat, a, x)


def rnn_backward(X, Y, parameters, cache):
    y_hat, a, x = cache
    gradients = {"d" + name: np.zeros_like(one) for name, one in parameters.items()}
    gradients["da_next"] = np.zeros_like(a[0])
    for t in reversed(range(len(X))):
        dy = y_hat[t].copy()
        dy[Y[t]] -= 1
        gradients = rnn_step_backward(dy, gradients, parameters, x[t], a[t], a[t - 1])
    return gradients, a
""",
    variants=(
        "arguments in another order, and by other names",
        "a first letter that is None",
        "`clip(gradients, maxValue)`, in place or on copies",
    ),
    not_read=("other names of the parameters", "gradients that are clipped by their norm"),
)
