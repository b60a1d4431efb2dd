"""Pieces of a submission's source, with the lines of its mistakes marked and what was meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ..engine.outcome import Diagnosis, FunctionReport
from ..reading.files import Block, blocks_of
from ..submissions import Unreadable

AROUND = 4
"""Lines of a long function that are shown before and after a marked one."""

SHORT = 24
"""A function of so many lines is shown whole."""


@dataclass(frozen=True)
class Line:
    """A line of source by its number; or a gap of ``left_out`` lines, if there are any."""

    number: int
    text: str
    marked: bool = False
    meant: tuple[str, ...] = ()
    left_out: int = 0


@dataclass(frozen=True)
class Listing:
    """Lines of a file, or of a notebook's cell."""

    cell: int | None
    lines: tuple[Line, ...] = field(repr=False)

    @property
    def is_marked(self) -> bool:
        """Whether a mistake is in it."""
        return any(line.marked for line in self.lines)

    @property
    def place(self) -> str:
        """``cell 4, lines 3 to 12``."""
        cell = "" if self.cell is None else f"cell {self.cell}, "
        return f"{cell}lines {self.lines[0].number} to {self.lines[-1].number}"


class SourceText:
    """The text of a submission, as far as it can still be read."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    @cached_property
    def _blocks(self) -> list[Block]:
        try:
            return blocks_of(self._path)
        except (Unreadable, OSError, ValueError):
            return []

    def whole(self, functions: Iterable[FunctionReport]) -> list[Listing]:
        """All of it, with every mistake marked."""
        found = [diagnosis for function in functions for diagnosis in function.diagnosis]
        return [
            self._listing(block, block.first_line, block.first_line + len(block.lines) - 1, found)
            for block in self._blocks
        ]

    def line(self, cell: int | None, line: int) -> str:
        """One line of it; empty where it cannot be read."""
        block = self._block(cell, line)
        return block.lines[line - block.first_line] if block else ""

    def of(self, function: FunctionReport) -> list[Listing]:
        """The function, and whatever else holds one of its mistakes: shortened where long."""
        wanted = [(function.cell, function.line)]
        wanted += [(one.cell, one.line) for one in function.diagnosis]
        shown: list[Listing] = []
        for cell, line in wanted:
            if line is None or any(
                one.cell == cell and one.lines[0].number <= line <= one.lines[-1].number
                for one in shown
            ):
                continue
            block = self._block(cell, line)
            if block:
                shown.append(self._listing(block, *_extent(block, line), function.diagnosis))
        return [_shortened(listing) for listing in shown]

    def _block(self, cell: int | None, line: int) -> Block | None:
        for block in self._blocks:
            ends = block.first_line + len(block.lines)
            if block.cell == cell and block.first_line <= line < ends:
                return block
        return None

    def _listing(
        self, block: Block, first: int, last: int, diagnoses: Iterable[Diagnosis]
    ) -> Listing:
        marked: set[int] = set()
        meant: dict[int, tuple[str, ...]] = {}
        ends = block.first_line + len(block.lines)
        for one in diagnoses:
            if one.cell == block.cell and one.line and block.first_line <= one.line < ends:
                end = one.end_line or one.line
                marked.update(range(one.line, end + 1))
                if one.suggestion:
                    text = block.lines[one.line - block.first_line]
                    margin = text[: len(text) - len(text.lstrip())]
                    meant[end] = tuple(margin + line for line in one.suggestion.splitlines())
        lines = (
            Line(
                number,
                block.lines[number - block.first_line],
                number in marked,
                meant.get(number, ()),
            )
            for number in range(first, last + 1)
        )
        return Listing(block.cell, tuple(lines))


def _extent(block: Block, line: int) -> tuple[int, int]:
    """The first and last line of the statement at the block's top that a line belongs to."""
    inside = line - block.first_line + 1
    for statement in block.tree.body if block.tree else ():
        end = statement.end_lineno or statement.lineno
        if statement.lineno <= inside <= end:
            return statement.lineno + block.first_line - 1, end + block.first_line - 1
    return line, block.first_line + _last_indented(block.lines, inside) - 1


def _last_indented(lines: list[str], first: int) -> int:
    """The last line of what begins at a line, by its indentation; for text that is no Python."""
    depth = len(lines[first - 1]) - len(lines[first - 1].lstrip())
    last = first
    for number, text in enumerate(lines[first:], start=first + 1):
        if text.strip() and len(text) - len(text.lstrip()) <= depth and text.strip()[0] != ")":
            break
        last = number if text.strip() else last
    return last


def _shortened(listing: Listing) -> Listing:
    """The first line and those around the marked ones, with gaps between."""
    if len(listing.lines) <= SHORT or not listing.is_marked:
        return listing
    return Listing(listing.cell, tuple(_kept(listing.lines)))


def _kept(lines: tuple[Line, ...]) -> Iterator[Line]:
    marked = [number for number, line in enumerate(lines) if line.marked]
    gap: list[Line] = []
    for number, line in enumerate(lines):
        near = number == 0 or any(abs(number - other) <= AROUND for other in marked)
        if not near:
            gap.append(line)
            continue
        yield from _gap(gap)
        gap = []
        yield line
    yield from _gap(gap)


def _gap(lines: list[Line]) -> list[Line]:
    """A gap for several lines; one alone takes no more room itself."""
    return [Line(lines[-1].number, "", left_out=len(lines))] if len(lines) > 1 else lines
