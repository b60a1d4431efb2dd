"""Adam over W1, b1, W2, ..., by number of the layer, each text made by f-strings or by plus."""
import numpy as np


def initialize_adam(parameters):
    L = len(parameters) // 2
    v, s = {}, {}
    for l in range(L):
        for kind in "Wb":
            name = kind + str(l + 1)
            v[f"d{name}"] = 0.0 * parameters[name]
            s[f"d{name}"] = np.zeros_like(parameters[name])
    return v, s


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01,
                                beta1=0.9, beta2=0.999, epsilon=1e-8):
    L = len(parameters) // 2
    v_corrected, s_corrected = {}, {}
    for l in range(1, L + 1):
        for kind in ("W", "b"):
            key = "d" + kind + str(l)
            g = grads[key]
            v[key] = v[key] + (1 - beta1) * (g - v[key])
            s[key] = s[key] + (1 - beta2) * (g * g - s[key])
            v_corrected[key] = v[key] / (1 - np.power(beta1, t))
            s_corrected[key] = s[key] / (1 - np.power(beta2, t))
            parameters[kind + str(l)] = parameters[kind + str(l)] - learning_rate * v_corrected[key] / (np.sqrt(s_corrected[key]) + epsilon)
    return parameters, v, s
