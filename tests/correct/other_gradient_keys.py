"""Gradients under keys of their own: grad_x, grad_h_prev, grad_Wax."""
import numpy as np


def rnn_cell_forward(xt, h_prev, parameters):
    h = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ h_prev + parameters["ba"])
    return h, {"h": h, "before": h_prev, "x": xt, "p": parameters}


def rnn_cell_backward(grad_h, cache):
    p = cache["p"]
    grad_z = grad_h * (1 - cache["h"] ** 2)
    return {"grad_x": p["Wax"].T @ grad_z, "grad_h_prev": p["Waa"].T @ grad_z,
            "grad_Wax": grad_z @ cache["x"].T, "grad_Waa": grad_z @ cache["before"].T,
            "grad_ba": grad_z.sum(axis=1, keepdims=True)}
