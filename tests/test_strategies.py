"""The strategies: the mix of cases that they promise, and how small they become."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import hypothesis
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase

from cellcheck.cells import Family, families
from cellcheck.cells.lstm import lstm_cell_forward, lstm_forward
from cellcheck.cells.spec import RecurrentFamily, concrete
from cellcheck.engine.drawing import draw
from cellcheck.strategies import Case, cases, seeded_case, smallest

from .tiers import sampled

FAMILIES = list(families().values())
CELLS = [family for family in FAMILIES if isinstance(family, RecurrentFamily)]
LSTM = next(family for family in CELLS if family.name == "lstm")
ADAM = families()["adam"]
SAMPLE = 600
FEW = 60

every_family = pytest.mark.parametrize(
    "family", sampled(FAMILIES, 3), ids=lambda family: family.name
)
every_cell = pytest.mark.parametrize("family", sampled(CELLS, 3), ids=lambda family: family.name)


@cache
def sample(family: Family, count: int = SAMPLE) -> Sequence[Case]:
    """So many cases, always the same, drawn as the engine draws them."""
    drawn: list[Case] = []

    @hypothesis.seed(0)
    @hypothesis.settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(cases(family))
    def collect(case: Case) -> None:
        drawn.append(case)

    collect()
    return drawn


def share(family: Family, holds: Any) -> float:
    """The part of the sample that something holds of."""
    return sum(bool(holds(case)) for case in sample(family)) / SAMPLE


def arrays(value: Any) -> list[Any]:
    """Every array of a case or a tensor."""
    if isinstance(value, Case):
        value = value.tensors
    if isinstance(value, Mapping):
        return [array for entry in value.values() for array in arrays(entry)]
    return [value] if isinstance(value, np.ndarray) else []


def equal(one: Case, other: Case) -> bool:
    """Whether two cases are the same."""
    pairs = zip(arrays(one), arrays(other), strict=True)
    return one.dims == other.dims and all(np.array_equal(a, b) for a, b in pairs)


@every_family
def test_cases_have_the_shapes_that_they_say(family: Family) -> None:
    assert len(sample(family, FEW)) == FEW
    for case in sample(family, FEW):
        for name, value in case.tensors.items():
            shapes = case.shapes.get(name, ())
            if isinstance(value, Mapping):
                assert value.keys() == shapes.keys()
                assert all(value[k].shape == concrete(shapes[k], case.dims) for k in value)
            elif isinstance(value, np.ndarray):
                assert value.shape == concrete(shapes, case.dims)
            else:
                assert name not in case.shapes


@every_family
def test_cases_are_frozen(family: Family) -> None:
    for case in sample(family, FEW):
        assert not any(array.flags.writeable for array in arrays(case))
    with pytest.raises(dataclasses.FrozenInstanceError):
        case.dims = {}  # type: ignore[misc]


@every_family
def test_a_seed_gives_the_same_cases_and_another_seed_others(family: Family) -> None:
    first = draw(family, "quick", 3)
    again = draw.__wrapped__(family, "quick", 3)
    assert first is not again and all(map(equal, first, again))
    assert not all(map(equal, first, draw(family, "quick", 4)))


@every_cell
def test_every_argument_of_every_function_is_there(family: RecurrentFamily) -> None:
    case = sample(family, FEW)[0]
    for function in family.functions.values():
        arguments = case.arguments(function)
        forward = family.functions.get(function.forward, function)
        names = [name for name in function.takes if "cache" not in name]
        assert [*arguments] == [*dict.fromkeys([*names, *forward.takes])]
        for name, value in arguments.items():
            if name != "parameters":
                shape = {**forward.shapes, **function.shapes}[name]
                assert value.shape == concrete(shape, case.dims)


@every_cell
@pytest.mark.full
def test_dimensions_are_equal_and_different_often_enough(family: RecurrentFamily) -> None:
    assert 0.08 < share(family, lambda case: case.dims["n_x"] == case.dims["n_a"]) < 0.35
    assert share(family, lambda case: len(set(case.dims.values())) == len(case.dims)) > 0.2
    assert 0.1 < share(family, lambda case: case.dims["m"] == 1) < 0.4
    assert 0.1 < share(family, lambda case: case.dims["T_x"] == 1) < 0.4
    for symbol in sample(family)[0].dims:
        assert {case.dims[symbol] for case in sample(family)} == {1, 2, 3, 4, 5}


@every_cell
def test_every_regime_is_drawn(family: RecurrentFamily) -> None:
    for regime in ("large weights", "saturated gates", "small numbers", "columns far apart"):
        assert 0.07 < share(family, lambda case, regime=regime: case.regime == regime) < 0.25
    assert 0.3 < share(family, lambda case: case.regime == "plain") < 0.6


def gates(case: Case) -> Any:
    """The gates of a step of the LSTM, all in one."""
    step = case.family.functions["lstm_cell_forward"]
    *_, cache = lstm_cell_forward(**case.arguments(step))
    places = map(LSTM.cell.cache.index, ("ft", "it", "ot"))
    return np.concatenate([cache[place].ravel() for place in places])


def test_gates_are_saturated_in_some_cases_and_at_work_in_most() -> None:
    def saturated(case: Case) -> bool:
        values = gates(case)
        return float(np.mean((values > 0.999) | (values < 0.001))) > 0.25

    def at_work(case: Case) -> bool:
        values = gates(case)
        return bool(np.all((values > 0.01) & (values < 0.99)))

    assert 0.1 < share(LSTM, saturated) < 0.4
    assert share(LSTM, at_work) > 0.4


@pytest.mark.full
def test_columns_lie_far_apart_in_some_cases() -> None:
    def scores_lie_apart(case: Case) -> bool:
        step = case.family.functions["lstm_cell_forward"]
        a_next, *_ = lstm_cell_forward(**case.arguments(step))
        p = case["parameters"]
        largest = (p["Wy"] @ a_next + p["by"]).max(axis=0)
        return float(np.ptp(largest)) > 20

    assert share(LSTM, scores_lie_apart) > 0.03
    assert share(families()["helpers"], lambda case: np.ptp(case["x"].max(axis=0)) > 90) > 0.1


@every_family
def test_hardly_an_entry_is_zero(family: Family) -> None:
    drawn = [case for case in sample(family) if case.regime != "first step"]
    entries = np.concatenate([array.ravel() for case in drawn for array in arrays(case)])
    assert np.mean(entries == 0) < 0.02


@every_family
def test_numbers_are_readable(family: Family) -> None:
    plain = [case for case in sample(family) if case.regime == "plain"]
    entries = np.concatenate([array.ravel() for case in plain for array in arrays(case)])
    assert np.median([len(repr(float(entry))) for entry in entries]) <= 5


@pytest.mark.full
def test_cases_of_adam_are_states_that_adam_can_be_in() -> None:
    for case in sample(ADAM):
        assert isinstance(case["t"], int) and case["t"] >= 1
        assert all((array >= 0).all() for array in arrays(case["s"]))
        assert case["grads"].keys() == {f"d{name}" for name in case["parameters"]}
        assert case["v"].keys() == case["s"].keys() == case["grads"].keys()
        if case.regime == "first step":
            assert case["t"] == 1
            assert not any(array.any() for m in "vs" for array in arrays(case[m]))
    assert share(ADAM, lambda case: case.regime == "first step") > 0.1
    assert share(ADAM, lambda case: case["t"] > 50) > 0.15
    assert {len(case["parameters"]) for case in sample(ADAM)} == {2, 4, 6}


def found(family: Family, condition: Any) -> Case:
    """The smallest case that Hypothesis itself comes to."""
    return hypothesis.find(
        cases(family),
        condition,
        settings=hypothesis.settings(
            phases=(Phase.generate, Phase.shrink),
            max_examples=2000,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@every_family
def test_hypothesis_shrinks_to_dimensions_of_one_and_zeros(family: Family) -> None:
    case = found(family, lambda case: True)
    assert set(case.dims.values()) == {1} and case.regime == "plain"
    assert not any(array.any() for array in arrays(case))


@pytest.mark.full
def test_hypothesis_shrinks_a_fault_to_few_simple_numbers() -> None:
    def forgetting_matters(case: Case) -> bool:
        arguments = case.arguments(LSTM.functions["lstm_cell_forward"])
        _, c_next, _, _ = lstm_cell_forward(**arguments)
        _, without, _, _ = lstm_cell_forward(**arguments | {"c_prev": np.zeros_like(c_next)})
        return bool((np.abs(c_next - without) > 0.1).any())

    case = found(LSTM, forgetting_matters)
    assert set(case.dims.values()) == {1}
    entries = np.concatenate([array.ravel() for array in arrays(case)])
    assert set(np.abs(entries[entries != 0])) <= {0.5, 1.0, 2.0}
    assert np.count_nonzero(entries) <= 2


def needs_two_examples_and_a_weight(case: Case) -> bool:
    weights = case["parameters"]["Wf"]
    return case.dims["m"] > 1 and bool((weights < 0).any()) and bool((case["c_prev"] > 0.1).any())


def test_the_smallest_case_still_fails_and_is_small() -> None:
    for case in filter(needs_two_examples_and_a_weight, sample(LSTM)[:100]):
        small = smallest(case, needs_two_examples_and_a_weight)
        assert needs_two_examples_and_a_weight(small)
        assert sum(small.dims.values()) <= len(small.dims) + 3
        entries = np.concatenate([array.ravel() for array in arrays(small)])
        assert np.count_nonzero(entries) == 2
        assert set(entries[entries >= 0]) <= {0.0, 0.5, 1.0}
        assert not any(array.flags.writeable for array in arrays(small))


@pytest.mark.full
def test_the_smallest_case_of_adam_has_a_small_step() -> None:
    case = next(case for case in sample(ADAM) if case["t"] > 50)
    small = smallest(case, lambda case: case["t"] > 1)
    assert small["t"] == 2 and set(small.dims.values()) == {1}


def test_a_case_that_cannot_be_made_smaller_stays() -> None:
    case = sample(LSTM)[0]
    assert smallest(case, lambda candidate: False) is case


def test_a_submission_that_is_slow_to_fail_is_not_called_for_ever() -> None:
    calls = 0

    def fails(case: Case) -> bool:
        nonlocal calls
        calls += 1
        return bool(calls % 2)

    smallest(seeded_case(LSTM, dict.fromkeys(sample(LSTM)[0].dims, 20), 0), fails)
    assert calls <= 1000


LARGE = {"n_x": 32, "n_a": 64, "n_y": 10, "m": 8, "T_x": 6}


def test_a_seed_gives_a_case_of_any_size() -> None:
    case = seeded_case(LSTM, LARGE, seed=1)
    assert case["x"].shape == (32, 8, 6)
    assert case["a_prev"].shape == (64, 8)
    assert case["parameters"]["Wf"].shape == (64, 96)
    assert equal(case, seeded_case(LSTM, LARGE, seed=1))
    assert not equal(case, seeded_case(LSTM, LARGE, seed=2))
    a, *_ = lstm_forward(case["x"], case["a0"], case["parameters"])
    assert len(np.unique(a)) > 1000


def test_taking_hidden_units_takes_them_from_every_axis_they_lie_on() -> None:
    case = seeded_case(LSTM, {"n_x": 2, "n_a": 3, "n_y": 2, "m": 2, "T_x": 2}, seed=0)
    taken = case.take("n_a", [2, 0])
    assert taken.dims == {**case.dims, "n_a": 2}
    rows, columns = [2, 0], [2, 0, 3, 4]
    before, after = case["parameters"], taken["parameters"]
    np.testing.assert_array_equal(after["Wf"], before["Wf"][rows][:, columns])
    np.testing.assert_array_equal(after["bf"], before["bf"][rows])
    np.testing.assert_array_equal(after["Wy"], before["Wy"][:, rows])
    np.testing.assert_array_equal(after["by"], before["by"])
    np.testing.assert_array_equal(taken["a_prev"], case["a_prev"][rows])
    np.testing.assert_array_equal(taken["x"], case["x"])


def test_taking_inputs_leaves_the_hidden_units_of_a_joint_axis() -> None:
    case = seeded_case(LSTM, {"n_x": 3, "n_a": 2, "n_y": 2, "m": 2, "T_x": 2}, seed=0)
    taken = case.take("n_x", [1])
    weights = case["parameters"]["Wf"]
    np.testing.assert_array_equal(taken["parameters"]["Wf"], weights[:, [0, 1, 3]])
    np.testing.assert_array_equal(taken["x"], case["x"][[1]])


def test_a_step_sees_the_first_step_of_the_sequence() -> None:
    case = sample(LSTM)[0]
    np.testing.assert_array_equal(case["xt"], case["x"][:, :, 0])
    np.testing.assert_array_equal(case["a0"], case["a_prev"])
