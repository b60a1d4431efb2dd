"""Adam in the course's own way: the dictionaries that come in get new arrays, and go out."""
import numpy as np


def initialize_adam(parameters):
    v, s = {}, {}
    for layer in range(len(parameters) // 2):
        for kind in ("W", "b"):
            key = kind + str(layer + 1)
            v["d" + key] = np.zeros_like(parameters[key])
            s["d" + key] = np.zeros_like(parameters[key])
    return v, s


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01,
                                beta1=0.9, beta2=0.999, epsilon=1e-8):
    v_corrected, s_corrected = {}, {}
    for l in range(1, len(parameters) // 2 + 1):
        dW, db = "dW" + str(l), "db" + str(l)
        v[dW] = beta1 * v[dW] + (1 - beta1) * grads[dW]
        v[db] = beta1 * v[db] + (1 - beta1) * grads[db]
        v_corrected[dW] = v[dW] / (1 - beta1 ** t)
        v_corrected[db] = v[db] / (1 - beta1 ** t)
        s[dW] = beta2 * s[dW] + (1 - beta2) * np.power(grads[dW], 2)
        s[db] = beta2 * s[db] + (1 - beta2) * np.power(grads[db], 2)
        s_corrected[dW] = s[dW] / (1 - beta2 ** t)
        s_corrected[db] = s[db] / (1 - beta2 ** t)
        for key in ("W" + str(l), "b" + str(l)):
            root = np.sqrt(s_corrected["d" + key])
            parameters[key] = parameters[key] - learning_rate * v_corrected["d" + key] / (root + epsilon)
    return parameters, v, s
