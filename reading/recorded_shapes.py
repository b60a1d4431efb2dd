"""From the sizes that were recorded to shapes in words: equal sizes become one dimension."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

import numpy as np

from ..pairs.cases import Array, Draw
from .seen import Seen

LETTERS = "N D M H K L P Q R S U V"
"""What dimensions are called that no argument of a constructor names."""

MOST_CHOICES = 24

_OWN_WORDS = ("bool", "const", "definite")

Axis = tuple[int, ...]
"""The sizes that one axis had, one for each call."""


@dataclass(frozen=True)
class Shape:
    """What the shape of an input may be in words, and how it is drawn where words do not say."""

    words: tuple[str, ...]
    draw: Draw | None = None


class Dimensions:
    """The names of dimensions: those that always had equal sizes have one name."""

    def __init__(self, taken: Sequence[str]) -> None:
        self.names: dict[Axis, str] = {}
        self.given: set[str] = set()
        self.taken = {*taken}

    def call(self, name: str, sizes: Axis) -> None:
        """Gives a name to a dimension of these sizes, if it has none yet, and may be called so."""
        usable = name.isidentifier() and not keyword.iskeyword(name)
        if (
            usable
            and not name.startswith("int")
            and name not in (*_OWN_WORDS, *self.names.values())
        ):
            self.names.setdefault(sizes, name)
            self.given.add(name)

    def word(self, sizes: Axis) -> str:
        """The word of an axis; an axis that always had the size 1 has it always."""
        if set(sizes) == {1}:
            return "1"
        if sizes not in self.names:
            used = {*self.taken, *self.names.values()}
            letters = (*LETTERS.split(), *(f"N{k}" for k in range(1, 100)))
            self.names[sizes] = next(letter for letter in letters if letter not in used)
        return self.names[sizes]

    @property
    def recorded(self) -> dict[str, int]:
        """The sizes of the first call."""
        return {name: sizes[0] for sizes, name in self.names.items()}

    def derived(self) -> Iterator[dict[str, str]]:
        """For dimensions that may not be free, what they may be instead: first all are free."""
        ways = [
            ("", *(islice(self._ways(sizes), 3) if name not in self.given else ()))
            for sizes, name in self.names.items()
        ]
        names = [*self.names.values()]
        found = sorted(product(*ways), key=lambda chosen: sum(map(bool, chosen)))
        for chosen in islice(found, MOST_CHOICES):
            given = {n: way for n, way in zip(names, chosen, strict=True) if way}
            words = {word for way in given.values() for word in _names(way)}
            if not words & given.keys():
                yield given

    def _ways(self, sizes: Axis) -> Iterator[str]:
        """How a dimension may follow from others: a multiple of one, or the sum of two."""
        others = [(n, axis) for axis, n in self.names.items() if axis != sizes]
        for name, axis in others:
            for factor in (2, 3, 4):
                if all(factor * one == size for one, size in zip(axis, sizes, strict=True)):
                    yield f"{factor}*{name}"
        for number, (name, axis) in enumerate(others):
            for other, more in others[number:]:
                if all(a + b == size for a, b, size in zip(axis, more, sizes, strict=True)):
                    yield f"{name}+{other}"
        for name, axis in others:
            if all(one - 1 == size for one, size in zip(axis, sizes, strict=True)) and sizes[0] > 1:
                yield f"{name}-1"


def _names(way: str) -> list[str]:
    return way.replace("*", " ").replace("+", " ").replace("-", " ").split()


def shape_of(each: Sequence[Seen], has_gradient: bool, dimensions: Dimensions) -> Shape:
    """The shape of an input in words, from what it was in each call; several where it is not sure
    what whole numbers are below.
    """
    axes = " ".join(dimensions.word(sizes) for sizes in zip(*(s.shape for s in each), strict=True))
    kind = each[0].dtype[:1]
    if kind == "b":
        return Shape((f"{axes} bool",))
    low, high = int(min(one.low for one in each)), int(max(one.high for one in each))
    if kind == "i":
        if low != 0:
            below = f"{axes} int<{max(high + 1, 1)}"
            return Shape((below,), _whole(low, high))
        limits = {name: sizes for sizes, name in dimensions.names.items()}
        fitting = [
            name
            for name, sizes in limits.items()
            if all(size > one.high for size, one in zip(sizes, each, strict=True))
        ]
        fitting.sort(key=lambda name: limits[name][0])
        return Shape((*(f"{axes} int<{name}" for name in fitting), f"{axes} int<{high + 1}"))
    if has_gradient:
        return Shape((axes,))
    return Shape((f"{axes} const",), _kept(each))


def _kept(each: Sequence[Seen]) -> Draw | None:
    """How numbers without a gradient are drawn: those that are whole, add up to 1, or are between
    0 and 1 stay so.
    """
    low, high = min(one.low for one in each), max(one.high for one in each)
    axes = set(each[0].sums).intersection(*(one.sums for one in each))
    if axes and low >= 0:
        return _hot(max(axes))
    if all(one.whole for one in each):
        return _as_float(_whole(int(low), int(high)))
    if low >= 0:
        return lambda random, shape: random.uniform(low, high, shape)
    return None


def _hot(axis: int) -> Draw:
    """One 1 along an axis, and else 0."""

    def drawn(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
        chosen = random.integers(0, shape[axis], shape[:axis] + shape[axis + 1 :])
        places = np.expand_dims(chosen, axis)
        found = np.zeros(shape)
        np.put_along_axis(found, places, 1.0, axis)
        return found

    return drawn


def _whole(low: int, high: int) -> Draw:
    return lambda random, shape: random.integers(low, high + 1, shape)


def _as_float(draw: Callable[[np.random.Generator, tuple[int, ...]], Array]) -> Draw:
    return lambda random, shape: draw(random, shape).astype(float)


def domain_of(inputs: Mapping[str, Sequence[Seen]]) -> str:
    """Which numbers all inputs were, where they were not any: ``0..1`` or ``>0``; else nothing."""
    seen = [one for each in inputs.values() for one in each if one.low != one.high]
    if not seen or min(one.low for one in seen) < 0:
        return ""
    return "0..1" if max(one.high for one in seen) <= 1 else ">0"
