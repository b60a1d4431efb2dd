"""A JSON document whose texts know where they stand in it."""

from __future__ import annotations

import json
from json.scanner import py_make_scanner  # type: ignore[attr-defined]  # not declared
from typing import Any


class Placed(str):
    """A text of a JSON document: the line that it is on, and from where to where it stands there,
    in characters, with its quotes.
    """

    __slots__ = ("end", "line", "start")
    line: int
    start: int
    end: int


def placed(text: str) -> Any:
    """The document, all its texts `Placed`. Raises `ValueError` and `RecursionError`."""
    return _decoder().decode(text)


def cells_of(content: Any) -> list[Any]:
    """The sources of a notebook's cells, in order: up to version 3 they lay in worksheets.

    Raises `LookupError`, `TypeError` or `AttributeError` where it is no notebook.
    """
    sheets = content.get("worksheets") or [content]
    cells = [cell for sheet in sheets for cell in sheet["cells"]]
    return [cell.get("source", cell.get("input", "")) for cell in cells]


def _decoder() -> json.JSONDecoder:
    """A decoder whose texts know their places: the standard library's own, in Python throughout."""
    made = json.JSONDecoder()
    decoder: Any = made  # what is put there is not declared
    scan = decoder.parse_string
    counted = [0, 1]  # up to which place line ends are counted, and the line that it is on

    def parse(text: str, end: int, strict: bool = True) -> tuple[Placed, int]:
        value, after = scan(text, end, strict)
        counted[1] += text.count("\n", counted[0], end)
        counted[0] = end
        found = Placed(value)
        found.line, found.start, found.end = counted[1], end - 1, after
        return found, after

    decoder.parse_string = parse
    decoder.scan_once = py_make_scanner(decoder)
    return made
