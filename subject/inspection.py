"""Looking at what a call was given and what came of it."""

from __future__ import annotations

import dis
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import CellType, FunctionType, MappingProxyType, MethodType, TracebackType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]

MOST_CACHED = 10_000
"""Arrays looked at in one cache; a cache has about ten for each step."""

LARGEST = 200_000
"""Entries of an array that are looked at; a drawn case has a few hundred."""


class TooLarge(Exception):
    """A result is larger than anything that a case can give."""


def arrays_in(value: Any) -> list[Array]:
    """Every array that can be reached in lists, tuples, dicts, plain objects and closures."""
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
    """What an object that serves as a cache holds: a function what it closes over, a small class
    its attributes; a module nothing.
    """
    if isinstance(value, FunctionType):
        return [inner for cell in value.__closure__ or () for inner in _inside(cell)]
    if isinstance(value, partial):
        return [value.func, *value.args, value.keywords]
    if isinstance(value, MethodType):
        return [value.__self__]
    if isinstance(value, type) or callable(value) or type(value).__module__ == "builtins":
        return ()
    slots = [getattr(value, name, None) for name in getattr(type(value), "__slots__", ())]
    return [*getattr(value, "__dict__", {}).values(), *slots]


def _inside(cell: CellType) -> tuple[Any, ...]:
    try:
        return (cell.cell_contents,)
    except ValueError:  # it has no value yet
        return ()


def own(value: Any) -> Any:
    """A writable copy of arrays and dicts of them, with which a function may do what it likes."""
    if isinstance(value, np.ndarray):  # asked first: a question about Mapping costs more
        return np.array(value)
    if type(value) in (dict, MappingProxyType) or isinstance(value, Mapping):
        return {name: own(entry) for name, entry in value.items()}
    return value


def snapshot(places: Sequence[Any]) -> list[Any]:
    """Copies of every array among a call's arguments, to compare with afterwards."""
    return [
        own(value)
        if isinstance(value, Mapping) and _is_flat(value)
        else [np.array(array) for array in arrays_in(value)]
        for value in places
    ]


def _is_flat(value: Mapping[Any, Any]) -> bool:
    return all(isinstance(entry, np.ndarray) for entry in value.values())


def changed(before: Sequence[Any], after: Sequence[Any]) -> list[bool]:
    """Of each argument, whether its snapshots differ."""
    return [not _equal(old, new) for old, new in zip(before, after, strict=True)]


def _equal(old: Any, new: Any) -> bool:
    if isinstance(old, Mapping):
        return (
            isinstance(new, Mapping)
            and old.keys() == new.keys()
            and all(identical(value, new[name]) for name, value in old.items())
        )
    return len(old) == len(new) and all(map(identical, old, new))


def identical(one: Any, other: Any) -> bool:
    """Whether two arrays are equal entry by entry, NaN being equal to itself."""
    if not (isinstance(one, np.ndarray) and isinstance(other, np.ndarray)):
        return np.array_equal(one, other)
    if one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes():
        return True  # by far the quickest way to see it
    return np.array_equal(one, other, equal_nan=True)


def overlap(one: Array, other: Array) -> bool:
    """Whether two arrays share memory; no, where that is too hard to tell."""
    try:
        return np.shares_memory(one, other, max_work=10_000)  # type: ignore[arg-type]  # numpy takes any bound
    except np.exceptions.TooHardError:
        return False


def plain(returned: Any, coerced: Callable[[str], None]) -> Any:
    """What a function returned, with arrays of numpy's own class only, and of a mapping what it
    holds in a plain dict.

    ``coerced`` is told the name of any other class of arrays, whose methods could say of its
    numbers what they like. Raises `TooLarge` for an array that nobody can look at.
    """
    kind = type(returned)
    if kind is tuple or kind is list:
        if any(map(_is_strange, returned)):
            return kind(_plain(one, coerced) if _is_strange(one) else one for one in returned)
    elif kind is dict:
        if any(map(_is_strange, returned.values())):
            return {k: _plain(v, coerced) if _is_strange(v) else v for k, v in returned.items()}
    elif isinstance(returned, Mapping):
        entries = dict.items(returned) if isinstance(returned, dict) else returned.items()
        return plain(dict(entries), coerced)
    elif _is_strange(returned):
        return _plain(returned, coerced)
    return returned


def _is_strange(value: Any) -> bool:
    if type(value) is np.ndarray:
        return bool(value.size > LARGEST)
    return isinstance(value, np.ndarray)


def _plain(array: Array, coerced: Callable[[str], None]) -> Array:
    if array.size > LARGEST:
        raise TooLarge(f"it returns an array of the shape {array.shape}, too large to look at")
    if type(array) is not np.ndarray:
        coerced(type(array).__name__)
        array = np.ndarray.view(array, np.ndarray)
    return array


@dataclass(frozen=True)
class Raised:
    """An exception of a submission's: its class, the first line of its text, and where from.

    ``line`` is the last one in the function's own file that led to it. ``undefined`` is the name
    that a `NameError` is about, ``misused`` whether the call itself did not fit, and ``ours``
    whether the class is one of cellcheck's.
    """

    kind: str
    text: str = ""
    line: int | None = None
    undefined: str = ""
    misused: bool = False
    ours: bool = False


def raised(error: BaseException, filename: str, ours: tuple[type, ...] = ()) -> Raised:
    """What there is to tell of an exception that came out of a function of that file."""
    line = _last_line(error, filename)
    text = _first_line(error)
    return Raised(
        kind=type(error).__name__[:100],
        text=text[:200],
        line=line,
        undefined=str(getattr(error, "name", None) or "")[:200] if type(error) is NameError else "",
        misused=line is None and isinstance(error, TypeError) and "argument" in text,
        ours=isinstance(error, ours),
    )


def _last_line(error: BaseException, filename: str) -> int | None:
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            line = line_of(trace, error)
        trace = trace.tb_next
    return line


def line_of(trace: TracebackType, error: BaseException) -> int:
    """The line of one frame of a traceback that an exception comes from.

    Python 3.11 makes one instruction of the end of a line and the start of the next, and tells the
    first line when a name is read on the second that has no value.
    """
    if isinstance(error, UnboundLocalError):
        rest = [
            i for i in dis.get_instructions(trace.tb_frame.f_code) if i.offset >= trace.tb_lasti
        ]
        if len(rest) > 1 and rest[0].opname == "STORE_FAST" and rest[1].positions:
            return rest[1].positions.lineno or trace.tb_lineno
    return trace.tb_lineno


def _first_line(error: BaseException) -> str:
    """The first line of an exception's message; nothing, where that cannot be had."""
    try:
        return next(iter(str(error)[:10_000].strip().splitlines()), "")
    except BaseException:  # the submission's own class of exceptions
        return ""
