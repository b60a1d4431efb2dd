"""Reports as plain JSON values, and back again with every part tested.

What comes back was sent by a process that ran a stranger's code. So a value is taken only where
its type says so, down to the last field; anything else is `Malformed`.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from math import prod
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

from ..child.wire import Header, Malformed

T = TypeVar("T")

DTYPES = ("float64", "float32", "int64", "int32", "bool")
LONGEST_TEXT = 1_000_000
MOST_ENTRIES = 1_000_000


def encode(value: object) -> Any:
    """A report, or any part of one, as a value for JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.name not in DTYPES:
            array = array.astype(np.float64)
        return {
            "dtype": array.dtype.name,
            "shape": [*array.shape],
            "values": array.ravel().tolist(),
        }
    if isinstance(value, Mapping):
        return {"names": {str(key): encode(item) for key, item in value.items()}}
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value).encode("utf-8", "backslashreplace").decode()[:LONGEST_TEXT]


def decode(kind: Any, value: object) -> Any:
    """A value of this type out of what `encode` made of one; `Malformed` where it cannot be."""
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Any:
        return _free(value)
    if origin in (Union, types.UnionType):
        return (
            None if value is None else decode(next(p for p in parts if p is not type(None)), value)
        )
    if origin is tuple:
        return tuple(decode(parts[0], item) for item in _expected(list, value))
    if origin is not None and issubclass(origin, Mapping):
        names = _names(value)
        return {name: decode(parts[1], item) for name, item in names.items()}
    if is_dataclass(kind):
        return _dataclass(kind, value)
    if issubclass(kind, Enum):
        return _enumerated(kind, value)
    if kind is float and type(value) is int:
        return float(value)
    return _expected(kind, value)


def _expected(kind: type[T], value: object) -> T:
    """The value, if it is of exactly this type."""
    too_long = isinstance(value, str) and len(value) > LONGEST_TEXT
    if type(value) is kind and isinstance(value, kind) and not too_long:
        return value
    raise Malformed(f"{kind.__name__} expected")


@cache
def _types(kind: type) -> dict[str, object]:
    return get_type_hints(kind)


def _dataclass(kind: Any, value: object) -> object:
    hints = _types(kind)
    names = [f.name for f in fields(kind)]
    entries = _expected(dict, value)
    if entries.keys() != set(names):
        raise Malformed(f"{kind.__name__} expected")
    return kind(**{name: decode(hints[name], entries[name]) for name in names})


def _enumerated(kind: type[Enum], value: object) -> Enum:
    try:
        return kind(value)
    except ValueError:
        raise Malformed(f"{kind.__name__} expected") from None


def _names(value: object) -> dict[str, object]:
    entries = _expected(dict, value)
    if entries.keys() != {"names"}:
        raise Malformed("names expected")
    return _expected(dict, entries["names"])


def _free(value: object) -> object:
    """What stands for an argument: an array, a dict of them, a number or a text."""
    if isinstance(value, dict) and value.keys() == {"dtype", "shape", "values"}:
        return _array(value)
    if isinstance(value, dict):
        return {name: _free(item) for name, item in _names(value).items()}
    if isinstance(value, list):
        return [_free(item) for item in value]
    return value


def _array(value: Header) -> object:
    dtype, shape, values = value["dtype"], value["shape"], value["values"]
    right = (
        dtype in DTYPES
        and isinstance(shape, list)
        and all(type(size) is int and size >= 0 for size in shape)
        and isinstance(values, list)
        and len(values) == prod(shape) <= MOST_ENTRIES
        and all(type(entry) in (int, float, bool) for entry in values)
    )
    if not right:
        raise Malformed("an array expected")
    try:
        array = np.array(values, dtype).reshape(shape)
    except (ValueError, OverflowError) as error:
        raise Malformed("an array expected") from error
    return array if shape else array[()]
