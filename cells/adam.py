"""Adam, as published.

Source: Kingma & Ba, "Adam: A Method for Stochastic Optimization" (ICLR 2015), algorithm 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from .spec import Array, Family, FunctionSpec, Role

Tensors: TypeAlias = dict[str, Array]


def initialize_adam(parameters: Tensors) -> tuple[Tensors, Tensors]:
    """Both moment estimates at zero: dicts ``v, s`` with a key ``dW1`` for each ``W1``."""
    v = {f"d{name}": np.zeros_like(value) for name, value in parameters.items()}
    s = {f"d{name}": np.zeros_like(value) for name, value in parameters.items()}
    return v, s


def update_parameters_with_adam(
    parameters: Tensors,
    grads: Tensors,
    v: Tensors,
    s: Tensors,
    t: int,
    learning_rate: float = 0.01,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> tuple[Tensors, Tensors, Tensors]:
    """Step ``t`` (from 1 on): returns new ``parameters, v, s`` of the arguments' shapes."""
    v = {name: beta1 * v[name] + (1 - beta1) * grads[name] for name in v}
    s = {name: beta2 * s[name] + (1 - beta2) * grads[name] ** 2 for name in s}
    updated = {}
    for name, value in parameters.items():
        v_corrected = v[f"d{name}"] / (1 - beta1**t)
        s_corrected = s[f"d{name}"] / (1 - beta2**t)
        updated[name] = value - learning_rate * v_corrected / (np.sqrt(s_corrected) + epsilon)
    return updated, v, s


@dataclass(frozen=True)
class Hyperparameter:
    """The published value, what else authors call it, and the values that cases have."""

    default: float
    aliases: tuple[str, ...]
    drawn: tuple[float, ...]


HYPERPARAMETERS: Mapping[str, Hyperparameter] = {
    "learning_rate": Hyperparameter(
        0.01, ("learningrate", "lr", "alpha", "eta", "stepsize"), (0.01, 0.1, 0.001, 0.5)
    ),
    "beta1": Hyperparameter(0.9, ("beta1", "b1"), (0.9, 0.5, 0.8)),
    "beta2": Hyperparameter(0.999, ("beta2", "b2"), (0.999, 0.9, 0.99)),
    "epsilon": Hyperparameter(1e-8, ("epsilon", "eps"), (1e-8, 1e-8, 1e-3, 0.1)),
}

FAMILY = Family(
    name="adam",
    title="Adam",
    functions={
        "initialize_adam": FunctionSpec(
            "initialize_adam", Role.INITIALISER, ("parameters",), ("v", "s")
        ),
        "update_parameters_with_adam": FunctionSpec(
            "update_parameters_with_adam",
            Role.UPDATE,
            ("parameters", "grads", "v", "s", "t", *HYPERPARAMETERS),
            ("parameters", "v", "s"),
            defaults={name: one.default for name, one in HYPERPARAMETERS.items()},
            aliases={name: one.aliases for name, one in HYPERPARAMETERS.items()},
        ),
    },
    reference={
        "initialize_adam": initialize_adam,
        "update_parameters_with_adam": update_parameters_with_adam,
    },
    equations=(
        "v = beta1 v + (1 - beta1) g,  s = beta2 s + (1 - beta2) g^2",
        "v_corrected = v / (1 - beta1^t),  s_corrected = s / (1 - beta2^t)",
        "W = W - learning_rate * v_corrected / (sqrt(s_corrected) + epsilon)",
    ),
)
