"""Calls of a submission's functions, and what came of each."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...subject.inspection import (
    Array,
    TooLarge,
    arrays_in,
    changed,
    entries_of,
    identical,
    is_of,
    overlap,
    raised,
    snapshot,
)
from ...subject.limits import LONGEST_CALL, Call, OutOfTime, limited
from .asking import Asking, CalleeAtFault
from .common import Patched, as_it_was
from .executing import Executing
from .imports import StandInUsed
from .objects import Objects
from .packing import Unpacker
from .values import Encoder
from .wire import LONGEST_DATA, Header

TOGETHER = 1.0
"""Seconds of computing after which no more calls are made of those that were asked for together."""

MOMENT = 0.005
"""Seconds in which threads that a call has left behind show whether they compute."""

MOST_THREADS = 8
"""How many threads a call may leave behind, if they do not compute."""

_COST = {"counts", "restless"}

CONTAINERS = 1_000
"""The place of a cache that is not known yet: whatever is no array may be it."""

EXPLAINED = (CalleeAtFault, StandInUsed, Patched)
"""Exceptions of a call whose text says what there is to say."""


class Unmade(Exception):
    """A forward function came to no cache."""


class Calling:
    """Makes calls, one after the other.

    ``made`` is the number of the cache that was made for the call at hand, if one was.
    """

    def __init__(self, objects: Objects, asking: Asking, executing: Executing) -> None:
        self.objects = objects
        self.asking = asking
        self.executing = executing
        self.made: int | None = None
        self._longest = LONGEST_CALL
        self._cached: object = None
        self._ran: tuple[int | None, object] = None, None
        self._earlier: dict[int, Sequence[tuple[int, object, Array]]] = {}

    def call(self, asked: Header, encoder: Encoder) -> Header:
        """One call: what it returned, which arguments it changed and what shares memory."""
        given, self.made = Unpacker(self._resolved), asked.get("made")
        self._longest = asked["longest"]
        try:
            places = [given.value(place) for place in asked["places"]]
            named = {name: given.value(value) for name, value in asked["named"].items()}
        except Unmade:
            return {"unmade": True}
        made = self.made
        function, looked = self.objects[asked["of"]], asked["looked"]
        before = snapshot(places) if looked else []
        answer: Header = {"made": made}
        watched: Call | None = None
        try:
            with limited(self._longest) as watched:
                returned = self._returned(function, places, named)
                answer["returned"] = self._results(returned, asked["cache"], encoder)
        except TooLarge:
            raise
        except OutOfTime as error:
            return {"late": str(error), **answer}
        except BaseException as error:
            self.asking.error = error
            code = getattr(function, "__code__", None)
            told = raised(error, getattr(code, "co_filename", ""), EXPLAINED)
            return {"raised": vars(told), **answer, **_cost(watched)}
        finally:
            as_it_was()
        if looked:
            arrays = [array for place in looked for array in arrays_in(places[place])]
            answer["changed"] = changed(before, snapshot(places))
            answer["shared"] = _shared(arrays, given.items, encoder.items)
            answer["overwritten"] = self._overwritten(asked["of"], encoder.items)
        if encoder.coerced:
            answer["coerced"] = [*encoder.coerced]
        return answer | _cost(watched)

    def _overwritten(self, of: int, returned: Sequence[object]) -> list[int]:
        """The places of results of the inspected call before that have changed since."""
        before = self._earlier.get(of, ())
        arrays = [
            (n, np.ndarray.view(one, np.ndarray))  # its own class may break who looks at it
            for n, one in enumerate(returned)
            if is_of(one, np.ndarray)
        ]
        self._earlier[of] = [(n, one, np.array(one)) for n, one in arrays]
        return [n for n, one, was in before if n < len(returned) and not identical(one, was)]

    def _returned(
        self, function: Callable[..., object], places: Sequence[object], named: Header
    ) -> object:
        with np.errstate(all="ignore"), self.executing.common:
            return function(*places, **named)

    def _resolved(self, kind: str, what: Any) -> object:
        return self._made(*what) if kind == "made" else self.asking.resolved(kind, what)

    def _made(self, of: int, given: list[object], named: Header, count: int, place: int) -> object:
        """The cache that a forward function makes for the call at hand, if it has not yet."""
        if self.made is not None:
            return self.objects[self.made]
        unpacker = Unpacker(self._resolved)
        places, named = [unpacker.value(one) for one in given], unpacker.value(named)
        try:
            with limited(self._longest):
                returned = self._returned(self.objects[of], places, named)
        except BaseException as error:
            raise Unmade from error
        entries = entries_of(returned)
        if entries is None or len(entries) != count:
            raise Unmade
        self.made = self.objects.keep(entries[place])
        return entries[place]

    def calls(self, asked: Header, encoder: Encoder) -> Header:
        """One call after the other, up to one that does not come to an ordinary end, or is slow.

        Of each call one thing or several are asked, the first of them to run or to be inspected.
        """
        answers: list[Header] = []
        end, room = time.process_time() + TOGETHER, LONGEST_DATA
        for places, named, whats in asked["calls"]:
            call = {**asked, "places": places, "named": named}
            for what in whats:
                answer, each = self._foreseen(call, what)
                room -= sum(map(len, each.bytes))
                if "unmade" in answer or room < 0:
                    return {"each": answers}
                answers.append(answer)
                encoder.bytes += each.bytes
                good = answer.keys() & {"returned", "holds"} and not answer.keys() & _COST
                if not good or time.process_time() > end:
                    return {"each": answers}
        return {"each": answers}

    def _foreseen(self, call: Header, what: str) -> tuple[Header, Encoder]:
        encoder = Encoder()
        try:
            if what == "contents":
                return {"holds": encoder.node(self._ran[1])}, encoder
            looked = call["looked"] if what == "inspected" else ()
            made = self._ran[0] if what == "again" else None
            answer = self.call({**call, "looked": looked, "made": made}, encoder)
        except TooLarge as error:
            return {"holds": None} if what == "contents" else {"large": str(error)}, Encoder()
        if what == "run":
            self._ran = self.made, self._cached
        return answer, encoder

    def _results(self, returned: object, cache: int | None, encoder: Encoder) -> object:
        """The node of what came back; a cache stays here, and is given a number."""
        entries = entries_of(returned)
        if entries is None or cache is None:
            return encoder.node(returned)
        encoder.add(returned)
        cache = cache + len(entries) if cache < 0 else cache
        nodes: list[object] = []
        self._cached = None
        for place, value in enumerate(entries):
            private = not issubclass(type(value), np.ndarray | np.generic | float | int)
            kept = value is not None and (place == cache or (private and cache == CONTAINERS))
            self._cached = value if place == cache else self._cached
            nodes.append({"h": self.objects.keep(value)} if kept else encoder.node(value))
        return {"t" if issubclass(type(returned), tuple) else "l": nodes}

    def open(self, asked: Header, encoder: Encoder) -> Header:
        """What a kept cache holds: as it is, or all its arrays."""
        value = self.objects[asked["of"]]
        opened = arrays_in(value) if asked["arrays"] else value
        return {"holds": encoder.node(opened)}


def _cost(call: Call | None) -> Header:
    """What is told of a call that was slow, or has left threads at work."""
    cost: Header = {"counts": call.counts} if call and call.counts else {}
    if threading.active_count() > 1:
        began = time.process_time()
        time.sleep(MOMENT)
        at_work = time.process_time() - began > MOMENT / 2
        if at_work or threading.active_count() > MOST_THREADS:
            cost["restless"] = True
    return cost


def _shared(
    arrays: Sequence[Array], given: Sequence[object], returned: Sequence[object]
) -> list[list[object]]:
    """Which results share memory with each other or with some arrays given, by their places."""
    theirs = {id(array): array for array in arrays}
    results = [
        (n, one)
        for n, one in enumerate(returned)
        if issubclass(type(one), np.ndarray) and isinstance(one, np.ndarray)
    ]
    arguments = [(n, theirs[id(one)]) for n, one in enumerate(given) if id(one) in theirs]
    return [
        [n, side, m]
        for i, (n, one) in enumerate(results)
        for side, others in (("result", results[:i]), ("argument", arguments))
        for m, other in others
        if overlap(one, other)
    ]
