"""Gradients beside the numerical ones as drawings for a page: a square for each entry."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from ._curve import Curve, curve
from ._gradient import grids, shape, worst_entry, wrong_entries

if TYPE_CHECKING:
    from ..engine.outcome import Compared


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
class ArrayDrawing:
    """The entries of one array; the steps of a sequence stand side by side."""

    title: str
    width: int
    height: int
    squares: tuple[Square, ...]


@dataclass(frozen=True)
class Gradient:
    """A gradient that differs: how much of it, the worst entry, drawings of both, and perhaps the
    error by step.
    """

    name: str
    size: str
    wrong: str
    worst: str
    drawings: tuple[ArrayDrawing, ...]
    curve: Curve | None = None


def drawn(tensor: Compared) -> Gradient:
    """A gradient as the derivative of the forward function gives it, and as the function does."""
    numeric, analytic = tensor.numeric, tensor.analytic
    size = shape(tensor).replace("x", "×")
    if tensor.problem:
        drawing = _drawing("should be", numeric, numeric)
        return Gradient(tensor.called, size, tensor.problem, "", (drawing,))
    marked = tensor.excess > 1  # where all are, the words say so, and values show without a mark
    drawings = (
        _drawing("should be", numeric, analytic),
        _drawing("is", analytic, numeric, None if marked.all() else marked),
    )
    wrong = wrong_entries(tensor).removeprefix("is ")
    return Gradient(tensor.called, size, wrong, worst_entry(tensor), drawings, curve(tensor))


def _drawing(title: str, array: Any, other: Any, wrong: Any = None) -> ArrayDrawing:
    """One array, its entries drawn beside the largest of both."""
    entries = [*map(float, array.ravel()), *map(float, other.ravel())]
    largest = max((abs(entry) for entry in entries if isfinite(entry)), default=0.0) or 1.0
    marks = grids(np.zeros(array.shape, bool) if wrong is None else wrong)
    squares: list[Square] = []
    left = height = 0
    for sheet, marked in zip(grids(array), marks, strict=True):
        height, width = sheet.shape
        for y in range(height):
            for x in range(width):
                value = float(sheet[y, x])
                size = round(min(abs(value) / largest, 1.0), 3) if isfinite(value) else 0.0
                squares.append(Square(left + x, y, size, value < 0, bool(marked[y, x]), value))
        left += width + 1
    return ArrayDrawing(title, left - 1, height, tuple(squares))
