"""The smallest case like a failing one.

Hypothesis shrinks what it draws; this works on the case itself, which comes to the same result at
a fraction of the cost, because no draw has to be repeated (`benchmarks/` has the figure).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import cycle, islice, takewhile
from operator import ne
from types import MappingProxyType
from typing import Protocol, Self, TypeVar

import numpy as np

from .case import Array, Tensor, frozen

_SIMPLE = (0.0, 1.0, 0.5, 2.0)
_ROUNDS = 3
LARGEST_CALLS = 1000
"""Enough for every case drawn here; it only bounds what a submission's slow function can cost."""


class Reducible(Protocol):
    """A case that can be made smaller."""

    @property
    def dims(self) -> Mapping[str, int]:
        """The size of each dimension."""

    @property
    def tensors(self) -> Mapping[str, Tensor]:
        """What was drawn, by name."""

    def take(self, symbol: str, indices: Sequence[int]) -> Self:
        """The case with these entries of one dimension."""

    def having(self, **tensors: Tensor) -> Self:
        """The case with some tensors replaced by others of the same shape."""


SomeCase = TypeVar("SomeCase", bound=Reducible)


def smallest(
    case: SomeCase, fails: Callable[[SomeCase], bool], most: int = LARGEST_CALLS
) -> SomeCase:
    """A case that still fails, with fewer dimensions and simpler entries; ``fails(case)`` holds,
    and is asked no more than ``most`` times.

    First fewer of each dimension (the first of them, or the last), then whole tensors at zero,
    then single entries at 0, 1, 0.5 or 2, until nothing helps.
    """
    calls = 0

    def accepts(candidate: SomeCase) -> bool:
        nonlocal calls
        calls += 1
        return calls <= most and fails(candidate)

    steps = [*(partial(_fewer, symbol) for symbol in case.dims)]
    steps += [partial(_simplified, place) for place in _places(case)]
    idle = 0
    for step in islice(cycle(steps), _ROUNDS * len(steps)):
        before, case = case, step(case, accepts)
        idle = idle + 1 if case is before else 0
        if idle == len(steps):
            break
    return case


def _fewer(symbol: str, case: SomeCase, accepts: Callable[[SomeCase], bool]) -> SomeCase:
    """The case with as few entries of one dimension as can be."""
    size = case.dims[symbol]
    parts = (part for n in range(1, size) for part in (range(n), range(size - n, size)))
    smaller = (case.take(symbol, part) for part in parts)
    return next(filter(accepts, smaller), case)


Place = tuple[str, str | None]
"""A tensor of a case: its name, and its key where the tensor is a dict."""


def _places(case: Reducible) -> Iterator[Place]:
    for name, value in case.tensors.items():
        if isinstance(value, Mapping):
            yield from ((name, key) for key in value)
        else:
            yield name, None


def _simplified(place: Place, case: SomeCase, accepts: Callable[[SomeCase], bool]) -> SomeCase:
    """The case with one tensor zero, or else with as many of its entries simple as can be."""
    value = _get(case, place)
    put = partial(_put, case, place)
    if not isinstance(value, np.ndarray):
        simple = (put(whole) for whole in (1, 2) if isinstance(value, int) and whole < value)
        return next(filter(accepts, simple), case)
    if not value.any():
        return case
    zero = put(frozen(np.zeros_like(value)))
    if value.size > 1 and accepts(zero):
        return zero
    for index in np.ndindex(value.shape):
        simpler = takewhile(partial(ne, value[index]), _SIMPLE)
        entries = (_with_entry(_get(case, place), index, entry) for entry in simpler)
        candidates = (_put(case, place, array) for array in entries)
        case = next(filter(accepts, candidates), case)
    return case


def _get(case: Reducible, place: Place) -> Tensor:
    name, key = place
    return case.tensors[name] if key is None else case.tensors[name][key]


def _put(case: SomeCase, place: Place, value: Tensor) -> SomeCase:
    name, key = place
    if key is not None:
        value = MappingProxyType({**case.tensors[name], key: value})
    return case.having(**{name: value})


def _with_entry(array: Array, index: tuple[int, ...], entry: float) -> Array:
    changed = array.copy()
    changed[index] = entry
    return frozen(changed)
