"""A patch as people and assistants write it, put into a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from .documents import LINE


class NoPatch(ValueError):
    """What was given is no patch, or fits the text nowhere; the text is one sentence."""


@dataclass(frozen=True)
class _Hunk:
    """Lines one after the other, those that stand there ``old`` and those that should, ``new``;
    ``first`` is where the patch says that they begin, counted from 0.
    """

    first: int
    old: tuple[str, ...]
    new: tuple[str, ...]


def patched(text: str, patch: str) -> str:
    """The text with a unified or other difference of one file put into it.

    A piece belongs where its old lines stand, nearest to where the patch says: the line numbers of
    who wrote it by hand are rarely right. Line ends stay those of the text. Raises `NoPatch`.
    """
    lines: list[str] = LINE.findall(text)
    moved = 0
    for hunk in _hunks(patch):
        plain = [line.rstrip("\r\n") for line in lines]
        place = _place(plain, hunk, hunk.first + moved)
        near = lines[min(place, len(lines) - 1)] if lines else "\n"
        end = near[len(near.rstrip("\r\n")) :] or "\n"
        kept = {line.rstrip("\r\n"): line for line in lines[place : place + len(hunk.old)]}
        new = [kept.get(line, line + end) for line in hunk.new]
        lines[place : place + len(hunk.old)] = new
        moved = place - hunk.first + len(hunk.new) - len(hunk.old)
    return "".join(lines)


def _hunks(patch: str) -> list[_Hunk]:
    import whatthepatch

    try:
        files: list[Any] = [one for one in whatthepatch.parse_patch(patch) if one.changes]
    except Exception as error:  # it raises what it likes for what is no patch
        raise NoPatch(f"this is no patch ({error})") from None
    if len(files) != 1:
        raise NoPatch(f"a patch of one file is expected, and this has {len(files)}")
    found = []
    for _, changes in groupby(files[0].changes, key=lambda change: change.hunk):
        each = [*changes]
        old = [change for change in each if change.old is not None]
        new = [change.line for change in each if change.new is not None]
        first = old[0].old - 1 if old else max(each[0].new - 1, 0)
        found.append(_Hunk(first, tuple(change.line for change in old), tuple(new)))
    return found


def _place(lines: Sequence[str], hunk: _Hunk, about: int) -> int:
    """Where the old lines of a piece stand."""
    length = len(hunk.old)
    places = [n for n in range(len(lines) - length + 1) if tuple(lines[n : n + length]) == hunk.old]
    if not places:
        shown = next((line.strip() for line in hunk.old if line.strip()), "")
        raise NoPatch(f"the patch does not fit: nowhere stands what it takes for `{shown}`")
    return min(places, key=lambda place: abs(place - about))
