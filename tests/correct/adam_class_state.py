"""Adam, with layers found by regular expression and state in plain dicts."""
import re
from collections import defaultdict

import numpy as np


def initialize_adam(parameters):
    v, s = defaultdict(float), defaultdict(float)
    for key in parameters:
        kind, layer = re.fullmatch(r"([Wb])(\d+)", key).groups()
        for state in (v, s):
            state[f"d{kind}{layer}"] = np.zeros_like(parameters[key])
    return dict(v), dict(s)


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01,
                                beta1=0.9, beta2=0.999, epsilon=1e-8):
    new_p, new_v, new_s = {}, {}, {}
    fix1, fix2 = 1 - beta1 ** t, 1 - beta2 ** t
    for key, value in parameters.items():
        g = grads["d" + key]
        new_v["d" + key] = m = beta1 * v["d" + key] + (1 - beta1) * g
        new_s["d" + key] = q = beta2 * s["d" + key] + (1 - beta2) * np.square(g)
        new_p[key] = value - learning_rate * (m / fix1) / (np.sqrt(q / fix2) + epsilon)
    return new_p, new_v, new_s
