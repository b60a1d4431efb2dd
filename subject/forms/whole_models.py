"""A class that is a whole model."""

from .form import Form

FORM = Form(
    name="whole_models",
    order=7,
    what="a class with weights that its constructor makes, a method that goes forward over a "
    "sequence, and one that goes back, with or without a step of training",
    example="""\
import numpy as np


class RNN:
    def __init__(self, n_in, n_out, n_hidden):
        self.Wx = np.random.randn(n_hidden, n_in) * 0.1
        self.Wh = np.random.randn(n_hidden, n_hidden) * 0.1
        self.Wy = np.random.randn(n_out, n_hidden) * 0.1

    def forward(self, inputs):
        self.xs, self.hs = inputs, [np.zeros((self.Wh.shape[0], 1))]
        for x in inputs:
            self.hs.append(np.tanh(self.Wx @ x + self.Wh @ self.hs[-1]))
        return self.Wy @ self.hs[-1]

    def backward(self, dy, learning_rate=0.01):
        dWx, dWh, dWy = np.zeros_like(self.Wx), np.zeros_like(self.Wh), dy @ self.hs[-1].T
        dh = self.Wy.T @ dy
        for t in reversed(range(len(self.xs))):
            da = dh * (1 - self.hs[t + 1] ** 2)
            dWx, dWh = dWx + da @ self.xs[t].T, dWh + da @ self.hs[t].T
            dh = self.Wh.T @ da
        self.Wx -= learning_rate * dWx
        self.Wh -= learning_rate * dWh
        self.Wy -= learning_rate * dWy
""",
    variants=(
        "gradients that are returned, in `self.dW`, or applied with a learning rate",
        "one method that gives the loss and the gradients",
        "whole numbers for letters or words, or columns of numbers",
        "a softmax with the cross-entropy, half the squared difference, or an upstream gradient",
        "gradients that are clipped: nothing is with the numbers that are drawn",
    ),
    not_read=(
        "a model none of whose gradients is right: its loss may be another",
        "weights in a dict; weights that decay; gradients that are means",
        "more than one layer",
    ),
)
