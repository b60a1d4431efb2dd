"""What a course gives points for: read from TOML, every mistake in it told with its place.

.. code-block:: toml

    hint = "place"                        # what students' pages may tell
    required = ["lstm_forward"]           # missing, they cost their points (else all of them are)

    [functions]
    softmax = 1

    [functions.lstm_forward]
    points = 4
    partial = 0.25                        # the share that one keeps which fails

    [functions.lstm_forward.laws]         # points that hang on one law each
    results_have_the_shapes_of_the_contract = 1
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Required, TypedDict, TypeGuard

from ..cells import families
from ..cells.spec import FunctionSpec
from ..configuration import HINTS, Misconfigured, toml
from ..properties import PROPERTIES

_TOP = ("hint", "required", "functions")
_OF_FUNCTION = ("points", "partial", "laws")


@dataclass(frozen=True)
class Worth:
    """What one function is worth: its ``points``, those of them that hang on ``laws``, and which
    share of the others, ``partial``, one that fails keeps.
    """

    points: float
    partial: float = 0.0
    laws: Mapping[str, float] = field(default_factory=dict)
    required: bool = True

    @property
    def rest(self) -> float:
        """The points that hang on no law of their own."""
        return self.points - sum(self.laws.values())


@dataclass(frozen=True)
class Rubric:
    """What each function is worth, and how much students are told (see ``--hint``)."""

    functions: Mapping[str, Worth]
    hint: str = HINTS[-1]


class FunctionTable(TypedDict, total=False):
    """What a file says of one function."""

    points: Required[float]
    partial: float
    laws: dict[str, float]


def read_rubric(path: Path) -> Rubric:
    """The rubric of a file. Raises `Misconfigured`, which names each mistake, one a line."""
    document = toml(path)
    mistakes = list(_mistakes(document))
    if mistakes:
        ended = (mistake if mistake.endswith("?") else f"{mistake}." for mistake in mistakes)
        raise Misconfigured("\n".join(f"{path}: {mistake}" for mistake in ended))
    functions = document["functions"]
    required = document.get("required", functions.keys())
    worth = {name: _worth(table, name in required) for name, table in functions.items()}
    return Rubric(worth, document.get("hint", HINTS[-1]))


def a_point_each(functions: Iterable[str]) -> Rubric:
    """The rubric where there is none: a point for each of these functions."""
    return Rubric({name: Worth(1.0) for name in functions})


def _worth(table: FunctionTable | float, required: bool) -> Worth:
    if not isinstance(table, dict):
        return Worth(table, required=required)
    return Worth(table["points"], table.get("partial", 0.0), table.get("laws", {}), required)


def known() -> dict[str, FunctionSpec]:
    """Every function that cellcheck can judge, in the order in which they build on each other."""
    return {name: spec for family in families().values() for name, spec in family.functions.items()}


def _mistakes(document: Mapping[str, object]) -> Iterator[str]:
    """Every mistake, as a sentence without its full stop."""
    yield from _unknown(document, _TOP, "a key", "at the top")
    hint = document.get("hint", HINTS[-1])
    if hint not in HINTS:
        yield f"hint = {hint!r} is none: it can be {', '.join(map(repr, HINTS))}"
    functions = document.get("functions")
    if not isinstance(functions, dict) or not functions:
        yield "it has no table [functions] that gives a function points, such as lstm_forward = 4"
        return
    yield from _unknown(functions, known(), "a function", "in [functions]")
    for name, table in functions.items():
        if name in known():
            yield from _mistakes_of(name, table)
    required = document.get("required", [])
    if not isinstance(required, list):
        yield "required is no list of functions"
        return
    for name in required:
        if not isinstance(name, str) or name not in functions:
            yield f"required names {name!r}, which has no points in [functions]"


def _mistakes_of(name: str, table: object) -> Iterator[str]:
    """The mistakes in what is said of one function."""
    where = f"[functions.{name}]"
    if not isinstance(table, dict):
        if not _is_amount(table):
            yield f"{name} = {table!r} in [functions] is no number of points, 0 or more"
        return
    yield from _unknown(table, _OF_FUNCTION, "a key", f"in {where}")
    points, partial = table.get("points"), table.get("partial", 0)
    if not _is_amount(points):
        said = "has no points" if points is None else f"has points = {points!r}"
        yield f"{where} {said}: it needs a number, 0 or more"
    if not (_is_amount(partial) and partial <= 1):
        yield f"{where} has partial = {partial!r}: it needs a share from 0 to 1"
    laws = table.get("laws", {})
    if not isinstance(laws, dict):
        yield f"laws in {where} is no table of laws with their points"
        return
    yield from _mistakes_of_laws(name, laws, points)


def _mistakes_of_laws(name: str, laws: Mapping[str, object], points: object) -> Iterator[str]:
    where = f"[functions.{name}.laws]"
    yield from _unknown(laws, PROPERTIES, "a law", f"in {where}")
    for law, worth in laws.items():
        if law in PROPERTIES and not PROPERTIES[law].applies(known()[name]):
            yield f"{law} in {where} says nothing about {name}"
        if not _is_amount(worth):
            yield f"{law} = {worth!r} in {where} is no number of points, 0 or more"
    amounts = [worth for worth in laws.values() if _is_amount(worth)]
    if _is_amount(points) and sum(amounts) > points + 1e-9:
        yield f"{where} gives {sum(amounts):g} points, more than the {points:g} of {name}"


def _unknown(table: Iterable[str], known: Iterable[str], kind: str, where: str) -> Iterator[str]:
    names = list(known)
    for name in table:
        if name not in names:
            close = get_close_matches(name, names, n=1)
            meant = f": did you mean {close[0]}?" if close else ""
            yield f"{name!r} {where} is not {kind} that cellcheck knows{meant}"


def _is_amount(value: object) -> TypeGuard[float]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return isfinite(value) and value >= 0
