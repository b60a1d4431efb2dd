import numpy as np

sigmoid = lambda z: 1 / (1 + np.exp(-z))


class LSTMCell(object):
    """One step; a column is an example."""

    def __init__(self, input_size, hidden_size):
        width = input_size + hidden_size
        self.Wf, self.bf = np.random.randn(hidden_size, width) * 0.01, np.zeros((hidden_size, 1))
        self.Wi, self.bi = np.random.randn(hidden_size, width) * 0.01, np.zeros((hidden_size, 1))
        self.Wc, self.bc = np.random.randn(hidden_size, width) * 0.01, np.zeros((hidden_size, 1))
        self.Wo, self.bo = np.random.randn(hidden_size, width) * 0.01, np.zeros((hidden_size, 1))

    def forward(self, x, h_prev, c_prev):
        z = np.vstack((h_prev, x))
        f = sigmoid(self.Wf.dot(z) + self.bf)
        i = sigmoid(self.Wi.dot(z) + self.bi)
        o = sigmoid(self.Wo.dot(z) + self.bo)
        c = f * c_prev + i * np.tanh(self.Wc.dot(z) + self.bc)
        return o * np.tanh(c), c


def lstm_layer(lstm_cell, X, h0, c0):
    """X has the shape (T, n_x, m)."""
    T = len(X)
    hs = np.empty((T,) + h0.shape)
    cs = np.empty((T,) + c0.shape)
    h, c = h0, c0
    for t in range(T):
        h, c = lstm_cell.forward(X[t], h, c)
        hs[t], cs[t] = h, c
    return hs, cs
