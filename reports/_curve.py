"""The error of a numerical derivative against its step, as a drawing for a page.

It says why a gradient is wrong and not the step: the V is what central differences are off by, and
the function's own error lies far above its lowest point.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from typing import TYPE_CHECKING

from ..gradients.steps import STEPS
from ._gradient import bound_at, error_at, place

if TYPE_CHECKING:
    from ..engine.outcome import Compared

LEFT, RIGHT, TOP, BOTTOM = 48, 372, 14, 134
"""Where the plot ends in its drawing."""


@dataclass(frozen=True)
class PlotLine:
    """A line across the plot: what it is, how large, and how high it lies."""

    name: str
    words: str
    y: float


@dataclass(frozen=True)
class Curve:
    """The V as places, powers of ten along both axes, and the lines across; ``words`` say it all.

    A ``tick`` is a place and the exponent there.
    """

    entry: str
    words: str
    points: tuple[tuple[float, float], ...]
    across: tuple[tuple[float, int], ...]
    upwards: tuple[tuple[float, int], ...]
    levels: tuple[PlotLine, ...]


def curve(tensor: Compared) -> Curve | None:
    """The curve of a gradient's worst entry; None where it was not looked at, or shows nothing."""
    seen = [(s, e) for s, e in zip(STEPS, tensor.by_step, strict=False) if isfinite(e) and e > 0]
    if not seen:
        return None
    named = {"bound": bound_at(tensor), "error": error_at(tensor)}
    named = {name: value for name, value in named.items() if isfinite(value) and value > 0}
    heights = [log10(height) for height in (*(e for _, e in seen), *named.values())]
    low, high = floor(min(heights)), ceil(max(heights)) + 1
    most, least = log10(STEPS[0]), log10(STEPS[-1])

    def x(exponent: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * (exponent - least) / (most - least), 1)

    def y(exponent: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * (exponent - low) / (high - low), 1)

    words = {"bound": "bound of the check", "error": f"error of {place(tensor)}"}
    step, best = min(seen, key=lambda one: one[1])
    return Curve(
        place(tensor),
        f"{best:.1g} at best, with the step {step:.0e}",
        tuple((x(log10(s)), y(log10(e))) for s, e in seen),
        tuple((x(n), n) for n in range(ceil(least), floor(most) + 1, 3)),
        tuple((y(n), n) for n in range(low, high + 1, max(1, ceil((high - low) / 5)))),
        tuple(
            PlotLine(name, f"{words[name]}: {value:.1g}", y(log10(value)))
            for name, value in named.items()
        ),
    )
