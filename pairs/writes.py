"""At which line a function writes to what it was given."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from types import FrameType
from typing import Any

from .errors import Function, code_of
from .protocol import copied, same


def written_at(
    function: Function, call: Callable[[], object], ignored: Collection[str] = ()
) -> int | None:
    """The first line of the function after which one of its arguments has changed, in a call.

    Nothing where none is seen to. ``ignored`` arguments may change, and so may ``self``.
    """
    watch = _Watch(function, {"self", *ignored})
    before = sys.gettrace()
    sys.settrace(watch.called)
    try:
        call()
    except Exception:  # what the code raises is told elsewhere
        pass
    finally:
        sys.settrace(before)
    return watch.found


class _Watch:
    def __init__(self, function: Function, ignored: set[str]) -> None:
        self.code, self.ignored = code_of(function), ignored
        self.found: int | None = None
        self.last: int | None = None
        self.watched: dict[str, Any] = {}
        self.before: dict[str, Any] = {}

    def called(self, frame: FrameType, event: str, _: object) -> Any:
        if event != "call" or frame.f_code is not self.code or self.found:
            return None
        names = frame.f_code.co_varnames[: len(frame.f_locals)]
        self.watched = {n: frame.f_locals[n] for n in names if n not in self.ignored}
        self.before, self.last = copied(self.watched), None
        return self.line

    def line(self, frame: FrameType, event: str, _: object) -> Any:
        if self.last is not None and not same(self.watched, self.before):
            self.found = self.last
            return None
        self.last = frame.f_lineno
        return self.line
