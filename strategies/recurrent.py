"""From a recurrent cell's spec to drawn cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import prod
from types import MappingProxyType

import numpy as np
from hypothesis import strategies as st

from ..cells.spec import CellSpec, RecurrentFamily, Shape, concrete, terms
from .case import Array, RecurrentCase, frozen
from .readable_numbers import bytes_for, readable, spread

MIXES = 4
"""In one case of so many all dimensions are different."""

LARGEST = 5
"""The largest size of a drawn dimension: five dimensions can still be all different."""


@dataclass(frozen=True)
class Regime:
    """How large the numbers are. Drawn tenths are multiplied and divided by whole numbers, so
    that they stay readable: ``tenths * factor / divisor``.
    """

    name: str
    weights: tuple[int, int] = (1, 20)
    prediction: tuple[int, int] = (1, 10)
    values: tuple[int, int] = (1, 10)


PLAIN = Regime("plain")
REGIMES = (
    PLAIN,
    PLAIN,
    PLAIN,
    Regime("large weights", weights=(1, 5)),
    Regime("saturated gates", weights=(1, 1)),
    Regime("small numbers", weights=(1, 10_000), values=(1, 10_000)),
    Regime("columns far apart", prediction=(2, 1), values=(1, 2)),
)
"""Repeated as often as wanted. Scores stay below 300, where a naive exponential still works."""


def recurrent_cases(family: RecurrentFamily) -> st.SearchStrategy[RecurrentCase]:
    """Cases of a recurrent cell: inputs, states, parameters and upstream gradients.

    Dimensions are 1 to 5 each, in one case of four all different. Shrinks towards dimensions of 1
    and entries of 0 and 1. A tensor's bytes are drawn for the largest dimensions and then cut, so
    that shrinking a dimension keeps the entries that remain.
    """
    return _drawn_cases(family)


@cache
def _drawn_cases(family: RecurrentFamily) -> st.SearchStrategy[RecurrentCase]:
    size = len(family.cell.dimensions) + 2 + bytes_for(_layout(family.cell).size)
    return st.binary(min_size=size, max_size=size).map(lambda data: _from_bytes(family, data))


def _from_bytes(family: RecurrentFamily, data: bytes) -> RecurrentCase:
    """A case from one draw: a byte for each dimension and two for the mix, then the entries.

    One draw for everything: another would cost more than all that is made of it, and Hypothesis
    would leave the second at its simplest in its first examples.
    """
    count = len(family.cell.dimensions)
    sizes = [1 + spread(byte, LARGEST) for byte in data[:count]]
    mix, number = spread(data[count], MIXES), spread(data[count + 1], len(REGIMES))
    body = data[count + 2 :]
    if mix == MIXES - 1:
        sizes = _all_different(sizes)
    dims = dict(zip(family.cell.dimensions, sizes, strict=True))
    regime = REGIMES[number]
    factors, divisors = _entry_scales(family.cell, regime)
    values = readable(body, len(factors)) * factors / divisors
    places = _layout(family.cell).places
    tensors = {name: _cut(values, place, dims) for name, place in places.items()}
    return _case(family, dims, tensors, regime)


def seeded_case(family: RecurrentFamily, dims: Mapping[str, int], seed: int) -> RecurrentCase:
    """A case of any size from a seed alone, for shapes too large to draw byte by byte."""
    random = np.random.default_rng(seed)
    scales = _scales(family.cell, PLAIN)
    tensors = {}
    for name, shape in _tensor_shapes(family.cell).items():
        factor, divisor = scales[name]
        tensors[name] = random.integers(-20, 21, size=concrete(shape, dims)) * factor / divisor
    return _case(family, dims, tensors, PLAIN)


def _case(
    family: RecurrentFamily, dims: Mapping[str, int], tensors: dict[str, Array], regime: Regime
) -> RecurrentCase:
    """A case from its tensors, which are made read-only; parameters go into a dict of their own."""
    for tensor in tensors.values():
        frozen(tensor)
    parameters = {name: tensors.pop(name) for name in family.cell.all_parameters}
    return RecurrentCase(
        family=family,
        dims=dims,
        tensors=MappingProxyType({**tensors, "parameters": MappingProxyType(parameters)}),
        shapes=_case_shapes(family.cell),
        regime=regime.name,
    )


@cache
def _entry_scales(cell: CellSpec, regime: Regime) -> tuple[Array, Array]:
    """The factor and the divisor of each entry of a draw."""
    scales = _scales(cell, regime)
    counts = {name: prod(size) for name, (_, size, _) in _layout(cell).places.items()}
    factors, divisors = (
        np.concatenate([np.full(count, scales[name][part]) for name, count in counts.items()])
        for part in (0, 1)
    )
    return factors, divisors


@cache
def _scales(cell: CellSpec, regime: Regime) -> dict[str, tuple[int, int]]:
    scales = dict.fromkeys(_tensor_shapes(cell), (1, 10))
    scales |= dict.fromkeys(cell.parameters, regime.weights)
    scales |= dict.fromkeys(("x", *(state.previous for state in cell.states)), regime.values)
    if cell.prediction:
        scales |= dict.fromkeys(cell.prediction.parameters, regime.prediction)
    return scales


def _all_different(sizes: list[int]) -> list[int]:
    """The sizes with each repeated one moved on to the next free one, as far as there is one."""
    different: list[int] = []
    for size in sizes:
        free = [s % LARGEST + 1 for s in range(size - 1, size - 1 + LARGEST)]
        different.append(next((s for s in free if s not in different), size))
    return different


@cache
def _tensor_shapes(cell: CellSpec) -> dict[str, Shape]:
    """Every tensor that is drawn: the input, states, parameters and cotangents."""
    shapes = cell.shapes
    states = cell.states
    names = ["x", *(state.previous for state in states), *cell.all_parameters]
    names += [f"d{state.next}" for state in states]
    names += [f"d{state.name}" for state in states if state.exposed]
    return {name: shapes[name] for name in names}


@cache
def _case_shapes(cell: CellSpec) -> Mapping[str, object]:
    shapes: dict[str, object] = dict(_tensor_shapes(cell))
    parameters = {name: shapes.pop(name) for name in cell.all_parameters}
    return MappingProxyType({**shapes, "parameters": parameters})


_Place = tuple[slice, tuple[int, ...], tuple[tuple[str, str], ...]]
"""Where a tensor's entries lie, its largest shape, and the one or two dimensions of each axis."""


@dataclass(frozen=True)
class _Layout:
    """Where each tensor lies in one draw, which is made for the largest dimensions."""

    size: int
    places: Mapping[str, _Place]


@cache
def _layout(cell: CellSpec) -> _Layout:
    largest = dict.fromkeys(cell.dimensions, LARGEST)
    places, total = {}, 0
    for name, shape in _tensor_shapes(cell).items():
        size = concrete(shape, largest)
        places[name] = (slice(total, total + prod(size)), size, tuple(map(_parts, shape)))
        total += prod(size)
    return _Layout(total, places)


def _parts(axis: str) -> tuple[str, str]:
    first, *rest = terms(axis)
    if len(rest) > 1:
        raise ValueError(f"the axis {axis!r} is the sum of more than two dimensions")
    return first, "".join(rest)


def _cut(values: Array, place: _Place, dims: Mapping[str, int]) -> Array:
    """One tensor's entries at smaller dimensions, out of all that was drawn.

    An axis of two dimensions is cut from its middle outwards: it stays in one piece, and what
    remains of each part is what was there.
    """
    where, size, axes = place
    kept = tuple(
        slice(LARGEST - dims[one], LARGEST + dims[other]) if other else slice(dims.get(one, 1))
        for one, other in axes
    )
    return values[where].reshape(size)[kept].copy()
