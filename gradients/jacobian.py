"""Numerical gradients and Jacobians, entry by entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from .bounds import ROUNDINGS, unit
from .finite_differences import Array, extrapolate
from .named_arrays import Function, converted, copied, outputs
from .packed_arrays import checked_inputs


def numerical_jacobian(f: Function, inputs: Mapping[str, ArrayLike]) -> dict[str, Array]:
    """The Jacobian of ``f`` by each input, from extrapolated central differences.

    ``f(**inputs)`` returns one array; the Jacobian by an input has the result's shape followed by
    the input's. Entries are good to about 1e-11 of the result's size, and not a number where ``f``
    has a kink or is not finite. The cost is some ten calls of ``f`` for each entry.

    Raises `TypeError` for inputs that are not real floating-point arrays or an ``f`` with several
    results, `ValueError` for inputs that are not finite. Sources: Richardson (1911); Higham,
    Accuracy and Stability of Numerical Algorithms (2nd ed. 2002), section 1.14.
    """
    arrays = converted(checked_inputs(inputs), np.float64)
    values = outputs(f, copied(arrays))
    if len(values) != 1:
        raise TypeError("The function gives several results; take the Jacobian of one at a time.")
    return {name: _by_one(f, arrays, name, values[0]) for name in arrays}


def numerical_vjp(
    f: Function, cotangent: ArrayLike | Sequence[ArrayLike], inputs: Mapping[str, ArrayLike]
) -> dict[str, Array]:
    """The vector-Jacobian product of ``f`` with a cotangent, by each input and in its shape.

    ``cotangent`` is an array, or a tuple of arrays, shaped like the result of ``f(**inputs)``.
    Accuracy, cost, errors raised and sources are those of `numerical_jacobian`; also raises
    `ValueError` where the cotangent has not the shapes of the results.
    """
    given = cotangent if isinstance(cotangent, tuple | list) else (cotangent,)
    weights = [np.asarray(c, np.float64) for c in given]
    arrays = checked_inputs(inputs)
    expected = [value.shape for value in outputs(f, copied(arrays))]
    if [weight.shape for weight in weights] != expected:
        shapes = ", ".join(map(str, expected))
        raise ValueError(f"The cotangent should have the shape of the function's result: {shapes}.")

    def weighted(**moved: Array) -> Array:
        values = outputs(f, moved)
        return np.asarray(sum(np.sum(v * w) for v, w in zip(values, weights, strict=True)))

    return numerical_jacobian(weighted, arrays)


def _by_one(f: Function, inputs: dict[str, Array], name: str, value: Array) -> Array:
    array = inputs[name]
    size = max(1.0, float(np.max(np.abs(array), initial=0.0)))
    largest = float(np.max(np.abs(value), initial=0.0))
    noise = np.full(value.shape, ROUNDINGS * unit(value) * largest * size)
    jacobian = np.zeros((*value.shape, *array.shape))
    for index in np.ndindex(array.shape):

        def along(step: float, index: tuple[int, ...] = index) -> Array:
            moved = copied(inputs)
            moved[name][index] += step
            return outputs(f, moved)[0]

        jacobian[(..., *index)], _ = extrapolate(along, lambda step: noise, centre=value)
    return jacobian
