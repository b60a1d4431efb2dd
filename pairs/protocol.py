"""What the laws see of a pair, whether it is made of functions or of methods: how it is run."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from .cases import Array, Values
from .errors import Broken
from .function_text import Code
from .shape_strings import Input

RANDOM = 20
"""What np.random is seeded with before each run: the same input gives the same result."""


@dataclass(frozen=True)
class Ran:
    """One run of a forward function.

    ``results`` are those that are differentiated; ``returned`` all that it gave; ``given`` the
    arrays that it was given, by input; ``state`` where a backward function finds what was kept:
    a cache, or an object. Of a run in another process there are the results alone, and a ``state``
    that stands for all else.
    """

    results: tuple[Array, ...]
    returned: Any = None
    given: Mapping[str, Array] = field(default_factory=dict)
    state: Any = None


@dataclass(frozen=True)
class Gradients:
    """What a backward function gave: arrays by input, and how code reads each from ``result``.

    ``live`` are those that stay where they are, as attributes of an object.
    """

    arrays: Mapping[str, Array]
    access: Mapping[str, str]
    live: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Written:
    """What a function writes to that it was given, and at which line, if that is seen."""

    what: str
    line: int | None = None


@dataclass(frozen=True)
class Sketch:
    """The code of two calls, without the arrays: what stands before the cotangents are given their
    names, those names with the number of each, and what stands after it.
    """

    before: tuple[str, ...]
    cotangents: tuple[tuple[str, int], ...]
    after: tuple[str, ...]
    constants: Mapping[str, object] = field(default_factory=dict)


class Pair(Protocol):
    """A forward and a backward function that can be run on the values of a case, in this process
    or in another. What they raise comes as a `Crash`.
    """

    @property
    def forward(self) -> Code:
        """What is known of the forward function."""

    @property
    def backward(self) -> Code:
        """The same of the backward function; of the forward one where it gives the gradients."""

    @property
    def inputs(self) -> Mapping[str, Input]:
        """The inputs by name."""

    @property
    def alone(self) -> bool:
        """Whether the forward function gives the gradients."""

    @property
    def unit(self) -> bool:
        """Whether the cotangent is always 1: the backward function takes none."""

    @property
    def is_object(self) -> bool:
        """Whether what a backward function needs is kept in an object."""

    def run(self, values: Values) -> Ran:
        """Run the forward function, on copies."""

    def repeat(self, ran: Ran, values: Values) -> Ran:
        """Run the forward function again, on the same object where there is one."""

    def gradients(self, ran: Ran, cotangents: tuple[Array, ...]) -> Gradients:
        """Run the backward function after it. Raises `Broken` where it gives no gradients."""

    def forward_writes(self, values: Values) -> Written | None:
        """What the forward function writes to."""

    def backward_writes(self, values: Values, cotangents: tuple[Array, ...]) -> Written | None:
        """What the backward function writes to."""

    def overwritten(self, values: Values, cotangents: tuple[Array, ...], others: Values) -> str:
        """What calls with ``others`` change of what calls with ``values`` gave: an input by whose
        gradient that is, ``cache``, or nothing.
        """

    def sketch(self, values: Values) -> Sketch | None:
        """Code that calls both and names what comes of it ``result``, where there is such."""

    def raises(self, text: str) -> bool:
        """Whether code raises that calls the functions by their names."""

    def tell(self, note: str) -> None:
        """Keep a note."""

    def notes(self) -> list[str]:
        """What is to be said of how the pair is run."""


def array_of(gradient: object, name: str, who: str) -> Array:
    """A gradient as an array of real numbers; `Broken` where it is none."""
    try:
        array = np.asarray(gradient)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind in "iub":
        raise Broken(
            f"{who} gives a gradient by {name} of the type {array.dtype}, which should hold "
            f"floating-point numbers",
            name,
        )
    if array.dtype.kind not in "fc":
        raise Broken(f"{who} gives as the gradient by {name} {_what(gradient)}, no array", name)
    return array


def _what(thing: object) -> str:
    return "None" if thing is None else f"a {type(thing).__name__}"


def plain(array: Array) -> Any:
    """An array to be given to code: a number where it has no axis."""
    return array[()] if array.ndim == 0 else array.copy()


def nested(names: tuple[str, ...], values: Mapping[str, object], prefix: str) -> Any:
    """What one argument gets: an array, or a dict of arrays, one inside another."""
    if names == (prefix,):
        return values[prefix]
    parts: dict[str, Any] = {}
    for name in names:
        *path, key = name.removeprefix(f"{prefix}.").split(".")
        inner = parts
        for step in path:
            inner = inner.setdefault(step, {})
        inner[key] = values[name]
    return parts


def same(one: object, other: object, depth: int = 0) -> bool:
    """Whether two things hold equal numbers, to the last bit, however deep."""
    if one is other or depth > 12:
        return True
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        if one.dtype == object or one.shape != other.shape:
            return bool(one.shape == other.shape)
        return bool(np.array_equal(one, other, equal_nan=one.dtype.kind in "fc"))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[k], other[k], depth + 1) for k in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(
            same(a, b, depth + 1) for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, int | float | np.number) and isinstance(other, int | float | np.number):
        return bool(one == other) or bool(one != one and other != other)
    if hasattr(one, "__dict__") and type(one) is type(other) and not callable(one):
        return same(vars(one), vars(other), depth + 1)
    return True


def copied(thing: object) -> Any:
    """A deep copy; the thing itself where it cannot be copied."""
    try:
        return copy.deepcopy(thing)
    except Exception:  # whatever a class's own way of copying raises
        return thing
