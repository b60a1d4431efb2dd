"""The lines of a mistake and what was meant there, the parts that differ marked under both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..engine.outcome import Diagnosis, FunctionReport
from ._marks import Span, differing
from ._paper import Paper

MEANT = "meant"


class _Row(NamedTuple):
    label: str
    text: str
    span: Span | None = None


def marked(paper: Paper, diagnosis: Diagnosis, function: FunctionReport) -> None:
    """Writes the lines of a mistake by their numbers, and what was meant there.

    Of a statement over several lines those are shown that differ.
    """
    source, meant = diagnosis.source.splitlines(), diagnosis.suggestion.splitlines()
    cell = "" if diagnosis.cell in (None, function.cell) else f"cell {diagnosis.cell}, "
    numbered = [(f"{cell}{n}", text) for n, text in enumerate(source, start=diagnosis.line or 1)]
    if len(source) == len(meant):
        pairs = [
            (label, a, b, *differing(a, b))
            for (label, a), b in zip(numbered, meant, strict=True)
            if a != b
        ]
        wrong = [_Row(label, a, mine) for label, a, _, mine, _ in pairs]
        right = [_Row(MEANT, b, other) for _, _, b, _, other in pairs]
    else:
        wrong = [_Row(label, text) for label, text in numbered]
        right = [_Row(MEANT, text) for text in meant]
    width = max((len(row.label) for row in (*wrong, *right)), default=0)
    _write(paper, wrong, width, "red")
    _write(paper, right, width, "green")


def _write(paper: Paper, rows: Iterable[_Row], width: int, style: str) -> None:
    before = ""
    for label, text, span in rows:
        shown = "" if label == before == MEANT else label
        before = label
        paper.line("  ", (f"{shown:>{width}} | ", "dim"), (text, style))
        if span is not None:
            paper.line("  ", (f"{'':>{width}} | ", "dim"), (span.marks, style))
