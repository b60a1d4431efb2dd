"""Looking at what a call was given and what came of it."""

from __future__ import annotations

import dis
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from types import CellType, FunctionType, MappingProxyType, MethodType, TracebackType
from typing import Any, TypeAlias, TypeGuard, TypeVar

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Snapshot: TypeAlias = Mapping[str, Array] | list[Array]
"""Copies of the arrays of one argument."""
Kind = TypeVar("Kind")

MOST_CACHED = 10_000
"""Arrays looked at in one cache; a cache has about ten for each step."""

LARGEST = 200_000
"""Entries of an array that are looked at; a drawn case has a few hundred."""


NUMBERS = "biufc"
"""The kinds of numpy's types whose values are numbers."""

OTHER_TYPE = re.compile(r"[|<>=]?[SUMmOV]\d{0,3}(\[\w{1,3}\])?")
"""Types of other things, which are told of and not looked at."""

DEEPEST = 40
"""How deep the results of a call may be nested."""


class TooLarge(Exception):
    """A result is larger than anything that a case can give."""


def arrays_in(value: object) -> list[Array]:
    """Every array that can be reached in lists, tuples, dicts, plain objects and closures."""
    found: list[Array] = []
    seen: set[int] = set()
    stack: list[object] = [value]
    while stack and len(seen) < MOST_CACHED:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        array = one if is_of(one, np.ndarray) else None
        if array is not None and array.dtype != object:
            found.append(array)
        elif (items := items_of(one)) is not None:
            stack.extend(entry for _, entry in items)
        elif (entries := entries_of(one)) is not None:
            stack.extend(entries)
        elif array is not None:
            stack.extend(array.flat)
        else:
            stack.extend(_attributes(one))
    return found


def _attributes(value: object) -> Sequence[object]:
    """What an object that serves as a cache holds: a function what it closes over, a small class
    its attributes; a module nothing.
    """
    if is_of(value, FunctionType):
        return [inner for cell in value.__closure__ or () for inner in _inside(cell)]
    if is_of(value, partial):
        return [value.func, *value.args, value.keywords]
    if is_of(value, MethodType):
        return [value.__self__]
    if callable(value) or type(value).__module__ == "builtins":
        return ()
    try:
        slots = [getattr(value, name, None) for name in getattr(type(value), "__slots__", ())]
        return [*getattr(value, "__dict__", {}).values(), *slots]
    except Exception:  # what it answers when it is asked for them is its own affair
        return ()


def _inside(cell: CellType) -> tuple[object, ...]:
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


def snapshot(places: Sequence[object]) -> list[Snapshot]:
    """Copies of every array among a call's arguments, for `changed` to compare with afterwards.

    One snapshot for each argument, in order: a dict for a dict of arrays, else a list of all the
    arrays in it.
    """
    return [
        own(value)
        if isinstance(value, Mapping) and _is_flat(value)
        else [np.array(array) for array in arrays_in(value)]
        for value in places
    ]


def _is_flat(value: Mapping[object, object]) -> bool:
    return all(isinstance(entry, np.ndarray) for entry in value.values())


def changed(before: Sequence[Snapshot], after: Sequence[Snapshot]) -> list[bool]:
    """Of each argument, whether its two snapshots differ: in an entry, a shape, a type or a key."""
    return [not _equal(old, new) for old, new in zip(before, after, strict=True)]


def _equal(old: Snapshot, new: Snapshot) -> bool:
    if isinstance(old, Mapping):
        return (
            isinstance(new, Mapping)
            and old.keys() == new.keys()
            and all(identical(value, new[name]) for name, value in old.items())
        )
    if isinstance(new, Mapping) or len(old) != len(new):
        return False
    return all(map(identical, old, new))


def identical(one: Any, other: Any) -> bool:
    """Whether two arrays are equal entry by entry, NaN being equal to itself."""
    if not (isinstance(one, np.ndarray) and isinstance(other, np.ndarray)):
        return np.array_equal(one, other)
    if one.dtype.kind not in NUMBERS or other.dtype.kind not in NUMBERS:
        return bool(one.dtype == other.dtype and one.shape == other.shape)
    if one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes():
        return True  # by far the quickest way to see it
    return np.array_equal(one, other, equal_nan=True)


def overlap(one: Array, other: Array) -> bool:
    """Whether two arrays share memory; no, where that is too hard to tell."""
    try:
        return np.shares_memory(one, other, max_work=10_000)  # type: ignore[arg-type]  # numpy takes any bound
    except np.exceptions.TooHardError:
        return False


def is_of(value: object, kind: type[Kind]) -> TypeGuard[Kind]:
    """Whether a value is of a class, whatever it answers itself when it is asked."""
    return issubclass(type(value), kind)


def entries_of(value: object) -> list[object] | None:
    """What a tuple or a list really holds, whatever its class says; None for what is neither."""
    if is_of(value, tuple):
        return [*tuple.__iter__(value)]
    return [*list.__iter__(value)] if is_of(value, list) else None


def items_of(value: object) -> list[tuple[object, object]] | None:
    """What a mapping holds, `MOST_CACHED` entries at the most, under keys whose classes say
    nothing; None for what is none, or cannot be read.
    """
    if not issubclass(type(value), Mapping):
        return None
    try:
        items = dict.items(value) if is_of(value, dict) else value.items()  # type: ignore[attr-defined]
        return [(_key(key), entry) for key, entry in islice(items, MOST_CACHED)]
    except Exception:
        return None


def _key(key: object) -> object:
    """A key of Python's own class; of what is no text and no number its class."""
    if is_of(key, str):
        return str.__str__(key)
    return key if type(key) in (int, float, bool) else repr(type(key))


class Strange:
    """An object of which nothing is known but the name of its class."""

    __slots__ = ()


def stranger(name: str) -> Strange:
    """An object that stands for one of a class of that name."""
    kind: type[Strange] = type(name, (Strange,), {"__slots__": ()})
    return kind()


def outer(returned: object, coerced: Callable[[str], None]) -> object:
    """What a function returned, in which a cache may be: its arrays are numpy's own, and a tuple
    or list is Python's own. Anything else in it is as it was, but for what lies about its class.

    ``coerced`` is told the name of any other class of arrays, whose methods could say of its
    numbers what they like. Raises `TooLarge` for what nobody can look at.
    """
    entries = entries_of(returned)
    if entries is None:
        return plain(returned, coerced)
    strange = any(map(_is_strange, entries))
    if not strange and type(returned) in (tuple, list):
        return returned
    looked = [plain(one, coerced) if _is_strange(one) else one for one in entries]
    return tuple(looked) if issubclass(type(returned), tuple) else looked


def _is_strange(value: object) -> bool:
    kind = type(value)
    if is_of(value, np.ndarray):
        return kind is not np.ndarray or _array_is_strange(value)
    try:
        return value.__class__ is not kind
    except Exception:
        return True


def _array_is_strange(array: Array) -> bool:
    return bool(array.size > LARGEST or array.dtype.kind not in NUMBERS)


def plain(value: object, coerced: Callable[[str], None], within: tuple[int, ...] = ()) -> object:
    """A value of arrays, numbers, texts, tuples, lists and dicts of Python's and numpy's own.

    For anything else there is a `Strange` object. ``coerced`` is told of the class of an array that
    was of another. See `outer`. Raises `TooLarge` where there is more in it than is looked at.
    """
    kind = type(value)
    if value is None or kind in (float, int, bool, str):
        return value
    if is_of(value, np.ndarray):
        return _plain_array(value, coerced)
    if issubclass(kind, np.generic):
        return value if np.dtype(kind).kind in NUMBERS else stranger(kind.__name__)
    if id(value) in within:
        return stranger("cycle")
    if len(within) > DEEPEST:
        raise TooLarge("what it returns is nested deeper than anybody can look at")
    within = (*within, id(value))
    entries, items = entries_of(value), items_of(value)
    if entries is not None:
        looked = [plain(one, coerced, within) for one in entries]
        return tuple(looked) if issubclass(kind, tuple) else looked
    if items is not None:
        return {key: plain(one, coerced, within) for key, one in items}
    return stranger(kind.__name__)


def _plain_array(array: Array, coerced: Callable[[str], None]) -> Array:
    if type(array) is not np.ndarray:
        coerced(type(array).__name__)
        array = np.ndarray.view(array, np.ndarray)
    if array.size > LARGEST:
        raise TooLarge(f"it returns an array of the shape {array.shape}, too large to look at")
    return array if array.dtype.kind in NUMBERS else emptied(type_of(array), array.shape)


def type_of(array: Array) -> str:
    """The type of an array that holds no numbers, as numpy writes it (``<U5``), else ``O``."""
    name = array.dtype.str
    return name if OTHER_TYPE.fullmatch(name) else "O"


def emptied(kind: str, shape: Sequence[int]) -> Array:
    """An array of this shape and of a type from `type_of` that holds nothing."""
    return np.zeros(tuple(shape), object if "O" in kind else kind)


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
    """What there is to tell of an exception that came out of a function of that file.

    ``filename`` is the file in whose frames the line is looked for, and ``ours`` are the classes of
    exceptions that are cellcheck's own. Texts are cut to 200 characters.
    """
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
