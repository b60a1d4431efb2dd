"""What is told of a wrong pair: one sentence that says what is wrong, where, and what to do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cellcheck import check_pair

from .test_forms import SHAPES, failed, forward, held, three

X = {"x": "N D"}


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        ({"x": "N D)"}, 'has the word "D)", which is no size'),
        ({"x": "N int"}, "should say below what its whole numbers are"),
        ({"x": 3}, "should be a string, and is 3"),
        ({"x": "N D/0"}, "which is no size"),
        ({"x": "N D definite"}, "is not that of a square matrix"),
        ({}, "should be a dict by the names of the inputs"),
        ({"x": "N int<4"}, "No input has a gradient"),
        ({"x": "N D", "w": "D M"}, "b has none; give its shape, or constants="),
        ({**SHAPES, "more": "N"}, "more has no parameter"),
    ],
)
def test_a_bad_declaration(shapes: Any, said: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as caught:
        check_pair(forward, three, shapes)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"constants": {"eps": 1}}, "takes no eps"),
        ({"examples": "B"}, 'examples="B" names no dimension'),
    ],
)
def test_a_bad_option(options: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check_pair(forward, three, SHAPES, **options)


def raises(x):
    raise RuntimeError("no GPU")


def nothing(dout, cache):
    dout * cache


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ((raises, nothing), "raises raises RuntimeError: no GPU for N = "),
        ((lambda x: (x, x), nothing), "nothing returns None: let it return the gradients"),
        ((lambda x: (x * np.nan, x), nothing), "gives nan for"),
        ((lambda x: (x, x), lambda dout, x: dout * np.nan), "is nan at [0, 0], where all results"),
        ((lambda x: (x, x), lambda dout, x: (dout, x)), "returns 2 gradients, and 1 input has one"),
        ((lambda x: (x, x), lambda dout, x: {"y": dout}), "no gradient by x (it has y)"),
        ((lambda x: (x, x), lambda dout, x: "dx"), "as the gradient by x a str, no array"),
        ((lambda x: (x, x), lambda dout, x: dout.sum(axis=0)), "has the shape (1,), and x has (1,"),
        ((lambda x: (x, x), lambda dout, x: x > 0), "of the type bool"),
    ],
)
def test_what_is_wrong_is_said(pair: Any, said: str) -> None:
    assert said in failed(*pair, X).message


def test_a_tuple_for_another_number_of_inputs() -> None:
    two = failed(forward, lambda dout, cache: three(dout, cache)[:2], SHAPES)
    assert "returns 2 gradients, and 3 inputs have one: x, w, b" in two.message
    one = failed(forward, lambda dout, cache: three(dout, cache)[0], SHAPES)
    assert "returns one gradient, and 3 inputs have one" in one.message


def test_functions_that_do_not_fit_together() -> None:
    with pytest.raises(ValueError, match="takes other, which is no input by its name"):
        check_pair(lambda x: x, lambda dout, other: dout, X)
    with pytest.raises(ValueError, match="no loss: let it take the gradient of the result"):
        check_pair(lambda x: (x, x), lambda cache: cache, X)
    with pytest.raises(ValueError, match="should return an array of floating-point numbers"):
        check_pair(lambda x: x > 0, lambda dout, x: dout, X)
    with pytest.raises(ValueError, match="should return its value and then the gradients"):
        check_pair(lambda x: x.sum(), None, X)


def test_what_has_to_be_equal_has_one_name() -> None:
    def square(x, w):
        return (x @ w.T, (x, w))

    def back(dout, cache):
        return (dout @ cache[1], dout.T @ cache[0])

    report = failed(square, back, {"x": "N D", "w": "D M"})
    assert "give what has to be equal the same name" in report.message
    held(square, back, {"x": "N D", "w": "M D"})


def square(x):
    x *= x
    return x, x


def in_place(dout, cache):
    x, w = cache
    dx = dout @ w.T
    dout[dout > 1] = 1
    dw = x.T @ dout
    return dx, dw, dout.sum(axis=0)


def test_a_write_is_told_with_its_line() -> None:
    report = failed(forward, in_place, SHAPES)
    assert report.source == "dout[dout > 1] = 1"
    assert "in_place writes to the upstream gradient: work on a copy" in report.message
    assert failed(square, lambda dout, x: dout, X).source == "x *= x"


def test_a_cache_that_is_used_up() -> None:
    def back(dout, cache):
        return dout * cache.pop()

    report = failed(lambda x: (x**2, [2 * x]), back, X)
    assert report.message == "back writes to the cache: work on a copy"


def test_what_is_kept_from_call_to_call() -> None:
    total = np.zeros(1)

    def back(dout, x):
        total[0] += 1
        return dout * total[0]

    assert "gives other gradients when called again" in failed(lambda x: (x, x), back, X).message
    buffers: dict[Any, Any] = {}

    def reused(dout, x):
        buffer = buffers.setdefault(x.shape, np.zeros(x.shape))
        np.multiply(dout, 2 * x, out=buffer)
        return buffer

    assert "is overwritten by its next call" in failed(lambda x: (x**2, x), reused, X).message


def test_clipping_inside_is_not_linear() -> None:
    def clipped(dout, x):
        return np.clip(dout, -5, 5)

    assert "1024 times as large" in failed(lambda x: (x, x), clipped, X).message


def test_examples_that_influence_each_other() -> None:
    def center(x):
        return (x - x.mean(axis=0), None)

    def back(dout, cache):
        return dout - dout.mean(axis=0)

    held(center, back, X)
    assert "examples influence each other" in failed(center, back, X, examples="N").message


def test_kinks_are_named_and_no_failure() -> None:
    flat = {"x": lambda random, shape: np.round(random.normal(size=shape))}

    def relu(x):
        return (np.maximum(x, 0), x > 0)

    report = check_pair(relu, lambda dout, on: dout * on, {"x": "N 5"}, draw=flat, cases=2)
    assert report.verdict in ("held", "undecided")
    assert any("kink" in note for note in report.notes)


def test_a_gradient_that_is_not_finite_at_zero_is_no_failure() -> None:
    def norm(x):
        return np.linalg.norm(x)

    def back(dy, x):
        return dy * x / np.linalg.norm(x)

    report = check_pair(norm, back, {"x": "N"}, cases=6)
    assert report.verdict == "held"
    assert "undecided for N = 5 (zeros): the gradient by x is nan" in report.notes


def test_an_epsilon_that_one_of_the_two_has_alone() -> None:
    def loss(p):
        return -np.log(p + 1e-5).sum()

    report = failed(loss, lambda dy, p: -dy / p, {"p": "N 0..1"})
    assert "may have an epsilon alone" in report.message


def test_a_gradient_that_no_case_decides() -> None:
    flat = {"x": lambda random, shape: np.zeros(shape)}

    def relu(x):
        return (np.maximum(x, 0), x > 0)

    report = check_pair(relu, lambda dout, on: dout * on, {"x": "2"}, draw=flat, cases=2)
    assert report.verdict == "undecided"
    assert "no case decides the gradient by x" in str(report)


def test_a_snippet_reproduces_the_failure() -> None:
    report = failed(forward, mean_of_b, SHAPES)
    code = "\n".join(line for line in report.snippet.splitlines() if "from test_" not in line)
    with pytest.raises(AssertionError):
        exec(code, {"forward": forward, "mean_of_b": mean_of_b})
    right = {"forward": forward, "mean_of_b": three}
    exec(code, right)


def mean_of_b(dout, cache):
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.mean(axis=0)


def test_a_gradient_that_is_not_finite_at_one_entry_is_no_failure() -> None:
    def norm(x):
        centred = x - x.mean()
        return centred / (x.std() + 1e-3), (centred, x.std())

    def back(dy, cache):
        centred, std = cache
        dstd = -(dy * centred).sum() / (std + 1e-3) ** 2
        return (dy - dy.mean()) / (std + 1e-3) + dstd * centred / (centred.size * std)

    report = check_pair(norm, back, {"x": "N"}, cases=6)
    assert report.verdict == "held", str(report)
    assert any("N = 1: the gradient by x is nan" in note for note in report.notes)


def dropped(x, mask, keep=0.5):
    return x * mask / keep, (mask, keep)


def not_scaled(dout, cache):
    mask, keep = cache
    assert keep
    return dout * mask


def test_a_name_is_told_rather_than_its_number() -> None:
    report = failed(dropped, not_scaled, {"x": "N D", "mask": "N D bool"})
    assert report.suggestion == "return dout * mask / keep"


def test_running_statistics_are_constants() -> None:
    def norm(x, mean):
        mean *= 0.9
        mean += 0.1 * x.mean(axis=0)
        return x - x.mean(axis=0)

    def back(dy):
        return dy - dy.mean(axis=0)

    report = failed(norm, back, {"x": "N D", "mean": "D const"})
    assert "or give it as a constant where it is meant to change" in report.message
    constants = {"mean": np.zeros(3)}
    report = check_pair(norm, back, {"x": "N D"}, constants=constants, sizes={"D": 3}, cases=4)
    assert report.verdict == "held", str(report)
