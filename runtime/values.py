"""Values on their way between two processes: a tree for JSON, and the bytes of its arrays.

Nothing in a tree names code, so that reading one can do nothing but make plain values. Of a frame
from a stranger's process every part is tested: what is not as it should be is `Malformed`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import numpy as np

from .looking import LARGEST, TooLarge
from .wire import Malformed

MOST_ITEMS = 50_000
DEEPEST = 40
LONGEST_TEXT = 100_000
_PLAIN = re.compile(r"[?biufc]\d{0,2}")
"""Types of numbers, whose bytes can be anything."""


def _nothing(value: Any) -> Any:
    return None


class Encoder:
    """Makes trees of values, and gathers the bytes of their arrays.

    ``refer`` may give a node of its own for a value that the other side knows. A value that comes
    again is a reference to its first place among ``items``.
    """

    def __init__(self, refer: Callable[[Any], Any] = _nothing) -> None:
        self.refer = refer
        self.bytes: list[bytes] = []
        self.items: list[Any] = []
        self.coerced: dict[str, None] = {}
        self._places: dict[int, int] = {}
        self._open: set[int] = set()

    def node(self, value: Any, depth: int = 0) -> Any:
        """The node for a value."""
        kind = type(value)
        if value is None or kind is bool or kind is float or kind is int:
            return value if kind is not int or abs(value) < 2**63 else {"s": "int"}
        if kind is str:
            return {"u": value[:LONGEST_TEXT].encode("utf-8", "backslashreplace").decode()}
        known = self.refer(value)
        if known is not None:
            return known
        place = self._places.get(id(value))
        if place is not None:
            return {"s": "cycle"} if place in self._open else {"m": place}
        if isinstance(value, np.generic):
            return self._scalar(value)
        if not (isinstance(value, np.ndarray | Mapping) or kind in (list, tuple)):
            return {"s": kind.__name__[:100]}
        return self._item(value, depth)

    def _item(self, value: Any, depth: int) -> Any:
        place = self._places[id(value)] = len(self.items)
        if place >= MOST_ITEMS or depth > DEEPEST:
            raise TooLarge("what it returns holds more than anybody can look at")
        self.items.append(value)
        if isinstance(value, np.ndarray):
            return self._array(value)
        self._open.add(place)
        if isinstance(value, Mapping):
            entries = [[self.node(k), self.node(v, depth + 1)] for k, v in [*value.items()]]
            node: dict[str, Any] = {"d": entries}
        else:
            letter = "t" if isinstance(value, tuple) else "l"
            node = {letter: [self.node(entry, depth + 1) for entry in value]}
        self._open.discard(place)
        return node

    def _array(self, value: Any) -> Any:
        if type(value) is not np.ndarray:
            self.coerced[type(value).__name__[:100]] = None
            value = np.ndarray.view(value, np.ndarray)
        if value.size > LARGEST:
            shape = tuple(value.shape)
            raise TooLarge(f"it returns an array of the shape {shape}, too large to look at")
        if value.dtype.kind not in "biufc":
            return {"o": [value.dtype.str[:20], [*value.shape]]}
        native = value.dtype.newbyteorder("=")
        self.bytes.append(value.astype(native, copy=False).tobytes())
        name = native.str[1:]
        return {"a": [*value.shape]} if name == "f8" else {"b": [name, [*value.shape]]}

    def _scalar(self, value: Any) -> Any:
        if value.dtype.kind not in "biufc":
            return {"s": type(value).__name__[:100]}
        native = value.dtype.newbyteorder("=")
        self.bytes.append(value.astype(native).tobytes())
        return {"n": native.str[1:]}


class Decoder:
    """Makes values of trees; ``resolve`` knows what those nodes stand for that refer elsewhere."""

    def __init__(self, data: memoryview, resolve: Callable[[str, int], Any]) -> None:
        self.data = data
        self.resolve = resolve
        self.items: list[Any] = []
        self._read = 0

    def value(self, node: Any) -> Any:
        """The value of a node; `Malformed` where it has none."""
        try:
            return self._value(node)
        except (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError) as error:
            raise Malformed("it sent what is no value") from error
        except (RecursionError, MemoryError) as error:
            raise Malformed("it sent what is no value") from error

    def _value(self, node: Any) -> Any:
        if not isinstance(node, dict):
            if node is None or isinstance(node, bool | int | float):
                return node
            raise Malformed("it sent what is no value")
        ((letter, content),) = node.items()
        if letter == "a":
            return self._array(np.dtype(np.float64), content)
        if letter in ("l", "t", "d"):
            return self._container(letter, content)
        if letter == "u":
            return _text(content)
        if letter == "m":
            return self.items[_count(content)]
        if letter == "b":
            return self._array(_number(content[0]), content[1])
        if letter == "n":
            return self._take(_number(content), 1)[0]
        if letter == "o":
            return self._other(*content)
        if letter == "s":
            return stranger(_text(content))
        return self.resolve(letter, _count(content))

    def _container(self, letter: str, content: Any) -> Any:
        if len(self.items) >= MOST_ITEMS or not isinstance(content, list):
            raise Malformed("it sent what is no value")
        place = len(self.items)
        self.items.append(None)
        value: Any
        if letter == "d":
            value = {_key(self._value(key)): self._value(entry) for key, entry in content}
        else:
            value = [self._value(entry) for entry in content]
            value = tuple(value) if letter == "t" else value
        self.items[place] = value
        return value

    def _array(self, dtype: np.dtype[Any], shape: Any) -> Any:
        sizes = _shape(shape)
        array = self._take(dtype, prod(sizes)).reshape(sizes)
        self.items.append(array)
        return array

    def _take(self, dtype: np.dtype[Any], count: int) -> Any:
        end = self._read + count * dtype.itemsize
        if end > len(self.data):
            raise Malformed("it sent less than it said")
        part = np.frombuffer(self.data[self._read : end], dtype).copy()
        self._read = end
        return part

    def _other(self, kind: Any, shape: Any) -> Any:
        """An array of what are no numbers: of its kind and shape, and empty."""
        if not re.fullmatch(r"[|<>=]?[SUMmOV]\d{0,3}(\[\w{1,3}\])?", _text(kind)):
            raise Malformed("it sent what is no value")
        array = np.zeros(_shape(shape), kind if kind[-1] != "O" else object)
        self.items.append(array)
        return array


def stranger(name: str) -> Any:
    """An object of a class of that name, which has nothing else."""
    return type(name, (), {"__slots__": ()})()


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise Malformed("it sent what is no value")
    return value


def _text(value: Any) -> str:
    if type(value) is not str or len(value) > LONGEST_TEXT:
        raise Malformed("it sent what is no value")
    return value


def _key(value: Any) -> Any:
    """A key of a dict; what cannot be one is told apart by its class at the least."""
    return value if isinstance(value, str | int | float | bool) else repr(type(value))


def _number(name: Any) -> np.dtype[Any]:
    if not _PLAIN.fullmatch(_text(name)):
        raise Malformed("it sent what is no value")
    return np.dtype(name)


def _shape(shape: Any) -> tuple[int, ...]:
    sizes = tuple(_count(size) for size in shape)
    if len(sizes) > 16 or prod(max(size, 1) for size in sizes) > LARGEST:
        raise Malformed("it sent what is no value")
    return sizes
