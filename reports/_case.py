"""The smallest failing case, as text or as matrices: exact, readable, and short."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ..strategies.case import Array, Tensor

Nested: TypeAlias = "float | list[Nested]"
"""A number, or numbers in lists within each other, one level for each axis."""

MOST = 40
"""An array with more entries than this is only described."""


def dimensions(sizes: Mapping[str, int]) -> str:
    """The dimensions in one line: ``n_x = 1, m = 2``."""
    return ", ".join(f"{name} = {size}" for name, size in sizes.items())


def describe(arrays: Mapping[str, Tensor], indent: int) -> Iterator[tuple[str, str]]:
    """Lines as (label, value), aligned. Arrays of zeros, the most common, share a last line."""
    lines = list(_lines(arrays, indent))
    column = max((len(label) for label, _ in lines), default=0) + 2
    return ((label.ljust(column), value) for label, value in lines)


@dataclass(frozen=True)
class Table:
    """An argument to be shown as matrices: one, or one for each step of a sequence.

    ``words`` stand in their place where it has too many entries, or the same one everywhere.
    """

    name: str
    size: str
    words: str
    matrices: tuple[tuple[tuple[str, ...], ...], ...]


def tables(arrays: Mapping[str, Tensor], within: str = "") -> tuple[list[Table], list[str]]:
    """The arguments that have an entry other than 0, and in words those that have none.

    What lies in a dict is named as in code, ``parameters["Wf"]``; the zeros of one dict share
    their words, ``Wf, bf in parameters``.
    """
    shown: list[Table] = []
    zeros = [", ".join(name for name, value in arrays.items() if _is_zero(value))]
    for name, value in arrays.items():
        if isinstance(value, Mapping):
            inner, empty = tables(value, name)
            shown += inner
            zeros += [f"{names} in {name}" for names in empty]
        elif not _is_zero(value):
            shown.append(_table(f'{within}["{name}"]' if within else name, value))
    return shown, [names for names in zeros if names]


def _table(name: str, value: Array | Nested) -> Table:
    nested = _listed(value)
    shape = _shape(nested)
    size = " × ".join(map(str, shape))
    lines = _value(nested)
    if not lines[0].startswith("["):  # a number, or what is only described
        return Table(name, size, lines[0].split(", ")[0], ())
    array = np.asarray(nested)
    steps = np.moveaxis(array, 2, 0) if array.ndim == 3 else (np.atleast_2d(array),)
    return Table(name, size, "", tuple(map(_matrix, steps)))


def _matrix(array: Array) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(map(_number, row)) for row in array.tolist())


def _lines(arrays: Mapping[str, Tensor], indent: int) -> Iterator[tuple[str, str]]:
    zeros = [name for name, value in arrays.items() if _is_zero(value)]
    for name, value in arrays.items():
        label = " " * indent + name
        if isinstance(value, Mapping):
            yield label, ""
            yield from _lines(value, indent + 2)
        elif name not in zeros:
            for line in _value(value):
                yield label, line
                label = ""
    if zeros:
        yield " " * indent + "all 0", ", ".join(zeros)


def _value(given: Array | Nested) -> list[str]:
    value = _listed(given)
    entries = _entries(value)
    if len(entries) > MOST and len(set(map(_number, entries))) > 1:
        return [f"{len(entries)} values, {' x '.join(map(str, _shape(value)))}"]
    if len(entries) > 4 and len(set(map(_number, entries))) == 1:
        return [f"{_number(entries[0])} everywhere"]
    width = max((len(_number(entry)) for entry in entries), default=0)
    return _grid(value, width if isinstance(value, list) else 0)


def _grid(value: Nested, width: int) -> list[str]:
    """The nested list in lines, its columns aligned; it can be pasted as Python."""
    if not isinstance(value, list):
        return [_number(value).rjust(width)]
    rows = [_grid(item, width) for item in value]
    if not any(isinstance(item, list) for item in value):
        return ["[" + ", ".join(row[0] for row in rows) + "]"]
    lines = [line for row in rows for line in (*row[:-1], row[-1] + ",")]
    lines = ["[" + lines[0], *(" " + line for line in lines[1:])]
    return [*lines[:-1], lines[-1][:-1] + "]"]


def _number(value: float) -> str:
    """The shortest text that gives the value back, a whole number without its point."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"{value:.0f}"
    return repr(value)


def _listed(value: Array | Nested) -> Nested:
    return value.tolist() if hasattr(value, "tolist") else value


def _entries(value: Nested) -> list[float]:
    if not isinstance(value, list):
        return [value]
    return [entry for item in value for entry in _entries(item)]


def _shape(value: Nested) -> tuple[int, ...]:
    if not isinstance(value, list):
        return ()
    return (len(value), *(_shape(value[0]) if value else ()))


def _is_zero(value: Tensor) -> bool:
    if not hasattr(value, "shape"):
        return False
    entries = _entries(_listed(value))
    return bool(entries) and all(_number(entry) == "0" for entry in entries)
