"""A person's own arrays as an example: what the functions that they are enough for give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from ..cells import families
from ..cells.spec import Array, FunctionSpec, RecurrentFamily, Shape, concrete, terms
from ..diagnosis.mutants.mutant import References
from .examples import Example
from .printed_values import understood


class Insufficient(Exception):
    """The arrays are not enough for any function; the text is one sentence that says which lack."""


def examples_of(arrays: Mapping[str, Array], text: str) -> dict[str, Example]:
    """An example for each function that these arrays are enough for, by the function.

    Where authors choose between equations, those count of which most of the text's values come.
    The parameters of a prediction may be missing. Raises `Insufficient`.
    """
    found: dict[str, Example] = {}
    lacking: dict[str, list[str]] = {}
    for family in families().values():
        if not isinstance(family, RecurrentFamily):
            continue
        for name, spec in family.functions.items():
            missing = [one for one in _needed(spec, family) if one not in arrays]
            if missing:
                lacking[name] = missing
            else:
                choices = [
                    Example(name, References(f), _fitted(arrays, spec, f)) for f in _all(family)
                ]
                found[name] = max(choices, key=lambda one: _explained(one, text))
    if not found:
        name, missing = min(lacking.items(), key=lambda item: len(item[1]))
        raise Insufficient(f"for {name} there is no {', '.join(missing)}.")
    return found


def _all(family: RecurrentFamily) -> Iterator[RecurrentFamily]:
    yield family
    for variant in family.cell.variants.values():
        yield variant.family


def _needed(spec: FunctionSpec, family: RecurrentFamily) -> Iterator[str]:
    """The arrays without which a function cannot be called: arguments and parameters."""
    forward = family.functions[spec.forward] if spec.role.is_backward else None
    takes = (*forward.takes, *spec.takes[:-1]) if forward else spec.takes
    yield from (name for name in takes if name != "parameters")
    yield from family.cell.parameters


def _fitted(
    arrays: Mapping[str, Array], spec: FunctionSpec, family: RecurrentFamily
) -> dict[str, Array]:
    """The arrays in the shapes of the contract, and zeros for a prediction that is not given.

    Axes of length one at the end may be missing. Raises `Insufficient` where sizes disagree.
    """
    dims: dict[str, int] = {}
    names = [*_needed(spec, family), *family.cell.all_parameters]
    fitted = {}
    for name in dict.fromkeys(names):
        shape = family.cell.shapes[name]
        if name in arrays:
            array = arrays[name]
            fitted[name] = array.reshape(array.shape + (1,) * (len(shape) - array.ndim))
            _measure(name, fitted[name], shape, dims)
        else:
            dims.setdefault("n_y", 1)
            fitted[name] = np.zeros(concrete(shape, dims))
    for name, array in fitted.items():
        wanted = concrete(family.cell.shapes[name], dims)
        if array.shape != wanted:
            raise Insufficient(f"{name} has the shape {array.shape}, and {wanted} is needed.")
    return fitted


def _measure(name: str, array: Array, shape: Shape, dims: dict[str, int]) -> None:
    if array.ndim != len(shape):
        raise Insufficient(f"{name} has {array.ndim} axes, and {len(shape)} are needed.")
    for axis, size in zip(shape, array.shape, strict=True):
        if terms(axis) == (axis,) and not axis.isdigit():
            dims.setdefault(axis, size)


def _explained(example: Example, text: str) -> int:
    """How many of the values in a text are right by it."""
    values = understood(text, example.right.keys()).values
    return sum(one.equals(example.right.get(one.name, ())) for one in values if one.name)
