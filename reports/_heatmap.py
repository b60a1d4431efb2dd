"""Gradients beside the numerical ones as text: a heat map of each, and error against step size."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from math import ceil, isfinite, log10
from typing import TYPE_CHECKING, TextIO

from ._case import dimensions
from ._gradient import (
    axes,
    bound_at,
    error_at,
    grids,
    place,
    shape,
    verdict,
    worst_entry,
    wrong_entries,
)
from ._paper import WIDEST, Paper, encodes

if TYPE_CHECKING:
    from ..engine.gradient import GradientCheck
    from ..engine.outcome import Compared

Line = list[tuple[str, str]]
"""Pieces of text with their styles."""

Block = list[Line]
"""Lines that stand together, beside other blocks."""

_FANCY, _ASCII = "·░▒▓█", ".:+%#"
"""An entry of zero (or of no matter), then up to a quarter, half, three quarters, all of the
largest."""

_POINTS = {"curve": ("●", "o"), "bound": ("─", "-"), "error": ("═", "=")}
_COLOURS = {"curve": "bold", "bound": "green", "error": "red"}
_DECADES = 18
"""The most lines of the plot; what is lower lies on the last."""


def render(found: GradientCheck, out: TextIO) -> None:
    """Write the pictures of one gradient check, the gradients that differ first."""
    paper = Paper(out)
    width = min(WIDEST, shutil.get_terminal_size().columns)
    fancy = encodes(out, _FANCY + "".join(fancy for fancy, _ in _POINTS.values()))
    paper.line((f"{found.path}: {found.report.name}", "bold"))
    paper.line()
    paper.prose(f"numeric   {found.numeric}", indent=2, style="dim", hang=10)
    paper.prose(f"analytic  {found.analytic}", indent=2, style="dim", hang=10)
    case = f"{dimensions(found.dimensions)}; {found.case}"
    paper.prose(f"case      {case}", indent=2, style="dim", hang=10)
    paper.line()
    for tensor in found.wrong:
        _wrong(paper, tensor, fancy, width)
    if found.wrong:
        _agreeing_in_words(paper, found.tensors[len(found.wrong) :])
    else:
        blocks = [_agreeing(paper, tensor, fancy, width - 4) for tensor in found.tensors]
        for line in _beside(blocks, width - 2):
            paper.line("  ", *line)
        paper.line()
    paper.prose(_legend(found, fancy), indent=2, style="dim")
    paper.line()
    _by_step(paper, found, fancy, width)
    paper.prose(verdict(found), indent=0, style="bold red" if found.wrong else "bold")


def _wrong(paper: Paper, tensor: Compared, fancy: bool, width: int) -> None:
    """What is wrong with a gradient, and its picture."""
    mark = (f"{paper.marks['failed']} {tensor.called}", "bold red")
    size = (f"  {shape(tensor)}, {axes(tensor)}", "dim")
    paper.line("  ", mark, f" {tensor.problem or wrong_entries(tensor)}", size)
    if not tensor.problem:
        paper.prose(worst_entry(tensor), indent=4)
    for line in _beside(_panels(tensor, fancy), width - 4):
        paper.line("    ", *line)
    paper.line()


def _agreeing_in_words(paper: Paper, tensors: Sequence[Compared]) -> None:
    known = [tensor for tensor in tensors if tensor.known]
    if known:
        names = ", ".join(tensor.called for tensor in known)
        text = f"{paper.marks['passed']} {names} {'agree' if len(known) > 1 else 'agrees'}"
        paper.prose(text, indent=2, style="green", hang=2)
        paper.line()


def _agreeing(paper: Paper, tensor: Compared, fancy: bool, width: int) -> Block:
    """A gradient that agrees, as a block: what differs within the bound is not drawn."""
    mark = (paper.marks["passed"], "green") if tensor.known else (paper.marks["blocked"], "yellow")
    title: Line = [mark, (f" {tensor.called}", "bold"), (f" {shape(tensor)}", "dim")]
    panels = _panels(tensor, fancy)[:2]
    return [title, *([("  ", ""), *line] for line in _beside(panels, width))]


def _panels(tensor: Compared, fancy: bool) -> list[Block]:
    """The numeric entries, the analytic ones, and the difference where it is above the bound."""
    largest = max(_largest(tensor.numeric), _largest(tensor.analytic))
    panels = [_panel("numeric", tensor.numeric, largest, fancy)]
    if tensor.problem:
        return panels
    panels.append(_panel("analytic", tensor.analytic, largest, fancy))
    wrong = tensor.excess > 1
    difference = (tensor.analytic - tensor.numeric) * wrong
    panels.append(_panel("difference", difference, _largest(difference), fancy))
    return panels


def _largest(array: object) -> float:
    finite = [abs(x) for x in _entries(array) if isfinite(x)]
    return max(finite, default=0.0)


def _entries(array: object) -> Iterator[float]:
    if isinstance(array, list):
        for item in array:
            yield from _entries(item)
    elif hasattr(array, "tolist"):
        yield from _entries(array.tolist())
    elif isinstance(array, float):
        yield array


def _panel(title: str, array: object, largest: float, fancy: bool) -> Block:
    """A title and a line for each row; the time steps of a sequence stand beside each other."""
    lines: Block = [[(title, "dim")]]
    for rows in zip(*grids(array), strict=True):
        line: Line = []
        for step, row in enumerate(rows):
            line += [("  ", "")] if step else []
            line += [_cell(entry, largest, fancy) for entry in row]
        lines.append(line)
    return lines


def _cell(entry: float, largest: float, fancy: bool) -> tuple[str, str]:
    """Two characters: the sign, and how large the entry is beside the largest."""
    shades = _FANCY if fancy else _ASCII
    if not isfinite(entry):
        return " ?", "bold red"
    if entry == 0 or largest == 0:
        return f" {shades[0]}", "dim"
    quarters = 4 * abs(entry) / largest - 1e-6  # rounding alone gives no other shade
    shade = shades[max(1, ceil(quarters))]
    return (f"-{shade}", "cyan") if entry < 0 else (f" {shade}", "yellow")


def _legend(found: GradientCheck, fancy: bool) -> str:
    shades = _FANCY if fancy else _ASCII
    words = (
        f"{' '.join(shades[1:])} up to 1/4, 1/2, 3/4 and 1 of the largest entry in size, "
        "- before a negative one"
    )
    if not found.wrong:
        return words
    return f"{words}; difference: analytic less numeric, {shades[0]} where it is within the bound"


def _beside(blocks: Iterable[Block], width: int, gap: int = 3) -> Iterator[Line]:
    """The lines of blocks side by side, as many beside each other as the width has room for."""
    rows: list[list[Block]] = []
    for block in blocks:
        if rows and sum(_width(one) + gap for one in rows[-1]) + _width(block) <= width:
            rows[-1].append(block)
        else:
            rows.append([block])
    for number, row in enumerate(rows):
        if number:
            yield []
        yield from _joined(row, gap)


def _joined(row: Sequence[Block], gap: int) -> Iterator[Line]:
    widths = [_width(block) + gap for block in row]
    for lines in zip_longest(*row, fillvalue=[]):
        joined: Line = []
        for line, width in zip(lines, widths, strict=True):
            joined += [*line, (" " * (width - _length(line)), "")]
        yield joined


def _width(block: Block) -> int:
    return max((_length(line) for line in block), default=0)


def _length(line: Line) -> int:
    return sum(len(text) for text, _ in line)


def _by_step(paper: Paper, found: GradientCheck, fancy: bool, width: int) -> None:
    """Error against step, both in powers of ten: a line for each decade of the error."""
    tensor, curve = found.tensors[0], found.by_step
    step, floor = curve.floor
    if not isfinite(floor):
        return
    paper.line((f"error of plain central differences for {tensor.called}, by their step", "bold"))
    heights = [log10(max(error, 1e-300)) if isfinite(error) else None for error in curve.errors]
    levels = {"bound": bound_at(tensor), "error": error_at(tensor)}
    drawn = {name: log10(level) for name, level in levels.items() if 0 < level < float("inf")}
    known = [h for h in (*heights, *drawn.values()) if h is not None]
    top = _row(max(known))
    bottom = max(_row(min(known)), top - _DECADES + 1)
    wide = 2 if width > 75 else 1
    for decade in range(top, bottom - 1, -1):
        lines = [n for n, h in drawn.items() if max(_row(h), bottom) == decade]
        points = [h is not None and max(_row(h), bottom) == decade for h in reversed(heights)]
        paper.line(*_plot_line(decade, points, lines, wide, fancy))
    exponents = [round(log10(float(s))) for s in (curve.steps[-1], curve.steps[0])]
    ends = [f"1e{exponent:+03d}" for exponent in exponents]
    room = wide * len(heights) - len(ends[0]) - len(ends[1])
    paper.line(" " * 10, (f"{ends[0]}{'step':^{room}}{ends[1]}", "dim"))
    best = f"no step gets below the floor of {floor:.1g}, at {step:.1g}"
    paper.prose(
        f"Truncation falls with the step, rounding rises: {best}. Extrapolated from several "
        f"steps, {place(tensor)} is known to {levels['bound']:.1g}, the bound"
        + (f", and is off by {levels['error']:.1g}." if isfinite(levels["error"]) else "."),
        indent=2,
        style="dim",
    )
    paper.line()


def _row(height: float) -> int:
    """The decade that a height is nearest to."""
    return round(height)


def _plot_line(
    decade: int, points: Sequence[bool], lines: Sequence[str], wide: int, fancy: bool
) -> Line:
    """A line of the plot: its decade, the curve over the lines drawn there, and their names."""
    under = lines[-1] if lines else ""
    back = _POINTS[under][not fancy] if under else " "
    line: Line = [(f"  1e{decade:+03d} |", "dim")]
    for is_point in points:
        mark = (_POINTS["curve"][not fancy], _COLOURS["curve"])
        line += [mark if is_point else (back, _COLOURS.get(under, ""))]
        line += [(back * (wide - 1), _COLOURS.get(under, ""))]
    names = {"bound": "bound", "error": "its error"}
    return [*line, (" " + ", ".join(names[name] for name in lines) if lines else "", "dim")]
