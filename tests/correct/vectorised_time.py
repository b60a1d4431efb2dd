"""What does not depend on the step before is computed for all steps at once."""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - np.max(x, axis=0, keepdims=True))
    return e / np.sum(e, axis=0, keepdims=True)


def rnn_forward(x, a0, parameters):
    from_inputs = np.einsum("ij,jmt->imt", parameters["Wax"], x) + parameters["ba"][:, :, None]
    states = np.empty(a0.shape + (x.shape[2] + 1,))
    states[:, :, 0] = a0
    for t in range(x.shape[2]):
        states[:, :, t + 1] = np.tanh(from_inputs[:, :, t] + parameters["Waa"] @ states[:, :, t])
    scores = np.einsum("ij,jmt->imt", parameters["Wya"], states[:, :, 1:])
    y_pred = softmax(scores + parameters["by"][:, :, None])
    return states[:, :, 1:].copy(), y_pred, (states, x, parameters)


def rnn_backward(da, caches):
    states, x, parameters = caches
    before, after = states[:, :, :-1], states[:, :, 1:]
    slope = 1 - after ** 2
    dz = np.empty(da.shape)
    carry = np.zeros(da.shape[:2])
    for t in range(da.shape[2] - 1, -1, -1):
        dz[:, :, t] = (da[:, :, t] + carry) * slope[:, :, t]
        carry = parameters["Waa"].T @ dz[:, :, t]
    return {"dx": np.einsum("ij,imt->jmt", parameters["Wax"], dz), "da0": carry,
            "dWax": np.einsum("imt,jmt->ij", dz, x), "dWaa": np.einsum("imt,jmt->ij", dz, before),
            "dba": dz.sum(axis=(1, 2))[:, None]}


def lstm_forward(x, a0, parameters):
    n_a, m = a0.shape
    n_steps = x.shape[2]
    W = np.vstack([parameters["W" + k] for k in "fioc"])
    b = np.vstack([parameters["b" + k] for k in "fioc"])
    from_inputs = np.tensordot(W[:, n_a:], x, axes=1) + b[:, :, None]
    a, c = np.zeros((n_a, m, n_steps + 1)), np.zeros((n_a, m, n_steps + 1))
    gates = np.empty((4 * n_a, m, n_steps))
    a[:, :, 0] = a0
    for t in range(n_steps):
        z = from_inputs[:, :, t] + W[:, :n_a] @ a[:, :, t]
        gates[:3 * n_a, :, t] = sigmoid(z[:3 * n_a])
        gates[3 * n_a:, :, t] = np.tanh(z[3 * n_a:])
        f, i, o, g = np.split(gates[:, :, t], 4)
        c[:, :, t + 1] = f * c[:, :, t] + i * g
        a[:, :, t + 1] = o * np.tanh(c[:, :, t + 1])
    y = softmax(np.tensordot(parameters["Wy"], a[:, :, 1:], axes=1) + parameters["by"][:, :, None])
    return a[:, :, 1:].copy(), y, c[:, :, 1:].copy(), (a, c, gates, W, x)


def lstm_backward(da, caches):
    a, c, gates, W, x = caches
    n_a, m, n_steps = da.shape
    f, i, o, g = np.split(gates, 4)
    squashed = np.tanh(c[:, :, 1:])
    into_cell = o * (1 - squashed ** 2)
    slopes_c = np.concatenate((c[:, :, :-1] * f * (1 - f), g * i * (1 - i), i * (1 - g ** 2)))
    slope_o = squashed * o * (1 - o)
    dz = np.empty(gates.shape)
    da_carry, dc_carry = np.zeros((n_a, m)), np.zeros((n_a, m))
    for t in reversed(range(n_steps)):
        da_t = da[:, :, t] + da_carry
        dc = dc_carry + da_t * into_cell[:, :, t]
        df, di, dg = np.split(np.tile(dc, (3, 1)) * slopes_c[:, :, t], 3)
        dz[:, :, t] = np.concatenate((df, di, da_t * slope_o[:, :, t], dg))
        da_carry = W[:, :n_a].T @ dz[:, :, t]
        dc_carry = dc * f[:, :, t]
    dW = np.hstack((np.tensordot(dz, a[:, :, :-1], axes=((1, 2), (1, 2))),
                    np.tensordot(dz, x, axes=((1, 2), (1, 2)))))
    db = dz.sum(axis=(1, 2))[:, None]
    grads = {"dx": np.tensordot(W[:, n_a:].T, dz, axes=1), "da0": da_carry}
    for number, k in enumerate("fioc"):
        part = slice(number * n_a, (number + 1) * n_a)
        grads["dW" + k], grads["db" + k] = dW[part], db[part]
    return grads
