"""What was seen of the calls that a demonstration makes: shapes, types, and what is the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """A value without most of its numbers.

    ``kind`` is ``array``, ``value`` (a number, text, truth value or None), ``tuple``, ``list``,
    ``dict``, ``name`` (what a module calls by the name ``text``), ``made`` (an object of the class
    ``text``, as it was built) or ``other``. What has the same ``number`` is the same object, and
    what has the same ``digest`` the same entries. ``low`` and ``high`` are the least and the
    largest entry; entries that are ``whole`` have no fraction, and those along the axes ``sums``
    add up to 1. ``text`` is the code of a value, and of a small array. ``names`` are the keys of a
    dict, or the arguments with which an object was made; ``parts`` is what is inside.
    """

    kind: str
    number: int
    dtype: str
    shape: tuple[int, ...]
    low: float
    high: float
    whole: bool
    sums: tuple[int, ...]
    digest: int
    text: str
    names: tuple[str, ...]
    parts: tuple[Seen, ...]

    @property
    def is_real(self) -> bool:
        """Whether it is an array of floating-point numbers, or such a number."""
        return self.dtype[:1] == "f"

    @property
    def is_array(self) -> bool:
        """Whether it is an array."""
        return self.kind == "array"

    @property
    def entries(self) -> dict[str, Seen]:
        """The parts by their names."""
        return dict(zip(self.names, self.parts, strict=False))

    def within(self) -> Iterator[Seen]:
        """It, and all that is inside."""
        yield self
        for part in self.parts:
            yield from part.within()


@dataclass(frozen=True)
class SeenCall:
    """A call: what it was given by the names of its parameters, but for the object of a method.

    ``defaults`` are the names of those that nobody gave. ``rest`` says that more was given, by
    place or by name. What is ``returned`` is None, too, where it raised.
    """

    names: tuple[str, ...]
    values: tuple[Seen, ...]
    defaults: tuple[str, ...]
    rest: bool
    returned: Seen

    @property
    def given(self) -> dict[str, Seen]:
        """What it was given, by name."""
        return dict(zip(self.names, self.values, strict=False))


@dataclass(frozen=True)
class Demonstrated:
    """A call of a forward function, and of its backward function after it.

    ``pair`` is the number of the pair. ``owner`` is the class of the object where they are methods,
    ``built`` that object, ``before`` its attributes before the two calls and ``after`` those after
    them. ``is_joined`` says that the backward function was given something that the forward one
    had, or the same object.
    """

    pair: int
    owner: str
    forward: SeenCall
    backward: SeenCall | None
    built: Seen
    before: Seen
    after: Seen
    is_joined: bool
