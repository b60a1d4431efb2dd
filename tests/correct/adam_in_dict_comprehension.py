"""Adam in dictionary comprehensions, each over all parameters at once."""
import numpy as np


def initialize_adam(parameters):
    v = {f"d{name}": np.zeros(value.shape) for name, value in parameters.items()}
    s = {name: zeros.copy() for name, zeros in v.items()}
    return v, s


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01,
                                beta1=0.9, beta2=0.999, epsilon=1e-8):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] * grads[k] for k in s}
    v_hat = {k: value / (1 - np.power(beta1, t)) for k, value in v.items()}
    s_hat = {k: value / (1 - np.power(beta2, t)) for k, value in s.items()}
    steps = {k: v_hat[k] / (np.sqrt(s_hat[k]) + epsilon) for k in v_hat}
    return {k: w - learning_rate * steps["d" + k] for k, w in parameters.items()}, v, s
