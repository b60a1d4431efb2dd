"""Parameters W_f, b_f and so on; nothing but a forward pass."""
import numpy as np
from scipy.special import expit, softmax


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    both = np.vstack([a_prev, xt])
    forget = expit(parameters["W_f"] @ both + parameters["b_f"])
    update = expit(parameters["W_i"] @ both + parameters["b_i"])
    output = expit(parameters["W_o"] @ both + parameters["b_o"])
    c_next = forget * c_prev + update * np.tanh(parameters["W_c"] @ both + parameters["b_c"])
    a_next = output * np.tanh(c_next)
    scores = parameters["W_y"] @ a_next + parameters["b_y"]
    return a_next, c_next, softmax(scores, axis=0), (both, c_prev, forget, update, output, parameters)


def lstm_forward(x, a0, parameters):
    a, c, kept = a0, np.zeros(a0.shape), ([], [], [], [])
    for xt in np.moveaxis(x, 2, 0):
        a, c, y, memory = lstm_cell_forward(xt, a, c, parameters)
        for some, one in zip(kept, (a, y, c, memory)):
            some.append(one)
    hidden, guesses, cells = (np.stack(some, axis=2) for some in kept[:3])
    return hidden, guesses, cells, (kept[3], x)
