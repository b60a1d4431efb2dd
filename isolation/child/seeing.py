"""What is told of a value that a demonstration passes: its shape and type, and which object it is.

It is `reading.seen.Seen` as a plain value, field by field.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .wire import Header

BLANK: Header = {
    "kind": "other", "number": 0, "dtype": "", "shape": [], "low": 0.0, "high": 0.0, "whole": False,
    "sums": [], "digest": 0, "text": "", "names": [], "parts": [],
}  # fmt: skip

DEEPEST, MOST_PARTS = 5, 64
MOST_TEXT, MOST_WRITTEN = 2_000, 64
"""Characters of code that is told, and entries of an array whose code is."""

MOST_LOOKED = 1_000_000
"""Entries of an array that are looked at."""

Built = Mapping[int, tuple[object, Header]]
"""The objects that were built while one watched, by their ``id``, each with what is told of it."""

_PLAIN = {float: "f", int: "i", bool: "b", str: "text", type(None): "none"}


class Seeing:
    """Looks at values; ``names`` are those of the module, which may have a name for one."""

    def __init__(self, names: Mapping[str, object], built: Built) -> None:
        self.names, self.built = names, built

    def seen(self, value: object, depth: int = 0) -> Header:
        """What is told of a value."""
        kind = type(value)
        if issubclass(kind, np.generic) and kind not in _PLAIN:
            value = np.asarray(value).item()
            kind = type(value)
        if kind in _PLAIN:
            return _plain(value)
        number = id(value)
        if isinstance(value, np.ndarray):
            return {**BLANK, "number": number, **_array(value)}
        if number in self.built and self.built[number][0] is value:
            return {**self.built[number][1], "number": number}
        inside = self._inside(kind, value, depth)
        if inside is None:
            return {**BLANK, "number": number, **self._named(value)}
        return {**BLANK, "number": number, **inside}

    def attributes(self, value: object) -> Header:
        """What is told of the attributes of an object, as of a dict."""
        held = getattr(value, "__dict__", None)
        return self.seen(dict(held) if type(held) is dict else {})

    def _inside(self, kind: type, value: Any, depth: int) -> Header | None:
        """What is told of a list, tuple or dict; nothing of anything else, or of a large one."""
        if kind not in (list, tuple, dict) or depth >= DEEPEST or len(value) > MOST_PARTS:
            return None
        if kind is not dict:
            return {"kind": kind.__name__, "parts": [self.seen(one, depth + 1) for one in value]}
        if not all(type(key) is str for key in value):
            return None
        parts = [self.seen(one, depth + 1) for one in value.values()]
        return {"kind": "dict", "names": [key[:MOST_TEXT] for key in value], "parts": parts}

    def _named(self, value: object) -> Header:
        """The name that the module has for a function or class; else that of its class."""
        own = getattr(value, "__name__", None)
        if type(own) is str:
            if self.names.get(own) is value:
                return {"kind": "name", "text": own}
            for alias in ("np", "numpy"):
                if self.names.get(alias) is np and getattr(np, own, None) is value:
                    return {"kind": "name", "text": f"{alias}.{own}"}
        return {"text": type(value).__name__[:MOST_TEXT]}


def _plain(value: Any) -> Header:
    """What is told of a number, a text, a truth value or None."""
    text, dtype = repr(value), _PLAIN[type(value)]
    number = float(value) if dtype in ("f", "i", "b") and abs(value) < 1e300 else 0.0
    if len(text) > MOST_TEXT or (dtype == "f" and not abs(value) < 1e300):
        return {**BLANK, "text": type(value).__name__}
    told = {"kind": "value", "dtype": dtype, "text": text, "low": number, "high": number}
    return {**BLANK, **told, "whole": number == int(number)}


def _array(value: np.ndarray[Any, Any]) -> Header:
    """What is told of an array."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        return {"text": f"an array of {array.dtype}"[:MOST_TEXT]}
    dtype = {"u": "i"}.get(array.dtype.kind, array.dtype.kind) + str(array.dtype.itemsize)
    told: Header = {"kind": "array", "dtype": dtype, "shape": [*array.shape]}
    if not array.size or array.size > MOST_LOOKED:
        return told
    told["digest"] = zlib.crc32(array.tobytes())
    if not np.isfinite(array).all():
        return told
    whole = dtype[0] != "f" or bool((array == np.floor(array)).all())
    told |= {"low": float(array.min()), "high": float(array.max()), "whole": whole}
    if array.size <= MOST_WRITTEN:
        told["text"] = repr(array.tolist())[:MOST_TEXT]
    if dtype[0] == "f" and array.min() >= 0:
        told["sums"] = [*_sums(array)]
    return told


def _sums(array: np.ndarray[Any, Any]) -> Sequence[int]:
    """The axes along which the entries add up to 1."""
    axes = [axis for axis in range(array.ndim) if array.shape[axis] > 1]
    return [axis for axis in axes if np.allclose(array.sum(axis=axis), 1.0, rtol=0, atol=1e-6)]
