#!/usr/bin/env python3
"""RNN cell"""

import numpy as np


class RNNCell:
    """Represents a cell of a simple RNN"""

    def __init__(self, i, h, o):
        self.Wh = np.random.randn(h + i, h)
        self.Wy = np.random.randn(h, o)
        self.bh = np.zeros(shape=(1, h))
        self.by = np.zeros(shape=(1, o))

    def forward(self, h_prev, x_t):
        x = np.hstack((h_prev, x_t))
        h_next = np.tanh(np.matmul(x, self.Wh) + self.bh)
        soft = np.matmul(h_next, self.Wy) + self.by
        e = np.exp(soft - np.max(soft, axis=1, keepdims=True))
        return h_next, e / e.sum(axis=1, keepdims=True)
