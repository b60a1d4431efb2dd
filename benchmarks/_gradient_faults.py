"""The faults that the gradient benchmark plants in the hand-written backward functions.

A fault is a backward function ``(random, *cotangents, caches)`` like the right one; the random
numbers say where, and are the same at each call on a case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from _gradient_cells import GATES, Array, Case, Gradients, Size

from cellcheck.cells.lstm import lstm_backward, lstm_cell_backward

CELL = Size(3, 5, 2)
STEPS = 5
SEQUENCE = Size(3, 4, 2, STEPS)


@dataclass(frozen=True)
class Fault:
    """What is wrong, at which size it is looked for, and the wrong backward function."""

    title: str
    size: Size
    backward: Callable[..., Gradients]

    def planted(self, case: Case) -> Case:
        def backward(*given: Array) -> Gradients:
            return self.backward(np.random.default_rng(case.seed), *given)

        return replace(case, backward=backward)


# Faults of a finished dict of gradients

Random = np.random.Generator
Change = Callable[[Array, Gradients], Gradients]


def changed(change: Change, random: Random, *given: Array) -> Gradients:
    """The gradients of one step or of a sequence, changed afterwards."""
    right = lstm_cell_backward if len(given) == 3 else lstm_backward
    gradients = right(*given)
    return {**gradients, **change(random, gradients)}


def one_entry(error: float) -> Change:
    def change(random: Random, gradients: Gradients) -> Gradients:
        name = str(random.choice(sorted(gradients)))
        wrong = gradients[name].copy()
        wrong[tuple(random.integers(wrong.shape))] *= 1 + error
        return {name: wrong}

    return change


def one_gradient(name: str, wrong: Callable[[Array], Array]) -> Change:
    return lambda random, gradients: {name: wrong(gradients[name])}


def all_weights(wrong: Callable[[Array], Array]) -> Change:
    names = [f"d{kind}{gate}" for gate in GATES for kind in "Wb"]
    return lambda random, gradients: {name: wrong(gradients[name]) for name in names}


# Faults inside one step: the cache is (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p)


def without_the_hidden_state_in_dc(random: Random, da: Array, dc: Array, cache: Array) -> Gradients:
    return lstm_cell_backward(da, dc - da * cache[7] * (1 - np.tanh(cache[1]) ** 2), cache)


def without_the_derivative_of_tanh(random: Random, da: Array, dc: Array, cache: Array) -> Gradients:
    return lstm_cell_backward(da, dc + da * cache[7] * np.tanh(cache[1]) ** 2, cache)


def without_the_forget_gate_in_dz(random: Random, da: Array, dc: Array, cache: Array) -> Gradients:
    p = cache[-1]
    return lstm_cell_backward(da, dc, (*cache[:-1], {**p, "Wf": np.zeros_like(p["Wf"])}))


def two_gates_exchanged_in_dz(random: Random, da: Array, dc: Array, cache: Array) -> Gradients:
    p = cache[-1]
    return lstm_cell_backward(da, dc, (*cache[:-1], {**p, "Wi": p["Wo"], "Wo": p["Wi"]}))


def with_the_next_cell_state(random: Random, da: Array, dc: Array, cache: Array) -> Gradients:
    return lstm_cell_backward(da, dc, (*cache[:3], cache[1], *cache[4:]))


def with_the_next_hidden_state(random: Random, da: Array, dc: Array, cache: Array) -> Gradients:
    return lstm_cell_backward(da, dc, (*cache[:2], cache[0], *cache[3:]))


# Faults of the way back through time


def through_time(
    random: Random,
    da: Array,
    caches: Array,
    carry_a: float = 1.0,
    carry_c: float = 1.0,
    summed_from: int = 0,
) -> Gradients:
    """The way back with the carry times a factor, and the weights summed from a later step."""
    each, x = caches
    dx, da_prev = np.zeros_like(x), np.zeros_like(da[:, :, 0])
    dc_prev = da_prev
    sums: dict[str, Array] = {f"d{kind}{gate}": 0 for gate in GATES for kind in "Wb"}
    for t in reversed(range(da.shape[2])):
        found = lstm_cell_backward(da[:, :, t] + carry_a * da_prev, carry_c * dc_prev, each[t])
        dx[:, :, t], da_prev, dc_prev = found["dxt"], found["da_prev"], found["dc_prev"]
        if t >= summed_from:
            sums = {name: total + found[name] for name, total in sums.items()}
    return {"dx": dx, "da0": da_prev, **sums}


def steps_in_the_wrong_order(random: Random, da: Array, caches: Array) -> Gradients:
    return lstm_backward(da, (caches[0][::-1], caches[1]))


def reordered(gradient: Array) -> Array:
    return gradient.T.reshape(gradient.shape)


OF_THE_CELL: dict[str, Callable[..., Gradients]] = {
    "da_next left out of dc": without_the_hidden_state_in_dc,
    "1 - tanh² left out of dc": without_the_derivative_of_tanh,
    "forget gate left out of dxt, da_prev": without_the_forget_gate_in_dz,
    "two gates' weights exchanged in dxt, da_prev": two_gates_exchanged_in_dz,
    "c_next in place of c_prev": with_the_next_cell_state,
    "a_next in place of a_prev": with_the_next_hidden_state,
    "dWf is zero": partial(changed, one_gradient("dWf", np.zeros_like)),
    "dc_prev has the wrong sign": partial(changed, one_gradient("dc_prev", np.negative)),
    "dbi is a mean": partial(changed, one_gradient("dbi", lambda g: g / CELL.m)),
    "dbo given for dbf": partial(changed, lambda random, g: {"dbf": g["dbo"]}),
    "dWc too large by 1e-3": partial(changed, one_gradient("dWc", lambda g: g * (1 + 1e-3))),
    "dWc too large by 1e-6": partial(changed, one_gradient("dWc", lambda g: g * (1 + 1e-6))),
    "dWo in single precision": partial(
        changed, one_gradient("dWo", lambda g: g.astype(np.float32).astype(g.dtype))
    ),
    "one entry wrong by 1e-3": partial(changed, one_entry(1e-3)),
    "one entry wrong by 1e-5": partial(changed, one_entry(1e-5)),
    "one entry wrong by 1e-7": partial(changed, one_entry(1e-7)),
    "entries of dWi in the wrong order": partial(changed, one_gradient("dWi", reordered)),
    "shape: dWi transposed": partial(changed, one_gradient("dWi", np.transpose)),
    "shape: dbc without its second axis": partial(changed, one_gradient("dbc", np.ravel)),
    "shape: dbc not summed, two halves": partial(
        changed, one_gradient("dbc", lambda g: np.concatenate((g / 2, g / 2), axis=1))
    ),
}

OF_THE_SEQUENCE: dict[str, Callable[..., Gradients]] = {
    "hidden state's carry not added": partial(through_time, carry_a=0.0),
    "cell state's carry not added": partial(through_time, carry_c=0.0),
    "carry not updated": partial(through_time, carry_a=0.0, carry_c=0.0),
    "hidden state's carry added twice": partial(through_time, carry_a=2.0),
    "cell state's carry too large by 1e-6": partial(through_time, carry_c=1 + 1e-6),
    "weights' gradients without the first step": partial(through_time, summed_from=1),
    "weights' gradients of the last step alone": partial(through_time, summed_from=STEPS - 1),
    "weights' gradients are a mean over steps": partial(changed, all_weights(lambda g: g / STEPS)),
    "caches in the wrong order": steps_in_the_wrong_order,
    "da0 is zero": partial(changed, one_gradient("da0", np.zeros_like)),
    "dx one step late": partial(changed, one_gradient("dx", lambda g: np.roll(g, 1, axis=2))),
    "one entry wrong by 1e-5": partial(changed, one_entry(1e-5)),
    "one entry wrong by 1e-7": partial(changed, one_entry(1e-7)),
    "shape: dx with its last axes exchanged": partial(
        changed, one_gradient("dx", lambda g: np.swapaxes(g, 1, 2))
    ),
}

FAULTS = tuple(
    Fault(title, size, backward)
    for size, faults in ((CELL, OF_THE_CELL), (SEQUENCE, OF_THE_SEQUENCE))
    for title, backward in faults.items()
)
