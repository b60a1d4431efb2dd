"""Comparing results, and saying in words how they differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import SupportsFloat

import numpy as np

from ..cells.spec import Role
from ..strategies.case import Array, Case, Tensor
from .errors import Violation
from .message import Message, Name, listed
from .subject import Subject, flat
from .tolerance import largest

EXACT = 1e-13
"""Two results that agree this well need no look at the case's conditioning."""

MEANT = 1e-7
"""What a deliberate guard, such as 1e-8 added to a denominator, may change in a value."""


_VALUES = (Role.HELPER, Role.STEP, Role.SEQUENCE)


def same(subject: Subject, case: Case, name: str, found: Array, expected: Array) -> bool:
    """Whether two results of one name, arrays of one shape, are equal but for rounding.

    They may lie apart by the tolerance of this case, or by what a guard against division by zero
    (`MEANT`) changes in a forward function. Arrays of different shapes are not the same.
    """
    if found.shape != expected.shape:
        return False
    difference = largest(found - expected)
    enough = MEANT if subject.function.role in _VALUES else EXACT
    if difference <= enough * largest(expected):
        return True
    return bool(difference <= subject.tolerance(case, name))


def require_equal(
    subject: Subject,
    case: Case,
    found: Mapping[str, Tensor],
    expected: Mapping[str, Tensor],
    because: str,
    *,
    order: Iterable[str] = (),
    called: Case | None = None,
) -> None:
    """Raises a `Violation` for the first result, in ``order``, that differs.

    ``because`` begins the sentence "..., a_next[0, 1] should be 0.5 and is 0.25". ``called`` is
    the case that the function was called with, where it is not ``case`` itself. Gradients do not
    follow from one another, so that all those at fault are named.
    """
    found, expected = flat(found), flat(expected)
    names = dict.fromkeys([*(name for name in order if name in expected), *expected])
    wrong = (
        name
        for name in names
        if name in found and not same(subject, case, name, found[name], expected[name])
    )
    first = next(wrong, None)
    if first is None:
        return
    others = list(wrong) if subject.function.role.is_backward else []
    wanted = np.asarray(expected[first])
    raise Violation(
        Message(f"{because}, ", worst(first, found[first], wanted), differing_too(others)),
        check="equal",
        tensor=first,
        expected=wanted,
        found=np.array(found[first]),
        tolerance=subject.tolerance(case, first),
        case=called,
    )


def differing_too(others: Sequence[str]) -> Message:
    """``; dWf, dbf differ too`` after a sentence on one result; empty where there is no other."""
    if not others:
        return Message()
    return Message("; ", listed(others), f" {'differ' if others[1:] else 'differs'} too")


def worst(name: str, found: Array, expected: Array) -> Message:
    """``a_next[0, 1] should be 0.5 and is 0.25`` for the entry that differs most.

    Both numbers get as many digits as it takes to tell them apart; arrays of two shapes get the
    sentence of `wrong_shape`.
    """
    if found.shape != expected.shape:
        return wrong_shape(name, found.shape, expected.shape)
    difference = np.abs(found - expected)
    index = np.unravel_index(int(np.argmax(np.nan_to_num(difference, nan=np.inf))), found.shape)
    wanted, is_now = _told_apart(expected[index], found[index])
    return Message(entry(name, index), f" should be {wanted} and is {is_now}")


def wrong_shape(name: str, found: tuple[int, ...], expected: tuple[int, ...]) -> Message:
    """``a_next should have the shape (5, 3) and has (3, 5)``, of the shapes of two arrays."""
    return Message(Name(name), f" should have the shape {expected} and has {found}")


def entry(name: str, index: Sequence[object]) -> Message:
    """``a_next[0, 1]`` for an entry of a result, and the name alone for a number."""
    return Message(Name(name), f"[{', '.join(map(str, index))}]" if index else "")


def _told_apart(one: SupportsFloat, other: SupportsFloat) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to see that they differ."""
    for digits in range(6, 17):
        texts = f"{float(one):.{digits}g}", f"{float(other):.{digits}g}"
        if texts[0] != texts[1]:
            break
    return texts


def number(value: SupportsFloat) -> str:
    """A number for reading, to six digits."""
    return f"{float(value):.6g}"


def near(found: Array, expected: Array) -> bool:
    """Whether two cached values are the same, however they were computed."""
    return np.shape(found) == expected.shape and bool(agreeing(found, expected).all())


def agreeing(found: Array, expected: Array) -> Array:
    """Which entries of two cached values are the same."""
    near_enough: Array = np.abs(found - expected) <= 1e-8 + 1e-4 * np.abs(expected)
    return near_enough
