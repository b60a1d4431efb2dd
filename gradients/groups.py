"""The wrong entries among very many, found by halves: no entry is looked at by itself until it is
known to be wrong.

The disagreement along a direction is the sum of those along its parts, so that one half of a group
tells of the other (Dorfman 1943, The detection of defective members of large populations).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .finite_differences import Array

PROBES = 48
"""How many groups are measured at most."""

Measure = Callable[[Array], tuple[float, float]]
"""The disagreement along a direction, and how much of it proves nothing."""


@dataclass(frozen=True)
class WrongEntries:
    """The places of wrong entries, and whether there may be more."""

    places: Array
    more: bool


def wrong_entries(measure: Measure, direction: Array, start: int, end: int) -> WrongEntries:
    """The entries between two places of a direction that are wrong, the worst first.

    Groups are halved in the order of their disagreement over the root of their size, as errors of
    random signs add up: where many entries are wrong, all probes would else go into large groups.
    Those that are left when the probes run out are not told.
    """
    probes = 0

    def measured(first: int, last: int) -> tuple[float, float]:
        nonlocal probes
        probes += 1
        part = np.zeros_like(direction)
        part[first:last] = direction[first:last]
        return measure(part)

    def added(first: int, last: int, apart: float) -> None:
        if abs(apart) > bound:
            urgency = abs(apart) / math.sqrt(last - first)
            heapq.heappush(groups, (-urgency, first, last, apart))

    groups: list[tuple[float, int, int, float]] = []
    apart, bound = measured(start, end)
    added(start, end, apart)
    places: list[int] = []
    while groups and probes < PROBES:
        _, first, last, apart = heapq.heappop(groups)
        if last - first == 1:
            places.append(first)
            continue
        middle = (first + last) // 2
        left, _ = measured(first, middle)
        added(first, middle, left)
        added(middle, last, apart - left)
    return WrongEntries(np.array(places, int), more=bool(groups))
