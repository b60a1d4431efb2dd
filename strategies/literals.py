"""Python text for the values of a case, which reads back as exactly the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

WIDTH = 88


def literal(value: Any, indent: int = 0) -> str:
    """Python text for a value; floats read back as exactly the same numbers."""
    if isinstance(value, np.ndarray):
        kind = "" if value.dtype in (float, int, bool) else f", dtype=np.{value.dtype}"
        return f"np.array({_rows(value.tolist(), indent)}{kind})"
    if isinstance(value, np.generic):
        return repr(value.item())
    if isinstance(value, Mapping):
        entries = [f"{name!r}: {literal(v, indent + 4)}" for name, v in value.items()]
        return enclosed("{}", entries, indent)
    if isinstance(value, list | tuple):
        brackets = "[]" if isinstance(value, list) else "()"
        return enclosed(brackets, [literal(one, indent + 4) for one in value], indent)
    return repr(value)


def enclosed(brackets: str, entries: list[str], indent: int) -> str:
    """Entries between brackets, as many on a line as there is room for."""
    margin = " " * (indent + 4)
    lines = _packed([f"{entry}," for entry in entries], margin)
    return "\n".join([brackets[0], *lines, " " * indent + brackets[1]])


def _packed(entries: list[str], margin: str) -> list[str]:
    """Entries of a dict, as many on a line as there is room for."""
    lines: list[str] = []
    for entry in entries:
        if lines and "\n" not in lines[-1] + entry and len(lines[-1] + entry) < WIDTH:
            lines[-1] += " " + entry
        else:
            lines.append(margin + entry)
    return lines


def _rows(nested: Any, indent: int) -> str:
    """A nested list on one line, or a row a line where that is too long."""
    flat = repr(nested)
    if len(flat) <= WIDTH - indent or not (isinstance(nested, list) and len(nested) > 1):
        return flat
    margin = " " * (indent + 4)
    return "\n".join(
        ["[", *(f"{margin}{_rows(row, indent + 4)}," for row in nested), " " * indent + "]"]
    )
