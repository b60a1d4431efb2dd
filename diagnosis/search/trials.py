"""Trying: how a function fails on the drawn cases, and whether a changed text of it would hold."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import FrameType, TracebackType
from typing import Any

from ...cells.spec import Family
from ...engine import Check
from ...engine.drawing import draw
from ...properties import NotApplicable, Property, Violation
from ...strategies import Case
from ...subject.budget import Budget, OutOfBudget
from ...subject.errors import Crash
from ...subject.limits import OutOfTime, limited, shorter
from ...subject.subject import Subject
from ..code.source import Edit, Source

PATIENCE = 1.0
"""Seconds of work in which changed texts of one function are tried (see `subject.budget`)."""


LONGEST_CALL = 0.1
"""Seconds that one call of a changed function may take: a change can make a loop endless."""


@dataclass(frozen=True)
class Raised:
    """An exception of the submission's, on one case: where in the file it came from."""

    case: Case
    error: BaseException
    source: Source
    line: int
    frame: FrameType

    @property
    def values(self) -> dict[str, Any]:
        """The local names that have a value there."""
        return self.frame.f_locals


@dataclass
class Trial:
    """One function on the drawn cases, in the surrounding in which it was judged.

    ``right`` tells of texts, as they stand, whether the function keeps all its laws with them.
    """

    done: Check
    subject: Subject
    source: Source
    right: dict[str, bool] = field(default_factory=dict)
    budget: Budget = field(init=False)

    def __post_init__(self) -> None:
        self.budget = Budget(self.done.submission.work, PATIENCE)

    @property
    def name(self) -> str:
        """The contract's name of the function."""
        return self.subject.function.name

    @property
    def family(self) -> Family:
        """The family that the function belongs to."""
        return self.subject.family

    @property
    def cases(self) -> tuple[Case, ...]:
        """The drawn cases."""
        settings = self.done.settings
        return draw(self.family, settings.profile, settings.seed)

    @cached_property
    def laws(self) -> list[Property]:
        """The laws whose breach is a fault of such a function."""
        return [
            law
            for law in self.done.laws
            if law.level == "fault" and law.applies(self.subject.function)
        ]

    @cached_property
    def helpers(self) -> list[Source]:
        """The function's own text, and that of each other function of the file that is no
        contract's, in which an exception or a change may be found as well.
        """
        submission = self.done.submission
        known = {definition.name for definition in submission.found.values()}
        others = [d for name, d in submission.document.definitions.items() if name not in known]
        return [self.source, *filter(None, map(Source.of, others))]

    def prepared(self, case: Case) -> tuple[list[Any], Callable[[], Any]]:
        """The arguments of a call, and the call, which may raise whatever it likes."""
        bound = self.subject.functions.bound[self.name]  # type: ignore[attr-defined]
        cache = self.subject.fresh_cache(case)
        places, named = bound.form.arguments(case.arguments(self.subject.function), cache)

        def call() -> Any:
            with limited():
                return bound.function(*places, **named)

        return places, call

    def raised(self, case: Case) -> Raised | None:
        """The exception that a call ends with, if it comes from the file's own text."""
        try:
            _, call = self.prepared(case)
        except Crash:
            return None
        try:
            call()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return self._located(case, error)
        return None

    def _located(self, case: Case, error: BaseException) -> Raised | None:
        found = None
        trace: TracebackType | None = error.__traceback__
        while trace:
            for source in self.helpers:
                if _is_of(trace.tb_frame, source):
                    found = Raised(case, error, source, trace.tb_lineno, trace.tb_frame)
            trace = trace.tb_next
        return found

    @cached_property
    def crashes(self) -> list[Raised]:
        """The exceptions on the drawn cases; none where a call does not come to an end."""
        found = []
        for case in self.cases:
            raised = self.raised(case)
            if raised and isinstance(raised.error, OutOfTime):
                return []
            found += [raised] if raised else []
        return found

    def first(self, source: Source, edits: Iterable[Edit]) -> Edit | None:
        """The first of these edits with which the function keeps all its laws."""
        order = [raised.case for raised in self.crashes[:1]]
        order += [case for case in self.cases if case not in order[:1]]
        with shorter(LONGEST_CALL), contextlib.suppress(OutOfBudget):
            if source.text not in self.right:
                self.right[source.text] = self.holds(source, source.text, order)
            if self.right[source.text]:
                return None  # what breaks it is not in its text: a decorator, or another process
            for edit in edits:
                if self.holds(source, source.applied(edit), order):
                    return edit
        return None

    def holds(self, source: Source, text: str, cases: Sequence[Case]) -> bool:
        """Whether the function keeps all its laws with another text of one in the file."""
        function = self._compiled(source, text)
        if function is None:
            return False
        namespace, own_name = self.done.submission.document.namespace, source.definition.name
        before = namespace[own_name]
        # A submission's own functions are in `bound`; others are not diagnosed.
        bound: dict[str, Any] = self.subject.functions.bound  # type: ignore[attr-defined]
        kept = bound[self.name]
        namespace[own_name] = function
        if source is self.source:
            bound[self.name] = replace(kept, function=function)
        try:
            subject = self.subject.anew()
            return all(self._keeps_all(subject, number, case) for number, case in enumerate(cases))
        finally:
            namespace[own_name] = before
            bound[self.name] = kept

    def _keeps_all(self, subject: Subject, number: int, case: Case) -> bool:
        self.budget.spend()
        laws = [law for law in self.laws if number % law.every == 0]
        return all(self._keeps(law, subject, case) for law in laws)

    def _keeps(self, law: Property, subject: Subject, case: Case) -> bool:
        try:
            law.check(subject, case)
        except NotApplicable:
            return True
        except (Violation, Crash):
            return False
        except Exception:  # what a wrong repair returns can break a law
            return False
        return True

    def _compiled(self, source: Source, text: str) -> Callable[..., Any] | None:
        """The function that a text defines, among the file's own names."""
        namespace, name = self.done.submission.document.namespace, source.definition.name
        before = namespace.get(name)
        try:
            exec(compile(text, "<changed>", "exec", dont_inherit=True), namespace)
            return namespace[name]  # type: ignore[no-any-return]
        except Exception:  # a text that is no Python, a default value that raises
            return None
        finally:
            namespace[name] = before

    def line_after_which(
        self, call: Callable[[], Any], happened: Callable[[FrameType], bool]
    ) -> tuple[Source, int] | None:
        """The line of the file after which something first is so, in a call that is watched."""
        last: dict[FrameType, int] = {}
        found: list[tuple[Source, int]] = []

        def watch(frame: FrameType, event: str, _: Any) -> Any:
            if found:
                return None
            source = next((one for one in self.helpers if _is_of(frame, one)), None)
            if source is None:
                return None
            if frame in last and event in ("line", "return") and happened(frame):
                found.append((source, last[frame]))
                return None
            last[frame] = frame.f_lineno
            return watch

        before = sys.gettrace()
        sys.settrace(watch)
        try:
            call()
        except KeyboardInterrupt:
            raise
        except BaseException:  # what happened before it counts
            pass
        finally:
            sys.settrace(before)
        return found[0] if found else None


def _is_of(frame: FrameType, source: Source) -> bool:
    """Whether a frame runs the text of a function, or of one inside it."""
    code = getattr(source.definition.function, "__code__", None)
    return (
        code is not None
        and frame.f_code.co_filename == code.co_filename
        and source.covers(frame.f_lineno)
    )
