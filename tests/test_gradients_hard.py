"""The check of a backward function where it is hard: scales, kinks, many entries, odd inputs."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cellcheck.gradients import Report, check_vjp

RANDOM = np.random.default_rng(1)
THREE = RANDOM.normal(size=3)


def only(report: Report, name: str = "x") -> str:
    """The note on one input of a report."""
    return report.directions[name].note


# Scales


def square(x: Any) -> Any:
    return x * x


def square_vjp(cotangent: Any, x: Any) -> Any:
    return {"x": 2 * cotangent * x}


@pytest.mark.parametrize("scale", [1e-150, 1e-100, 1e-20, 1e20, 1e100, 1e150])
def test_inputs_far_from_one(scale: float) -> None:
    inputs = {"x": THREE * scale}
    assert check_vjp(square, square_vjp, inputs).verdict == "held"
    for factor in (-1.0, 1.001):
        wrong = lambda c, x, factor=factor: {"x": factor * 2 * c * x}  # noqa: E731
        (fault,) = check_vjp(square, wrong, inputs).faults
        assert fault.wrong == 3
        assert fault.analytic / fault.numeric == pytest.approx(factor)


def test_what_leaves_the_range_of_floats_is_said() -> None:
    report = check_vjp(square, square_vjp, {"x": THREE * 1e-200})
    assert report.verdict == "undecided" and "range of float64" in only(report)


def test_products_of_very_small_and_very_large_inputs() -> None:
    inputs = {"x": THREE * 1e-150, "y": THREE[::-1] * 1e150}
    right = check_vjp(lambda x, y: x * y, lambda c, x, y: (c * y, c * x), inputs)
    assert right.verdict == "held", str(right)
    for y in (inputs["y"], THREE):
        inputs["y"] = y
        wrong = check_vjp(lambda x, y: x * y, lambda c, x, y: (c * y, -c * x), inputs)
        assert [fault.name for fault in wrong.faults] == ["y"]


def test_an_input_near_one_beside_a_very_large_one_is_judged() -> None:
    inputs = {"x": THREE * 1e150, "y": THREE[::-1]}
    wrong = check_vjp(lambda x, y: x * y, lambda c, x, y: (c * y, 1.001 * c * x), inputs)
    assert [fault.name for fault in wrong.faults] == ["y"]
    assert wrong.directions["x"].verdict == "held"


def logarithm_vjp(cotangent: Any, x: Any, last: float = 1.0) -> Any:
    gradient = cotangent / x
    gradient[-1] *= last
    return {"x": gradient}


@pytest.mark.parametrize("most", [4, 6, 9])
def test_an_entry_whose_gradient_is_small_beside_the_others(most: int) -> None:
    x = 10.0 ** np.linspace(-most, most, 7)
    assert check_vjp(lambda x: np.log(x), logarithm_vjp, {"x": x}).verdict == "held"
    wrong = check_vjp(lambda x: np.log(x), lambda c, x: logarithm_vjp(c, x, 2.0), {"x": x})
    assert [(fault.index, fault.wrong) for fault in wrong.faults] == [((6,), 1)]


def test_a_small_input_beside_one() -> None:
    inputs = {"x": THREE * 1e-12}
    assert check_vjp(lambda x: 1 + x, lambda c, x: {"x": c}, inputs).verdict == "held"


def hilbert(n: int) -> Any:
    return 1.0 / (np.arange(n)[:, None] + np.arange(n) + 1)


def inverse_vjp(cotangent: Any, A: Any) -> Any:
    inverse = np.linalg.inv(A)
    return {"A": -inverse.T @ cotangent @ inverse.T}


@pytest.mark.parametrize("n", [3, 5, 8])
def test_badly_conditioned_inverses(n: int) -> None:
    def inverse(A: Any) -> Any:
        return np.linalg.inv(A)

    wrong = check_vjp(inverse, lambda c, A: {"A": -inverse_vjp(c, A)["A"]}, {"A": hilbert(n)})
    assert wrong.verdict == "failed" or (n == 8 and only(wrong, "A"))
    right = check_vjp(inverse, inverse_vjp, {"A": hilbert(n)})
    assert right.verdict == ("held" if n < 8 else "undecided")
    assert right.verdict == "held" or only(right, "A")


# Kinks


def relu(x: Any) -> Any:
    return np.maximum(x, 0)


def relu_vjp(cotangent: Any, x: Any) -> Any:
    return {"x": cotangent * (x > 0)}


def test_what_lies_beside_a_kink_is_judged() -> None:
    x = np.array([-1.0, 0.0, 2.0, 0.0])
    right = check_vjp(relu, relu_vjp, {"x": x})
    assert right.verdict == "undecided"
    assert only(right) == "x[1], x[3] lie on a kink: the slopes to both sides differ"
    (fault,) = check_vjp(relu, lambda c, x: {"x": -relu_vjp(c, x)["x"]}, {"x": x}).faults
    assert fault.index == (2,) and fault.wrong == 1
    assert fault.analytic == pytest.approx(-fault.numeric)


def test_a_tie_is_named() -> None:
    report = check_vjp(
        lambda x: np.max(x, axis=0),
        lambda c, x: {"x": c * (x == x.max(axis=0))},
        {"x": np.array([[1.0, 2.0], [1.0, 3.0]])},
    )
    assert report.verdict == "undecided"
    assert only(report).startswith("x[0, 0], x[1, 0] lie on a kink")
    assert only(report).endswith("they tie, for they are equal")


def test_very_many_kinks() -> None:
    x = np.maximum(np.random.default_rng(0).normal(size=1000), 0)
    assert check_vjp(relu, relu_vjp, {"x": x}).verdict == "undecided"
    wrong = check_vjp(relu, lambda c, x: {"x": -relu_vjp(c, x)["x"]}, {"x": x})
    assert wrong.verdict == "failed" and x[wrong.faults[0].index] > 0


# What is named


def test_single_precision_inside_is_named() -> None:
    def f(x: Any) -> Any:
        return np.tanh(x.astype(np.float32)).astype(float)

    report = check_vjp(f, lambda c, x: {"x": c * (1 - np.tanh(x) ** 2)}, {"x": THREE})
    assert report.verdict == "held" and "float32" in only(report)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of later versions of NumPy
def test_an_argument_that_is_given_another_shape_is_changed() -> None:
    def flat(x: Any) -> Any:
        x.shape = (-1,)
        return np.sin(x)

    (problem, *_) = check_vjp(flat, lambda c, x: c, {"x": np.ones((2, 3))}).problems
    assert problem == "the function changes its argument x; work on a copy."


def test_a_function_that_gives_whole_numbers_is_named() -> None:
    report = check_vjp(lambda x: np.rint(x), lambda c, x: {"x": c}, {"x": THREE})
    assert report.verdict == "failed" and "whole numbers" in only(report)
    report = check_vjp(lambda x: np.rint(x), lambda c, x: {"x": 0 * c}, {"x": THREE})
    assert report.verdict == "undecided" and "whole numbers" in only(report)


@pytest.mark.parametrize("f", [lambda x: np.sign(x), lambda x: np.eye(3)[x.argmax()]])
def test_so_is_one_that_does_not_depend_on_the_size_of_its_input(f: Callable[[Any], Any]) -> None:
    assert "whole numbers" in only(check_vjp(f, lambda c, x: {"x": 0 * c}, {"x": THREE}))


def test_a_function_with_steps_is_named() -> None:
    for f in (lambda x: np.rint(8 * x) / 8, lambda x: np.floor(10 * x) / 10):
        report = check_vjp(f, lambda c, x: {"x": c}, {"x": THREE})
        assert report.verdict == "failed" and "steps along x" in only(report)
    below = -np.abs(THREE)
    report = check_vjp(lambda x: np.maximum(x, 0), lambda c, x: {"x": 0 * c}, {"x": below})
    assert "the gradient is zero here" in only(report)


def test_randomness_is_named() -> None:
    def shared(x: Any) -> Any:
        return x + np.random.normal(size=3)

    own = np.random.default_rng(0)
    (problem,) = check_vjp(shared, lambda c, x: {"x": c}, {"x": THREE}).problems
    assert "draws from np.random" in problem
    (problem,) = check_vjp(
        lambda x: x + own.normal(size=3), lambda c, x: {"x": c}, {"x": THREE}
    ).problems
    assert problem.startswith("the function gives something else when called again")


def test_a_backward_function_that_changes_later() -> None:
    calls = [0]

    def vjp(cotangent: Any, x: Any) -> Any:
        calls[0] += 1
        return {"x": cotangent if calls[0] <= 3 else 1.5 * cotangent}

    (problem,) = check_vjp(lambda x: 1.0 * x, vjp, {"x": THREE}).problems
    assert problem.startswith("the backward function gives something else when called again")


def normalised(x: Any, b: Any) -> Any:
    z = x + b - np.mean(x + b, axis=0)
    return z / np.sqrt(np.mean(z**2, axis=0) + 1e-5)


def normalised_vjp(cotangent: Any, x: Any, b: Any) -> Any:
    y = normalised(x, b)
    scale = np.sqrt(np.mean((x - np.mean(x, axis=0)) ** 2, axis=0) + 1e-5)
    c = cotangent
    gradient = (c - np.mean(c, axis=0) - y * np.mean(c * y, axis=0)) / scale
    return {"x": gradient, "b": gradient.sum(axis=0)}


def test_a_gradient_that_is_zero_up_to_rounding() -> None:
    inputs = {"x": RANDOM.normal(size=(6, 3)), "b": RANDOM.normal(size=3)}
    report = check_vjp(normalised, normalised_vjp, inputs)
    assert report.verdict == "held", str(report)
    assert report.directions["b"].witness == "no influence"
    wrong = lambda c, x, b: normalised_vjp(c, x, b) | {"b": c.sum(axis=0)}  # noqa: E731
    assert [f.name for f in check_vjp(normalised, wrong, inputs).faults] == ["b"]


def test_a_vanishing_gradient_is_named() -> None:
    report = check_vjp(
        lambda x: np.tanh(x), lambda c, x: {"x": c * (1 - np.tanh(x) ** 2)}, {"x": THREE + 30}
    )
    assert report.verdict == "undecided" and "the gradient is zero" in only(report)


def layer_norm(x: Any, gamma: Any) -> Any:
    spread = np.sqrt(np.var(x, axis=1, keepdims=True) + 1e-5)
    return gamma * (x - x.mean(axis=1, keepdims=True)) / spread


def without_the_variance(cotangent: Any, x: Any, gamma: Any) -> Any:
    spread = np.sqrt(np.var(x, axis=1, keepdims=True) + 1e-5)
    d = cotangent * gamma
    normal = (x - x.mean(axis=1, keepdims=True)) / spread
    gradient = (d - d.mean(axis=1, keepdims=True)) / spread
    return {"x": gradient, "gamma": (cotangent * normal).sum(axis=0)}


def test_the_place_is_found_by_the_witness_of_the_verdict() -> None:
    """np.var drops the imaginary part of a complex step."""
    inputs = {"x": RANDOM.normal(size=(4, 3)), "gamma": RANDOM.normal(size=3)}
    (fault,) = check_vjp(layer_norm, without_the_variance, inputs).faults
    assert fault.name == "x" and fault.wrong == 12 and fault.excess > 1
    assert abs(fault.analytic - fault.numeric) > 1e-3


# Many entries


def tanh_stored(x: Any) -> Any:
    result = np.zeros(x.shape)
    result[...] = np.tanh(x)
    return result


def tanh_off_at(places: Any) -> Callable[..., Any]:
    def vjp(cotangent: Any, x: Any) -> Any:
        gradient = cotangent * (1 - np.tanh(x) ** 2)
        gradient[places] *= 1.01
        return {"x": gradient}

    return vjp


@pytest.mark.parametrize(
    "f",
    [pytest.param(lambda x: np.tanh(x), marks=pytest.mark.full), tanh_stored],
    ids=["complex", "stored"],
)
def test_a_wrong_entry_among_many_costs_few_calls(f: Callable[..., Any]) -> None:
    calls = [0]

    def counted(x: Any) -> Any:
        calls[0] += 1
        return f(x)

    x = np.random.default_rng(0).normal(size=100_000)
    (fault,) = check_vjp(counted, tanh_off_at(4321), {"x": x}).faults
    assert fault.index == (4321,) and fault.wrong == 1 and not fault.at_least
    assert fault.analytic / fault.numeric == pytest.approx(1.01)
    assert calls[0] < 250


def test_several_wrong_entries_among_many() -> None:
    x = np.random.default_rng(0).normal(size=10_000)
    (fault,) = check_vjp(tanh_stored, tanh_off_at([3, 5000]), {"x": x}).faults
    assert fault.index[0] in (3, 5000) and fault.wrong == 2
    (fault,) = check_vjp(tanh_stored, tanh_off_at(slice(None)), {"x": x}).faults
    assert fault.at_least and "at least" in str(fault)
    assert fault.reading == "it is 1.01 times as large"


# Readings


def gates(x: Any, Ur: Any, Uz: Any, Ug: Any) -> Any:
    return np.tanh(Ur @ x) + 2 * np.tanh(Uz @ x) * np.tanh(Ug @ x)


def gates_vjp(cotangent: Any, x: Any, Ur: Any, Uz: Any, Ug: Any) -> Any:
    r, z, g = np.tanh(Ur @ x), np.tanh(Uz @ x), np.tanh(Ug @ x)
    dr, dz, dg = (
        cotangent * (1 - r**2),
        2 * cotangent * g * (1 - z**2),
        2 * cotangent * z * (1 - g**2),
    )
    by_x = Ur.T @ dr + Uz.T @ dz + Ug.T @ dg
    return {"x": by_x, "Ur": np.outer(dr, x), "Uz": np.outer(dz, x), "Ug": np.outer(dg, x)}


def of_gates(change: Callable[[dict[str, Any]], dict[str, Any]]) -> list[str]:
    random = np.random.default_rng(0)
    inputs = {"x": THREE} | {n: random.normal(size=(4, 3)) for n in ("Ur", "Uz", "Ug")}

    def vjp(cotangent: Any, **given: Any) -> Any:
        gradients = gates_vjp(cotangent, **given)
        return gradients | change(gradients)

    return [fault.reading for fault in check_vjp(gates, vjp, inputs).faults]


def test_another_inputs_gradient_is_recognised() -> None:
    that_of = "the gradient given for {} is that of {}"
    assert of_gates(lambda g: {"Ug": g["Ur"]}) == [that_of.format("Ug", "Ur")]
    exchanged = [that_of.format("Ur", "Ug"), that_of.format("Ug", "Ur")]
    assert of_gates(lambda g: {"Ug": g["Ur"], "Ur": g["Ug"]}) == exchanged
    both = of_gates(lambda g: {"Ug": 3 * g["Ur"], "Ur": 3 * g["Ur"]})
    assert both[1] == "the gradient given for Ug equals that given for Ur"


ROWS = np.array([[1, 1, 2], [0, 2, 1]])
TABLE = np.random.default_rng(0).normal(size=(4, 2))


def look_up(table: Any, rows: Any) -> Any:
    return table[rows]


def look_up_vjp(cotangent: Any, table: Any, rows: Any) -> Any:
    gradient = np.zeros_like(table)
    np.add.at(gradient, rows, cotangent)
    return {"table": gradient, "rows": None}


def test_inputs_of_whole_numbers_are_left_out() -> None:
    inputs = {"table": TABLE, "rows": ROWS}
    for vjp in (
        look_up_vjp,
        lambda c, table, rows: {"table": look_up_vjp(c, table, rows)["table"]},
        lambda c, table, rows: (look_up_vjp(c, table, rows)["table"],),
        lambda c, table, rows: look_up_vjp(c, table, rows) | {"rows": np.zeros(rows.shape)},
    ):
        report = check_vjp(look_up, vjp, inputs)
        assert report.verdict == "held" and list(report.directions) == ["table"]


def test_repeated_indices_that_are_overwritten() -> None:
    def vjp(cotangent: Any, table: Any, rows: Any) -> Any:
        gradient = np.zeros_like(table)
        gradient[rows] += cotangent
        return gradient

    report = check_vjp(look_up, vjp, {"table": TABLE, "rows": ROWS})
    (fault,) = report.faults
    assert "repeated indices are overwritten, not added" in fault.reading and fault.wrong == 4
    # Its numbers are the cotangents', of which there are few digits: that is no single precision.
    assert only(report, "table") == ""
    # Where very many entries are wrong, some of them are still found.
    random = np.random.default_rng(0)
    large = {"table": random.normal(size=(500, 20)), "rows": random.integers(0, 500, 300)}
    (fault,) = check_vjp(look_up, vjp, large).faults
    assert "repeated indices are overwritten, not added" in fault.reading and fault.wrong > 4


def test_a_gradient_by_whole_numbers_is_refused_without_harmful_advice() -> None:
    with pytest.raises(TypeError, match="input x has the type int64") as raised:
        check_vjp(lambda x, w: x * w, lambda c, x, w: (c * w, c * x), {"x": ROWS, "w": ROWS / 2})
    assert "astype" not in str(raised.value)


# What ends a check


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows has no timer signals")
@pytest.mark.parametrize("error", [TimeoutError, KeyboardInterrupt])
@pytest.mark.parametrize("kind", [complex, np.longdouble, np.float32, float])
def test_what_a_handler_raises_ends_the_check(error: type, kind: type) -> None:
    def handler(number: int, frame: Any) -> None:
        raise error("over")

    def f(x: Any) -> Any:
        if x.dtype == kind and (kind is not float or not np.array_equal(x, THREE)):
            signal.raise_signal(signal.SIGALRM)
        return np.tanh(x)

    before = signal.signal(signal.SIGALRM, handler)
    try:
        with pytest.raises(error, match="over"):
            check_vjp(f, lambda c, x: {"x": 2 * c * (1 - f(x) ** 2)}, {"x": THREE})
    finally:
        signal.signal(signal.SIGALRM, before)


def test_a_function_that_refuses_other_inputs() -> None:
    def f(x: Any) -> Any:
        if np.iscomplexobj(x) or np.any(x <= 0):
            raise ValueError("a positive number is needed")
        return np.log(x)

    inputs = {"x": np.array([0.1, 0.5, 2.0])}
    assert check_vjp(f, lambda c, x: {"x": c / x}, inputs).verdict == "held"
    assert check_vjp(f, lambda c, x: {"x": 2 * c / x}, inputs).verdict == "failed"
