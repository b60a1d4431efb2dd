"""Values on their way from the process of a submission: a tree for JSON, and the bytes of arrays.

Nothing in a tree names code, so that reading one can do nothing but make plain values. Every part
of it is tested; what is not as it should be is `Malformed`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from ...subject.inspection import (
    DEEPEST,
    LARGEST,
    NUMBERS,
    OTHER_TYPE,
    Array,
    TooLarge,
    emptied,
    entries_of,
    items_of,
    stranger,
    type_of,
)
from .packing import DOUBLE, Referring
from .wire import Malformed

Number: TypeAlias = np.dtype[Any]

MOST_ITEMS = 50_000
MOST_AXES = 64
LONGEST_TEXT = 100_000
_PLAIN = re.compile(rf"[{NUMBERS}]\d{{1,2}}")
"""Types of numbers, whose bytes can be anything."""

UNREADABLE = (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError)
"""What comes of reading a message of another form."""


class Encoder:
    """Makes trees for JSON of values, and gathers the bytes of their arrays.

    An array of float64 is its shape. A value that comes again is a reference to its first place
    among ``items``. ``coerced`` are the names of other classes of arrays than numpy's own, which
    are taken as that.
    """

    def __init__(self, refer: Referring | None = None) -> None:
        self.refer = refer
        self.bytes: list[bytes] = []
        self.items: list[object] = []
        self.coerced: dict[str, None] = {}
        self._places: dict[int, int] = {}
        self._open: set[int] = set()

    def node(self, value: Any, depth: int = 0) -> object:
        """The node for a value. Raises `TooLarge` for one that nobody can look at."""
        kind = type(value)
        new = kind is np.ndarray and not self.refer and id(value) not in self._places
        if new and value.dtype is DOUBLE and value.size <= LARGEST:  # by far the most usual
            self.add(value)
            self.bytes.append(value.tobytes())
            return value.shape
        if value is None or kind is bool or kind is float:
            return value
        if kind is int:
            return value if abs(value) < 2**63 else {"s": "int"}
        if kind is str:
            return {"u": value[:LONGEST_TEXT].encode("utf-8", "backslashreplace").decode()}
        known = self.refer(value) if self.refer else None
        if known is not None:
            return known
        place = self._places.get(id(value))
        if place is not None:
            return {"s": "cycle"} if place in self._open else {"m": place}
        if issubclass(kind, np.ndarray):
            return self._array(value)
        if issubclass(kind, np.generic):
            return self._scalar(value)
        entries, items = entries_of(value), items_of(value)
        if entries is None and items is None:
            return {"s": kind.__name__[:100]}
        place = self.add(value)
        if depth > DEEPEST:
            raise TooLarge("what it returns is nested deeper than anybody can look at")
        self._open.add(place)
        node: dict[str, object]
        if entries is not None:
            letter = "t" if issubclass(kind, tuple) else "l"
            node = {letter: [self.node(entry, depth + 1) for entry in entries]}
        else:
            named = [(k[:LONGEST_TEXT] if type(k) is str else k, v) for k, v in items or ()]
            node = {"d": [[name, self.node(entry, depth + 1)] for name, entry in named]}
        self._open.discard(place)
        return node

    def add(self, value: object) -> int:
        """Counts a value among those that were sent."""
        place = self._places[id(value)] = len(self.items)
        if place >= MOST_ITEMS:
            raise TooLarge("what it returns holds more than anybody can look at")
        self.items.append(value)
        return place

    def _array(self, value: Array) -> object:
        self.add(value)
        if type(value) is not np.ndarray:
            self.coerced[type(value).__name__[:100]] = None
            value = np.ndarray.view(value, np.ndarray)
        if value.size > LARGEST:
            shape = tuple(value.shape)
            raise TooLarge(f"it returns an array of the shape {shape}, too large to look at")
        if value.dtype.kind not in NUMBERS:
            return {"o": [type_of(value), value.shape]}
        native = value.dtype.newbyteorder("=")
        self.bytes.append(value.astype(native, copy=False).tobytes())
        name = native.str[1:]
        return value.shape if name == "f8" else {"b": [name, value.shape]}

    def _scalar(self, value: np.generic) -> object:
        if value.dtype.kind not in NUMBERS:
            return {"s": type(value).__name__[:100]}
        native = value.dtype.newbyteorder("=")
        self.bytes.append(value.astype(native).tobytes())
        return {"n": native.str[1:]}


class Decoder:
    """Makes values of trees; ``resolve`` knows what those nodes stand for that refer elsewhere."""

    def __init__(self, data: memoryview, resolve: Callable[[str, int], Any]) -> None:
        self.data = bytearray(data)  # of its own, and what the arrays are made of
        self.resolve = resolve
        self.items: list[object] = []
        self._read = 0

    def value(self, node: object) -> Any:
        """The value of a node; `Malformed` where it has none."""
        try:
            return self._value(node)
        except (*UNREADABLE, RecursionError, MemoryError) as error:
            raise Malformed("it sent what is no value") from error

    def _value(self, node: object) -> object:
        if type(node) is list:
            return self._array(DOUBLE, node)
        if type(node) is not dict:
            if node is None or isinstance(node, bool | int | float):
                return node
            raise Malformed("it sent what is no value")
        ((letter, content),) = node.items()
        if letter in ("l", "t", "d"):
            return self._container(letter, content)
        if letter == "u":
            return _text(content)
        if letter == "m":
            return self.items[_count(content)]
        if letter == "b":
            return self._array(_number(content[0]), content[1])
        if letter == "n":
            return self._array(_number(content), [1], counted=False)[0]
        if letter == "o":
            return self._other(*content)
        if letter == "s":
            return stranger(_text(content))
        return self.resolve(letter, _count(content))

    def _container(self, letter: str, content: Any) -> object:
        if len(self.items) >= MOST_ITEMS or type(content) is not list:
            raise Malformed("it sent what is no value")
        place = len(self.items)
        self.items.append(None)
        value: object
        if letter == "d":
            value = {
                _text(k) if type(k) is str else _key(self._value(k)): self._value(entry)
                for k, entry in content
            }
        else:
            value = [self._value(entry) for entry in content]
            value = tuple(value) if letter == "t" else value
        self.items[place] = value
        return value

    def _array(self, dtype: Number, shape: list[int], *, counted: bool = True) -> Array:
        start = self._read
        self._read = end = start + _size(shape) * dtype.itemsize
        if end > len(self.data):
            raise Malformed("it sent less than it said")
        array = np.ndarray(shape, dtype, self.data, start)
        if counted:
            self.items.append(array)
        return array

    def _other(self, kind: str, shape: list[int]) -> Array:
        """An array of what are no numbers: of its kind and shape, and empty."""
        if not OTHER_TYPE.fullmatch(_text(kind)):
            raise Malformed("it sent what is no value")
        _size(shape)
        array = emptied(kind, shape)
        self.items.append(array)
        return array


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise Malformed("it sent what is no value")
    return value


def _text(value: object) -> str:
    if type(value) is not str or len(value) > LONGEST_TEXT:
        raise Malformed("it sent what is no value")
    return value


def _key(value: object) -> object:
    """A key of a dict; what cannot be one is told apart by its class at the least."""
    return value if isinstance(value, str | int | float | bool) else repr(type(value))


def _number(name: object) -> Number:
    if not _PLAIN.fullmatch(_text(name)):
        raise Malformed("it sent what is no value")
    dtype: Number = np.dtype(str(name))
    return dtype


def _size(shape: object) -> int:
    """The number of entries of an array of a shape that is one, and not too large."""
    if type(shape) is not list or len(shape) > MOST_AXES:
        raise Malformed("it sent what is no value")
    entries = 1
    for size in shape:
        if type(size) is not int or size < 0:
            raise Malformed("it sent what is no value")
        entries *= size
    if entries > LARGEST:
        raise Malformed("it sent what is no value")
    return entries
