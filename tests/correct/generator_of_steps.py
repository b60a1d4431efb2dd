"""The forward pass is a generator; the caches are what it yields."""
import numpy as np


def softmax(z):
    z = z - z.max(axis=0)
    return np.exp(z) / np.exp(z).sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    W = np.hstack((parameters["Wax"], parameters["Waa"]))
    a_next = np.tanh(W @ np.vstack((xt, a_prev)) + parameters["ba"])
    return a_next, softmax(parameters["Wya"] @ a_next + parameters["by"]), (a_next, a_prev, xt, parameters)


def unrolled(x, state, parameters):
    for t in range(x.shape[2]):
        state, guess, memory = rnn_cell_forward(x[..., t], state, parameters)
        yield state, guess, memory


def rnn_forward(x, a0, parameters):
    states, guesses, memories = zip(*unrolled(x, a0, parameters))
    return np.dstack(states), np.dstack(guesses), (list(memories), x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    d = da_next - da_next * a_next * a_next
    dW = d @ np.vstack((xt, a_prev)).T
    n_x = xt.shape[0]
    return {"dxt": parameters["Wax"].T @ d, "da_prev": parameters["Waa"].T @ d,
            "dWax": dW[:, :n_x], "dWaa": dW[:, n_x:], "dba": d.sum(axis=1, keepdims=True)}


def backwards(da, memories):
    carry = 0
    for dat, memory in zip(np.moveaxis(da, 2, 0)[::-1], memories[: da.shape[2]][::-1]):
        found = rnn_cell_backward(dat + carry, memory)
        carry = found["da_prev"]
        yield found


def rnn_backward(da, caches):
    memories, _ = caches
    found = list(backwards(da, memories))
    sums = {name: sum(one[name] for one in found) for name in ("dWax", "dWaa", "dba")}
    return {"dx": np.dstack([one["dxt"] for one in reversed(found)]), "da0": found[-1]["da_prev"], **sums}
