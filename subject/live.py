"""Functions under test that live in this process."""

from __future__ import annotations

import contextlib
import inspect
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import islice
from types import FunctionType
from typing import Any, TypeVar

import numpy as np

from ..cells.spec import Family, FunctionSpec, RecurrentFamily
from ..strategies.case import Array, Case, Tensor
from .budget import Work
from .conventions import Convention
from .conventions.contract import Contract
from .errors import Crash
from .inspection import (
    Raised,
    TooLarge,
    arrays_in,
    changed,
    identical,
    outer,
    overlap,
    own,
    plain,
    raised,
    snapshot,
)
from .limits import OutOfTime, interruptible, limited, longest, shorter
from .message import Message, listed
from .subject import Answers, Asked, Contents, Handle, Returned, flat

__all__ = ["Bound", "LiveFunctions", "arrays_in", "identical", "quiet", "reference_of", "snapshot"]


Value = TypeVar("Value")

MOST_COMPARED = 200
"""Results of one call that are compared with each other; a contract has a few dozen at most."""


@dataclass(frozen=True)
class Bound:
    """A function found for a contract, and how it is to be called; ``remark`` is what the message
    of a failure adds of how it is written.
    """

    function: Callable[..., object]
    convention: Convention
    epsilon: float = float(np.finfo(float).eps)
    remark: str = ""

    @cached_property
    def by_name_only(self) -> tuple[str, ...]:
        """The arguments that stand last in a call and are taken by name only."""
        if _has_places_only(self.function):
            return ()  # which is much quicker to see
        try:
            taken = [*inspect.signature(self.function).parameters.values()]
        except (TypeError, ValueError):  # not every callable has one
            return ()
        taken = taken[: len(self.convention.places)]
        return tuple(one.name for one in taken if one.kind is one.KEYWORD_ONLY)

    def arguments(
        self, given: Mapping[str, Tensor], cache: Handle
    ) -> tuple[list[object], dict[str, object]]:
        """The arguments of a call, by place and by name."""
        places, named = self.convention.arguments(given, cache)
        if not self.by_name_only:
            return places, named
        by_place = len(places) - len(self.by_name_only)
        by_name = dict(zip(self.by_name_only, places[by_place:], strict=True))
        return places[:by_place], by_name | named


def _has_places_only(function: Callable[..., object]) -> bool:
    """Whether a function is a plain one, not decorated, that takes no argument by name only."""
    is_bare = isinstance(function, FunctionType) and not vars(function)
    return is_bare and not function.__code__.co_kwonlyargcount


@dataclass(frozen=True)
class InspectedCall:
    """What a call returned, which of its arguments it changed, and what tells shared memory, and
    whether the result of an earlier call in the place of one has changed.
    """

    returned: object
    changed: list[bool]
    overlap: Callable[[Array, Array], bool]
    is_overwritten: Callable[[Array], bool] = lambda one: False


class LiveFunctions:
    """Functions of this process, called directly. See the protocol `Functions`.

    ``work`` counts the calls that are slow or come to no end.
    """

    def __init__(
        self, bound: Mapping[str, Bound], family: Family, work: Work | None = None
    ) -> None:
        self.bound = dict(bound)
        self.family = family
        self.work = work or Work()
        self._earlier: dict[str, Mapping[str, tuple[Array, Array]]] = {}

    @classmethod
    def plain(cls, family: Family) -> LiveFunctions:
        """A family's reference functions, which have the contract's own form."""
        cell = family.cell if isinstance(family, RecurrentFamily) else None
        bound = {
            name: Bound(family.reference[name], Contract(spec, cell))
            for name, spec in family.functions.items()
        }
        return cls(bound, family)

    def __contains__(self, name: object) -> bool:
        return name in self.bound

    def results(self, function: FunctionSpec) -> tuple[str, ...]:
        return self.bound[function.name].convention.results

    def order(self, function: FunctionSpec) -> tuple[str, ...]:
        returned = self.bound[function.name].convention.returned
        return tuple(name for name in returned if name in function.returns)

    def is_private(self, function: FunctionSpec) -> bool:
        return self.bound[function.name].convention.private

    def has_cache(self, function: FunctionSpec) -> bool:
        return "cache" in self.bound[function.name].convention.returned

    def epsilon(self, function: FunctionSpec) -> float:
        return self.bound[function.name].epsilon

    def call(
        self,
        function: FunctionSpec,
        arguments: Mapping[str, Tensor],
        cache: Handle = None,
        *,
        inspect: bool = False,
    ) -> Returned:
        bound = self.bound[function.name]
        places, named = bound.arguments(arguments, cache)
        if not inspect:
            values, made = self.unpacked(function, self.run(function.name, places, named))
            return Returned(own(values), made)  # whatever a later call writes over
        return self.seen(function, places, self.inspected_call(function.name, places, named))

    def seen(
        self, function: FunctionSpec, places: list[object], inspected: InspectedCall
    ) -> Returned:
        """What an inspecting call gave."""
        values, new_cache = self.unpacked(function, inspected.returned)
        names = self.bound[function.name].convention.places[: len(places)]
        changes = tuple(n for n, differs in zip(names, inspected.changed, strict=True) if differs)
        shared = _shared(values, names, places, inspected.overlap)
        overwritten = self._overwritten(function, values, inspected.is_overwritten)
        return Returned(values, new_cache, changes, shared, overwritten)

    def _overwritten(
        self,
        function: FunctionSpec,
        values: Mapping[str, Tensor],
        there: Callable[[Array], bool],
    ) -> tuple[str, ...]:
        """The results of the inspected call before that have changed since, here or ``there``."""
        arrays = {n: v for n, v in flat(values).items() if isinstance(v, np.ndarray)}
        before = self._earlier.get(function.name, {})
        self._earlier[function.name] = {name: (v, np.array(v)) for name, v in arrays.items()}
        here = [name for name, (value, was) in before.items() if not identical(value, was)]
        return (*here, *(name for name, value in arrays.items() if there(value)))

    def unpacked(
        self, function: FunctionSpec, returned: object
    ) -> tuple[dict[str, Tensor], Handle]:
        """The results by the contract's names, made of plain values only, and the cache."""
        values, new_cache = self.bound[function.name].convention.unpack(returned)
        if all(type(value) is np.ndarray for value in values.values()):
            return values, new_cache

        def plain_values() -> dict[str, Tensor]:
            return {name: plain(value, self.coerced) for name, value in values.items()}

        return self.tried(function.name, {}, plain_values), new_cache

    def cache_of(self, function: FunctionSpec, arguments: Mapping[str, Tensor]) -> Handle:
        return self.call(function, arguments).cache

    def ahead(
        self, function: FunctionSpec, asked: Iterable[Asked]
    ) -> Iterator[tuple[Case, Answers]]:
        """None: nothing is gained by it here."""
        return iter(())

    def inspected_call(
        self, name: str, places: list[object], named: dict[str, object]
    ) -> InspectedCall:
        """One call, with what it changed and what shares memory."""
        before = snapshot(places)
        returned = self.run(name, places, named)
        return InspectedCall(returned, changed(before, snapshot(places)), overlap)

    def run(self, name: str, places: list[object], named: dict[str, object]) -> object:
        """One call's results."""
        function = self.bound[name].function
        return self.tried(name, named, lambda: outer(function(*places, **named), self.coerced))

    def tried(self, name: str, named: Mapping[str, object], call: Callable[[], Value]) -> Value:
        """What a call gives; whatever it raises becomes a `Crash` (but for a person's Ctrl-C)."""
        given_up = self.work.given_up(name)
        if given_up:
            raise Crash(given_up, "OutOfTime")
        seconds = self.work.allowed(name, longest())
        try:
            with shorter(seconds), limited() as watched:
                returned = call()
            self.work.took(watched.counts)
            return returned
        except KeyboardInterrupt:
            raise
        except OutOfTime as error:
            raise Crash(self.work.was_late(name, seconds, str(error)), "OutOfTime") from None
        except TooLarge as error:
            raise Crash(str(error)) from None
        except Crash:
            raise
        except BaseException as error:
            told = self.raised(name, error)
            if told.ours and told.kind == "OutOfTime":
                told = replace(told, text=self.work.was_late(name, seconds, told.text))
            raise self.crash(name, told, named) from None

    def coerced(self, kind: str) -> None:
        """Is told of results of another class than numpy's own."""

    def raised(self, name: str, error: BaseException) -> Raised:
        """What there is to tell of an exception that came out of a function."""
        code = getattr(self.bound[name].function, "__code__", None)
        return raised(error, getattr(code, "co_filename", ""))

    def crash(self, name: str, error: Raised, named: Mapping[str, object]) -> Crash:
        """What a person is told about an exception of the submission's."""
        if error.misused:
            takes = _named(inspect.signature(self.bound[name].function))
            given = listed([*self.bound[name].convention.places, *named])
            return Crash(Message(f"it takes {takes}; it is called with ", given), "TypeError")
        where = f" (line {error.line})" if error.line else ""
        text = f"it raises {error.kind}{': ' * bool(error.text)}{error.text}{where}"
        return Crash(text, error.kind, error.line)

    def afresh(self) -> bool:
        """Loads the code anew, so that it knows of no earlier call; False where that cannot be."""
        return False

    def contents(self, function: FunctionSpec, cache: Handle) -> Contents | None:
        return self.bound[function.name].convention.contents(cache)

    def mended(
        self, function: FunctionSpec, cache: Handle, values: Mapping[str, Tensor]
    ) -> Iterator[Handle]:
        """None: nothing is known here of what an author calls the entries."""
        return iter(())

    def steps_read(self, function: FunctionSpec, cache: Handle) -> int | None:
        return self.bound[function.name].convention.steps_read(cache)

    def contract_cache(self, function: FunctionSpec, steps: Contents, x: Array | None) -> Handle:
        return self.bound[function.name].convention.contract_cache(steps, x)

    def argument(self, function: FunctionSpec, name: str) -> str:
        bound = self.bound[function.name]
        own_names = inspect.signature(bound.function).parameters
        return dict(zip(bound.convention.places, own_names, strict=False)).get(name, name)

    def presented(
        self, function: FunctionSpec, arguments: Mapping[str, Tensor]
    ) -> dict[str, Tensor]:
        bound = self.bound[function.name]
        places, named = bound.arguments(arguments, None)
        own_names = inspect.signature(bound.function).parameters
        found: dict[str, Any] = dict(zip(own_names, places, strict=False)) | named
        return {name: value for name, value in found.items() if value is not None}

    def suited(self, function: FunctionSpec, case: Case) -> Case:
        return self.bound[function.name].convention.suited(case)

    def keeps_something(self, function: FunctionSpec) -> bool:
        return False  # of the functions of cells

    def departures(self, function: FunctionSpec) -> tuple[str, ...]:
        return self.bound[function.name].convention.departures

    def remark(self, function: FunctionSpec) -> str:
        bound = self.bound[function.name]
        return bound.convention.remark or bound.remark

    def own_names(self, function: FunctionSpec) -> Mapping[str, str]:
        return self.bound[function.name].convention.own_names

    def cached_arrays(self, cache: Handle) -> Sequence[Array]:
        return arrays_in(cache)


def _named(signature: inspect.Signature) -> str:
    """The names of arguments, with the ``*`` after which they are taken by name only."""
    names = [*signature.parameters]
    by_name = [p.name for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY]
    if by_name:
        names.insert(names.index(by_name[0]), "*")
    return ", ".join(names)


@cache
def reference_of(family: Family) -> LiveFunctions:
    """A family's reference functions: one object, under which cases keep what it gave."""
    return LiveFunctions.plain(family)


@contextlib.contextmanager
def quiet(*, here: bool = True) -> Iterator[None]:
    """Runs submissions without their warnings and what they print, and interrupts endless calls.

    ``here`` says whether they run in this process: only then can their calls be interrupted.
    """
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        interruptible() if here else contextlib.nullcontext(),
    ):
        warnings.simplefilter("ignore")
        yield


def _shared(
    values: Mapping[str, Tensor],
    names: list[str],
    places: list[object],
    overlap: Callable[[Array, Array], bool],
) -> tuple[tuple[str, str], ...]:
    arrays = islice(flat(values).items(), MOST_COMPARED)
    results = [(name, v) for name, v in arrays if isinstance(v, np.ndarray)]
    given = [
        (name, array)
        for name, value in zip(names, places, strict=True)
        if not name.startswith("cache")
        for array in arrays_in(value)
    ]
    return tuple(
        (name, other)
        for i, (name, value) in enumerate(results)
        for other, array in (*results[:i], *given)
        if overlap(value, array)
    )
