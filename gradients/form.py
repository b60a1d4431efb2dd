"""What can be wrong with a backward function before any number is compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .differences import Array
from .functions import Function, Inputs, Outputs, by_name, copied


def form_of_function(f: Function, inputs: Inputs) -> tuple[Any, list[str]]:
    """The result of ``f``, and sentences on mutation and re-entrance; none if all is well."""
    return _twice("the function", lambda given: f(**given), inputs)


def form_of_backward(
    vjp: Function, cotangents: Outputs, inputs: Inputs, single: bool
) -> tuple[dict[str, Any], list[str]]:
    """The gradients by input name, and sentences on keys, shapes, types, finiteness, mutation and
    re-entrance. ``cotangents`` goes to ``vjp`` in the form of the results: an array if ``single``.
    """
    both = {**inputs, **{f"cotangent {k}": c for k, c in enumerate(cotangents)}}

    def backward(given: dict[str, Array]) -> Any:
        values = tuple(given.pop(f"cotangent {k}") for k in range(len(cotangents)))
        return by_name(vjp(values[0] if single else values, **given), inputs)

    gradients, found = _twice("the backward function", backward, both)
    gradients = {name: np.array(gradient) for name, gradient in gradients.items()}
    return gradients, found + _keys(gradients, inputs) + _entries(gradients, inputs)


def _twice(
    what: str, call: Callable[[dict[str, Array]], Any], inputs: Inputs
) -> tuple[Any, list[str]]:
    given = copied(inputs)
    with np.errstate(all="ignore"):
        result = call(dict(given))
        first = _frozen(result)
        changed = [name for name, x in inputs.items() if not _same(x, given[name])]
        second = _frozen(call(copied(inputs)))
    found = [f"{what} changes its argument {name}; work on a copy." for name in changed]
    if len(first) != len(second) or not all(map(_same, first, second)):
        found.append(f"{what} gives something else when called again with the same arguments.")
    return result, found


def _same(one: Array, other: Array) -> bool:
    """Whether two arrays are equal to the last bit, or at least as numbers."""
    if one.tobytes() == other.tobytes():
        return True  # by far the quickest way to see it
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))


def _frozen(result: Any) -> list[Array]:
    """Copies, so that an array that the next call writes to is noticed."""
    if isinstance(result, Mapping):
        result = tuple(result.values())
    return [np.array(r) for r in (result if isinstance(result, tuple | list) else (result,))]


def _keys(gradients: Mapping[str, Any], inputs: Inputs) -> list[str]:
    missing = [f"the gradient by {name} is missing." for name in inputs if name not in gradients]
    surplus = [f"{name} is a gradient by no input." for name in gradients if name not in inputs]
    return missing + surplus


def _entries(gradients: Mapping[str, Any], inputs: Inputs) -> list[str]:
    found = []
    for name, array in inputs.items():
        if name not in gradients:
            continue
        gradient = np.asarray(gradients[name])
        if gradient.dtype.kind != "f":
            found.append(
                f"the gradient by {name} has the type {gradient.dtype}, and should hold real "
                f"floating-point numbers."
            )
        elif gradient.shape != array.shape:
            found.append(
                f"the gradient by {name} has the shape {gradient.shape}, and {name} has "
                f"{array.shape}."
            )
        elif not np.isfinite(gradient).all():
            index = tuple(int(i) for i in np.argwhere(~np.isfinite(gradient))[0])
            found.append(f"the gradient by {name} is {gradient[index]} at {list(index)}.")
    return found
