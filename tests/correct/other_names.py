"""Other names of functions, arguments and locals."""
import numpy as np


def sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


def softmax(x):
    shifted = x - x.max(axis=0)
    weights = np.exp(shifted)
    return weights / weights.sum(axis=0)


def rnn_forward_block(x_t, aprev, params):
    p = params
    anext = np.tanh(p["Wax"] @ x_t + p["Waa"] @ aprev + p["ba"])
    scores = p["Wya"] @ anext + p["by"]
    memory = {"x": x_t, "before": aprev, "after": anext, "p": p}
    return anext, softmax(scores), memory


def rnn_forward(inputs, a_init, params):
    state, states, yhats, tape = a_init, [], [], []
    for step in range(inputs.shape[2]):
        state, yhat, memory = rnn_forward_block(inputs[..., step], state, params)
        states.append(state)
        yhats.append(yhat)
        tape.append(memory)
    return np.stack(states, axis=-1), np.stack(yhats, axis=-1), tape


def rnn_backward_block(da_out, cache):
    x, before, after, p = cache["x"], cache["before"], cache["after"], cache["p"]
    slope = 1.0 - after * after
    delta = da_out * slope
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
        grads = rnn_backward_block(da[..., step] + carry, caches[step])
        carry = grads["da_prev"]
        slices.insert(0, grads["dxt"])
        for key in total:
            total[key] = total[key] + grads[key]
    return {"dx": np.stack(slices, axis=-1), "da0": carry, **total}


def lstm_step_forward(x_t, aprev, cprev, params):
    p = params
    z = np.vstack([aprev, x_t])
    forget = sigmoid(p["Wf"] @ z + p["bf"])
    write = sigmoid(p["Wi"] @ z + p["bi"])
    candidate = np.tanh(p["Wc"] @ z + p["bc"])
    output = sigmoid(p["Wo"] @ z + p["bo"])
    cell = forget * cprev + write * candidate
    squashed = np.tanh(cell)
    anext = output * squashed
    yhat = softmax(p["Wy"] @ anext + p["by"])
    memory = dict(z=z, f=forget, i=write, g=candidate, o=output, old=cprev, squashed=squashed, p=p)
    return anext, cell, yhat, memory


def lstm_forward_pass(inputs, a_init, params):
    anext, cell = a_init, np.zeros_like(a_init)
    anexts, cells, yhats, tape = [], [], [], []
    for step in range(inputs.shape[2]):
        anext, cell, yhat, memory = lstm_step_forward(inputs[..., step], anext, cell, params)
        anexts.append(anext)
        cells.append(cell)
        yhats.append(yhat)
        tape.append(memory)
    return np.stack(anexts, -1), np.stack(yhats, -1), np.stack(cells, -1), tape


def lstm_step_backward(da_out, dc_out, cache):
    z, f, i, g, o = (cache[key] for key in "zfigo")
    p, squashed = cache["p"], cache["squashed"]
    units = da_out.shape[0]

    into_cell = dc_out + da_out * o * (1 - squashed ** 2)
    delta_o = da_out * squashed * o * (1 - o)
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


def lstm_backward_pass(da, caches):
    carry_a = np.zeros(da.shape[:2])
    carry_c = np.zeros(da.shape[:2])
    slices = []
    total = {}
    for step in reversed(range(da.shape[2])):
        grads = lstm_step_backward(da[..., step] + carry_a, carry_c, caches[step])
        carry_a = grads.pop("da_prev")
        carry_c = grads.pop("dc_prev")
        slices.append(grads.pop("dxt"))
        for key, value in grads.items():
            total[key] = total.get(key, 0.0) + value
    total["dx"] = np.stack(slices[::-1], axis=-1)
    total["da0"] = carry_a
    return total
