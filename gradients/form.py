"""What can be wrong with a backward function before any number is compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .differences import Array
from .functions import Function, Inputs, Outputs, by_name, copied


def problems(f: Function, vjp: Function, cotangents: Outputs, inputs: Inputs) -> list[str]:
    """Sentences on keys, shapes, types, finiteness, mutation and re-entrance; none if all is well.

    Each function is called twice on the same numbers. ``cotangents`` is given on as a tuple.
    """
    found = _impure("the function", lambda given: f(**given), inputs)
    both = {**inputs, **{f"cotangent {k}": c for k, c in enumerate(cotangents)}}

    def backward(given: dict[str, Array]) -> Any:
        values = tuple(given[f"cotangent {k}"] for k in range(len(cotangents)))
        gradients = vjp(values, **{name: given[name] for name in inputs})
        return tuple(by_name(gradients, inputs).values())

    found += _impure("the backward function", backward, both)
    with np.errstate(all="ignore"):
        gradients = by_name(vjp(cotangents, **copied(inputs)), inputs)
    return found + _keys(gradients, inputs) + _entries(gradients, inputs)


def _impure(what: str, call: Callable[[dict[str, Array]], Any], inputs: Inputs) -> list[str]:
    given = copied(inputs)
    with np.errstate(all="ignore"):
        first = _frozen(call(given))
        changed = [n for n, x in inputs.items() if not np.array_equal(x, given[n])]
        second = _frozen(call(copied(inputs)))
    found = [f"{what} changes its argument {name}; work on a copy." for name in changed]
    same = len(first) == len(second) and all(
        np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        for a, b in zip(first, second, strict=True)
    )
    if not same:
        found.append(f"{what} gives something else when called again with the same arguments.")
    return found


def _frozen(result: Any) -> list[Array]:
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
        if not np.issubdtype(gradient.dtype, np.floating):
            found.append(
                f"the gradient by {name} has the type {gradient.dtype}, and should hold real "
                f"floating-point numbers."
            )
        elif gradient.shape != array.shape:
            found.append(
                f"the gradient by {name} has the shape {gradient.shape}, and {name} has "
                f"{array.shape}."
            )
        elif not np.all(np.isfinite(gradient)):
            index = tuple(int(i) for i in np.argwhere(~np.isfinite(gradient))[0])
            found.append(f"the gradient by {name} is {gradient[index]} at {list(index)}.")
    return found
