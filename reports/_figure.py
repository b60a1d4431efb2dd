"""Gradients beside the numerical ones as a picture in a file, drawn by matplotlib.

Everything that a colour says is said without it too: a dash marks a negative entry, a cross a wrong
one, and the lines of the plot differ in their style.
"""

from __future__ import annotations

from io import BytesIO
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure

from ._case import dimensions
from ._gradient import axes, bound_at, error_at, grids, place, shape, verdict

if TYPE_CHECKING:
    from ..engine.gradient import GradientCheck
    from ..engine.outcome import Compared

SIGNED, EXCESS = "PuOr", "Greys"
"""Colour maps that people see alike who see colours differently."""

LIMITS = (1e-3, 1e12)
"""The error over its bound that is drawn as white, and as black."""

WIDTH, HEAD, ROW, PLOT = 11.0, 1.0, 1.3, 3.8
"""Inches: the page's width, and the heights of its head, of a gradient's row and of the plot."""

_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "cellcheck",  # the same check gives the same file
    "svg.fonttype": "none",  # names stay text that can be read and searched
    "font.size": 8.0,
    "axes.titlesize": 8.0,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
}


def draw(found: GradientCheck, kind: str) -> bytes:
    """The picture as a file's contents, of the kind ``"svg"`` or ``"png"``."""
    with rc_context(_STYLE):
        figure = _figure(found)
        content = BytesIO()
        figure.savefig(content, format=kind, dpi=150, metadata=_about(found, kind))
    return content.getvalue()


def _about(found: GradientCheck, kind: str) -> dict[str, object]:
    """What the file says of itself: a picture's words for who cannot see it, and no date."""
    title = f"Gradients of {found.report.name} beside numerical ones"
    if kind == "svg":
        text = {"Title": title, "Description": verdict(found), "Creator": "cellcheck"}
        return {**text, "Date": None}
    return {"Title": title, "Description": verdict(found), "Software": "cellcheck"}


def _figure(found: GradientCheck) -> Any:
    rows = (len(found.tensors) + 1) // 2
    height = HEAD + ROW * rows + PLOT
    figure = Figure(figsize=(WIDTH, height))
    FigureCanvasAgg(figure)
    figure.text(0.05, 1 - 0.15 / height, verdict(found), fontsize=11, fontweight="bold", va="top")
    about = (
        f"numeric: {found.numeric}; analytic: {found.analytic}\n"
        f"{dimensions(found.dimensions)}; {found.case}"
    )
    figure.text(0.05, 1 - 0.4 / height, about, va="top")
    maps = figure.add_gridspec(
        rows,
        7,
        left=0.07,
        right=0.99,
        top=1 - HEAD / height,
        bottom=(PLOT + 0.3) / height,
        hspace=0.65,
        wspace=0.15,
        width_ratios=[1, 1, 1, 0.25, 1, 1, 1],
    )
    for number, tensor in enumerate(found.tensors):
        column, row = divmod(number, rows)
        _row([figure.add_subplot(maps[row, 4 * column + part]) for part in range(3)], tensor)
    sides: dict[str, Any] = {"bottom": 0.5 / height, "top": (PLOT - 0.45) / height}
    _by_step(figure.add_subplot(figure.add_gridspec(left=0.07, right=0.66, **sides)[0]), found)
    _colour_bars(figure, figure.add_gridspec(4, 1, left=0.72, right=0.98, hspace=1.6, **sides))
    return figure


def _row(panels: list[Any], tensor: Compared) -> None:
    """One gradient: the numeric entries, the analytic ones, and the error over its bound."""
    numeric, analytic, error = panels
    values = np.concatenate([tensor.numeric.ravel(), tensor.analytic.ravel()])
    largest = float(np.max(np.abs(values[np.isfinite(values)]), initial=0.0)) or 1.0
    for at, array, title in (
        (numeric, tensor.numeric, "numeric"),
        (analytic, tensor.analytic, tensor.problem or "analytic"),
    ):
        _heat(at, array, SIGNED, Normalize(-largest, largest), "_", array < 0)
        at.set_title(title, loc="left")
    numeric.set_ylabel(tensor.called, fontsize=10, fontweight="bold")
    caption = f"{axes(tensor)} = {shape(tensor)}, largest {largest:.3g}"
    numeric.set_xlabel(caption, loc="left", fontsize=7)
    if tensor.problem:
        error.set_axis_off()
        return
    excess, wrong = np.clip(tensor.excess, *LIMITS), tensor.excess > 1
    _heat(error, excess, EXCESS, LogNorm(*LIMITS), "x", wrong)
    error.set_title(
        "error / bound" + (f": {tensor.wrong} wrong" if tensor.wrong else ""), loc="left"
    )


def _heat(at: Any, array: Any, colours: str, norm: Any, marker: str, marked: Any) -> None:
    """A heat map with a mark on some entries; the steps of a sequence stand side by side."""
    left = 0
    for entries, marks in zip(grids(array), grids(marked), strict=True):
        rows, columns = entries.shape
        edges = np.arange(left, left + columns + 1), np.arange(rows + 1)
        shown = np.ma.masked_invalid(entries)
        style = {"edgecolors": "0.75", "linewidth": 0.3, "clip_on": False}
        at.pcolormesh(*edges, shown, cmap=colours, norm=norm, **style)
        down, across = np.nonzero(marks)
        shades = ["white" if _is_dark(entry, norm) else "black" for entry in entries[down, across]]
        middle = left + across + 0.5, down + 0.5
        at.scatter(*middle, marker=marker, c=shades, s=14, linewidths=0.9)
        left += columns + 1
    at.set(xlim=(0, left - 1), ylim=(rows, 0), xticks=[], yticks=[])
    at.set_aspect("equal", anchor="NW")
    for side in at.spines.values():
        side.set_visible(False)


def _is_dark(entry: float, norm: Any) -> bool:
    """Whether a mark on an entry's colour had better be white."""
    shade = float(norm(entry))
    return shade > 0.6 if isinstance(norm, LogNorm) else abs(shade - 0.5) > 0.35


def _by_step(at: Any, found: GradientCheck) -> None:
    """Error against step: the V, its floor, the check's bound and the gradient's own error."""
    tensor, curve = found.tensors[0], found.by_step
    at.loglog(curve.steps, curve.errors, "o-", color="black", markersize=3.5, linewidth=1)
    step, floor = curve.floor
    if isfinite(floor):
        beside = {"textcoords": "offset points", "ha": "center", "va": "top"}
        at.annotate(f"floor: {floor:.1g} at {step:.1g}", (step, floor), (0, -6), **beside)
    for level, style, colour, words in (
        (bound_at(tensor), "--", "#0072b2", "bound of the check"),
        (error_at(tensor), ":", "#c04000", f"error of {tensor.called}"),
    ):
        if 0 < level < inf:
            at.axhline(level, linestyle=style, color=colour, linewidth=1.6)
            beside = {"textcoords": "offset points", "ha": "left", "va": "bottom"}
            corner = curve.steps[-1], level
            at.annotate(f"{words}: {level:.1g}", corner, (0, 2), color=colour, **beside)
    at.margins(y=0.14)
    title = f"Error of plain central differences for {tensor.called}, by their step"
    at.set_title(f"{title}; bound and error at {place(tensor)}", loc="left")
    at.set_xlabel("step (rounding rises to the left, truncation to the right)")
    at.set_ylabel("largest error of an entry")
    at.grid(color="0.92", linewidth=0.5)


def _colour_bars(figure: Any, places: Any) -> None:
    bars = (
        (Normalize(-1, 1), SIGNED, [-1, 0, 1], "entry / the largest one; a dash is negative"),
        (LogNorm(*LIMITS), EXCESS, [1e-3, 1, 1e6, 1e12], "error / bound; a cross is above 1"),
    )
    for row, (norm, colours, ticks, label) in enumerate(bars):
        at, shades = figure.add_subplot(places[row + 1]), ScalarMappable(norm, colours)
        figure.colorbar(shades, cax=at, orientation="horizontal", ticks=ticks)
        at.set_xlabel(label)
