"""The functions of a course, with a dict of parameters."""

from .form import Form

FORM = Form(
    name="course_functions",
    order=1,
    what="functions of one step and of a sequence, with an example a column, parameters in a dict, "
    "and a cache between forward and backward",
    example="""\
import numpy as np


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    a_next = np.tanh(Waa @ a_prev + Wax @ xt + ba)
    return a_next, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dz = da_next * (1 - a_next**2)
    gradients = {"dxt": parameters["Wax"].T @ dz, "da_prev": parameters["Waa"].T @ dz}
    gradients["dWax"], gradients["dWaa"] = dz @ xt.T, dz @ a_prev.T
    return gradients | {"dba": dz.sum(axis=1, keepdims=True)}
""",
    variants=(
        "other names of functions, arguments, parameters and keys",
        "arguments, results and the axes of a sequence in another order",
        "weights stacked, or cut into one for the state and one for the input",
        "no prediction, or no cache",
        "gradients as a tuple",
        "a cache of any form",
    ),
    not_read=("functions that take keyword arguments of any name", "coroutines"),
)
