"""Which part of a line differs from what was meant there: what is marked under both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_MARK = "^"


class Span(NamedTuple):
    """A part of a line: from a column, counted from 0, up to another one."""

    start: int
    end: int

    @property
    def marks(self) -> str:
        """The line of marks that stands under it."""
        return " " * self.start + _MARK * (self.end - self.start)


def differing(one: str, other: str) -> tuple[Span, Span]:
    """The parts in which two lines differ, word by word; a part is never empty.

    What only one of them has is marked there, and in the other the place before which it is left
    out.
    """
    mine, others = _TOKEN.findall(one), _TOKEN.findall(other)
    before = _alike(mine, others)
    after = _alike(mine[before:][::-1], others[before:][::-1])
    return _span(mine, before, after), _span(others, before, after)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many tokens at the beginning are the same."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _span(tokens: Sequence[str], before: int, after: int) -> Span:
    start = len("".join(tokens[:before]))
    end = len("".join(tokens[: len(tokens) - after]))
    return Span(start, max(end, start + 1))
