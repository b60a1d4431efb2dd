"""The functions of a submission, called in the forms that their author chose."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar

import numpy as np

from ..cells.spec import Family, FunctionSpec, RecurrentFamily, Reference, Role
from ..isolation.child.calling import EXPLAINED
from ..isolation.child.common import Common
from ..isolation.parent.process import NoProcess
from ..isolation.parent.remote import (
    CacheThere,
    Ended,
    Gone,
    Late,
    PendingCache,
    PlannedCall,
    RemoteAnswer,
    RemoteError,
    RemoteFunction,
)
from ..strategies import Case
from ..strategies.case import Array, Tensor
from ..subject.budget import BEGUN_AGAIN, UNHEARD, Work
from ..subject.conventions import Convention
from ..subject.definition import Definition
from ..subject.errors import ENDED, Crash
from ..subject.inspection import Raised, Strange, TooLarge, entries_of, outer, own, plain, raised
from ..subject.live import Bound, InspectedCall, LiveFunctions, reference_of
from ..subject.message import Message
from ..subject.subject import Answers, Asked, Contents, Handle, Returned
from .cache_entries import CacheEntry, WatchedCaches, given_names, words_of, wrong_entries
from .calibration import cache_place
from .document import Document, Home, RemoteHome, is_remote

Value = TypeVar("Value")

THERE = CacheThere | PendingCache
"""Caches that are in another process, or will be."""

_OURS = ("CalleeAtFault", "StandInUsed", ENDED, "OutOfTime")
"""Kinds of exceptions that mean something to the engine."""


class File(Protocol):
    """What functions have to know of the file that they are from."""

    document: Document
    home: Home
    common: Common
    work: Work
    found: dict[str, Definition]

    def coerced(self, kind: str) -> None:
        """Is told of results of another class than numpy's own."""

    def afresh(self) -> bool:
        """Has the file loaded anew before the next call; False where that cannot be."""

    def keeps_something(self, name: str) -> bool:
        """Whether a function, or one that it uses, writes to what outlives a call."""


class SubmittedFunctions(LiveFunctions):
    """One family's functions of a submission, in the conventions of its author."""

    def __init__(self, file: File, family: Family, bound: Mapping[str, Bound]) -> None:
        super().__init__(bound, family, file.work)
        self.file = file
        self.reference = reference_of(family)

    def stand_ins(self, names: set[str]) -> dict[str, Reference]:
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

    def _correct(self, name: str, caches: WatchedCaches) -> Reference:
        convention, reference = self.bound[name].convention, self.family.reference[name]
        function = self.bound[name].function
        bind = inspect.signature(function).bind
        reader = self._reader_of(convention)

        def correct(*given: object, **named: object) -> object:
            arguments = convention.to_contract([*bind(*given, **named).arguments.values()])
            if convention.spec.role.is_backward:
                known = self.contents(convention.spec, arguments[-1])
                cache = arguments[-1]
                if known:
                    arguments[-1] = convention.to_contract_cache(self.opened(cache))
                else:
                    arguments[-1] = caches.correct_for(cache, name)
            returned = reference(*arguments)
            if reader is None:
                return convention.pack(returned)
            with contextlib.suppress(Exception):  # its own call may raise anything
                made = convention.unpack(function(*given, **named))[1]
                returned = (*returned[:-1], self._all_mended(reader, made, returned[-1]))
            return convention.pack(returned)

        return correct

    def _reader_of(self, convention: Convention) -> FunctionSpec | None:
        """The file's backward function that reads the private caches of a step."""
        if convention.spec.role is not Role.STEP or not convention.private:
            return None
        functions = self.family.functions.values()
        readers = (f for f in functions if f.forward == convention.spec.name and f.name in self)
        return next(readers, None)

    def _all_mended(self, reader: FunctionSpec, made: Handle, correct: Handle) -> Handle:
        """A step's private cache with correct values under all names that tell what they are; the
        cache itself, where none of them is wrong, or it holds what only its own process has.
        """
        assert isinstance(self.family, RecurrentFamily) and isinstance(correct, tuple)
        opened = self.opened(made)
        values = dict(zip(self.family.cell.cache, correct, strict=True))
        wrong = [*self._wrong_entries(reader, opened, values)]
        for entry in wrong:
            opened = entry.put_into(opened)
        entries = opened.values() if isinstance(opened, Mapping) else entries_of(opened) or ()
        return made if not wrong or any(isinstance(one, Strange) for one in entries) else opened

    def _watched(self, name: str, caches: WatchedCaches) -> Reference:
        convention, reference = self.bound[name].convention, self.family.reference[name]
        function = self.bound[name].function
        bind = inspect.signature(function).bind

        def watched(*given: object, **named: object) -> object:
            arguments = [own(value) for value in bind(*given, **named).arguments.values()]
            correct = reference(*convention.to_contract(arguments))[-1]
            returned = function(*given, **named)
            caches.keep(convention.unpack(returned)[1], correct)
            return returned

        return watched

    def run(self, name: str, places: list[object], named: dict[str, object]) -> object:
        function = self.bound[name].function
        if isinstance(function, RemoteFunction):
            return super().run(name, places, named)

        def call() -> object:
            with self.file.common:
                return outer(function(*places, **named), self.coerced)

        return self.tried(name, named, call)

    def inspected_call(
        self, name: str, places: list[object], named: dict[str, object]
    ) -> InspectedCall:
        function = self.bound[name].function
        if not isinstance(function, RemoteFunction):
            return super().inspected_call(name, places, named)
        inspected = self._inspected_places(name)
        answer = self.tried(name, named, lambda: function.answer(tuple(places), named, inspected))
        return answer.inspected

    def _inspected_places(self, name: str) -> tuple[int, ...]:
        """The places of the arguments whose memory is inspected."""
        bound = self.bound[name]
        places = bound.convention.places[: -len(bound.by_name_only) or None]
        return tuple(n for n, place in enumerate(places) if not place.startswith("cache"))

    def cache_of(self, function: FunctionSpec, arguments: Mapping[str, Tensor]) -> Handle:
        bound = self.bound[function.name]
        if not isinstance(bound.function, RemoteFunction):
            return super().cache_of(function, arguments)
        place = cache_place(bound.convention)
        if place is None:
            return super().cache_of(function, arguments)
        return PendingCache(
            bound.function,
            *bound.arguments(arguments, None),
            count=len(bound.convention.returned),
            place=place,
            call=lambda: super(SubmittedFunctions, self).cache_of(function, arguments),
        )

    def ahead(
        self, function: FunctionSpec, asked: Iterable[Asked]
    ) -> Iterator[tuple[Case, Answers]]:
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
    ) -> Iterator[tuple[Case, Answers]]:
        calls = [self._planned(function, case, tuple(whats)) for case, whats in together]
        inspected = self._inspected_places(function.name)
        remote = self.bound[function.name].function
        assert isinstance(remote, RemoteFunction)
        answers = self.there().ahead(remote, calls, inspected)
        for (case, _), call, answered in zip(together, calls, answers, strict=False):
            if call.cache is not None:
                first = next(iter(answered.values()))
                call.cache.made = first.made if isinstance(first, RemoteAnswer) else None
            results = {
                what: self._remembered(function, call, what, answered[what]) for what in answered
            }
            yield case, {"cache": call.cache, **results}

    def _planned(self, function: FunctionSpec, case: Case, asked: tuple[str, ...]) -> PlannedCall:
        forward = self.family.functions.get(function.forward)
        cache = self.cache_of(forward, case.arguments(forward)) if forward else None
        assert cache is None or isinstance(cache, PendingCache)
        bound = self.bound[function.name]
        return PlannedCall(*bound.arguments(case.arguments(function), cache), asked, cache)

    def _remembered(
        self, function: FunctionSpec, call: PlannedCall, what: str, answer: object
    ) -> object:
        """One answer, as `Subject` remembers it."""
        if what == "contents":
            return super().contents(function, answer)
        try:
            if isinstance(answer, BaseException):
                self.tried(function.name, call.named, partial(_raise, answer))
            assert isinstance(answer, RemoteAnswer)
            if what == "inspected":
                return self.seen(function, call.places, answer.inspected)
            return Returned(*self.unpacked(function, answer.returned))
        except Crash as crash:
            return crash

    def there(self) -> RemoteHome:
        """The other process, for what comes from there."""
        home = self.file.home
        assert is_remote(home)
        return home

    def opened(self, cache: Handle) -> Handle:
        """A cache as it is, wherever it is kept."""
        return self.there().opened(cache) if isinstance(cache, THERE) else cache

    def contents(self, function: FunctionSpec, cache: Handle) -> Contents | None:
        return self._of_opened(function, cache, super().contents)

    def mended(
        self, function: FunctionSpec, cache: Handle, values: Mapping[str, Tensor]
    ) -> Iterator[Handle]:
        opened = self.opened(cache)
        for entry in self._wrong_entries(function, opened, values):
            yield entry.put_into(opened)

    def _wrong_entries(
        self, function: FunctionSpec, opened: Handle, values: Mapping[str, Tensor]
    ) -> Iterator[CacheEntry]:
        """The entries of a cache that are not what its names say, for a backward function."""
        forward, found = self.bound[function.forward], self.file.found
        definition = found[function.forward]
        known: dict[object, Tensor] = {
            name: forward.convention.presented(value)
            for name, one in words_of(forward.convention, definition).items()
            if isinstance(value := values.get(one), np.ndarray)
        }
        if values.keys() >= {*forward.convention.spec.takes}:
            known |= given_names(definition, *forward.arguments(values, None))
        return wrong_entries(opened, found[function.name], known)

    def steps_read(self, function: FunctionSpec, cache: Handle) -> int | None:
        return self._of_opened(function, cache, super().steps_read)

    def _of_opened(
        self, function: FunctionSpec, cache: Handle, seen: Callable[[FunctionSpec, Handle], Value]
    ) -> Value | None:
        """What there is to see in an opened cache, if anybody can look at it."""
        try:
            return seen(function, plain(self.opened(cache), self.coerced))
        except TooLarge:
            return None
        except Ended as error:
            raise self.crash(function.name, self.raised(function.name, error), {}) from None

    def cached_arrays(self, cache: Handle) -> Sequence[Array]:
        if not isinstance(cache, THERE):
            return super().cached_arrays(cache)
        return self.there().arrays_of(cache)

    def keeps_something(self, function: FunctionSpec) -> bool:
        return self.file.keeps_something(function.name)

    def departures(self, function: FunctionSpec) -> tuple[str, ...]:
        named_so = self.file.found[function.name].name == function.name
        return super().departures(function) if named_so else ()

    def coerced(self, kind: str) -> None:
        self.file.coerced(kind)

    def afresh(self) -> bool:
        return self.file.afresh()

    def raised(self, name: str, error: BaseException) -> Raised:
        if isinstance(error, RemoteError):
            ours = error.raised.ours and (
                error.raised.kind != "CalleeAtFault" or self.there().blamed
            )
            forged = error.raised.kind in _OURS and not ours
            return replace(error.raised, kind="Exception") if forged else error.raised
        if isinstance(error, NoProcess):
            raise error  # which says nothing of the submission
        if isinstance(error, Ended):
            if not isinstance(error, Gone):
                self.there().ended[name] = str(error)
            self.work.took(BEGUN_AGAIN + UNHEARD * isinstance(error, Late))
            kind = "OutOfTime" if isinstance(error, Late) else ENDED
            return Raised(kind, str(error), ours=True)
        code = getattr(self.bound[name].function, "__code__", None)
        return raised(error, getattr(code, "co_filename", ""), EXPLAINED)

    def crash(self, name: str, error: Raised, named: Mapping[str, object]) -> Crash:
        crash = super().crash(name, error, named)
        if error.ours:
            crash.message = Message(error.text)
        where = self.file.document.demo_names.get(error.undefined)
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
