"""Gradients beside the numerical ones as drawings for a page: a square for each entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from ..engine.outcome import FunctionReport, Level
from ..properties import PROPERTIES
from ._gradient import axes, grids, shape, verdict, worst_entry, wrong_entries

if TYPE_CHECKING:
    from ..engine import Settings
    from ..engine.entries import Compared
    from ..engine.gradient import GradientCheck


@dataclass(frozen=True)
class Square:
    """One entry: its place in the drawing, and how large it is beside the largest, up to 1."""

    x: int
    y: int
    size: float
    negative: bool
    wrong: bool
    value: float


@dataclass(frozen=True)
class Drawing:
    """The entries of one array; the steps of a sequence stand side by side."""

    title: str
    width: int
    height: int
    squares: tuple[Square, ...]


@dataclass(frozen=True)
class Gradient:
    """A gradient that differs: in words, and as drawings of what it should be and what it is."""

    name: str
    size: str
    words: str
    drawings: tuple[Drawing, ...]


@dataclass(frozen=True)
class Picture:
    """All that differ on one case, and in words what agrees."""

    verdict: str
    case: str
    gradients: tuple[Gradient, ...]


def picture(path: str, function: FunctionReport, settings: Settings) -> Picture | None:
    """The picture for a function whose gradients are wrong; None where there is nothing to draw.

    Without more than a ``concept`` as the hint there is none, as it shows which gradients it is.
    """
    broken = {PROPERTIES[o.property].family for o in _faults(function) if o.property in PROPERTIES}
    if "gradients" not in broken or settings.hint == "concept":
        return None
    from ..engine.gradient import check_gradient

    try:
        found = check_gradient(path, function.name, settings.seed)
    except Exception:  # a picture that cannot be drawn costs no report
        return None
    return drawn(found) if found.wrong else None


def _faults(function: FunctionReport) -> Iterator[Any]:
    return (outcome for outcome in function.findings if outcome.level is Level.FAULT)


def drawn(found: GradientCheck) -> Picture:
    """The picture of a gradient check."""
    return Picture(verdict(found), found.case, tuple(map(_gradient, found.wrong)))


def _gradient(tensor: Compared) -> Gradient:
    size = f"{axes(tensor)} = {shape(tensor)}"
    if tensor.problem:
        words = tensor.problem
        drawings: tuple[Drawing, ...] = (_drawing("numerical", tensor.numeric, tensor.numeric, None),)
    else:
        words = f"{tensor.called} {wrong_entries(tensor)}; {worst_entry(tensor)}"
        wrong = tensor.excess > 1
        drawings = (
            _drawing("numerical", tensor.numeric, tensor.analytic, None),
            _drawing("from the function", tensor.analytic, tensor.numeric, wrong),
        )
    return Gradient(tensor.called, size, words, drawings)


def _drawing(title: str, array: Any, other: Any, wrong: Any) -> Drawing:
    entries = [*map(float, array.ravel()), *map(float, other.ravel())]
    largest = max((abs(entry) for entry in entries if isfinite(entry)), default=0.0) or 1.0
    squares: list[Square] = []
    left = height = 0
    for number, sheet in enumerate(grids(array)):
        marks = None if wrong is None else grids(wrong)[number]
        height, width = sheet.shape
        for y in range(height):
            for x in range(width):
                value = float(sheet[y, x])
                size = min(abs(value) / largest, 1.0) if isfinite(value) else 0.0
                is_wrong = marks is not None and bool(marks[y, x])
                squares.append(Square(left + x, y, round(size, 3), value < 0, is_wrong, value))
        left += width + 1
    return Drawing(title, left - 1, height, tuple(squares))
