#!/usr/bin/env python3
"""Forward propagation of a simple RNN."""
import numpy as np


def rnn(rnn_cell, X, h_0):
    """Takes a cell over all time steps.

    X has the shape (t, m, i), h_0 has (m, h).
    """
    t, m, i = X.shape
    h = h_0.shape[1]
    o = rnn_cell.by.shape[1]
    H = np.zeros((t + 1, m, h))
    Y = np.zeros((t, m, o))
    H[0] = h_0
    for step in range(t):
        h_next, y = rnn_cell.forward(H[step], X[step])
        H[step + 1] = h_next
        Y[step] = y
    return H, Y
