"""`pair`: what a backward function says of itself, so that a check of its file judges it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from .building import Build
from .errors import Function
from .shape_strings import Shapes

Decorated = TypeVar("Decorated", bound=Function)

ATTRIBUTE = "__cellcheck_pair__"
"""Where a function has its declaration."""


@dataclass(frozen=True)
class Declaration:
    """What `pair` was given."""

    forward: Function | str | None
    shapes: Shapes
    options: Mapping[str, object]


def pair(
    shapes: Shapes | None = None,
    /,
    *,
    forward: Function | str | None = None,
    constants: Mapping[str, object] | None = None,
    examples: str | None = None,
    seed: int | None = None,
    cases: int | None = None,
    sizes: Mapping[str, int] | None = None,
    dtype: object = None,
    results: int | None = None,
    build: Build | None = None,
    gradients: Callable[[Any], object] | None = None,
    **inputs: Any,
) -> Callable[[Decorated], Decorated]:
    """Declares the function that it decorates a backward one: ``@cellcheck.pair(x="N D")``.

    ``cellcheck check`` then judges it in its file, with the forward function that is named, by
    itself or as a text, or else found by its name: ``affine_backward`` has ``affine_forward``, a
    method ``backward`` has ``forward``. A function without such a name gives its value and then
    the gradients. Shapes are given by the names of the inputs, or in a dict; all else is as in
    `check_pair`. Returns what gives the function back unchanged, but that it has the declaration
    attached.
    """
    given = {
        "constants": constants, "examples": examples, "seed": seed, "cases": cases, "sizes": sizes,
        "dtype": dtype, "results": results, "build": build, "gradients": gradients,
    }  # fmt: skip
    options = {name: value for name, value in given.items() if value is not None}
    declaration = Declaration(forward, {**(shapes or {}), **inputs}, options)

    def decorated(function: Decorated) -> Decorated:
        setattr(function, ATTRIBUTE, declaration)
        return function

    return decorated
