"""Functions of named arrays, called so that what they do to their arguments is seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.exceptions import ComplexWarning
from numpy.typing import DTypeLike

from .finite_differences import Array

Inputs = Mapping[str, Array]
Outputs = tuple[Array, ...]
Gradients: TypeAlias = dict[str, Any]
"""What a backward function gave, by input name, unread: an array, ``None``, or whatever it is."""

Function = Callable[..., object]

REFUSED = (
    TypeError,
    ValueError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    ComplexWarning,
)
"""What code raises that cannot compute with numbers of another type, or with moved ones. What a
signal handler raises, a `TimeoutError` say, is none of it and ends a check.
"""


def outputs(f: Function, inputs: Inputs) -> Outputs:
    """The results of ``f``, which changes no argument, as a tuple, be they one or several."""
    with np.errstate(all="ignore"):
        return arrays_of(f(**inputs))


def arrays_of(result: object) -> Outputs:
    """What a function gave, an array or several, as a tuple."""
    return tuple(map(np.asarray, result if isinstance(result, tuple | list) else (result,)))


def gradients(vjp: Function, cotangents: Outputs, inputs: Inputs, single: bool) -> Gradients:
    """The gradients by input name, whether ``vjp`` returns a dict, a tuple or, for one input, one.

    ``cotangents`` goes to ``vjp`` in the form of the results: as an array where ``single``. It may
    write to them and to ``inputs``.
    """
    with np.errstate(all="ignore"):
        result = vjp(cotangents[0] if single else cotangents, **inputs)
    return by_name(result, inputs)


def by_name(result: object, inputs: Inputs) -> Gradients:
    """A dict as it is, a tuple in the order of the inputs, anything else as the first input's."""
    if isinstance(result, Mapping):
        return dict(result)
    if not isinstance(result, tuple | list):
        result = (result,)
    names = [*inputs, *(f"number {place + 1}" for place in range(len(inputs), len(result)))]
    return dict(zip(names, result, strict=False))


def converted(inputs: Inputs, dtype: DTypeLike) -> dict[str, Array]:
    """The inputs in another floating-point type."""
    with np.errstate(all="ignore"):
        return {name: array.astype(dtype) for name, array in inputs.items()}


def copied(inputs: Inputs) -> dict[str, Array]:
    """Copies that the code may write to without harm."""
    return {name: array.copy() for name, array in inputs.items()}


def weighted(values: Outputs, cotangents: Outputs) -> np.number | int:
    """The sum over all results of their entries times the cotangents'."""
    terms: list[np.number] = [
        np.add.reduce(value * weight, None)
        for value, weight in zip(values, cotangents, strict=True)
    ]
    return sum(terms)


def sizes_of(values: Outputs, cotangents: Outputs) -> float:
    """The sum of the sizes of the same terms."""
    pairs = zip(values, cotangents, strict=True)
    return float(sum(np.add.reduce(np.abs(value * weight), None) for value, weight in pairs))
