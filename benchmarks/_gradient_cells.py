"""The cases of the gradient benchmark: an LSTM and its hand-written backward function.

The forward function is written for any array library, so that each tool differentiates it in its
own arrays. The backward function is the numpy formula of the reference cells for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from cellcheck.cells.lstm import lstm_backward, lstm_cell_backward

Array: TypeAlias = Any
"""An array of whichever library computes with it."""

Results: TypeAlias = tuple[Array, ...]
Gradients = dict[str, Array]

GATES = "fico"


@dataclass(frozen=True)
class Size:
    """The dimensions of an LSTM; ``steps`` is nothing for one call of the cell."""

    n_x: int
    n_a: int
    m: int
    steps: int | None = None

    def __str__(self) -> str:
        cell = f"{self.n_x}, {self.n_a}, {self.m}"
        return f"{self.steps} steps of {cell}" if self.steps else cell

    def shapes(self) -> dict[str, tuple[int, ...]]:
        state, wide = (self.n_a, self.m), (self.n_a, self.n_a + self.n_x)
        gates = {f"W{gate}": wide for gate in GATES} | {f"b{gate}": (self.n_a, 1) for gate in GATES}
        if self.steps:
            return {"x": (self.n_x, self.m, self.steps), "a0": state, **gates}
        return {"xt": (self.n_x, self.m), "a_prev": state, "c_prev": state, **gates}


@dataclass(frozen=True)
class Case:
    """A forward function, its inputs, and a backward function, right or wrong.

    ``forward(xp, **inputs)`` computes in the arrays of the library ``xp`` and returns a tuple;
    ``backward(*cotangents, cached(**inputs))`` returns the gradients in numpy. Cases start with
    the ``right`` one as their backward function.
    """

    forward: Callable[..., Results]
    cached: Callable[..., Array]
    right: Callable[..., Gradients]
    backward: Callable[..., Gradients]
    inputs: dict[str, Array]
    seed: int

    def vjp(self, cotangents: Results, **inputs: Array) -> Gradients:
        gradients = self.backward(*cotangents, self.cached(**inputs))
        return {name: gradients[f"d{name}"] for name in inputs}

    def reference(self, cotangents: Results, **inputs: Array) -> Gradients:
        return replace(self, backward=self.right).vjp(cotangents, **inputs)


def drawn(size: Size, scale: float | None, seed: int) -> Case:
    """A case whose inputs are normal numbers times the scale.

    Weights are made smaller by it, but not larger, which would shut every gate. Without a scale
    every tensor has its own, from 1e-3 to 100, and every column of it another.
    """
    random = np.random.default_rng(seed)
    inputs = {name: random.standard_normal(shape) for name, shape in size.shapes().items()}
    for name, values in inputs.items():
        if scale is None:
            columns = 10 ** random.uniform(-1, 1, (1, *values.shape[1:]))
            inputs[name] = values * columns * 10 ** random.uniform(-3, 2)
        else:
            inputs[name] = values * (min(scale, 1.0) if name[0] in "Wb" else scale)
    if size.steps:
        return Case(sequence, sequence_cached, lstm_backward, lstm_backward, inputs, seed)
    return Case(cell, cell_cached, lstm_cell_backward, lstm_cell_backward, inputs, seed)


# The forward functions


def stored(case: Case) -> Case:
    """The same case with forward functions that store into `np.zeros`, as course code does: such
    code computes in numpy's real numbers alone.
    """
    if case.right is lstm_backward:
        return replace(case, forward=stored_sequence, cached=stored_sequence_cached)
    return replace(case, forward=stored_cell, cached=stored_cell_cached)


def step(xp: Array, xt: Array, a_prev: Array, c_prev: Array, p: Mapping[str, Array]) -> Results:
    z = xp.concatenate((a_prev, xt))
    ft = 1 / (1 + xp.exp(-(p["Wf"] @ z + p["bf"])))
    it = 1 / (1 + xp.exp(-(p["Wi"] @ z + p["bi"])))
    cct = xp.tanh(p["Wc"] @ z + p["bc"])
    ot = 1 / (1 + xp.exp(-(p["Wo"] @ z + p["bo"])))
    c_next = ft * c_prev + it * cct
    a_next = ot * xp.tanh(c_next)
    return a_next, c_next, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p)


def steps(xp: Array, x: Array, a0: Array, p: Mapping[str, Array]) -> list[Results]:
    found, a_next, c_next = [], a0, xp.zeros_like(a0)
    for t in range(x.shape[2]):
        found.append(step(xp, x[:, :, t], a_next, c_next, p))
        a_next, c_next, _ = found[-1]
    return found


def cell(xp: Array, xt: Array, a_prev: Array, c_prev: Array, **p: Array) -> Results:
    return step(xp, xt, a_prev, c_prev, p)[:2]


def cell_cached(xt: Array, a_prev: Array, c_prev: Array, **p: Array) -> Array:
    return step(np, xt, a_prev, c_prev, p)[2]


def sequence(xp: Array, x: Array, a0: Array, **p: Array) -> Results:
    return (xp.stack([a_next for a_next, _, _ in steps(xp, x, a0, p)], 2),)


def sequence_cached(x: Array, a0: Array, **p: Array) -> Array:
    return [cache for _, _, cache in steps(np, x, a0, p)], x


def stored_step(xt: Array, a_prev: Array, c_prev: Array, p: Mapping[str, Array]) -> Results:
    n_a, m = a_prev.shape
    concat = np.zeros((n_a + xt.shape[0], m))
    concat[:n_a, :] = a_prev
    concat[n_a:, :] = xt
    ft = 1 / (1 + np.exp(-(np.dot(p["Wf"], concat) + p["bf"])))
    it = 1 / (1 + np.exp(-(np.dot(p["Wi"], concat) + p["bi"])))
    cct = np.tanh(np.dot(p["Wc"], concat) + p["bc"])
    ot = 1 / (1 + np.exp(-(np.dot(p["Wo"], concat) + p["bo"])))
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    return a_next, c_next, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p)


def stored_steps(x: Array, a0: Array, p: Mapping[str, Array]) -> tuple[Array, list[Array]]:
    n_a, m = a0.shape
    a, caches = np.zeros((n_a, m, x.shape[2])), []
    a_next, c_next = a0, np.zeros((n_a, m))
    for t in range(x.shape[2]):
        a_next, c_next, cache = stored_step(x[:, :, t], a_next, c_next, p)
        a[:, :, t] = a_next
        caches.append(cache)
    return a, caches


def stored_cell(xp: Array, xt: Array, a_prev: Array, c_prev: Array, **p: Array) -> Results:
    return stored_step(xt, a_prev, c_prev, p)[:2]


def stored_cell_cached(xt: Array, a_prev: Array, c_prev: Array, **p: Array) -> Array:
    return stored_step(xt, a_prev, c_prev, p)[2]


def stored_sequence(xp: Array, x: Array, a0: Array, **p: Array) -> Results:
    return (stored_steps(x, a0, p)[0],)


def stored_sequence_cached(x: Array, a0: Array, **p: Array) -> Array:
    return stored_steps(x, a0, p)[1], x
