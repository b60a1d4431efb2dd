"""The check of a backward function: never wrong about a correct one, and sharp on a wrong one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pytest
from scipy import special

from cellcheck.cells.lstm import lstm_cell_backward, lstm_cell_forward
from cellcheck.gradients import (
    Report,
    bounds,
    check_vjp,
    comparison,
    numerical_jacobian,
    numerical_vjp,
)
from cellcheck.gradients.ratios import MeasuredEntries, read

from .tiers import sampled

Pair = tuple[Callable[..., Any], Callable[..., Any], Mapping[str, tuple[int, ...]]]
SCALES = (1e-3, 1.0, 100.0)
SEEDS = range(6)


def matmul(a: Any, b: Any) -> Any:
    return a @ b


def matmul_vjp(cotangent: Any, a: Any, b: Any) -> dict[str, Any]:
    return {"a": cotangent @ b.T, "b": a.T @ cotangent}


def tanh_vjp(cotangent: Any, x: Any) -> dict[str, Any]:
    return {"x": cotangent * (1 - np.tanh(x) ** 2)}


def softmax(x: Any) -> Any:
    e = np.exp(x - np.max(x, axis=0))
    return e / e.sum(axis=0)


def softmax_vjp(cotangent: Any, x: Any) -> dict[str, Any]:
    s = softmax(x)
    return {"x": s * (cotangent - np.sum(cotangent * s, axis=0))}


def sigmoid(x: Any) -> Any:
    return special.expit(x)


def sigmoid_vjp(cotangent: Any, x: Any) -> dict[str, Any]:
    s = special.expit(x)
    return {"x": cotangent * s * (1 - s)}


def stored(x: Any, y: Any) -> Any:
    result = np.zeros((x.shape[0], 2))
    for row in range(x.shape[0]):
        result[row, 0] = x[row] * y[row]
        result[row, 1] = np.sin(x[row])
    return result


def stored_vjp(cotangent: Any, x: Any, y: Any) -> dict[str, Any]:
    return {"x": cotangent[:, 0] * y + cotangent[:, 1] * np.cos(x), "y": cotangent[:, 0] * x}


def partly_absolute(x: Any) -> Any:
    return x**2 + np.abs(x)


def partly_absolute_vjp(cotangent: Any, x: Any) -> dict[str, Any]:
    return {"x": cotangent * (2 * x + np.sign(x))}


def largest(x: Any) -> Any:
    return np.max(x, axis=0) * x[0]


def largest_vjp(cotangent: Any, x: Any) -> dict[str, Any]:
    gradient = (x == np.max(x, axis=0)) * (cotangent * x[0])
    gradient[0] += cotangent * np.max(x, axis=0)
    return {"x": gradient}


def _prediction(n_a: int) -> dict[str, Any]:
    return {"Wy": np.ones((1, n_a)), "by": np.zeros((1, 1))}


def lstm(xt: Any, a_prev: Any, c_prev: Any, **parameters: Any) -> Any:
    return lstm_cell_forward(xt, a_prev, c_prev, parameters | _prediction(len(a_prev)))[:2]


def lstm_vjp(cotangent: Any, xt: Any, a_prev: Any, c_prev: Any, **parameters: Any) -> Any:
    cache = lstm_cell_forward(xt, a_prev, c_prev, parameters | _prediction(len(a_prev)))[3]
    return {k[1:]: v for k, v in lstm_cell_backward(cotangent[0], cotangent[1], cache).items()}


LSTM_SHAPES = {"xt": (3, 2), "a_prev": (4, 2), "c_prev": (4, 2)}
LSTM_SHAPES |= {f"W{g}": (4, 7) for g in "fico"} | {f"b{g}": (4, 1) for g in "fico"}
CORRECT: dict[str, Pair] = {
    "matmul": (matmul, matmul_vjp, {"a": (3, 4), "b": (4, 2)}),
    "tanh": (lambda x: np.tanh(x), tanh_vjp, {"x": (3, 2)}),
    "softmax": (softmax, softmax_vjp, {"x": (4, 3)}),
    "sigmoid": (sigmoid, sigmoid_vjp, {"x": (4, 3)}),
    "stored in zeros": (stored, stored_vjp, {"x": (3,), "y": (3,)}),
    "absolute values": (partly_absolute, partly_absolute_vjp, {"x": (3, 2)}),
    "maxima": (largest, largest_vjp, {"x": (3, 2)}),
    "LSTM": (lstm, lstm_vjp, LSTM_SHAPES),
}


def drawn(shapes: Mapping[str, tuple[int, ...]], scale: float, seed: int = 0) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    return {name: scale * random.standard_normal(shape) for name, shape in shapes.items()}


def entry_off(vjp: Callable[..., Any], name: str, error: float) -> Callable[..., Any]:
    """The backward function with its largest entry of one gradient off by a relative error."""

    def wrong(cotangent: Any, **inputs: Any) -> dict[str, Any]:
        gradients = dict(vjp(cotangent, **inputs))
        gradient = np.array(gradients[name])
        gradient.flat[np.argmax(np.abs(gradient))] *= 1 + error
        return gradients | {name: gradient}

    return wrong


def scaled(vjp: Callable[..., Any], name: str, factor: float) -> Callable[..., Any]:
    def wrong(cotangent: Any, **inputs: Any) -> dict[str, Any]:
        gradients = dict(vjp(cotangent, **inputs))
        return gradients | {name: factor * gradients[name]}

    return wrong


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", CORRECT)
def test_a_correct_one_never_fails(name: str, scale: float) -> None:
    f, vjp, shapes = CORRECT[name]
    for seed in SEEDS:
        report = check_vjp(f, vjp, drawn(shapes, scale, seed), seed=seed)
        assert report.verdict != "failed", str(report)


@pytest.mark.parametrize("scale", [1e-3, 1.0])
@pytest.mark.parametrize("name", CORRECT)
def test_ordinary_scales_decide(name: str, scale: float) -> None:
    f, vjp, shapes = CORRECT[name]
    verdicts = [check_vjp(f, vjp, drawn(shapes, scale, s), seed=s).verdict for s in SEEDS]
    # Near a kink no step is small enough; that must be rare.
    assert verdicts.count("held") >= len(SEEDS) - 1


@pytest.mark.parametrize("scale", [1e-3, 1.0])
@pytest.mark.parametrize("name", ["matmul", "softmax", "stored in zeros", "LSTM"])
@pytest.mark.parametrize("error", sampled([1e-7, 1e-5, 1e-2], 3))
def test_one_entry_off_is_found(name: str, scale: float, error: float) -> None:
    f, vjp, shapes = CORRECT[name]
    for at_fault in shapes:
        inputs = drawn(shapes, scale, 3)
        report = check_vjp(f, entry_off(vjp, at_fault, error), inputs)
        assert report.verdict == "failed"
        (fault,) = report.faults
        assert fault.name == at_fault and fault.wrong == 1 and fault.excess > 1
        assert fault.analytic / fault.numeric == pytest.approx(1 + error, rel=error / 5)


@pytest.mark.parametrize("scale", [1e-3, 1.0])
@pytest.mark.parametrize(
    ("factor", "reading"),
    [
        (0.0, "it is zero"),
        (-1.0, "it has the wrong sign"),
        (2.0, "it is twice as large"),
        (7.0, "it is 7 (the size of an axis) times as large as it should be"),
        (1 / 7, "it is 1/7 (the size of an axis) of what it should be: a mean for a sum?"),
        (1.5, "it is 1.5 times as large"),
    ],
)
def test_the_ratio_is_read(factor: float, reading: str, scale: float) -> None:
    report = check_vjp(lstm, scaled(lstm_vjp, "Wo", factor), drawn(LSTM_SHAPES, scale))
    (fault,) = report.faults
    assert report.verdict == "failed" and fault.reading == reading
    assert report.directions["Wo"].excess > 1
    assert "Wo[" in str(report) and reading in str(report)


def test_a_factor_of_1e_6_is_found() -> None:
    for name in LSTM_SHAPES:
        wrong = scaled(lstm_vjp, name, 1 + 1e-6)
        assert check_vjp(lstm, wrong, drawn(LSTM_SHAPES, 1.0)).verdict == "failed"


def test_transposed() -> None:
    def wrong(cotangent: Any, a: Any, b: Any) -> dict[str, Any]:
        return matmul_vjp(cotangent, a, b) | {"a": (cotangent @ b.T).T}

    report = check_vjp(matmul, wrong, drawn({"a": (3, 3), "b": (3, 2)}, 1.0))
    assert [fault.reading for fault in report.faults] == ["it is transposed"]


def of_matmul(vjp: Callable[..., Any], cotangent: Any = None, **changed: Any) -> Report:
    inputs = drawn({"a": (3, 4), "b": (4, 2)}, 1.0) | changed
    return check_vjp(matmul, vjp, inputs, cotangent=cotangent)


def test_the_result_behind_a_fault_is_told() -> None:
    def without_the_hidden_state(cotangent: Any, **inputs: Any) -> Any:
        alone = lstm_vjp((np.zeros_like(cotangent[0]), cotangent[1]), **inputs)
        return lstm_vjp(cotangent, **inputs) | {"Wf": alone["Wf"]}

    report = check_vjp(lstm, without_the_hidden_state, drawn(LSTM_SHAPES, 1.0))
    (fault,) = report.faults
    assert fault.results == ("zero", "right")
    assert "the term of result 0 is missing" in str(report)
    (other,) = check_vjp(lstm, scaled(lstm_vjp, "Wf", 2.0), drawn(LSTM_SHAPES, 1.0)).faults
    assert other.results == ("wrong", "wrong")


def steps(x: Any, w: Any) -> Any:
    state, states = 0.0, []
    for xt in x.T:
        state = np.tanh(w * state + xt)
        states.append(state)
    return np.stack(states, axis=1)


def steps_vjp(cotangent: Any, x: Any, w: Any, lost: int | None = None) -> Any:
    """Backpropagation through time that loses the carry into one step."""
    states, gradient, carry = steps(x, w), np.zeros_like(x), 0.0
    by_w = np.zeros_like(w)
    for t in reversed(range(x.shape[1])):
        dz = (cotangent[:, t] + carry) * (1 - states[:, t] ** 2)
        gradient[:, t] = dz
        by_w += dz * (states[:, t - 1] if t else 0.0)
        carry = 0.0 if t == lost else dz * w
    return gradient, by_w


@pytest.mark.parametrize("lost", [1, 2, 4])
def test_the_step_where_the_error_enters_is_told(lost: int) -> None:
    inputs = drawn({"x": (3, 5), "w": (3,)}, 1.0)
    assert check_vjp(steps, steps_vjp, inputs, time_axis=1).verdict == "held"
    report = check_vjp(steps, partial(steps_vjp, lost=lost), inputs, time_axis=1)
    assert {fault.step for fault in report.faults} == {lost}
    assert f"from the cotangent of step {lost}" in str(report)


def test_a_cotangent_of_ones_own() -> None:
    ones = np.ones((3, 2))
    assert of_matmul(matmul_vjp, cotangent=ones).verdict == "held"
    # Wrong only for what this cotangent leaves out.
    wrong = _gives(a=np.zeros((3, 4)))
    assert of_matmul(wrong, cotangent=np.zeros((3, 2))).verdict == "undecided"
    with pytest.raises(ValueError, match=r"shape of the function's result: \(3, 2\)"):
        of_matmul(matmul_vjp, cotangent=ones.T)


def test_a_test_point_that_cannot_decide_is_drawn_again() -> None:
    def draw(random: np.random.Generator) -> dict[str, Any]:
        return {"x": 40.0 * random.standard_normal((2, 2)) + 20}

    verdicts = [check_vjp(sigmoid, sigmoid_vjp, draw, seed=seed) for seed in SEEDS]
    assert all(report.verdict != "failed" for report in verdicts)
    assert any(report.undecided for report in verdicts)
    hopeless = check_vjp(sigmoid, sigmoid_vjp, lambda random: {"x": np.full(2, 800.0)})
    assert hopeless.verdict == "undecided" and hopeless.undecided == 10


def test_without_longer_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "LONGER", None)
    monkeypatch.setattr(comparison, "LONGER", None)
    inputs = drawn(LSTM_SHAPES, 1.0)
    wrong = entry_off(lstm_vjp, "Wf", 1e-7)
    for reference in (None, lstm_vjp):
        assert check_vjp(lstm, lstm_vjp, inputs, reference=reference).verdict == "held"
        assert check_vjp(lstm, wrong, inputs, reference=reference).verdict == "failed"


def test_every_gradient_at_fault_is_named() -> None:
    report = of_matmul(lambda g, a, b: {"a": 3 * g @ b.T, "b": -(a.T @ g)})
    assert [fault.name for fault in report.faults] == ["a", "b"]


def _gives(**changed: Any) -> Callable[..., Any]:
    return lambda g, a, b: matmul_vjp(g, a, b) | changed


@pytest.mark.parametrize(
    ("vjp", "said"),
    [
        (_gives(a=np.zeros((4, 3))), "the gradient by a has the shape (4, 3), and a has (3, 4)."),
        (_gives(b=np.full((4, 2), np.nan)), "the gradient by b is nan at [0, 0]."),
        (_gives(b=np.zeros((4, 2), int)), "the gradient by b has the type int64"),
        (_gives(c=np.zeros(1)), "c is a gradient by no input."),
        (lambda g, a, b: {"a": g @ b.T}, "the gradient by b is missing."),
        (lambda g, a, b: (g @ b.T,), "the gradient by b is missing."),
    ],
)
def test_the_form_comes_before_the_numbers(vjp: Callable[..., Any], said: str) -> None:
    report = of_matmul(vjp)
    assert report.verdict == "failed" and not report.directions
    assert any(problem.startswith(said) for problem in report.problems)


def _writes_to_a(g: Any, a: Any, b: Any) -> Any:
    result = matmul_vjp(g, a, b)
    a += 1
    return result


def _writes_to_the_cotangent(g: Any, a: Any, b: Any) -> Any:
    result = matmul_vjp(g, a, b)
    g *= 2
    return result


@pytest.mark.parametrize(
    ("vjp", "argument"), [(_writes_to_a, "a"), (_writes_to_the_cotangent, "cotangent 0")]
)
def test_mutation_is_told_and_does_no_harm(vjp: Callable[..., Any], argument: str) -> None:
    inputs = drawn({"a": (3, 4), "b": (4, 2)}, 1.0)
    before = inputs["a"].copy()
    report = check_vjp(matmul, vjp, inputs)
    said = f"the backward function changes its argument {argument}; work on a copy."
    assert report.problems == (said,)
    assert np.array_equal(inputs["a"], before)


def test_what_is_left_from_the_last_call_is_told() -> None:
    calls: list[None] = []

    def vjp(g: Any, a: Any, b: Any) -> Any:
        calls.append(None)
        return _gives(a=len(calls) * g @ b.T)(g, a, b)

    (problem,) = of_matmul(vjp).problems
    assert "when called again" in problem


@pytest.mark.parametrize("kind", [int, bool, complex])
def test_inputs_without_a_derivative_are_refused(kind: type) -> None:
    with pytest.raises(
        TypeError, match=r"input a has the type .* give real floating-point numbers"
    ):
        of_matmul(matmul_vjp, a=np.ones((3, 4), kind))


def test_numbers_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ValueError, match="input a has an entry that is not finite"):
        of_matmul(matmul_vjp, a=np.full((3, 4), np.inf))
    with pytest.raises(ValueError, match="function gives a number that is not finite"):
        check_vjp(lambda x: np.log(x), lambda g, x: {"x": g / x}, {"x": -np.ones(2)})
    with pytest.raises(ValueError, match="no input"):
        check_vjp(matmul, matmul_vjp, {})


def test_results_that_are_no_arrays_are_refused() -> None:
    with pytest.raises(TypeError, match="an array or a tuple of arrays; it gives dict"):
        check_vjp(lambda x: {"x": x}, lambda g, x: {"x": g}, {"x": np.ones(2)})


def tanh_at_two_places(b: Any) -> Any:
    return np.tanh(np.array([1e-4, 2e-4]) * b)


def tanh_at_two_places_vjp(cotangent: Any, b: Any) -> dict[str, Any]:
    places = np.array([1e-4, 2e-4])
    return {"b": (cotangent * places * (1 - np.tanh(places * b) ** 2)).sum()}


@pytest.mark.parametrize("seed", SEEDS)
def test_terms_that_cancel_are_no_fault(seed: int) -> None:
    """What is left of the sum has the roundings of its terms, in a complex step as well."""
    random = np.random.default_rng(seed)
    cotangent = np.array([2.0, -1.0]) * random.uniform(0.1, 4.0)
    report = check_vjp(
        tanh_at_two_places,
        tanh_at_two_places_vjp,
        {"b": random.uniform(0.5, 2.0, ())},
        cotangent=cotangent,
        seed=seed,
    )
    assert report.verdict != "failed", report


def test_an_input_without_entries_does_not_matter() -> None:
    shapes: dict[str, tuple[int, ...]] = {"a": (3, 0), "b": (0, 2)}
    empty = check_vjp(matmul, matmul_vjp, drawn(shapes, 1.0))
    assert empty.verdict == "held"


def test_gradients_in_a_tuple_or_alone() -> None:
    assert of_matmul(lambda g, a, b: (g @ b.T, a.T @ g)).verdict == "held"
    wrong = of_matmul(lambda g, a, b: (g @ b.T, 2 * a.T @ g))
    assert [fault.name for fault in wrong.faults] == ["b"]
    alone = check_vjp(lambda x: np.exp(x), lambda g, x: g * np.exp(x), {"x": np.ones(3)})
    assert alone.verdict == "held"


def test_read_only_inputs() -> None:
    inputs = drawn({"a": (3, 4), "b": (4, 2)}, 1.0)
    for array in inputs.values():
        array.flags.writeable = False
    assert check_vjp(matmul, matmul_vjp, inputs).verdict == "held"


@pytest.mark.parametrize("name", ["matmul", "tanh", "softmax", "LSTM"])
def test_float32(name: str) -> None:
    f, vjp, shapes = CORRECT[name]
    for seed in SEEDS:
        inputs = {k: x.astype(np.float32) for k, x in drawn(shapes, 1.0, seed).items()}
        assert check_vjp(f, vjp, inputs, seed=seed).verdict == "held"
        first = next(iter(shapes))
        assert check_vjp(f, scaled(vjp, first, 1.01), inputs, seed=seed).verdict == "failed"


@pytest.mark.parametrize("scale", [1e-3, 0.1, 1.0, 10.0])
def test_float32_within(scale: float) -> None:
    def f(x: Any) -> Any:
        return np.tanh(x.astype(np.float32)).astype(np.float64)

    for seed in SEEDS:
        inputs = drawn({"x": (4,)}, scale, seed)
        report = check_vjp(f, lambda g, x: {"x": g * (1 - f(x) ** 2)}, inputs, seed=seed)
        assert report.verdict != "failed"


def test_an_input_without_influence() -> None:
    shapes: dict[str, tuple[int, ...]] = {"x": (3,), "y": (2,)}
    inputs = drawn(shapes, 1.0)
    right = check_vjp(lambda x, y: np.exp(x), lambda g, x, y: (g * np.exp(x), np.zeros(2)), inputs)
    assert right.verdict == "held"
    wrong = check_vjp(
        lambda x, y: np.exp(x), lambda g, x, y: (g * np.exp(x), np.full(2, 1e-6)), inputs
    )
    assert [fault.reading for fault in wrong.faults] == ["it should be zero"]


@pytest.mark.parametrize("shift", [10.0, 20.0, 30.0, 36.0, 40.0])
def test_a_saturated_one_never_fails(shift: float) -> None:
    for seed in SEEDS:
        inputs = drawn({"x": (3, 2)}, 1.0, seed)
        inputs["x"] += shift
        assert check_vjp(sigmoid, sigmoid_vjp, inputs, seed=seed).verdict != "failed"
    # Where every digit of 1 - s is gone, nothing can be told.
    if shift > 30:
        assert check_vjp(sigmoid, sigmoid_vjp, inputs).verdict == "undecided"


def test_a_kink_is_not_decided() -> None:
    report = check_vjp(
        lambda x: np.maximum(x, 0), lambda g, x: {"x": g * (x > 0)}, {"x": np.array([0.0, 1.0])}
    )
    assert report.verdict == "undecided"


def test_a_reference_is_believed_only_where_it_is_right() -> None:
    inputs = drawn(LSTM_SHAPES, 1.0)
    report = check_vjp(lstm, lstm_vjp, inputs, reference=lstm_vjp)
    assert report.verdict == "held"
    assert {direction.witness for direction in report.directions.values()} == {"the reference"}
    wrong = scaled(lstm_vjp, "Wf", 2.0)
    assert check_vjp(lstm, lstm_vjp, inputs, reference=wrong).verdict == "held"
    assert check_vjp(lstm, wrong, inputs, reference=wrong).verdict == "failed"


def test_the_seed_draws_the_same_again() -> None:
    one, same, other = (
        check_vjp(lstm, lstm_vjp, drawn(LSTM_SHAPES, 1.0), seed=s) for s in (5, 5, 6)
    )
    assert one == same and one != other


def test_a_complex_step_is_taken_where_it_can_be() -> None:
    for name, expected in (
        ("softmax", "a complex step"),
        ("stored in zeros", "central differences"),
        ("absolute values", "central differences"),
    ):
        f, vjp, shapes = CORRECT[name]
        report = check_vjp(f, vjp, drawn(shapes, 1.0))
        assert report.directions["x"].witness == expected


def test_the_numerical_gradients() -> None:
    inputs = drawn({"a": (3, 4), "b": (4, 2)}, 1.0)
    cotangent = np.arange(6.0).reshape(3, 2)
    numeric = numerical_vjp(matmul, cotangent, inputs)
    for name, gradient in matmul_vjp(cotangent, **inputs).items():
        np.testing.assert_allclose(numeric[name], gradient, rtol=1e-10, atol=1e-10)
    with pytest.raises(ValueError, match=r"shape of the function's result: \(3, 2\)"):
        numerical_vjp(matmul, cotangent.T, inputs)


def test_the_numerical_jacobian() -> None:
    x = np.array([0.3, -0.2, 1.0])
    s = softmax(x)
    jacobian = numerical_jacobian(softmax, {"x": x})["x"]
    np.testing.assert_allclose(jacobian, np.diag(s) - np.outer(s, s), rtol=1e-10, atol=1e-11)
    shapes = numerical_jacobian(matmul, drawn({"a": (3, 4), "b": (4, 2)}, 1.0))
    assert {name: j.shape for name, j in shapes.items()} == {"a": (3, 2, 3, 4), "b": (3, 2, 4, 2)}
    with pytest.raises(TypeError, match="several results"):
        numerical_jacobian(lstm, drawn(LSTM_SHAPES, 1.0))


def test_the_ratio_of_one_entry_is_read_only_if_it_means_something() -> None:
    def reading(analytic: Any, numeric: Any) -> str:
        bound = np.zeros(numeric.size)
        looked = MeasuredEntries(np.arange(numeric.size), analytic.ravel(), numeric.ravel(), bound)
        return read(looked, analytic, {})

    one = np.array([[0.4]])
    assert reading(1.3 * one, one) == ""
    assert reading(-one, one) == "it has the wrong sign"
    assert reading(1.3 * np.array([0.4, 0.2]), np.array([0.4, 0.2])) == "it is 1.3 times as large"


def test_a_saturated_gradient_that_vanishes_is_not_wrong() -> None:
    """The derivative of tanh at 26 is about 1e-22; computed from the result it is exactly zero."""

    def f(x: Any) -> Any:
        return np.tanh(26 + 18 * x)

    def vjp(cotangent: Any, x: Any) -> dict[str, Any]:
        return {"x": 18 * cotangent * (1 - f(x) ** 2)}

    for x in (np.zeros((1, 1)), np.full((3, 2), 0.5)):
        assert check_vjp(f, vjp, {"x": x}).verdict == "undecided"
