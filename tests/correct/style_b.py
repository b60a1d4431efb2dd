"""Another person's style: the @ operator, lists that are stacked, dictionaries as caches."""
import numpy as np


def sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


def softmax(x):
    shifted = x - x.max(axis=0)
    weights = np.exp(shifted)
    return weights / weights.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    p = parameters
    hidden = np.tanh(p["Wax"] @ xt + p["Waa"] @ a_prev + p["ba"])
    scores = p["Wya"] @ hidden + p["by"]
    memory = {"x": xt, "before": a_prev, "after": hidden, "p": p}
    return hidden, softmax(scores), memory


def rnn_forward(x, a0, parameters):
    state, states, predictions, tape = a0, [], [], []
    for step in range(x.shape[2]):
        state, prediction, memory = rnn_cell_forward(x[..., step], state, parameters)
        states.append(state)
        predictions.append(prediction)
        tape.append(memory)
    return np.stack(states, axis=-1), np.stack(predictions, axis=-1), tape


def rnn_cell_backward(da_next, cache):
    x, before, after, p = cache["x"], cache["before"], cache["after"], cache["p"]
    slope = 1.0 - after * after
    delta = da_next * slope
    return {
        "dxt": p["Wax"].T @ delta,
        "da_prev": p["Waa"].T @ delta,
        "dWax": delta @ x.T,
        "dWaa": delta @ before.T,
        "dba": delta.sum(axis=1, keepdims=True),
    }


def rnn_backward(da, caches):
    carry = np.zeros(da.shape[:2])
    total = {"dWax": 0.0, "dWaa": 0.0, "dba": 0.0}
    slices = []
    for step in range(da.shape[2] - 1, -1, -1):
        grads = rnn_cell_backward(da[..., step] + carry, caches[step])
        carry = grads["da_prev"]
        slices.insert(0, grads["dxt"])
        for key in total:
            total[key] = total[key] + grads[key]
    return {"dx": np.stack(slices, axis=-1), "da0": carry, **total}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    p = parameters
    z = np.vstack([a_prev, xt])
    forget = sigmoid(p["Wf"] @ z + p["bf"])
    write = sigmoid(p["Wi"] @ z + p["bi"])
    candidate = np.tanh(p["Wc"] @ z + p["bc"])
    output = sigmoid(p["Wo"] @ z + p["bo"])
    cell = forget * c_prev + write * candidate
    squashed = np.tanh(cell)
    hidden = output * squashed
    prediction = softmax(p["Wy"] @ hidden + p["by"])
    memory = dict(z=z, f=forget, i=write, g=candidate, o=output, old=c_prev, squashed=squashed, p=p)
    return hidden, cell, prediction, memory


def lstm_forward(x, a0, parameters):
    hidden, cell = a0, np.zeros_like(a0)
    hiddens, cells, predictions, tape = [], [], [], []
    for step in range(x.shape[2]):
        hidden, cell, prediction, memory = lstm_cell_forward(x[..., step], hidden, cell, parameters)
        hiddens.append(hidden)
        cells.append(cell)
        predictions.append(prediction)
        tape.append(memory)
    return np.stack(hiddens, -1), np.stack(predictions, -1), np.stack(cells, -1), tape


def lstm_cell_backward(da_next, dc_next, cache):
    z, f, i, g, o = (cache[key] for key in "zfigo")
    p, squashed = cache["p"], cache["squashed"]
    units = da_next.shape[0]

    into_cell = dc_next + da_next * o * (1 - squashed ** 2)
    delta_o = da_next * squashed * o * (1 - o)
    delta_g = into_cell * i * (1 - g ** 2)
    delta_i = into_cell * g * i * (1 - i)
    delta_f = into_cell * cache["old"] * f * (1 - f)

    into_z = (p["Wf"].T @ delta_f + p["Wi"].T @ delta_i
              + p["Wc"].T @ delta_g + p["Wo"].T @ delta_o)
    grads = {"da_prev": into_z[:units], "dxt": into_z[units:], "dc_prev": into_cell * f}
    for gate, delta in zip("fico", (delta_f, delta_i, delta_g, delta_o)):
        grads["dW" + gate] = delta @ z.T
        grads["db" + gate] = delta.sum(axis=1, keepdims=True)
    return grads


def lstm_backward(da, caches):
    carry_a = np.zeros(da.shape[:2])
    carry_c = np.zeros(da.shape[:2])
    slices = []
    total = {}
    for step in reversed(range(da.shape[2])):
        grads = lstm_cell_backward(da[..., step] + carry_a, carry_c, caches[step])
        carry_a = grads.pop("da_prev")
        carry_c = grads.pop("dc_prev")
        slices.append(grads.pop("dxt"))
        for key, value in grads.items():
            total[key] = total.get(key, 0.0) + value
    total["dx"] = np.stack(slices[::-1], axis=-1)
    total["da0"] = carry_a
    return total


def initialize_adam(parameters):
    v = {"d" + key: np.zeros_like(value) for key, value in parameters.items()}
    s = {"d" + key: np.zeros_like(value) for key, value in parameters.items()}
    return v, s


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01,
                                beta1=0.9, beta2=0.999, epsilon=1e-8):
    new, mean, square = {}, {}, {}
    for key, value in parameters.items():
        slope = "d" + key
        mean[slope] = beta1 * v[slope] + (1 - beta1) * grads[slope]
        square[slope] = beta2 * s[slope] + (1 - beta2) * np.square(grads[slope])
        direction = mean[slope] / (1 - beta1 ** t)
        size = np.sqrt(square[slope] / (1 - beta2 ** t)) + epsilon
        new[key] = value - learning_rate * direction / size
    return new, mean, square
