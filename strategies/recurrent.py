"""From a recurrent cell's spec to drawn cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from ..cells.spec import CellSpec, RecurrentFamily, Shape, concrete, terms
from .case import RecurrentCase, frozen
from .numbers import readable, spread

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
    layout = _layout(family.cell)
    header = len(layout.largest) + 2
    size = header + layout.size
    return st.binary(min_size=size, max_size=size).map(
        lambda data: _from_bytes(family, data[:header], data[header:])
    )


def _from_bytes(family: RecurrentFamily, header: bytes, body: bytes) -> RecurrentCase:
    """A case from one draw: a byte for each dimension and two for the mix, then the entries.

    One draw for everything, because a draw costs far more than what is made of it.
    """
    *sizes, mix, regime = header
    sizes = [1 + spread(byte, LARGEST) for byte in sizes]
    if mix >= 192:
        sizes = _all_different(sizes)
    dims = dict(zip(_symbols(family.cell), sizes, strict=True))
    drawn = readable(body)
    tenths = {name: drawn[at] for name, at in _cut(family.cell, tuple(sizes)).items()}
    return build_case(family, dims, tenths, REGIMES[spread(regime, len(REGIMES))])


def seeded_case(family: RecurrentFamily, dims: Mapping[str, int], seed: int) -> RecurrentCase:
    """A case of any size from a seed alone, for shapes too large to draw byte by byte."""
    random = np.random.default_rng(seed)
    shapes = _tensor_shapes(family.cell)
    tenths = {
        name: random.integers(-20, 21, size=concrete(shape, dims)) for name, shape in shapes.items()
    }
    return build_case(family, dims, tenths, PLAIN)


def build_case(
    family: RecurrentFamily,
    dims: Mapping[str, int],
    tenths: Mapping[str, NDArray[Any]],
    regime: Regime,
) -> RecurrentCase:
    """A case from whole tenths and a regime."""
    cell = family.cell
    scales = _scales(cell, regime)
    values = {
        name: frozen(array * scales[name][0] / scales[name][1]) for name, array in tenths.items()
    }
    parameters = MappingProxyType({name: values.pop(name) for name in cell.all_parameters})
    return RecurrentCase(
        family=family,
        dims=dims,
        tensors=MappingProxyType({**values, "parameters": parameters}),
        shapes=_case_shapes(cell),
        regime=regime.name,
    )


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
def _symbols(cell: CellSpec) -> tuple[str, ...]:
    shapes = [axis for shape in _tensor_shapes(cell).values() for axis in shape]
    return tuple(dict.fromkeys(term for axis in shapes for term in terms(axis) if term != "1"))


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
def _case_shapes(cell: CellSpec) -> Mapping[str, Any]:
    shapes: dict[str, Any] = dict(_tensor_shapes(cell))
    parameters = {name: shapes.pop(name) for name in cell.all_parameters}
    return MappingProxyType({**shapes, "parameters": parameters})


@dataclass(frozen=True)
class _Layout:
    """Where the entries of each tensor lie in one draw of bytes made for the largest dimensions."""

    size: int
    positions: Mapping[str, NDArray[Any]]
    largest: Mapping[str, int]


@cache
def _layout(cell: CellSpec) -> _Layout:
    largest = dict.fromkeys(_symbols(cell), LARGEST)
    positions, total = {}, 0
    for name, shape in _tensor_shapes(cell).items():
        size = concrete(shape, largest)
        count = int(np.prod(size))
        positions[name] = np.arange(total, total + count).reshape(size)
        total += count
    return _Layout(total, positions, largest)


@cache
def _cut(cell: CellSpec, sizes: tuple[int, ...]) -> Mapping[str, NDArray[Any]]:
    """The positions that remain for smaller dimensions."""
    positions = _layout(cell).positions
    dims = dict(zip(_symbols(cell), sizes, strict=True))
    return {
        name: positions[name][np.ix_(*(_kept(axis, dims) for axis in shape))]
        for name, shape in _tensor_shapes(cell).items()
    }


def _kept(axis: str, dims: Mapping[str, int]) -> list[int]:
    """Where the first places of each dimension lie on an axis that may be a sum of dimensions."""
    return [
        LARGEST * number + place
        for number, term in enumerate(terms(axis))
        for place in range(dims.get(term, 1))
    ]
