"""A cell of a test's own: a spec and four functions here, and no other file is told."""

from __future__ import annotations

import contextlib
import inspect
import textwrap
import unittest
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from cellcheck.cells import CellSpec, Prediction, State
from cellcheck.engine import LawTest, law_tests

from .tiers import sampled


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def coupled_cell_forward(xt: Any, a_prev: Any, c_prev: Any, parameters: Any) -> Any:
    """One gate says how much is kept, and so how much is new (Greff et al. 2017, CIFG)."""
    p = parameters
    z = np.concatenate((a_prev, xt))
    ft = sigmoid(p["Wf"] @ z + p["bf"])
    gt = np.tanh(p["Wg"] @ z + p["bg"])
    c_next = ft * c_prev + (1 - ft) * gt
    a_next = np.tanh(c_next)
    yt_pred = softmax(p["Wy"] @ a_next + p["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, gt, xt, p)


def coupled_forward(x: Any, a0: Any, c0: Any, parameters: Any) -> Any:
    a_next, c_next = a0, c0
    a: list[Any] = []
    c: list[Any] = []
    y: list[Any] = []
    caches: list[Any] = []
    for t in range(x.shape[2]):
        a_next, c_next, yt, cache = coupled_cell_forward(x[:, :, t], a_next, c_next, parameters)
        for collected, value in ((a, a_next), (c, c_next), (y, yt), (caches, cache)):
            collected.append(value)
    return np.stack(a, axis=2), np.stack(c, axis=2), np.stack(y, axis=2), (caches, x)


def coupled_cell_backward(da_next: Any, dc_next: Any, cache: Any) -> Any:
    a_next, _, a_prev, c_prev, ft, gt, xt, p = cache
    z, n_a = np.concatenate((a_prev, xt)), len(a_prev)
    dc = dc_next + da_next * (1 - a_next**2)
    df = dc * (c_prev - gt) * ft * (1 - ft)
    dg = dc * (1 - ft) * (1 - gt**2)
    dz = p["Wf"].T @ df + p["Wg"].T @ dg
    gradients = {"dxt": dz[n_a:], "da_prev": dz[:n_a], "dc_prev": dc * ft}
    gradients |= {"dWf": df @ z.T, "dbf": df.sum(axis=1, keepdims=True)}
    gradients |= {"dWg": dg @ z.T, "dbg": dg.sum(axis=1, keepdims=True)}
    return gradients


def coupled_backward(da: Any, dc: Any, caches: Any) -> Any:
    steps, _ = caches
    da_prev, dc_prev = np.zeros(da.shape[:2]), np.zeros(da.shape[:2])
    total: dict[str, Any] = {"dWf": 0, "dbf": 0, "dWg": 0, "dbg": 0}
    dx: list[Any] = []
    for t in reversed(range(da.shape[2])):
        step = coupled_cell_backward(da[:, :, t] + da_prev, dc[:, :, t] + dc_prev, steps[t])
        da_prev, dc_prev = step["da_prev"], step["dc_prev"]
        dx.insert(0, step["dxt"])
        total = {name: value + step[name] for name, value in total.items()}
    return {"dx": np.stack(dx, axis=2), "da0": da_prev, "dc0": dc_prev, **total}


WORK: dict[tuple[int, ...], Any] = {}
"""What a planted fault keeps from one call to the next."""

CELL = CellSpec(
    name="coupled",
    title="A cell with one gate",
    states=(State("a", interval=(-1, 1)), State("c", grows_by=1)),
    parameters={
        "Wf": ("n_a", "n_a + n_x"),
        "bf": ("n_a", "1"),
        "Wg": ("n_a", "n_a + n_x"),
        "bg": ("n_a", "1"),
    },
    prediction=Prediction("yt_pred", "y", {"Wy": ("n_y", "n_a"), "by": ("n_y", "1")}),
    gates={"ft": (0, 1), "gt": (-1, 1)},
    cache=("a_next", "c_next", "a_prev", "c_prev", "ft", "gt", "xt", "parameters"),
    step=coupled_cell_forward,
    sequence=coupled_forward,
    step_backward=coupled_cell_backward,
    sequence_backward=coupled_backward,
)


@pytest.mark.parametrize("law", sampled(law_tests(CELL), 3), ids=str)
def test_every_law_holds(law: LawTest) -> None:
    law()


@dataclass(frozen=True)
class Fault:
    """A small change to one function of the cell, and all the laws that it breaks there."""

    function: str
    old: str
    new: str
    laws: set[str]

    def planted(self) -> CellSpec:
        """The cell with the fault in it."""
        source = textwrap.dedent(inspect.getsource(getattr(CELL, self.function)))
        assert source.count(self.old) == 1
        namespace = dict(globals())
        exec(source.replace(self.old, self.new), namespace)
        return replace(CELL, **{self.function: namespace[getattr(CELL, self.function).__name__]})


GATES = "gates_lie_in_the_unit_interval"
STATE = "the_hidden_state_lies_between_minus_one_and_one"
PROBABILITIES = "predictions_are_probabilities"
GROWTH = "the_cell_state_grows_by_at_most_one"
DERIVATIVE = "gradients_equal_the_derivative_of_the_forward"
EXAMPLES = "permuting_the_examples_permutes_the_results"
UNITS = "permuting_the_hidden_units_permutes_the_states"
ALONE = "examples_do_not_influence_each_other"
HALVES = "a_sequence_equals_its_halves"
STEPS = "a_sequence_equals_the_cell_step_by_step"
LATER = "a_later_input_changes_no_earlier_output"
LINEAR = "a_backward_function_is_linear"
SAME = "the_same_input_gives_the_same_output"
UNCHANGED = "arguments_are_left_unchanged"
APART = "results_share_no_memory"
KEPT = "a_later_call_leaves_earlier_results_alone"
SHAPES = "results_have_the_shapes_of_the_contract"
RETURNS = "it_returns_the_results_of_the_contract"
FINITE = "results_are_finite_floating_point_arrays"

FAULTS = {
    "the cache holds a gate before its sigmoid": Fault(
        "step", "c_prev, ft, gt", "c_prev, p['Wf'] @ z + p['bf'], gt", {GATES}
    ),
    "a gate without its sigmoid": Fault(
        "step", 'sigmoid(p["Wf"] @ z + p["bf"])', "p['Wf'] @ z + p['bf']", {GATES, GROWTH}
    ),
    "the hidden state without its tanh": Fault("step", "np.tanh(c_next)", "1 * c_next", {STATE}),
    "sigmoid for softmax": Fault("step", "softmax(", "sigmoid(", {PROBABILITIES}),
    "all that is new is added": Fault("step", "(1 - ft) * gt", "2 * gt", {GROWTH}),
    "the first of several examples is left out": Fault(
        "step",
        "    yt_pred",
        "    a_next[:, 0] *= 1 if len(xt[0]) == 1 else 0.5\n    yt_pred",
        {EXAMPLES},
    ),
    "rows of the concatenation exchanged": Fault("step", "(a_prev, xt))", "(xt, a_prev))", {UNITS}),
    "centred over the batch": Fault(
        "step",
        "np.tanh(c_next)",
        "np.tanh(c_next - c_next.mean(axis=1, keepdims=True))",
        {ALONE},
    ),
    "noise": Fault(
        "step", "np.tanh(c_next)", "np.tanh(c_next) * (1 - 1e-15 * np.random.rand())", {SAME}
    ),
    "an input scaled in place": Fault("step", "    return", "    xt *= 2\n    return", {UNCHANGED}),
    "the cell state kept in the argument": Fault(
        "step",
        "c_next = ft * c_prev + (1 - ft) * gt",
        "c_prev *= ft; c_prev += (1 - ft) * gt; c_next = c_prev",
        {UNCHANGED, APART},
    ),
    "a work buffer for all calls": Fault(
        "step",
        "c_next = ft * c_prev + (1 - ft) * gt",
        "c_next = WORK.setdefault(c_prev.shape, np.empty_like(c_prev))\n"
        "    c_next[:] = ft * c_prev + (1 - ft) * gt",
        {KEPT},
    ),
    "the input scaled at every step": Fault("sequence", "x[:, :, t]", "2 * x[:, :, t]", {STEPS}),
    "the state not carried": Fault(
        "sequence", "x[:, :, t], a_next, c_next", "x[:, :, t], a0, c_next", {HALVES, STEPS}
    ),
    "the initial state ignored": Fault("sequence", "= a0, c0", "= 0 * a0, c0", {HALVES, STEPS}),
    "a prediction smoothed with the one before": Fault(
        "sequence", "(y, yt)", "(y, (yt + y[-1]) / 2 if y else yt)", {HALVES}
    ),
    "a prediction smoothed with the one after": Fault(
        "sequence",
        "np.stack(y, axis=2), (",
        "np.stack([(u + v) / 2 for u, v in zip(y, y[1:] + y[-1:])], axis=2), (",
        {LATER},
    ),
    "a factor of the gate's derivative missing": Fault(
        "step_backward", "ft * (1 - ft)\n", "ft\n", {DERIVATIVE}
    ),
    "a mean for a sum over the examples": Fault(
        "step_backward", "df.sum(axis=1", "df.mean(axis=1", {DERIVATIVE}
    ),
    "a large upstream gradient clipped": Fault(
        "step_backward", "dc_next + da_next", "dc_next.clip(-2, 2) + da_next", {LINEAR}
    ),
    "keepdims lost": Fault(
        "step_backward",
        "df.sum(axis=1, keepdims=True)",
        "df.sum(axis=1)",
        {SHAPES, DERIVATIVE},
    ),
    "a gradient left out": Fault("step_backward", ', "dc_prev": dc * ft', "", {RETURNS}),
    "a gradient as whole numbers": Fault(
        "step_backward", "df @ z.T", "np.rint(df @ z.T).astype(int)", {FINITE, DERIVATIVE, LINEAR}
    ),
    "the state's carry dropped": Fault(
        "sequence_backward", "dc[:, :, t] + dc_prev", "dc[:, :, t]", {DERIVATIVE}
    ),
    "only the last step's gradients": Fault(
        "sequence_backward",
        "name: value + step[name]",
        "name: 0 * value + step[name]",
        {DERIVATIVE},
    ),
}


def broken(fault: Fault) -> dict[str, str]:
    """What is told of the function with the fault: the laws that it breaks, each with its text."""
    texts = {}
    for test in law_tests(fault.planted()):
        if test.function.name == getattr(CELL, fault.function).__name__:
            try:
                test()
            except AssertionError as failure:
                texts[test.law.name] = str(failure)
            except unittest.SkipTest:
                pass
    return texts


@pytest.mark.parametrize("name", sampled(FAULTS, 60))
def test_a_fault_breaks_these_laws_and_no_other(name: str) -> None:
    assert set(broken(FAULTS[name])) == FAULTS[name].laws


@pytest.mark.full
def test_every_law_that_needs_no_reference_catches_a_fault() -> None:
    needed = set()
    for law in law_tests(CELL, profile="quick"):
        with contextlib.suppress(unittest.SkipTest):
            law()
            needed.add(law.law.name)
    # Only a file has a notebook's variables, or an order of its own for its results.
    needed -= {"it_reads_no_variable_of_the_notebook", "results_come_in_the_order_of_the_contract"}
    needed -= {"it_is_written_as_the_contract_has_it"}
    assert needed == set.union(*(fault.laws for fault in FAULTS.values()))


def test_a_broken_law_is_told_in_words() -> None:
    text = broken(FAULTS["sigmoid for softmax"])[PROBABILITIES]
    assert text.startswith("coupled_cell_forward: predictions are probabilities\n")
    assert "yt_pred[:, 0] should sum to 1 and sums to 0.5" in text
    assert "xt = np.array([[0.0]])" in text
    assert "coupled_cell_forward(xt, a_prev, c_prev, parameters)" in text


def test_a_law_is_named_as_a_sentence() -> None:
    names = [str(law) for law in law_tests(CELL)]
    assert "coupled_cell_forward: gates lie in the unit interval" in names
    assert len(set(names)) == len(names)
