"""Values on their way to the process of a submission, which has nothing to fear from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

DOUBLE = np.dtype(np.float64)

Referring: TypeAlias = Callable[[object], object]
"""Gives what stands for a value that the other side has already; None for any other."""


class Packer:
    """Makes what `marshal` can write of values for the process of a submission.

    ``refer`` may give a node of its own for a value of another class than those that are known
    here. A value that comes again is a reference to its first place among ``items``, so that what
    was one array is one array there.
    """

    def __init__(self, refer: Referring | None = None, known: Mapping[int, int] | None = None):
        self.refer = refer
        self.known = known or {}
        self.items: list[object] = []
        self._places: dict[int, int] = {}

    def packed(self, value: Any) -> object:
        """The value as nested tuples, lists and dicts."""
        kind = type(value)
        if kind is not np.ndarray and kind is not dict:
            return self._rarely(kind, value)
        if self.known and id(value) in self.known:
            return "known", self.known[id(value)]
        items = self.items
        here = len(items)
        place = self._places.setdefault(id(value), here)
        if place != here:
            return "again", place
        items.append(value)
        if kind is dict:
            packed = self.packed
            return {name: packed(entry) for name, entry in value.items()}
        if value.dtype is DOUBLE:
            return value.shape, value.tobytes()
        return "other", value.dtype.str, value.shape, value.tobytes()

    def _rarely(self, kind: type, value: Any) -> object:
        if value is None or kind in (float, int, str, bool):
            return value
        referred = self.refer(value) if self.refer else None
        if referred is not None:
            return referred
        if isinstance(value, np.generic):
            return "scalar", value.dtype.str, value.tobytes()
        if id(value) in self.known:
            return "known", self.known[id(value)]
        if id(value) in self._places:
            return "again", self._places[id(value)]
        self._places[id(value)] = len(self.items)
        self.items.append(value)
        if kind is not tuple and kind is not list and isinstance(value, Mapping):
            return {name: self.packed(entry) for name, entry in value.items()}
        entries = [self.packed(entry) for entry in value]
        return ("tuple", entries) if isinstance(value, tuple) else entries


class Unpacker:
    """Makes values again of what a `Packer` made; ``resolve`` knows what was referred to."""

    def __init__(self, resolve: Callable[[str, Any], Any]) -> None:
        self.resolve = resolve
        self.items: list[object] = []

    def value(self, packed: Any) -> Any:
        """The value, its arrays writable ones of its own."""
        kind = type(packed)
        if kind is tuple:
            if type(packed[0]) is tuple:
                array = np.ndarray(packed[0], DOUBLE, bytearray(packed[1]))
                self.items.append(array)
                return array
            return self._named(*packed)
        if kind is not dict and kind is not list:
            return packed
        place = len(self.items)
        self.items.append(None)
        new: object
        if kind is dict:
            new = {name: self.value(entry) for name, entry in packed.items()}
        else:
            new = [self.value(entry) for entry in packed]
        self.items[place] = new
        return new

    def _named(self, kind: str, *parts: Any) -> Any:
        if kind == "other":
            new: object = np.array(np.ndarray(parts[1], np.dtype(parts[0]), parts[2]))
        elif kind == "scalar":
            return np.frombuffer(parts[1], np.dtype(parts[0]))[0]
        elif kind == "again":
            return self.items[parts[0]]
        elif kind == "tuple":
            place = len(self.items)
            self.items.append(None)
            new = self.items[place] = tuple(self.value(entry) for entry in parts[0])
            return new
        else:
            return self.resolve(kind, parts[0])
        self.items.append(new)
        return new
