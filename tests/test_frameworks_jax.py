"""Backward rules of JAX, right and wrong ones."""

from __future__ import annotations

from typing import Any

import pytest

jax = pytest.importorskip("jax", reason="needs the extra cellcheck[jax]")

from cellcheck.frameworks.jax import check_custom_vjp  # noqa: E402

SHAPES = {"x": "N D", "w": "M D", "b": "M"}


def affine(x: Any, w: Any, b: Any) -> Any:
    return x @ w.T + b


def keeps(x: Any, w: Any, b: Any) -> Any:
    return affine(x, w, b), (x, w)


def keeps_without_b(x: Any, w: Any, b: Any) -> Any:
    return x @ w.T, (x, w)


def right(kept: Any, g: Any) -> Any:
    x, w = kept
    return g @ w, g.T @ x, g.sum(0)


def mean(kept: Any, g: Any) -> Any:
    x, w = kept
    return g @ w, g.T @ x, g.mean(0)


def none(kept: Any, g: Any) -> Any:
    return g @ kept[1], None, g.sum(0)


def ruled(forward: Any, backward: Any) -> Any:
    function = jax.custom_vjp(affine)
    function.defvjp(forward, backward)
    return function


def test_a_right_one_is_held() -> None:
    report = check_custom_vjp(ruled(keeps, right), SHAPES, cases=2)
    assert report.verdict == "held", str(report)


@pytest.mark.parametrize(
    ("forward", "backward", "said"),
    [
        (keeps, mean, "it is half as large"),
        (keeps, none, "it is zero"),
        (keeps_without_b, right, "by its forward rule"),
    ],
)
def test_a_wrong_one_is_told(forward: Any, backward: Any, said: str) -> None:
    report = check_custom_vjp(ruled(forward, backward), SHAPES, cases=2)
    assert report.verdict == "failed" and said in report.message, str(report)


def test_what_has_no_rules_is_refused() -> None:
    with pytest.raises(ValueError, match=r"under jax\.custom_vjp"):
        check_custom_vjp(affine, SHAPES)
    with pytest.raises(ValueError, match="no rules yet"):
        check_custom_vjp(jax.custom_vjp(affine), SHAPES)
