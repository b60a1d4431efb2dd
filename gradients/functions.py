"""Functions of named arrays, called so that what they do to their arguments is seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .differences import Array

Inputs = Mapping[str, Array]
Outputs = tuple[Array, ...]
Function = Callable[..., Any]


def checked_inputs(inputs: Mapping[str, Any]) -> dict[str, Array]:
    """The inputs as arrays of real floating-point numbers.

    Raises `TypeError` for whole numbers, truth values and complex numbers, and `ValueError` where
    there is no input or one has an entry that is not finite.
    """
    if not inputs:
        raise ValueError("There is no input to differentiate by; give a dict of arrays by name.")
    arrays = {name: np.asarray(value) for name, value in inputs.items()}
    for name, array in arrays.items():
        if not np.issubdtype(array.dtype, np.floating):
            raise TypeError(
                f"The input {name} has the type {array.dtype}, which has no derivative here; "
                f"give real floating-point numbers, as {name}.astype(float) does."
            )
        if not np.isfinite(array).all():
            raise ValueError(f"The input {name} has an entry that is not finite; give another one.")
    return arrays


def outputs(f: Function, inputs: Inputs) -> Outputs:
    """The results of ``f``, which changes no argument, as a tuple, be they one or several."""
    with np.errstate(all="ignore"):
        result = f(**inputs)
    return tuple(np.asarray(r) for r in (result if isinstance(result, tuple | list) else (result,)))


def gradients(vjp: Function, cotangents: Outputs, inputs: Inputs, single: bool) -> dict[str, Any]:
    """The gradients by input name, whether ``vjp`` returns a dict, a tuple or, for one input, one.

    ``cotangents`` goes to ``vjp`` in the form of the results: as an array where ``single``.
    """
    given = tuple(cotangent.copy() for cotangent in cotangents)
    with np.errstate(all="ignore"):
        result = vjp(given[0] if single else given, **copied(inputs))
    return by_name(result, inputs)


def by_name(result: Any, inputs: Inputs) -> dict[str, Any]:
    """A dict as it is, a tuple in the order of the inputs, anything else as the first input's."""
    if isinstance(result, Mapping):
        return dict(result)
    if not isinstance(result, tuple | list):
        result = (result,)
    names = [*inputs, *(f"number {place + 1}" for place in range(len(inputs), len(result)))]
    return dict(zip(names, result, strict=False))


def converted(inputs: Inputs, dtype: Any) -> dict[str, Array]:
    """The inputs in another floating-point type."""
    with np.errstate(all="ignore"):
        return {name: array.astype(dtype) for name, array in inputs.items()}


def copied(inputs: Inputs) -> dict[str, Array]:
    """Copies that the code may write to without harm."""
    return {name: array.copy() for name, array in inputs.items()}


def weighted(values: Outputs, cotangents: Outputs) -> Any:
    """The sum over all results of their entries times the cotangents'."""
    return sum((value * weight).sum() for value, weight in zip(values, cotangents, strict=True))


def random_signs(shape: tuple[int, ...], random: np.random.Generator) -> Array:
    """Random signs times magnitudes in [0.5, 1.5]: no entry is lost, none drowns another."""
    drawn = random.uniform(-1.0, 1.0, shape)
    return np.asarray(drawn + np.copysign(0.5, drawn))


def random_direction(inputs: Inputs, random: np.random.Generator) -> dict[str, Array]:
    """The same for each input, from one draw: that is quicker."""
    drawn = random_signs((sum(x.size for x in inputs.values()),), random)
    parts, start = {}, 0
    for name, x in inputs.items():
        parts[name] = drawn[start : start + x.size].reshape(x.shape)
        start += x.size
    return parts
