"""Arrays by name in a file of a person's own: JSON, CSV, or text as MATLAB and numpy write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..cells.spec import Array
from .files import Unreadable

LARGEST = 10 * 2**20
"""Bytes of a file of arrays."""

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?"
_NAME = re.compile(
    r"(?P<name>[A-Za-z_]\w*)\s*"
    r"(?:\(\s*:\s*,\s*:\s*,\s*(?P<page>\d+)\s*\)|\[\s*:\s*,\s*:\s*,\s*(?P<step>\d+)\s*\])?\s*"
    r"(?P<sign>[=:,;]|$)\s*(?P<rest>.*)",
    re.DOTALL,
)
_COMMENT = re.compile(r"(?:%|#|//).*")


def arrays_in(path: Path) -> dict[str, Array]:
    """The arrays of a file, by their names. Raises `Unreadable`.

    JSON is an object of nested lists; entries of an object inside it count as its own. In other
    text a name stands before its numbers (``Wax = [1 2; 3 4];``, ``Wax = [[1, 2], [3, 4]]``) or
    above its rows, as in CSV; an array of three axes comes in parts, each a step in time:
    ``x(:,:,1)`` counts from 1, ``x[:, :, 0]`` from 0.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from None
    if len(data) > LARGEST:
        raise Unreadable(f"{path} has more than {LARGEST // 2**20} MB.")
    text = data.decode("utf-8-sig", errors="replace")
    found = _of_json(text, path) if text.lstrip().startswith("{") else _of_text(text, path)
    if not found:
        raise Unreadable(f"{path} names no array: write it as `Wax = [1 2; 3 4]`, or as JSON.")
    return found


def _of_json(text: str, path: Path) -> dict[str, Array]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise Unreadable(f"{path} is no JSON: {error}.") from None
    found: dict[str, Array] = {}
    for name, value in document.items():
        entries = value.items() if isinstance(value, dict) else [(name, value)]
        for one, array in entries:
            try:
                found[one] = np.array(array, dtype=float)
            except (TypeError, ValueError):
                raise Unreadable(f"{path}: {one} is no array of numbers.") from None
    return found


def _of_text(text: str, path: Path) -> dict[str, Array]:
    parts: dict[str, dict[int, list[list[float]]]] = {}
    rows: list[list[float]] | None = None
    for line in _lines(text):
        named = _NAME.match(line)
        if named:
            step = int(named["step"] or 0) or int(named["page"] or 1) - 1
            rows = parts.setdefault(named["name"], {}).setdefault(step, [])
            line = named["rest"]
        if rows is not None:
            rows += _rows(line)
    return {
        name: _stacked(name, steps, path) for name, steps in parts.items() if any(steps.values())
    }


def _lines(text: str) -> Iterator[str]:
    """The lines without comments; what goes on in the next line is one with it."""
    text = _COMMENT.sub("", text).replace("...\n", " ")
    whole, depth = "", 0
    for line in text.splitlines():
        whole = f"{whole}\n{line}" if depth else line
        depth = whole.count("[") - whole.count("]")
        if depth <= 0:
            yield whole.strip()
            depth = 0


def _rows(text: str) -> Iterator[list[float]]:
    for row in re.split(r"[;\n]|\]\s*,?\s*\[", text):
        numbers = re.findall(_NUMBER, row)
        if numbers:
            yield [float(re.sub("[dD]", "e", number)) for number in numbers]


def _stacked(name: str, steps: dict[int, list[list[float]]], path: Path) -> Array:
    """One array of all rows, or of all steps in time along the last axis."""
    if len({len(row) for rows in steps.values() for row in rows}) > 1:
        raise Unreadable(f"{path}: the rows of {name} are not of one length.")
    pages = [np.array(rows) for _, rows in sorted(steps.items())]
    if len({page.shape for page in pages}) > 1:
        raise Unreadable(f"{path}: the steps of {name} are not of one shape.")
    return pages[0] if len(pages) == 1 and 0 in steps else np.stack(pages, axis=-1)
