"""How a failing function runs on the drawn cases: what it raises, after which line, and what that
is a sign of.
"""

from __future__ import annotations

import ast
import contextlib
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from types import FrameType, TracebackType
from typing import Any

from ...strategies import Case
from ...subject.errors import Crash
from ...subject.limits import OutOfTime, limited
from ..code.edit import Edit
from ..code.source import Source
from ..search.harness import Harness


@dataclass(frozen=True)
class Sign:
    """What the code itself shows of a mistake.

    The first of its ``edits`` that is proven is reported; without one a sign that has a
    ``statement`` is reported with that, and any other not at all. Of one that ``is_certain`` the
    first edit is right, whatever else is wrong.
    """

    source: Source
    fault: str
    sentence: str
    edits: Iterable[Edit] = ()
    statement: ast.stmt | None = None
    is_certain: bool = False


@dataclass(frozen=True)
class RaisedAt:
    """An exception of the submission's, on one case: where in the file it came from."""

    case: Case
    error: BaseException
    source: Source
    line: int
    frame: FrameType


class Runs:
    """The calls of a failing function, as it stands in the file."""

    def __init__(self, harness: Harness) -> None:
        self.harness, self.subject, self.spec = harness, harness.subject, harness.spec
        self.functions, self.cases = harness.functions, harness.cases
        self.source = harness.sources[harness.definition.name]
        self.sources = list(harness.sources.values())
        """The function's own text, and that of each other of the file that it uses."""

    def argument(self, name: str) -> str:
        """What the author calls an argument of the contract's."""
        return self.functions.argument(self.spec, name)

    def prepared(self, case: Case) -> tuple[list[Any], Callable[[], Any]]:
        """The arguments of a call, and the call, which may raise whatever it likes."""
        bound = self.functions.bound[self.spec.name]
        cache = self.subject.fresh_cache(case)
        places, named = bound.arguments(case.arguments(self.spec), cache)

        def call() -> Any:
            with limited():
                return bound.function(*places, **named)

        return places, call

    def raised(self, case: Case) -> RaisedAt | None:
        """The exception that a call ends with, if it comes from the file's own text."""
        with contextlib.suppress(Crash):
            error = _error_of(self.prepared(case)[1])
            return self._located(case, error) if error else None
        return None

    def _located(self, case: Case, error: BaseException) -> RaisedAt | None:
        found = None
        trace: TracebackType | None = error.__traceback__
        while trace:
            source = self.source_of(trace.tb_frame)
            if source is not None:
                found = RaisedAt(case, error, source, trace.tb_lineno, trace.tb_frame)
            trace = trace.tb_next
        return found

    def source_of(self, frame: FrameType) -> Source | None:
        """The function whose text, or that of one inside it, a frame runs."""
        return next((source for source in self.sources if _is_of(frame, source)), None)

    @cached_property
    def crashes(self) -> list[RaisedAt]:
        """The exceptions on the drawn cases; none where a call does not come to an end."""
        found = []
        for case in self.cases:
            raised = self.raised(case)
            if raised and isinstance(raised.error, OutOfTime):
                return []
            found += [raised] if raised else []
        return found

    def watched(
        self, call: Callable[[], Any], watch: Callable[[FrameType, str, Source], bool]
    ) -> BaseException | None:
        """Makes a call, and shows each line of the file that it comes to, until enough is seen.

        What ``watch`` raises ends the call. Gives what that ends with, if it raises.
        """
        over = False

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            nonlocal over
            source = None if over else self.source_of(frame)
            if source is None:
                return None
            over = watch(frame, event, source)
            return None if over else trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            return _error_of(call)  # what happened before it counts
        finally:
            sys.settrace(before)

    def line_after_which(
        self, call: Callable[[], Any], happened: Callable[[], bool]
    ) -> tuple[Source, int] | None:
        """The line of the file after which something first is so, in a call that is watched."""
        last: dict[FrameType, int] = {}
        found: list[tuple[Source, int]] = []

        def watch(frame: FrameType, event: str, source: Source) -> bool:
            if frame in last and event in ("line", "return") and happened():
                found.append((source, last[frame]))
                return True
            last[frame] = frame.f_lineno
            return False

        self.watched(call, watch)
        return found[0] if found else None


def _error_of(call: Callable[[], Any]) -> BaseException | None:
    """What a call ends with, if it raises."""
    try:
        call()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return error
    return None


def _is_of(frame: FrameType, source: Source) -> bool:
    """Whether a frame runs the text of a function, or of one inside it."""
    code = getattr(source.definition.function, "__code__", None)
    return (
        code is not None
        and frame.f_code.co_filename == code.co_filename
        and source.covers(frame.f_lineno)
    )
