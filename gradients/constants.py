"""Inputs without a derivative: whole numbers and truth values, as indices, labels and masks are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from .finite_differences import Array
from .named_arrays import Function, Gradients, by_name

Constants = Mapping[str, Array]


def is_constant(value: ArrayLike) -> bool:
    """Whether an input has no derivative by its type."""
    return np.asarray(value).dtype.kind in "iub"


def with_constants(f: Function, constants: Constants) -> Function:
    """The function of the other inputs alone."""
    return lambda **given: f(**given, **_copies(constants))


def backward_with_constants(
    vjp: Function, constants: Constants, order: tuple[str, ...]
) -> Function:
    """The same for a backward function, whose gradients by constants are left out.

    ``order`` are the names of all inputs. Raises `TypeError` where there is a gradient by a
    constant that is neither ``None`` nor zero: then it is not meant to be one.
    """
    names = [name for name in order if name not in constants]

    def backward(cotangents: ArrayLike | Sequence[ArrayLike], **given: Array) -> Gradients:
        result = vjp(cotangents, **given, **_copies(constants))
        short = isinstance(result, tuple | list) and len(result) == len(names)
        found = by_name(result, dict.fromkeys(names if short else order, np.zeros(0)))
        for name, constant in constants.items():
            if found.get(name) is not None and np.any(found[name]):
                raise TypeError(
                    f"The input {name} has the type {constant.dtype}, which has no derivative, and "
                    f"a gradient is given for it: give None if it is an index, a label or a mask, "
                    f"or give real floating-point numbers."
                )
        return {name: gradient for name, gradient in found.items() if name not in constants}

    return backward


def _copies(constants: Constants) -> dict[str, Array]:
    return {name: array.copy() for name, array in constants.items()}
