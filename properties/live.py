"""Functions under test that live in this process."""

from __future__ import annotations

import contextlib
import inspect
import os
import re
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from ..cells.spec import Family, FunctionSpec, RecurrentFamily
from ..strategies.case import Array, Tensor
from .form import Form, own
from .limits import OutOfTime, interruptible, limited
from .subject import Contents, Crash, Handle, Returned, flat

MOST_CACHED = 10_000
"""Arrays looked at in one cache; a cache has about ten for each step."""


@dataclass(frozen=True)
class Bound:
    """A function found for a contract, and how it is to be called."""

    function: Callable[..., Any]
    form: Form
    epsilon: float = float(np.finfo(float).eps)


class LiveFunctions:
    """Functions of this process, called directly. See the protocol `Functions`."""

    def __init__(self, bound: Mapping[str, Bound], family: Family) -> None:
        self.bound = dict(bound)
        self.family = family

    @classmethod
    def plain(cls, family: Family) -> LiveFunctions:
        """A family's reference functions, which have the contract's own form."""
        bound = {
            name: Bound(family.reference[name], Form(spec))
            for name, spec in family.functions.items()
        }
        return cls(bound, family)

    def __contains__(self, name: object) -> bool:
        return name in self.bound

    def results(self, function: FunctionSpec) -> tuple[str, ...]:
        return self.bound[function.name].form.results

    def order(self, function: FunctionSpec) -> tuple[str, ...]:
        return self.results(function)

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
        places, named = bound.form.arguments(arguments, cache)
        before = snapshot(places) if inspect else []
        values, new_cache = bound.form.unpack(self.run(function.name, places, named))
        if not inspect:
            return Returned(values, new_cache)
        names = bound.form.places
        changed = _changed(names, before, snapshot(places))
        return Returned(values, new_cache, changed, _shared(values, names, places))

    def run(self, name: str, places: list[Any], named: dict[str, Any]) -> Any:
        """One call; whatever it raises becomes a `Crash` (but for a person's Ctrl-C)."""
        try:
            with limited():
                return self.bound[name].function(*places, **named)
        except KeyboardInterrupt:
            raise
        except OutOfTime as error:
            raise Crash(str(error), "OutOfTime") from None
        except Crash:
            raise
        except BaseException as error:
            raise self.crash(name, error, named) from None

    def crash(self, name: str, error: BaseException, named: Mapping[str, Any]) -> Crash:
        """What a person is told about an exception of the submission's."""
        code = getattr(self.bound[name].function, "__code__", None)
        lines = [
            frame.lineno
            for frame in traceback.extract_tb(error.__traceback__)
            if code is not None and frame.filename == code.co_filename
        ]
        where = f" (line {lines[-1]})" if lines else ""
        if not lines and isinstance(error, TypeError) and "argument" in _first_line(error):
            text = f"it takes {', '.join(inspect.signature(self.bound[name].function).parameters)}"
            given = ", ".join([*self.bound[name].form.places, *named])
            return Crash(f"{text}; it is called with {given}", "TypeError")
        text = _first_line(error)[:200]
        kind = type(error).__name__
        return Crash(f"it raises {kind}{': ' * bool(text)}{text}{where}", kind)

    def contents(self, function: FunctionSpec, cache: Handle) -> Contents | None:
        assert isinstance(self.family, RecurrentFamily)
        return self.bound[function.name].form.contents(cache, self.family.cell)

    def contract_cache(self, function: FunctionSpec, steps: Contents, x: Array | None) -> Handle:
        assert isinstance(self.family, RecurrentFamily)
        return self.bound[function.name].form.contract_cache(steps, x, self.family.cell)

    def argument(self, function: FunctionSpec, name: str) -> str:
        bound = self.bound[function.name]
        own_names = inspect.signature(bound.function).parameters
        return dict(zip(bound.form.places, own_names, strict=False)).get(name, name)

    def in_own_words(self, function: FunctionSpec, message: str) -> str:
        names = self.bound[function.name].form.own_names
        return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), message)

    def cached_arrays(self, cache: Handle) -> Sequence[Array]:
        return arrays_in(cache)


def _first_line(error: BaseException) -> str:
    """The first line of an exception's message; nothing, where that cannot be had."""
    try:
        return next(iter(str(error)[:10_000].strip().splitlines()), "")
    except Exception:  # the submission's own class of exceptions
        return ""


@cache
def reference_of(family: Family) -> LiveFunctions:
    """A family's reference functions: one object, under which cases keep what it gave."""
    return LiveFunctions.plain(family)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Runs submissions without their warnings and what they print, and interrupts endless calls."""
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        interruptible(),
    ):
        warnings.simplefilter("ignore")
        yield


def arrays_in(value: Any) -> list[Array]:
    """Every array that can be reached in lists, tuples, dicts and plain objects."""
    found: list[Array] = []
    seen: set[int] = set()
    stack = [value]
    while stack and len(seen) < MOST_CACHED:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, np.ndarray) and one.dtype != object:
            found.append(one)
        elif isinstance(one, Mapping):
            stack.extend(one.values())
        elif isinstance(one, list | tuple | np.ndarray):
            stack.extend(one)
        else:
            stack.extend(_attributes(one))
    return found


def _attributes(value: Any) -> Sequence[Any]:
    """The attributes of a small class that serves as a cache; none of a module or function."""
    if isinstance(value, type) or callable(value) or type(value).__module__ == "builtins":
        return ()
    slots = [getattr(value, name, None) for name in getattr(type(value), "__slots__", ())]
    return [*getattr(value, "__dict__", {}).values(), *slots]


def snapshot(places: list[Any]) -> list[Any]:
    """Copies of every array among a call's arguments, to compare with afterwards."""
    return [
        own(value)
        if isinstance(value, Mapping) and _is_flat(value)
        else [np.array(array) for array in arrays_in(value)]
        for value in places
    ]


def _is_flat(value: Mapping[Any, Any]) -> bool:
    return all(isinstance(entry, np.ndarray) for entry in value.values())


def _changed(names: list[str], before: list[Any], after: list[Any]) -> tuple[str, ...]:
    places = zip(names, before, after, strict=True)
    return tuple(name for name, old, new in places if not _equal(old, new))


def _equal(old: Any, new: Any) -> bool:
    if isinstance(old, Mapping):
        return old.keys() == new.keys() and all(
            identical(value, new[name]) for name, value in old.items()
        )
    return len(old) == len(new) and all(map(identical, old, new))


def identical(one: Any, other: Any) -> bool:
    """Whether two arrays are equal entry by entry, NaN being equal to itself."""
    if not (isinstance(one, np.ndarray) and isinstance(other, np.ndarray)):
        return np.array_equal(one, other)
    if one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes():
        return True  # by far the quickest way to see it
    return np.array_equal(one, other, equal_nan=True)


def _shared(
    values: Mapping[str, Tensor], names: list[str], places: list[Any]
) -> tuple[tuple[str, str], ...]:
    results = [(name, v) for name, v in flat(values).items() if isinstance(v, np.ndarray)]
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
        if _overlap(value, array)
    )


def _overlap(one: Array, other: Array) -> bool:
    try:
        return np.shares_memory(one, other, max_work=10_000)  # type: ignore[arg-type]  # numpy takes any bound
    except np.exceptions.TooHardError:
        return False
