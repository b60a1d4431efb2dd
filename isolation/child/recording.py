"""Runs the demonstration of a file, and records its calls of forward and backward functions.

No name is touched: Python itself tells of each call. What the demonstration does besides ends with
this process, and what it fails at does not keep the rest from being run.
"""

from __future__ import annotations

import marshal
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from .executing import Executing
from .seeing import BLANK, Seeing
from .values import Encoder
from .wire import Header

MOST, EACH, OBJECT = 50, 4, 2
"""How many pairs of calls are recorded in all, of the same two functions, and of one object."""

IDLE = 200
"""After so many more calls of functions of which enough is recorded, no new objects are waited for.
"""

RECENT = 8
"""How many calls of a forward function wait for one of the backward function."""


class Enough(BaseException):
    """All is recorded that is wanted."""


@dataclass
class RecordedCall:
    """A call that is watched: the pairs that it is of, what is told of it, and what it holds."""

    of: list[tuple[int, str]]
    told: Header
    owner: str
    it: object
    before: Header
    held: list[object] = field(default_factory=list)


class Recorder:
    """Is told of every call by Python, and records those of some pairs: names of a forward and a
    backward function, or of one that gives the gradients besides.
    """

    def __init__(self, names: dict[str, Any], pairs: Sequence[Sequence[str]]) -> None:
        self.names, self.pairs = names, pairs
        self.found: list[Header] = []
        self.is_enough = False
        self._built: dict[int, tuple[object, Header]] = {}
        self._kept: list[RecordedCall | None] = []  # so that no number comes again
        self._seeing = Seeing(names, self._built)
        self._roles: dict[CodeType, list[tuple[int, str]]] = {}
        self._open: dict[FrameType, RecordedCall] = {}
        self._waiting = [deque[RecordedCall](maxlen=RECENT) for _ in pairs]
        self._counts = [0] * len(pairs)
        self._objects: Counter[tuple[int, int]] = Counter()
        self._idle = 0
        for number, (forward, backward) in enumerate(pairs):
            for role, name in (("forward", forward), ("backward", backward)):
                if (code := self._code(name)) is not None:
                    self._roles.setdefault(code, []).append((number, role))
        makers = [one for one in names.values() if isinstance(one, type)]
        self._makers = {_maker(one) for one in makers} - {None}

    def __call__(self, frame: FrameType, event: str, given: object) -> None:
        """Takes note of one event."""
        if event == "call" and (frame.f_code in self._roles or frame.f_code in self._makers):
            with suppress(Exception):  # its classes may answer as they like
                self._begin(frame)
        elif event == "return" and frame in self._open:
            with suppress(Exception):
                self._end(self._open.pop(frame), given)
        if self.is_enough:
            raise Enough

    def _code(self, name: str) -> CodeType | None:
        owner, _, own = name.rpartition(".")
        function: Any = getattr(self.names.get(owner), own, None) if owner else self.names.get(own)
        while hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        code = getattr(function, "__code__", None)
        return code if isinstance(code, CodeType) else None

    def _begin(self, frame: FrameType) -> None:
        code = frame.f_code
        names, values, rest = _arguments(frame)
        first = values[0] if values else None
        if code in self._makers and _maker(type(first)) is code:
            told = self._told(type(first), "__init__", names[1:], values[1:], rest)
            given = {"names": told["names"], "parts": told["values"]}
            if not rest:
                made = {**BLANK, "kind": "made", "text": type(first).__name__, **given}
                self._built[id(first)] = first, made
        of = [one for one in self._roles.get(code, ()) if self._is_of(one[0], first)]
        if not of:
            self._idle += code in self._roles
            self.is_enough = self._idle >= IDLE and min(self._counts) >= EACH
            return
        is_method = "." in self.pairs[of[0][0]][0]
        owner, skip = (type(first), 1) if is_method else (None, 0)
        told = self._told(owner, code.co_name, names[skip:], values[skip:], rest)
        before = self._seeing.attributes(first) if is_method else {**BLANK}
        self._open[frame] = RecordedCall(
            of, told, type(first).__name__ if is_method else "", first if is_method else None,
            before, [*values],
        )  # fmt: skip

    def _is_of(self, number: int, first: object) -> bool:
        """Whether a call may be one of a pair, of which not enough are recorded."""
        owner, dot, _ = self.pairs[number][0].rpartition(".")
        kind = self.names.get(owner)
        if not dot:
            return self._counts[number] < EACH
        known = self._objects[number, id(first)] < OBJECT
        return known and isinstance(kind, type) and isinstance(first, kind)

    def _told(
        self, owner: type | None, name: str, names: list[str], values: list[object], rest: bool
    ) -> Header:
        """What a call is given; nothing is returned yet."""
        function = getattr(owner, name, None) if owner else self.names.get(name)
        defaults = _defaults(function)
        absent = object()
        left = [n for n, one in zip(names, values, strict=True) if defaults.get(n, absent) is one]
        seen = [self._seeing.seen(one) for one in values]
        return {
            "names": names, "values": seen, "defaults": left, "rest": rest, "returned": {**BLANK},
        }  # fmt: skip

    def _end(self, call: RecordedCall, returned: object) -> None:
        call.told["returned"] = self._seeing.seen(returned)
        call.held.append(returned)
        for number, role in call.of:
            if role == "forward" and self.pairs[number][1]:
                self._waiting[number].append(call)
            elif role == "forward":
                self._record(number, call, None)
            elif (forward := self._forward(number, call)) is not None:
                self._record(number, forward, call)

    def _forward(self, number: int, call: RecordedCall) -> RecordedCall | None:
        """The call of the forward function that one of the backward function belongs to: the last
        one of the same object, or that had something which this one has; else the last one.
        """
        waiting = [one for one in reversed(self._waiting[number]) if one.it is call.it]
        mine = _numbers(call.told)
        joined = (one for one in waiting if one.it is not None or _numbers(one.told) & mine)
        return next(joined, waiting[0] if waiting else None)

    def _record(self, number: int, forward: RecordedCall, backward: RecordedCall | None) -> None:
        it = forward.it
        told = None if backward is None else backward.told
        joined = it is not None or told is None or bool(_numbers(forward.told) & _numbers(told))
        self.found.append({
            "pair": number, "owner": forward.owner, "forward": forward.told, "backward": told,
            "built": self._seeing.seen(it), "before": forward.before,
            "after": {**BLANK} if it is None else self._seeing.attributes(it), "is_joined": joined,
        })  # fmt: skip
        self._kept += [forward, backward]
        self._counts[number] += 1
        self._objects[number, id(it)] += 1
        self.is_enough = len(self.found) >= MOST


class Recording:
    """Runs demonstrations of the modules of a submission."""

    def __init__(self, executing: Executing) -> None:
        self.executing = executing

    def record(self, asked: Header, _: Encoder) -> Header:
        """Runs statements one after the other, as of a program, and tells what was recorded."""
        module = self.executing.loaded(asked["module"])
        recorder = Recorder(module.namespace, asked["pairs"])
        end, reasons = time.process_time() + asked["longest"], []
        module.namespace["__name__"] = "__main__"
        sys.argv = [str(module.file)]
        with module.loading():
            for code in marshal.loads(asked["codes"]):
                left = end - time.process_time()
                if left <= 0 or recorder.is_enough:
                    break
                sys.setprofile(recorder)
                try:
                    reasons.append(module.run(code, (), left))
                finally:
                    sys.setprofile(None)
        return {"found": recorder.found, "reasons": reasons}


def _maker(kind: type) -> CodeType | None:
    """The code of a class's constructor, if it has one of its own or inherits one."""
    code = getattr(getattr(kind, "__init__", None), "__code__", None)
    return code if isinstance(code, CodeType) else None


def _arguments(frame: FrameType) -> tuple[list[str], list[object], bool]:
    """The parameters of a call that has just begun, what they got, and whether there is more."""
    code, given = frame.f_code, frame.f_locals
    count = code.co_argcount + code.co_kwonlyargcount
    names = [*code.co_varnames[:count]]
    more = code.co_varnames[count:][: bool(code.co_flags & 4) + bool(code.co_flags & 8)]
    return names, [given[name] for name in names], any(given[name] for name in more)


def _defaults(function: Any) -> dict[str, object]:
    """What the parameters of a function are where nobody gives them."""
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return {}
    names, values = code.co_varnames[: code.co_argcount], function.__defaults__ or ()
    named = dict(zip(names[len(names) - len(values) :], values, strict=True))
    return {**named, **(function.__kwdefaults__ or {})}


def _numbers(told: Header) -> set[int]:
    """Which objects a call was given and gave."""
    return {number for one in (*told["values"], told["returned"]) for number in _inside(one)}


def _inside(seen: Header) -> Iterator[int]:
    if seen["number"]:
        yield seen["number"]
    for part in seen["parts"]:
        yield from _inside(part)
