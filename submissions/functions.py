"""The functions of a submission, called in the forms that their author chose."""

from __future__ import annotations

import contextlib
import inspect
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..cells.spec import Family, FunctionSpec, RecurrentFamily
from ..isolation.child.asking import CalleeAtFault
from ..isolation.child.calling import CONTAINERS, EXPLAINED
from ..isolation.parent.process import NoProcess
from ..isolation.parent.remote import (
    Ended,
    Foreseen,
    Gone,
    Kept,
    Late,
    Pending,
    RemoteError,
    RemoteFunction,
)
from ..reading.recognition import signature_of
from ..strategies import Case, seeded_case
from ..strategies.case import Array, Tensor
from ..subject.conventions.contract import Dialect
from ..subject.conventions.convention import own
from ..subject.conventions.rows import Rows, takes_rows
from ..subject.definition import Definition
from ..subject.errors import Crash
from ..subject.inspection import Raised, TooLarge, outer, plain, raised
from ..subject.live import Bound, LiveFunctions, Looked, reference_of
from ..subject.message import Message
from ..subject.subject import Asked, Contents, Handle, Returned, Subject

if TYPE_CHECKING:
    from .submission import Submission

SINGLE = float(np.finfo(np.float32).eps)

MOST_WATCHED = 64
"""Caches of one forward function that are remembered at a time, more than a case has steps."""

PROBE = {"n_x": 3, "n_a": 5, "n_y": 2, "m": 4, "T_x": 6}
"""Dimensions all different, so that the order of results can be told from their shapes."""


ENDED = "Ended"
"""The kind of error of a call with which the process that made it ended."""

_OURS = ("CalleeAtFault", "StandInUsed", ENDED, "OutOfTime")
"""Kinds of exceptions that mean something to the engine."""


class WatchedCaches:
    """Private caches that a file's own forward function made, with correct ones beside them.

    ``arrays`` gives all that is in one.
    """

    def __init__(self, arrays: Callable[[Any], Sequence[Array]]) -> None:
        self.arrays = arrays
        self._kept: deque[tuple[Any, Any]] = deque(maxlen=MOST_WATCHED)

    def keep(self, cache: Any, correct: Any) -> None:
        """Remembers what a correct forward caches where the file's own caches this."""
        self._kept.append((cache, correct))

    def correct_for(self, cache: Any, name: str) -> Any:
        """The correct one for a cache, or for what a caller made of it: one with its arrays."""
        for own_cache, correct in self._kept:
            if own_cache is cache:
                return correct
        wanted = self._contents(cache)
        shared = [len(wanted & self._contents(own_cache)) for own_cache, _ in self._kept]
        if not shared or shared.count(max(shared)) > 1:
            raise CalleeAtFault(f"it calls {name}, which is not right")
        return self._kept[shared.index(max(shared))][1]

    def _contents(self, cache: Any) -> set[tuple[tuple[int, ...], bytes]]:
        return {(array.shape, array.tobytes()) for array in self.arrays(cache)}


class SubmittedFunctions(LiveFunctions):
    """One family's functions of a submission, in the forms that its author chose."""

    def __init__(
        self, submission: Submission, family: Family, found: Mapping[str, Definition]
    ) -> None:
        self.submission = submission
        bound: dict[str, Bound] = {}
        for name in sorted(found, key=list(family.functions).index):
            spec = family.functions[name]
            form = self._form(spec, family, found[name], bound)
            rounding = {"epsilon": SINGLE} if submission.computes_in_single(name) else {}
            bound[name] = Bound(found[name].function, form, **rounding)
        super().__init__(bound, family)
        self.reference = reference_of(family)
        if isinstance(family, RecurrentFamily):
            self._calibrate(family)

    def _form(
        self, spec: FunctionSpec, family: Family, found: Definition, bound: Mapping[str, Bound]
    ) -> Dialect | Rows:
        signature = signature_of(found)
        forward = bound.get(spec.forward)
        rows = takes_rows(tuple(signature)) or (
            forward is not None and isinstance(forward.form, Rows)
        )
        if rows and isinstance(family, RecurrentFamily):
            self.submission.note("functions that take Wx, Wh and b are read with one example a row")
            return Rows(spec, family.cell)
        parameters = family.cell.all_parameters if isinstance(family, RecurrentFamily) else ()
        given = {name: used for used, name in self.submission.names.items() if name in parameters}
        form = Dialect(spec, signature, self.submission.keys, given)
        for name, used in form.names.items():
            self.submission.note(f"the parameter {name} is called {used} here")
        return form

    def _calibrate(self, family: RecurrentFamily) -> None:
        """Finds the order of each forward function's results, its callees taken as correct."""
        for name, bound in self.bound.items():
            form = bound.form
            if not (isinstance(form, Dialect) and form.spec.role.is_forward):
                continue
            if name in self.submission.untried:
                continue
            self._tell_cache(bound, CONTAINERS)
            probe = _probe(family)
            expected = Subject(self.reference, family, name, reference=None).run(probe).values

            def call(case: Case, name: str = name, form: Dialect = form) -> Any:
                places, named = form.arguments(case.arguments(form.spec), None)
                return self.run(name, places, named)

            with self.submission.quiet(), contextlib.suppress(Exception):  # of a strange form
                form.calibrate(call, probe, expected)
            known = "cache" in form.sequence
            self._tell_cache(bound, form.sequence.index("cache") if known else -1)

    @staticmethod
    def _tell_cache(bound: Bound, place: int) -> None:
        """Tells where among the results a cache is, which stays in the process that made it."""
        if isinstance(bound.function, RemoteFunction):
            bound.function.cache = place

    def stand_ins(self, names: set[str]) -> dict[str, Callable[..., Any]]:
        """Correct functions in the place and form of some of these.

        A correct backward function cannot read the private cache of the file's own forward. So
        that forward is watched: what a correct one caches for the same arguments is kept with it.
        """
        caches = WatchedCaches(self.cached_arrays)
        functions = {name: self._correct(name, caches) for name in names}
        for name in names:
            forward = self.family.functions[name].forward
            if forward in self.bound and forward not in names:
                functions[forward] = self._watched(forward, caches)
        return functions

    def _correct(self, name: str, caches: WatchedCaches) -> Callable[..., Any]:
        form, reference = self._form_of(name), self.family.reference[name]
        bind = inspect.signature(self.bound[name].function).bind

        def correct(*given: Any, **named: Any) -> Any:
            arguments = form.to_contract([*bind(*given, **named).arguments.values()])
            if form.spec.role.is_backward:
                known = self.contents(form.spec, arguments[-1])
                cache = arguments[-1]
                if known:
                    arguments[-1] = form.to_contract_cache(self.opened(cache))
                else:
                    arguments[-1] = caches.correct_for(cache, name)
            return form.pack(reference(*arguments))

        return correct

    def _watched(self, name: str, caches: WatchedCaches) -> Callable[..., Any]:
        form, reference = self._form_of(name), self.family.reference[name]
        function = self.bound[name].function
        bind = inspect.signature(function).bind

        def watched(*given: Any, **named: Any) -> Any:
            arguments = [own(value) for value in bind(*given, **named).arguments.values()]
            correct = reference(*form.to_contract(arguments))[-1]
            returned = function(*given, **named)
            caches.keep(form.unpack(returned)[1], correct)
            return returned

        return watched

    def _form_of(self, name: str) -> Dialect | Rows:
        form = self.bound[name].form
        assert isinstance(form, Dialect | Rows)
        return form

    def order(self, function: FunctionSpec) -> tuple[str, ...]:
        return self._form_of(function.name).returned_order

    def run(self, name: str, places: list[Any], named: dict[str, Any]) -> Any:
        function = self.bound[name].function
        if isinstance(function, RemoteFunction):
            return super().run(name, places, named)

        def call() -> Any:
            with self.submission.common:
                return outer(function(*places, **named), self.coerced)

        return self.tried(name, named, call)

    def look(self, name: str, places: list[Any], named: dict[str, Any]) -> Looked:
        function = self.bound[name].function
        if not isinstance(function, RemoteFunction):
            return super().look(name, places, named)
        looked = self._looked(name)
        answer = self.tried(name, named, lambda: function.answer(tuple(places), named, looked))
        return Looked(answer.returned, answer.changed, answer.overlap)

    def _looked(self, name: str) -> tuple[int, ...]:
        """The places of the arguments whose memory is looked at."""
        places = self.bound[name].form.places
        return tuple(n for n, place in enumerate(places) if not place.startswith("cache"))

    def cache_of(self, function: FunctionSpec, arguments: Mapping[str, Tensor]) -> Handle:
        bound = self.bound[function.name]
        if not isinstance(bound.function, RemoteFunction):
            return super().cache_of(function, arguments)
        sequence = getattr(bound.form, "sequence", ())
        known = "cache" in sequence
        return Pending(
            bound.function,
            *bound.form.arguments(arguments, None),
            count=len(sequence) if known else len(bound.form.results) + 1,
            place=sequence.index("cache") if known else -1,
            call=lambda: super(SubmittedFunctions, self).cache_of(function, arguments),
        )

    def ahead(
        self, function: FunctionSpec, asked: Iterable[Asked]
    ) -> Iterator[tuple[Case, Mapping[str, Any]]]:
        if not all(isinstance(one.function, RemoteFunction) for one in self.bound.values()):
            return  # what stands in remembers the latest calls only
        together = _by_case(asked)
        try:
            yield from self._answered(function, together)
        except Ended as error:
            if not function.forward and not isinstance(error, Late):
                crash = self.crash(function.name, self.raised(function.name, error), {})
                yield together[0][0], {"run": crash}
        except Exception:
            return  # whatever it is, the call itself tells of it

    def _answered(
        self, function: FunctionSpec, together: Sequence[tuple[Case, Iterable[str]]]
    ) -> Iterator[tuple[Case, Mapping[str, Any]]]:
        calls = [self._foreseen(function, case, tuple(whats)) for case, whats in together]
        looked, remote = self._looked(function.name), self.bound[function.name].function
        answers = self.submission.home.ahead(remote, calls, looked)
        for (case, _), call, answered in zip(together, calls, answers, strict=False):
            if call.cache is not None:
                call.cache.made = getattr(answered["run"], "made", None)
            told = {what: self._told(function, call, what, answered[what]) for what in answered}
            yield case, {"cache": call.cache, **told}

    def _foreseen(self, function: FunctionSpec, case: Case, asked: tuple[str, ...]) -> Foreseen:
        forward = self.family.functions.get(function.forward)
        cache = self.cache_of(forward, case.arguments(forward)) if forward else None
        form = self.bound[function.name].form
        return Foreseen(*form.arguments(case.arguments(function), cache), asked, cache)

    def _told(self, function: FunctionSpec, call: Foreseen, what: str, answer: Any) -> Any:
        """One answer, as `Subject` remembers it."""
        if what == "contents":
            return super().contents(function, answer)
        try:
            if isinstance(answer, BaseException):
                self.tried(function.name, call.named, partial(_raise, answer))
            if what == "inspected":
                looked = Looked(answer.returned, answer.changed, answer.overlap)
                return self.seen(function, call.places, looked)
            return Returned(*self.unpacked(function, answer.returned))
        except Crash as crash:
            return crash

    def opened(self, cache: Handle) -> Handle:
        """A cache as it is, wherever it is kept."""
        return self.submission.home.opened(cache) if isinstance(cache, Kept | Pending) else cache

    def contents(self, function: FunctionSpec, cache: Handle) -> Contents | None:
        try:
            return super().contents(function, plain(self.opened(cache), self.coerced))
        except TooLarge:
            return None
        except Ended as error:
            raise self.crash(function.name, self.raised(function.name, error), {}) from None

    def cached_arrays(self, cache: Handle) -> Sequence[Array]:
        if not isinstance(cache, Kept | Pending):
            return super().cached_arrays(cache)
        return self.submission.home.opened(cache, arrays=True)  # type: ignore[no-any-return]

    def coerced(self, kind: str) -> None:
        self.submission.coerced(kind)

    def own_names(self, function: FunctionSpec) -> Mapping[str, str]:
        functions = {name: found.name for name, found in self.submission.found.items()}
        return functions | dict(super().own_names(function))

    def afresh(self) -> bool:
        return self.submission.afresh()

    def raised(self, name: str, error: BaseException) -> Raised:
        if isinstance(error, RemoteError):
            ours = error.raised.ours and (
                error.raised.kind != "CalleeAtFault" or self.submission.home.questions.blamed
            )
            forged = error.raised.kind in _OURS and not ours
            return replace(error.raised, kind="Exception") if forged else error.raised
        if isinstance(error, NoProcess):
            raise error  # which says nothing of the submission
        if isinstance(error, Ended):
            if not isinstance(error, Gone):
                self.submission.home.ended[name] = str(error)
            kind = "OutOfTime" if isinstance(error, Late) else ENDED
            return Raised(kind, str(error), ours=True)
        code = getattr(self.bound[name].function, "__code__", None)
        return raised(error, getattr(code, "co_filename", ""), EXPLAINED)

    def crash(self, name: str, error: Raised, named: Mapping[str, Any]) -> Crash:
        crash = super().crash(name, error, named)
        if error.ours:
            crash.message = Message(error.text)
        where = self.submission.document.demo_names.get(error.undefined)
        if error.undefined and where:
            crash.message = Message(
                f"it reads the variable {error.undefined}, which only {where} assigns, instead of "
                "an argument"
            )
            crash.notebook_name = error.undefined
        return crash


def _raise(error: BaseException) -> None:
    raise error


def _by_case(asked: Iterable[Asked]) -> list[tuple[Case, dict[str, None]]]:
    """What is asked of each case, once."""
    found: dict[int, tuple[Case, dict[str, None]]] = {}
    for case, what in asked:
        found.setdefault(id(case), (case, {}))[1][what] = None
    return [*found.values()]


def _probe(family: RecurrentFamily) -> Case:
    symbols = {
        s for shape in family.cell.shapes.values() for axis in shape for s in axis.split(" + ")
    }
    sizes = iter(range(7, 20))
    dims = {s: PROBE.get(s) or next(sizes) for s in sorted(symbols) if s != "1"}
    return seeded_case(family, dims, seed=0)
