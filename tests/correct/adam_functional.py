"""Adam without a loop of its own: comprehensions, and new dicts all the way."""
import numpy as np


def initialize_adam(parameters):
    zeros = {"d" + key: np.zeros(value.shape) for key, value in parameters.items()}
    return zeros, {key: value.copy() for key, value in zeros.items()}


def _blend(old, new, beta):
    return {key: beta * old[key] + (1 - beta) * new[key] for key in old}


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    v = _blend(v, grads, beta1)
    s = _blend(s, {key: value ** 2 for key, value in grads.items()}, beta2)
    rate = learning_rate / (1 - beta1 ** t)
    root = np.sqrt(1 - beta2 ** t)
    step = {key: rate * v["d" + key] / (np.sqrt(s["d" + key]) / root + epsilon) for key in parameters}
    return {key: parameters[key] - step[key] for key in parameters}, v, s
