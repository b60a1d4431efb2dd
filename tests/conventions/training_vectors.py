import numpy as np

rng = np.random.default_rng(1)
n_words, n_hidden = 80, 32
U = rng.normal(0, 0.1, size=(n_hidden, n_words))
W = rng.normal(0, 0.1, size=(n_hidden, n_hidden))
V = rng.normal(0, 0.1, size=(n_words, n_hidden))


def loss_and_gradients(x, y):
    T = len(x)
    s = np.zeros((T + 1, n_hidden))
    o = np.zeros((T, n_words))
    loss = 0.0
    for t in range(T):
        s[t] = np.tanh(U[:, x[t]] + W @ s[t - 1])
        scores = V @ s[t]
        e = np.exp(scores - scores.max())
        o[t] = e / e.sum()
        loss -= np.log(o[t, y[t]])
    dU, dW, dV = np.zeros_like(U), np.zeros_like(W), np.zeros_like(V)
    back = np.zeros(n_hidden)
    for t in range(T - 1, -1, -1):
        d = o[t].copy()
        d[y[t]] -= 1.0
        dV += np.outer(d, s[t])
        da = (V.T @ d + back) * (1 - s[t] ** 2)
        dU[:, x[t]] += da
        dW += np.outer(da, s[t - 1])
        back = W.T @ da
    return loss, dU, dW, dV


if __name__ == "__main__":
    words = np.loadtxt("words.txt", dtype=int)
    while True:
        loss, dU, dW, dV = loss_and_gradients(words[:-1], words[1:])
        U -= 0.01 * dU
        W -= 0.01 * dW
        V -= 0.01 * dV
