"""A class that is one cell."""

from .form import Form

FORM = Form(
    name="cell_classes",
    order=3,
    what="a class whose method takes an input and a state, and that keeps what its backward method "
    "needs; gradients are returned, in `self.grads`, or in `self.dW`",
    example="""\
import numpy as np


class RNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        h_next = np.tanh(x @ Wx + h_prev @ Wh + b)
        self.cache = (x, h_prev, h_next)
        return h_next

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        x, h_prev, h_next = self.cache
        dt = dh_next * (1 - h_next**2)
        for place, one in enumerate((x.T @ dt, h_prev.T @ dt, dt.sum(axis=0))):
            self.grads[place][...] = one
        return dt @ Wx.T, dt @ Wh.T
""",
    variants=(
        "a constructor that is given sizes, and makes the weights",
        "cells that only go forward, with a prediction or without",
        "layers that go over a sequence, with `stateful` or without",
        "an example a row or a column; methods that are inherited",
    ),
    not_read=(
        "a method that takes one example as a vector",
        "gradients that are means over the examples",
        "a constructor whose sizes the weights do not tell",
    ),
)
