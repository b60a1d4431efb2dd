"""The forms in which people write a forward and a backward function."""

from __future__ import annotations

from collections import namedtuple
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cellcheck import PairReport, check_pair

SHAPES = {"x": "N D", "w": "D M", "b": "M"}


def forward(x, w, b):
    return x @ w + b, (x, w)


def three(dout, cache):
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def held(*arguments: Any, **options: Any) -> PairReport:
    report = check_pair(*arguments, cases=5, **options)
    assert report.verdict == "held", str(report)
    return report


def failed(*arguments: Any, **options: Any) -> PairReport:
    report = check_pair(*arguments, cases=5, **options)
    assert report.verdict == "failed", str(report)
    return report


def test_arguments_by_name_in_another_order() -> None:
    held(lambda b, x, w: forward(x, w, b), three, SHAPES)


def test_arguments_by_place_under_other_names() -> None:
    held(lambda X, weight, bias: forward(X, weight, bias), three, SHAPES)


def test_arguments_by_keyword_only() -> None:
    def keyword(x, *, w, b, scale=1.0):
        return forward(x, w, b)

    held(keyword, lambda dout, *, cache: three(dout, cache), SHAPES)


def test_all_arguments_by_place() -> None:
    held(lambda *args: forward(*args), lambda *args: three(*args), SHAPES)


def test_all_arguments_by_keyword() -> None:
    held(lambda **given: forward(**given), three, SHAPES)


def test_parameters_in_one_dict() -> None:
    def with_dict(x, parameters):
        return forward(x, parameters["w"], parameters["b"])

    held(with_dict, three, SHAPES)
    nested = {"x": "N D", "parameters": {"w": "D M", "b": "M"}}
    for form in (
        lambda dx, dw, db: (dx, {"w": dw, "b": db}),
        lambda dx, dw, db: (dx, {"dw": dw, "db": db}),
        lambda dx, dw, db: {"dx": dx, "dw": dw, "db": db},
        lambda dx, dw, db: {"x": dx, "parameters": {"w": dw, "b": db}},
        lambda dx, dw, db: [dx, dw, db],
    ):
        held(with_dict, lambda dout, cache, form=form: form(*three(dout, cache)), nested)


@pytest.mark.parametrize(
    "keep",
    [
        lambda x, w: {"x": x, "w": w},
        lambda x, w: SimpleNamespace(x=x, w=w),
        lambda x, w: [x, [w]],
        lambda x, w: namedtuple("Cache", "x w")(x, w),
    ],
)
def test_any_cache_serves(keep: Any) -> None:
    def read(cache):
        if isinstance(cache, dict):
            return cache["x"], cache["w"]
        return (cache[0], cache[1][0]) if isinstance(cache, list) else (cache.x, cache.w)

    held(
        lambda x, w, b: (x @ w + b, keep(x, w)),
        lambda dout, cache: three(dout, read(cache)),
        SHAPES,
    )


def test_no_cache_but_the_inputs_or_the_result() -> None:
    held(lambda x, w, b: x @ w + b, lambda dout, x, w: three(dout, (x, w)), SHAPES)
    held(np.tanh, lambda dy, y: dy * (1 - y**2), {"x": "N"})
    held(lambda x: (x * 2, None), lambda dout, cache: dout * 2, {"x": "N D"})


def test_the_cache_spread_over_parameters() -> None:
    held(forward, lambda dout, data, weight: three(dout, (data, weight)), SHAPES)
    held(forward, lambda dout, *cache: three(dout, cache), SHAPES)


@pytest.mark.parametrize(
    "form",
    [
        list,
        lambda g: dict(zip(("x", "w", "b"), g, strict=True)),
        lambda g: dict(zip(("grad_x", "grad_w", "grad_b"), g, strict=True)),
        lambda g: {**dict(zip(("dX", "dW", "dB"), g, strict=True)), "more": None},
        lambda g: namedtuple("Gradients", "dx dw db")(*g),
    ],
)
def test_any_container_of_gradients(form: Any) -> None:
    held(forward, lambda dout, cache: form(three(dout, cache)), SHAPES)


def test_several_results_and_those_without_a_cotangent() -> None:
    def two(x):
        return x**2, np.sin(x), x

    held(two, lambda da, db, x: da * 2 * x + db * np.cos(x), {"x": "N"})
    held(lambda x: (x**2, np.sin(x)), lambda da, db, x: da * 2 * x + db * np.cos(x), {"x": "N"})
    held(two, lambda dout, x: dout * 2 * x, {"x": "N"})

    def labels(x):
        return (x**2, np.argmax(x), x)

    held(labels, lambda dout, cache: dout * 2 * cache, {"x": "N"})
    held(lambda x: (x**2, np.sin(x)), lambda dout, x: dout * 2 * x, {"x": "N"}, results=1)


def test_losses() -> None:
    def loss(x, y):
        return float(((x - y) ** 2).sum()), x - y

    data = {"x": "N D", "y": "N D const"}
    held(loss, lambda cache: 2 * cache, data)
    held(loss, lambda dloss, cache: dloss * 2 * cache, data)
    held(loss, lambda cache, dloss=1.0: dloss * 2 * cache, data)
    held(lambda x, y: ((x - y) ** 2).sum(), lambda x, y: 2 * (x - y), data)
    held(lambda x, y: (loss(x, y)[0], 2 * (x - y)), None, data)
    held(lambda x, y: (loss(x, y)[0], {"x": 2 * (x - y)}), None, data)
    both = {"x": "N D", "y": "N D"}
    held(lambda x, y: (loss(x, y)[0], 2 * (x - y), 2 * (y - x)), None, both)
    failed(lambda x, y: (loss(x, y)[0], (x - y)), None, data)


def test_a_backward_pass_that_the_forward_function_returns() -> None:
    def affine(x, w, b):
        return x @ w + b, lambda dout: three(dout, (x, w))

    def squares(p, y):
        return np.mean((p - y) ** 2), lambda: (2 * (p - y) / p.size, 2 * (y - p) / p.size)

    def scaled(p, y):
        return np.mean((p - y) ** 2), lambda g: {"p": 2 * g * (p - y) / len(p)}

    held(affine, None, SHAPES)
    held(squares, None, {"p": "N D", "y": "N D"})
    report = failed(scaled, None, {"p": "N D", "y": "N D const"})
    assert report.tensors == ("p",)
    assert "result = returned[-1](dout)" in report.snippet


def test_numbers_masks_labels_and_constants() -> None:
    def scaled(x, alpha, mask, label, power, bn_param):
        bn_param["seen"] = bn_param.get("seen", 0) + 1
        assert bn_param["seen"] == 1
        rows = np.arange(len(x))
        return alpha * (x * mask)[rows, label] ** power, (x, alpha, mask, label, power)

    def back(dout, cache):
        x, alpha, mask, label, power = cache
        rows = np.arange(len(x))
        chosen = (x * mask)[rows, label]
        dx = np.zeros_like(x)
        dx[rows, label] = alpha * power * chosen ** (power - 1) * dout
        return dx * mask, float((dout * chosen**power).sum()), None, None

    shapes = {"x": "N D", "alpha": "", "mask": "N D bool", "label": "N int<D"}
    held(scaled, back, shapes, constants={"power": 2, "bn_param": {}})


def test_derived_and_fixed_sizes() -> None:
    def glu(x, w):
        half = x.shape[1] // 2
        a, gate = x[:, :half], x[:, half:]
        return a * gate @ w, (a, gate, w)

    def back(dout, cache):
        a, gate, w = cache
        d = dout @ w.T
        return np.hstack([d * gate, d * a]), (a * gate).T @ dout

    held(glu, back, {"x": "N H", "w": "H/2 3"})
    held(glu, back, {"x": "N 2*H", "w": "H 3"}, sizes={"N": 1})


def test_single_precision() -> None:
    def narrow(x, w):
        x, w = x.astype(np.float32), w.astype(np.float32)
        return np.tanh(x @ w), (x, w)

    def back(dout, cache):
        x, w = cache
        d = dout * (1 - np.tanh(x @ w) ** 2)
        return d @ w.T, x.T @ d

    held(narrow, back, {"x": "N D", "w": "D M"})
    held(narrow, back, {"x": "N D", "w": "D M"}, dtype=np.float32)

    def half(dout, cache):
        return [g / 2 for g in back(dout, cache)]

    failed(narrow, half, {"x": "N D", "w": "D M"}, dtype=np.float32)


def test_numbers_that_the_function_takes() -> None:
    report = held(lambda x: (np.log(x), x), lambda dy, x: dy / x, {"x": "N"})
    assert report.notes[0] == "drawn with positive numbers, which it takes"
    held(lambda x: (np.log(x), x), lambda dy, x: dy / x, {"x": "N >0"})
    draw = {"x": lambda random, shape: random.uniform(3, 4, shape)}
    held(
        lambda x: (np.sqrt(x - 2), x), lambda dy, x: dy / 2 / np.sqrt(x - 2), {"x": "N"}, draw=draw
    )


def test_random_masks_are_drawn_from_a_fixed_seed() -> None:
    def dropout(x):
        mask = np.random.rand(*x.shape) < 0.5
        return x * mask, mask

    held(dropout, lambda dout, mask: dout * mask, {"x": "N D"})

    def again(dout, mask):
        return dout * (np.random.rand(*dout.shape) < 0.5)

    failed(dropout, again, {"x": "N D"})


def test_the_same_seed_gives_the_same_report_and_leaves_np_random_alone() -> None:
    def wrong(dout, cache):
        dx, dw, db = three(dout, cache)
        return dx, dw, 2 * db

    np.random.seed(5)
    expected = np.random.rand()
    np.random.seed(5)
    first = check_pair(forward, wrong, SHAPES, seed=3)
    assert np.random.rand() == expected
    assert str(first) == str(check_pair(forward, wrong, SHAPES, seed=3))


def huber(pred, target, delta=0.5):
    off = np.abs(pred - target)
    return np.where(off <= delta, 0.5 * off**2, delta * (off - 0.5 * delta)).sum()


@pytest.mark.parametrize(
    "backward",
    [
        lambda pred, target, delta=0.5: np.clip(pred - target, -delta, delta),
        lambda pred, target, delta: np.clip(pred - target, -delta, delta),
    ],
)
def test_a_setting_of_both_is_no_cotangent(backward):
    held(huber, backward, {"pred": "N D", "target": "N D const"})
