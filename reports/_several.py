"""Several reports of one run: which goes where, and all of them from one pass over the files."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import tee
from typing import TYPE_CHECKING, TextIO

from . import Render

if TYPE_CHECKING:
    from ..engine import Settings
    from ..engine.outcome import SubmissionReport


def paired(
    order: Iterable[str], formats: Iterable[str], outputs: Iterable[str]
) -> list[tuple[str, str | None]]:
    """Each format with its file, or with None for the standard output.

    A file belongs to the format before it, and one before all formats to the first; ``order``
    says how they came, as ``"format"`` and ``"output"`` (other names are passed over). Without a
    format it is text. Raises `ValueError` with one sentence where this gives no answer.
    """
    formats, outputs = iter(formats), iter(outputs)
    pairs: list[tuple[str, str | None]] = []
    early: str | None = None
    for name in order:
        if name == "format":
            pairs.append((next(formats), early))
            early = None
        elif name == "output":
            output = next(outputs)
            if early or (pairs and pairs[-1][1]):
                raise ValueError(f"{output} has no --format of its own")
            if pairs:
                pairs[-1] = (pairs[-1][0], output)
            else:
                early = output
    pairs = pairs or [("text", early)]
    _must_not_collide(pairs)
    return pairs


def _must_not_collide(pairs: Sequence[tuple[str, str | None]]) -> None:
    taken: dict[str | None, str] = {}
    for name, output in pairs:
        if output in taken:
            where = output or "the standard output; write --output FILE after one of them"
            raise ValueError(f"the reports {taken[output]} and {name} would both go to {where}")
        taken[output] = name


def render_all(
    renders: Sequence[tuple[Render, TextIO]],
    reports: Iterable[SubmissionReport],
    settings: Settings,
) -> None:
    """Write every report from one stream of outcomes.

    The one on the standard output comes first, and so appears file by file as they are judged; the
    others read what it has read.
    """
    renders = sorted(renders, key=lambda one: one[1] is not sys.stdout)
    for (render, out), stream in zip(renders, tee(reports, len(renders)), strict=True):
        render(stream, settings, out)
