"""Sigmoid and softmax, the activations that every cell here shares.

Source: Goodfellow, Bengio & Courville, Deep Learning (2016), sections 3.10 and 6.2.2.3.
"""

from __future__ import annotations

import numpy as np

from .spec import Array, Family, FunctionSpec, Role


def sigmoid(x: Array) -> Array:
    """The logistic function 1 / (1 + exp(-x)), of any shape; values in (0, 1)."""
    with np.errstate(over="ignore"):  # where exp(-x) is infinite, the result is 0
        return 1 / (1 + np.exp(np.negative(x)))


def softmax(x: Array) -> Array:
    """The softmax over axis 0 of ``x (n, m)``: positive, each column sums to 1."""
    powers: Array = np.exp(x - np.max(x, axis=0, keepdims=True))
    total: Array = np.sum(powers, axis=0, keepdims=True)
    return powers / total


_ALSO_CALLED = {"sigmoid": ("sigm", "sig", "logistic", "expit"), "softmax": ()}


def _helper(name: str) -> FunctionSpec:
    shapes = {"x": ("n", "m"), "y": ("n", "m")}
    also = _ALSO_CALLED[name]
    return FunctionSpec(name, Role.HELPER, ("x",), ("y",), shapes, also_called=also)


FAMILY = Family(
    name="helpers",
    title="Activations",
    functions={name: _helper(name) for name in _ALSO_CALLED},
    reference={"sigmoid": sigmoid, "softmax": softmax},
    equations=("sigmoid(x) = 1 / (1 + exp(-x))", "softmax(x)_i = exp(x_i) / sum_j exp(x_j)"),
)
