"""What the entries of a private cache are, by the names that its author has for them, and what a
correct forward function caches in its place.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..isolation.child.asking import CalleeAtFault
from ..reading.recognition import returned_names, signature_of, unpacked_names
from ..strategies.case import Array, Tensor
from ..subject.conventions import Convention
from ..subject.definition import Definition
from ..subject.subject import Handle

MOST_WATCHED = 64
"""Caches of one forward function that are remembered at a time, more than a case has steps."""


@dataclass(frozen=True)
class CacheEntry:
    """One entry of a cache, by its name and its place, and the value that the name says."""

    name: object
    place: int
    value: Tensor

    def put_into(self, cache: Handle) -> Handle:
        """The same mapping, tuple or list with this entry in its place."""
        if isinstance(cache, Mapping):
            return {**cache, self.name: self.value}
        assert isinstance(cache, tuple | list)
        entries = [*cache[: self.place], self.value, *cache[self.place + 1 :]]
        return entries if isinstance(cache, list) else tuple(entries)


def wrong_entries(
    cache: Handle, backward: Definition, known: Mapping[object, Tensor]
) -> Iterator[CacheEntry]:
    """The entries that have not the ``known`` value of their name: that of a key, or else that by
    which the backward function that reads the cache unpacks it.
    """
    items: list[tuple[object, object]] = []
    if isinstance(cache, Mapping):
        items = [*cache.items()]
    elif isinstance(cache, tuple | list):
        items = [*zip(unpacked_names(backward.node), cache, strict=False)]
    for place, (name, entry) in enumerate(items):
        if name in known and _is_another(entry, known[name]):
            yield CacheEntry(name, place, known[name])


def _is_another(entry: object, wanted: Tensor) -> bool:
    """Whether an entry is another value than the one wanted, and not that transposed."""
    if isinstance(wanted, Mapping):
        if not isinstance(entry, Mapping):
            return isinstance(entry, np.ndarray)
        same = (key in entry and not _is_another(entry[key], wanted[key]) for key in wanted)
        return not all(same)
    if not isinstance(entry, np.ndarray) or entry.dtype.kind not in "fiub":
        return isinstance(entry, Mapping)
    forms = [one for one in (entry, entry.T) if one.shape == wanted.shape]
    return not any(np.allclose(one, wanted) for one in forms)


def given_names(
    forward: Definition, places: Sequence[object], named: Mapping[str, object]
) -> dict[object, Tensor]:
    """What a forward function is given, by the names that it has for it and for nothing else."""
    if forward.node is None:
        return {}
    names = (node for node in ast.walk(forward.node) if isinstance(node, ast.Name))
    stored = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    given = {**dict(zip(signature_of(forward), places, strict=False)), **named}
    return {
        name: value
        for name, value in given.items()
        if name not in stored and isinstance(value, np.ndarray | Mapping)
    }


def words_of(convention: Convention, forward: Definition) -> dict[object, str]:
    """The contract's names by those that the author of a forward function has for what it is given
    and what it returns.
    """
    words: dict[object, str] = {one: one for one in convention.spec.shapes}
    words |= {used: one for one, used in convention.own_names.items()}
    words |= dict(zip(signature_of(forward), convention.places, strict=False))
    return words | dict(zip(returned_names(forward.node), convention.returned, strict=False))


class WatchedCaches:
    """Private caches that a file's own forward function made, with correct ones beside them.

    ``arrays`` gives all that is in one.
    """

    def __init__(self, arrays: Callable[[Handle], Sequence[Array]]) -> None:
        self.arrays = arrays
        self._kept: deque[tuple[Handle, Handle]] = deque(maxlen=MOST_WATCHED)

    def keep(self, cache: Handle, correct: Handle) -> None:
        """Remembers what a correct forward caches where the file's own caches this."""
        self._kept.append((cache, correct))

    def correct_for(self, cache: Handle, name: str) -> Handle:
        """The correct one for a cache, or for what a caller made of it: one with its arrays."""
        for own_cache, correct in self._kept:
            if own_cache is cache:
                return correct
        wanted = self._contents(cache)
        shared = [len(wanted & self._contents(own_cache)) for own_cache, _ in self._kept]
        if not shared or shared.count(max(shared)) > 1:
            raise CalleeAtFault(f"it calls {name}, which is not right")
        return self._kept[shared.index(max(shared))][1]

    def _contents(self, cache: Handle) -> set[tuple[tuple[int, ...], bytes]]:
        return {(array.shape, array.tobytes()) for array in self.arrays(cache)}
