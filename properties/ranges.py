"""Ranges: gates, states and predictions lie where their activation puts them."""

from __future__ import annotations

import numpy as np

from ..cells.spec import Interval, Role
from ..strategies.case import Array, Case
from ..subject.compare import entry, number
from ..subject.errors import NotApplicable, Violation
from ..subject.message import Message
from ..subject.subject import Asked, Subject
from .law import law

ORDER = 5

SUM_ERROR = 1e-6
"""How far a column of probabilities may sum from 1: far above rounding, far below any fault."""


def _cached_gates(subject: Subject, case: Case) -> list[Asked]:
    return [(case, "contents")] if subject.cell.gates else []


@law(Role.STEP, Role.SEQUENCE, asks=_cached_gates)
def gates_lie_in_the_unit_interval(subject: Subject, case: Case) -> None:
    """Every gate that the cache keeps lies in (0, 1), and the candidate in (-1, 1).

    A gate is a sigmoid and says how much is let through; the candidate is a tanh (Hochreiter &
    Schmidhuber 1997). Rounding may reach the ends.

    A gate without its sigmoid, or with a tanh; a candidate without its tanh.
    """
    cell = subject.cell
    if not cell.gates:
        raise NotApplicable("the cell has no gates")
    contents = subject.contents(case)
    if contents is None:
        raise NotApplicable("the cache is private, so that its gates cannot be told apart")
    for step in contents:
        for gate, interval in cell.gates.items():
            if gate in step:
                _require_between(gate, step[gate], interval, check="cached_between")


@law(Role.STEP, Role.SEQUENCE)
def the_hidden_state_lies_between_minus_one_and_one(subject: Subject, case: Case) -> None:
    """Every state that is made by a tanh, perhaps times a gate, lies in (-1, 1).

    |tanh| < 1 and a gate is less than 1. Rounding may reach the ends.

    The tanh left out; the cell state returned as hidden state.
    """
    bounded = [state for state in subject.cell.states if np.isfinite(state.interval).all()]
    if not bounded:
        raise NotApplicable("no state of the cell has such an interval")
    values = subject.run(case).values
    for state in bounded:
        for name in (state.next, state.name):
            if name in values:
                _require_between(name, values[name], state.interval)


@law(Role.STEP, Role.SEQUENCE)
def predictions_are_probabilities(subject: Subject, case: Case) -> None:
    """Every prediction is positive, and each column of predictions sums to 1.

    A softmax over the classes (axis 0) is a distribution for each example.

    Sigmoid for softmax, or none at all; softmax over the wrong axis, or with a sum over the batch.
    """
    prediction = subject.cell.prediction
    if prediction is None:
        raise NotApplicable("the cell makes no prediction")
    values = subject.run(case).values
    for name in (prediction.step, prediction.sequence):
        if name in values:
            _require_probabilities(name, values[name])


@law(Role.HELPER)
def activations_lie_in_their_range(subject: Subject, case: Case) -> None:
    """Sigmoid lies in (0, 1); softmax is positive and each column sums to 1.

    Both say how much of a whole; rounding may reach the ends of the interval.

    A sign lost in the exponent; a softmax normalised over the wrong axis, or not at all.
    """
    value = subject.run(case).values["y"]
    if subject.function.name == "softmax":
        _require_probabilities("y", value)
    else:
        _require_between("y", value, (0, 1))


def _require_between(name: str, value: Array, interval: Interval, check: str = "between") -> None:
    low, high = interval
    outside = np.argwhere((value < low) | (value > high))
    if outside.size:
        index = tuple(int(i) for i in outside[0])
        raise Violation(
            Message(
                entry(name, index),
                f" should lie between {low} and {high} and is {number(value[index])}",
            ),
            check=check,
            tensor=name,
            expected=interval,
            found=value,
        )


def _require_probabilities(name: str, value: Array) -> None:
    _require_between(name, value, (0, 1))
    sums = value.sum(axis=0)
    worst = np.unravel_index(int(np.argmax(np.abs(sums - 1))), sums.shape)
    if abs(sums[worst] - 1) > max(SUM_ERROR, 100 * np.finfo(value.dtype).eps):
        raise Violation(
            Message(
                entry(name, (":", *worst)), f" should sum to 1 and sums to {number(sums[worst])}"
            ),
            check="sums",
            tensor=name,
            found=value,
        )
