"""Cases of Adam: parameters, gradients, moment estimates, the step and the hyperparameters."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np
from hypothesis import strategies as st

from ..cells.adam import HYPERPARAMETERS
from ..cells.spec import Family
from .case import Case, frozen
from .readable_numbers import bytes_for, readable, spread

LARGEST_LAYER = 3
LAYERS = 3

STEPS = (1, 2, 3, 5, 10, 100, 1000)
REGIMES = ("plain", "plain", "small gradients", "large gradients", "first step")
_SCALES = {"small gradients": 1e7, "large gradients": 1e-1}

_HEADER = 2 + len(HYPERPARAMETERS) + 1 + LAYERS + 1
_ENTRIES = 4 * LAYERS * LARGEST_LAYER * (LARGEST_LAYER + 1)


def adam_cases(family: Family) -> st.SearchStrategy[Case]:
    """Cases of 1 to 3 layers of 1 to 3 units; ``s`` is never negative, ``t`` counts from 1.

    In the regime "first step" both moment estimates are zero and ``t`` is 1.
    """
    size = _HEADER + bytes_for(_ENTRIES)
    return st.binary(min_size=size, max_size=size).map(lambda data: _from_bytes(family, data))


def _from_bytes(family: Family, data: bytes) -> Case:
    regime = REGIMES[spread(data[0], len(REGIMES))]
    scalars: dict[str, Any] = {"t": STEPS[spread(data[1], len(STEPS))]}
    for byte, (name, one) in zip(data[2:], HYPERPARAMETERS.items(), strict=False):
        scalars[name] = one.drawn[spread(byte, len(one.drawn))]
    layers = 1 + spread(data[2 + len(HYPERPARAMETERS)], LAYERS)
    sizes = [1 + spread(byte, LARGEST_LAYER) for byte in data[_HEADER - LAYERS - 1 : _HEADER]]
    dims = {f"n{layer}": sizes[layer] for layer in range(layers + 1)}
    tensors, shapes = _tensors(dims, layers, data[_HEADER:], _SCALES.get(regime, 10))
    if regime == "first step":
        scalars["t"] = 1
        for moment in ("v", "s"):
            zeros = {n: frozen(np.zeros(a.shape)) for n, a in tensors[moment].items()}
            tensors[moment] = MappingProxyType(zeros)
    return Case(family, dims, MappingProxyType({**tensors, **scalars}), shapes, regime)


def _tensors(
    dims: dict[str, int], layers: int, data: bytes, divisor: float
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The four dicts of tensors, each entry cut from its own place in the data."""
    room = LARGEST_LAYER * (LARGEST_LAYER + 1)
    entries = iter(readable(data, _ENTRIES).reshape(-1, room))
    tensors: dict[str, Any] = {name: {} for name in ("parameters", "grads", "v", "s")}
    shapes: dict[str, Any] = {name: {} for name in tensors}
    for layer in range(1, layers + 1):
        rows, columns = dims[f"n{layer}"], dims[f"n{layer - 1}"]
        for kind in tensors:
            block = next(entries).reshape(LARGEST_LAYER, -1)[:rows]
            block = np.abs(block) / divisor**2 if kind == "s" else block / divisor
            block = block * divisor / 10 if kind == "parameters" else block
            prefix = "" if kind == "parameters" else "d"
            for name, shape, value in (
                (f"{prefix}W{layer}", (f"n{layer}", f"n{layer - 1}"), block[:, :columns]),
                (f"{prefix}b{layer}", (f"n{layer}", "1"), block[:, LARGEST_LAYER:]),
            ):
                tensors[kind][name] = frozen(value.copy())
                shapes[kind][name] = shape
    return {name: MappingProxyType(value) for name, value in tensors.items()}, shapes
