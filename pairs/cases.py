"""Cases: drawn inputs of a pair, at sizes and in regimes that show different mistakes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .shape_strings import Domain, Input, Sizes, fits, symbols, whole

Array = NDArray[Any]
Values = Mapping[str, Array]

Draw = Callable[[np.random.Generator, tuple[int, ...]], Array]
"""Draws an input of a shape."""

Mode = Literal["distinct", "equal", "ones", "mixed"]
"""How the sizes of the dimensions are to each other."""

Regime = Literal["plain", "zeros", "large", "saturated", "small"]

FACTORS: dict[Regime, float] = {
    "plain": 1.0,
    "zeros": 0.0,
    "large": 30.0,
    "saturated": 8.0,
    "small": 2.0**-10,
}
"""By what the drawn numbers, of a size of about 1, are multiplied."""

PLANS: tuple[tuple[Mode, Regime], ...] = (
    ("distinct", "plain"),
    ("equal", "plain"),
    ("mixed", "plain"),
    ("ones", "plain"),
    ("distinct", "plain"),
    ("distinct", "zeros"),
    ("mixed", "large"),
    ("distinct", "saturated"),
    ("mixed", "small"),
    ("equal", "plain"),
    ("distinct", "plain"),
    ("mixed", "plain"),
)
"""The cases that are drawn, in their order; again from the first where more are wanted."""

POOLS: tuple[tuple[int, ...], ...] = (
    (2, 3, 4, 5),
    (2, 4, 6, 8),
    (3, 5, 7, 9, 11),
    (4, 8, 12, 16),
    (5, 6, 7, 8, 9, 10),
    (6, 12, 18, 24),
)
"""The sizes that are tried, one row after the other where the code refuses: sizes that are even,
divisible by 3, or no smaller than a window.
"""

TRIES = 2 * len(POOLS)
"""How often a case is drawn anew where the code refuses it, or it cannot decide."""

MOST_ENTRIES = 100_000
"""How many entries an array may have. Sizes that would make a larger one are drawn anew."""

GRID = 200
"""Entries are whole hundredths, up to so many of them, all of different sizes: no ties."""


COTANGENT = "cotangent "
"""What a case's cotangents are called, with their number."""


@dataclass(frozen=True)
class PairCase:
    """One input of a pair: the sizes of the dimensions, and the arrays by name.

    Inputs that are ``symmetric`` have as many entries that count as a symmetric matrix has.
    ``cotangents`` are those of the results, as far as they are drawn.
    """

    inputs: Mapping[str, Input]
    sizes: Sizes
    values: Values
    regime: Regime = "plain"
    symmetric: frozenset[str] = frozenset()
    cotangents: tuple[Array, ...] = ()

    @property
    def differentiated(self) -> dict[str, Array]:
        """The inputs that have a gradient."""
        return {name: self.values[name] for name, one in self.inputs.items() if one.has_gradient}

    @property
    def label(self) -> str:
        """The sizes and the regime, in words."""
        sizes = ", ".join(f"{name} = {size}" for name, size in self.sizes.items())
        special = "" if self.regime == "plain" else f" ({self.regime})"
        return (sizes or "scalars") + special

    @property
    def all_different(self) -> bool:
        """Whether no two dimensions have the same size."""
        return len(set(self.sizes.values())) == len(self.sizes)

    @property
    def dims(self) -> Sizes:
        """The size of each dimension."""
        return self.sizes

    @property
    def tensors(self) -> Values:
        """The values, and the cotangents by their numbers."""
        numbered = {f"{COTANGENT}{k}": c for k, c in enumerate(self.cotangents)}
        return {**self.values, **numbered}

    @property
    def is_whole(self) -> bool:
        """Whether derived dimensions come out."""
        return fits(self.inputs, self.sizes)

    def having(self, **tensors: Array) -> PairCase:
        """The case with some arrays replaced by others of the same shape."""
        cotangents = tuple(tensors.pop(f"{COTANGENT}{k}", c) for k, c in enumerate(self.cotangents))
        return replace(self, values={**self.values, **tensors}, cotangents=cotangents)

    def take(self, symbol: str, indices: Sequence[int]) -> PairCase:
        """The case with these entries of one dimension; of a derived one the first, as many as it
        has then. It may not be whole.
        """
        sizes = {**self.sizes, symbol: len(indices)}
        if not fits(self.inputs, sizes):
            return replace(self, sizes=sizes)
        values = {}
        for name, one in self.inputs.items():
            array = self.values[name]
            for axis, (word, size) in enumerate(zip(one.axes, one.shape(sizes), strict=True)):
                chosen = indices if word == symbol else range(size)
                array = np.take(array, [*chosen], axis)
            values[name] = np.minimum(array, whole(one.below, sizes) - 1) if one.below else array
        return replace(self, sizes=sizes, values=values)

    @property
    def symmetrised(self) -> PairCase:
        """The case with symmetric inputs that are so."""
        return self.having(**{name: symmetric(self.values[name]) for name in self.symmetric})

    def with_cotangents(self, shapes: list[tuple[int, ...]]) -> PairCase:
        """The case with cotangents of these shapes: its own, cut, as far as it has them."""
        own = [c.shape for c in self.cotangents]
        if own == shapes:
            return self
        if len(own) == len(shapes):
            return replace(self, cotangents=tuple(map(_fitted, self.cotangents, shapes)))
        random = np.random.default_rng(len(self.sizes))
        return replace(self, cotangents=tuple(_cotangent(random, shape) for shape in shapes))


def symmetric(array: Array) -> Array:
    """The symmetric part of square matrices."""
    return np.asarray((array + np.swapaxes(array, -1, -2)) / 2)


def too_large(inputs: Mapping[str, Input], sizes: Sizes) -> tuple[str, int] | None:
    """The first input that would have more than `MOST_ENTRIES` entries, and how many."""
    entries = ((one.name, math.prod(one.shape(sizes))) for one in inputs.values())
    return next((one for one in entries if one[1] > MOST_ENTRIES), None)


class Drawing:
    """Draws cases for the inputs of a pair, from a seed alone."""

    def __init__(
        self,
        inputs: Mapping[str, Input],
        draw: Mapping[str, Draw],
        dtype: DTypeLike,
        seed: int,
        fixed: Sizes,
    ) -> None:
        self.inputs, self.draw, self.dtype, self.seed, self.fixed = inputs, draw, dtype, seed, fixed
        self.symbols = [name for name in symbols(inputs) if name not in fixed]
        self.domain: Domain = "any"

    def case(self, number: int, attempt: int, mode: Mode, regime: Regime) -> PairCase | None:
        """A case; nothing where no sizes fit the derived dimensions and make the arrays small."""
        random = np.random.default_rng([self.seed, number, attempt])
        for _ in range(64):
            sizes = self._sizes(random, mode, attempt)
            if fits(self.inputs, sizes) and not too_large(self.inputs, sizes):
                values = {n: self._array(random, one, sizes, regime) for n, one in self._each()}
                symmetric = frozenset(
                    n for n, one in self._each() if self._domain(one) == "definite"
                )
                return PairCase(self.inputs, sizes, values, regime, symmetric)
        return None

    def _each(self) -> Iterator[tuple[str, Input]]:
        yield from self.inputs.items()

    def _sizes(self, random: np.random.Generator, mode: Mode, attempt: int) -> dict[str, int]:
        pool = POOLS[attempt % len(POOLS)]
        names = self.symbols
        if mode == "distinct":
            step = pool[1] - pool[0]
            longer = [*pool, *(pool[-1] + step * k for k in range(1, len(names)))]
            sizes = [int(n) for n in random.permutation(longer[: max(len(pool), len(names))])]
        elif mode == "equal":
            sizes = [int(random.choice(pool))] * len(names)
        elif mode == "ones":
            # Where the code refuses 1 for all, it may take it for some.
            large = random.random(len(names)) < (attempt > 0) * 0.5
            sizes = [int(random.choice(pool)) if one else 1 for one in large]
        else:
            sizes = [int(n) for n in random.choice((1, *pool), len(names))]
        return {**dict(zip(names, sizes, strict=False)), **self.fixed}

    def _array(
        self, random: np.random.Generator, one: Input, sizes: Sizes, regime: Regime
    ) -> Array:
        shape = one.shape(sizes)
        if one.name in self.draw:
            drawn = np.array(self.draw[one.name](random, shape))
            return drawn.astype(self.dtype) if drawn.dtype.kind == "f" else drawn
        if one.kind == "int":
            return _whole(random, shape, whole(one.below, sizes))
        if one.kind == "bool":
            return np.asarray(random.random(shape) < 0.7)
        return np.asarray(_real(random, shape, self._domain(one), FACTORS[regime]), self.dtype)

    def _domain(self, one: Input) -> Domain:
        """The numbers of one input: those that it declares, or that the function takes."""
        domain = one.domain if one.domain != "any" else self.domain
        square = len(one.axes) > 1 and one.axes[-1] == one.axes[-2]
        counts = one.has_gradient and one.name not in self.draw
        return domain if domain != "definite" or (square and counts) else "any"


def _whole(random: np.random.Generator, shape: tuple[int, ...], below: int) -> Array:
    """Whole numbers; half of the time from half of the range, so that they surely repeat."""
    most = (below + 1) // 2 if random.random() < 0.5 else below
    drawn = random.integers(0, most, shape)
    if drawn.size > 1:
        drawn.flat[drawn.size - 1] = drawn.flat[0]
    return np.asarray(drawn)


def _real(
    random: np.random.Generator, shape: tuple[int, ...], domain: Domain, factor: float
) -> Array:
    count = int(np.prod(shape))
    grid = GRID if count <= GRID else 8 * count
    sizes = 2.0 * (random.permutation(grid)[:count] + 1).reshape(shape) / grid
    if domain == "unit":
        return np.asarray(sizes * 0.45 + 0.05)
    if domain == "positive":
        return np.asarray((sizes + 0.1) * (factor or 1.0))
    drawn = np.asarray(sizes * random.choice((-1.0, 1.0), shape))
    if domain == "definite":
        size = shape[-1]
        product = drawn @ np.swapaxes(drawn, -1, -2) / size + np.eye(size)
        return np.asarray(product * (factor or 1.0))
    return drawn * factor


def _cotangent(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    sizes = random.integers(5, 16, shape) / 10
    return np.asarray(sizes * random.choice((-1.0, 1.0), shape))


def _fitted(cotangent: Array, shape: tuple[int, ...]) -> Array:
    if cotangent.ndim == len(shape) and all(map(int.__le__, shape, cotangent.shape)):
        return cotangent[tuple(slice(n) for n in shape)].copy()
    return np.resize(cotangent, shape)
