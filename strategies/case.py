"""A case: one drawn input, with named and symbolically shaped tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cells.spec import Family, FunctionSpec, terms

Array = NDArray[Any]
Tensor = Any
"""An array, a dict of arrays, or a plain number."""


@dataclass(frozen=True)
class Case:
    """One input of a family's functions: read-only tensors, upstream gradients included.

    ``shapes`` gives the symbolic shape of each tensor (a dict of shapes for a dict of tensors; no
    entry for a plain number), so that a case can be cut and permuted by the name of a dimension.
    """

    family: Family
    dims: Mapping[str, int]
    tensors: Mapping[str, Tensor]
    shapes: Mapping[str, Any]
    regime: str = "plain"
    memory: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What the reference gives for this case, kept for every function and law that asks."""

    def __getitem__(self, name: str) -> Tensor:
        return self.tensors[name]

    def arguments(self, function: FunctionSpec) -> dict[str, Tensor]:
        """What the function is called with, by name and in order, then what a backward function's
        forward is, which code may hand on to it; a cache is not among them.
        """
        forward = self.family.functions.get(function.forward)
        names = dict.fromkeys((*function.takes, *(forward.takes if forward else ())))
        return {name: self[name] for name in names if not name.startswith("cache")}

    def dims_of(self, function: FunctionSpec) -> dict[str, int]:
        """The dimensions that the function's arguments have."""
        used: set[str] = set()
        for name in function.takes:
            shape = self._shape(name)
            for one in shape.values() if isinstance(shape, Mapping) else (shape,):
                used.update(term for axis in one for term in terms(axis))
        return {symbol: size for symbol, size in self.dims.items() if symbol in used}

    def take(self, symbol: str, indices: Sequence[int]) -> Case:
        """The case with these entries of one dimension: a permutation, a part, a single one."""
        tensors = {
            name: take(value, self.shapes.get(name, ()), symbol, indices, self.dims)
            for name, value in self.tensors.items()
        }
        return replace(self, dims={**self.dims, symbol: len(indices)}, tensors=tensors)

    def having(self, **tensors: Tensor) -> Case:
        """The case with some tensors replaced by others of the same shape."""
        return replace(self, tensors={**self.tensors, **tensors})

    def _shape(self, name: str) -> Any:
        return self.shapes.get(name, ())


class RecurrentCase(Case):
    """A case of a recurrent cell, which one step and a whole sequence read alike.

    A step sees the first time step (``xt``); a sequence starts from the same states (``a0``).
    """

    def __getitem__(self, name: str) -> Tensor:
        if name == "xt":
            return self.tensors["x"][:, :, 0]
        return self.tensors[_stored(name)] if name not in self.tensors else self.tensors[name]

    def _shape(self, name: str) -> Any:
        if name == "xt":
            return self.shapes["x"][:2]
        return self.shapes.get(_stored(name) if name not in self.shapes else name, ())


def _stored(name: str) -> str:
    """``a0`` is stored as ``a_prev``."""
    return f"{name[:-1]}_prev" if name.endswith("0") else name


def take(
    value: Tensor, shape: Any, symbol: str, indices: Sequence[int], dims: Mapping[str, int]
) -> Tensor:
    """The entries of one dimension of a tensor; unchanged where it has no such dimension."""
    if isinstance(value, Mapping):
        return {n: take(v, shape.get(n, ()), symbol, indices, dims) for n, v in value.items()}
    for axis, expression in enumerate(shape):
        if symbol in terms(expression):
            chosen = _positions(expression, symbol, tuple(indices), tuple(sorted(dims.items())))
            value = frozen(np.take(value, chosen, axis=axis))
    return value


@cache
def _positions(
    axis: str, symbol: str, indices: tuple[int, ...], dims: tuple[tuple[str, int], ...]
) -> Array:
    """Where these entries of a dimension lie on an axis that may be a sum of dimensions."""
    sizes = dict(dims)
    positions: list[int] = []
    offset = 0
    for term in terms(axis):
        size = sizes[term]
        positions += [offset + i for i in (indices if term == symbol else range(size))]
        offset += size
    return np.array(positions, dtype=np.intp)


def frozen(array: Array) -> Array:
    """The same array, read-only."""
    array.setflags(write=False)
    return array
