"""Random directions, drawn quickly: a check of a small function takes less than a millisecond."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

import numpy as np
from numpy.typing import DTypeLike

from .finite_differences import Array

EVENED = 0.75
"""The least magnitude of a direction that is evened."""


class _Seeded(np.random.SeedSequence):
    """What NumPy makes of a seed for a PCG64, kept: it takes as long as a small forward pass."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.words = super().generate_state(4, np.uint64)

    def generate_state(self, n_words: int, dtype: DTypeLike = np.uint32) -> Array:
        return self.words


_seeded = lru_cache(maxsize=64)(_Seeded)


def quick_generator(seed: int) -> np.random.Generator:
    """A generator that draws what `numpy.random.default_rng` draws, and is not spawned from."""
    return np.random.Generator(np.random.PCG64(_seeded(seed)))


def random_signs(shape: tuple[int, ...], random: np.random.Generator) -> Array:
    """Random signs times magnitudes in [0.5, 1.5]: no entry is lost, none drowns another.

    From 16 bits each, which is quicker than from 64, and as good here.
    """
    return several_random_signs([shape], random)[0]


def evened(drawn: Array) -> Array:
    """The same signs with magnitudes in [0.75, 1.25]: the least of them is nearer to their mean,
    so that an error shows better beside what rounding adds to all.
    """
    return drawn / 2 + np.copysign(0.5, drawn)


def several_random_signs(
    shapes: Sequence[tuple[int, ...]], random: np.random.Generator
) -> list[Array]:
    """Arrays of such numbers, drawn at once; each begins with 32 bits of its own."""
    counts = [math.prod(shape) for shape in shapes]
    starts = [0, *accumulate(count + count % 2 for count in counts)]
    raw = random.bit_generator.random_raw(starts[-1] // 4 + 1)
    bits = raw.view(np.int16).astype(np.int32)
    bits += (bits >> 31 | 1) << 14
    drawn = bits * 2.0**-15
    return [
        drawn[start : start + count].reshape(shape)
        for start, count, shape in zip(starts, counts, shapes, strict=False)
    ]
