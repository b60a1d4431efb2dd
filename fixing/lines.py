"""A correction in the lines of a text: what it says is put in, all else stays as its author wrote
it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..engine.outcome import Diagnosis

NOTHING = "pass"
"""What stands where the only statement of a block is left out."""

_MARGIN = " \t>"
"""What may stand before a statement: its indentation, and the margin of a quoted fence."""


def corrected(lines: Sequence[str], one: Diagnosis) -> list[str] | None:
    """The lines with a correction in the place of what it is meant for.

    ``lines`` have their ends; the first is line 1. Nothing where the statement does not stand there
    as it is told, or shares its lines with others.
    """
    if one.line is None or not one.source or not one.suggestion:
        return None
    first, last = one.line - 1, (one.end_line or one.line) - 1
    old, told = [*lines[first : last + 1]], [part.strip() for part in one.source.split("\n")]
    places = [line.find(part) for line, part in zip(old, told, strict=False)]
    if len(old) != len(told) or -1 in places:
        return None
    is_block = _is_alone(lines, first, last)
    new = _changed(old, told, places, one.suggestion, is_block)
    return None if new is None else [*lines[:first], *new, *lines[last + 1 :]]


def _changed(
    old: list[str], told: list[str], places: list[int], suggestion: str, is_block: bool
) -> list[str] | None:
    meant = suggestion.split("\n")
    if len(meant) == len(told) and not suggestion.startswith("#"):
        return [
            line[:place] + text.strip() + line[place + len(part) :]
            for line, part, place, text in zip(old, told, places, meant, strict=True)
        ]
    before, rest = old[0][: places[0]], old[-1][places[-1] + len(told[-1]) :]
    comment = rest.rstrip("\r\n")
    end = rest[len(comment) :]
    if before.strip(_MARGIN) or not (not comment.strip() or comment.lstrip().startswith("#")):
        return None
    if suggestion.startswith("#"):
        new = [before + comment.lstrip()] if comment.strip() else []
        new += [before + NOTHING] if is_block else []
    else:
        new = [before + text for text in meant]
        place = next((k for k, text in enumerate(meant) if text.strip() == told[-1]), len(new) - 1)
        new[place] += comment
    between = old[0][len(old[0].rstrip("\r\n")) :] or "\n"
    return [line + (end if k == len(new) - 1 else between) for k, line in enumerate(new)]


def _is_alone(lines: Sequence[str], first: int, last: int) -> bool:
    """Whether some lines are all that stands in their block, but for comments."""
    mine = _indentation(lines[first])
    above = next(filter(None, map(_code, reversed(lines[:first]))), "")
    below = next(filter(None, map(_code, lines[last + 1 :])), "")
    return _indentation(above) < mine and _indentation(below) < mine


def _code(line: str) -> str:
    return "" if not line.strip(_MARGIN + "\r\n") or line.lstrip(_MARGIN).startswith("#") else line


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(_MARGIN))
