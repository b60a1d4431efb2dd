"""A function that is given a cell."""

from .form import Form

FORM = Form(
    name="cell_sequences",
    order=4,
    what="a function that is given a cell, and takes it over a sequence",
    example="""\
import numpy as np


def rnn(cell, X, h_0):
    H, Y = [h_0], []
    for x_t in X:
        h_next, y = cell.forward(H[-1], x_t)
        H.append(h_next)
        Y.append(y)
    return np.array(H), np.array(Y)
""",
    variants=(
        "a cell that is a class of the file, or one of its step functions",
        "no cell in the file: a correct RNN stands in for it",
        "states with the one that they start from, or without it",
        "a second state, as an LSTM has",
    ),
    not_read=(
        "several cells, one upon the other or one for each direction",
        "a cell that is asked for more than its weights, where the file has none",
    ),
)
