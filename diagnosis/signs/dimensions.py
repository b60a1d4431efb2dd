"""The dimensions that a failure depends on."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

import numpy as np

from ...cells.spec import Family, FunctionSpec, RecurrentFamily
from ...strategies import Case, seeded_case
from .runs import Runs

Dims = Mapping[str, int]
Condition = tuple[str, Callable[[Dims], bool]]

_SIGNS: Mapping[str, Callable[[int, int], object]] = {
    "!=": operator.ne,
    "=": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}

LARGEST = 8
"""The largest number that is looked at as a dimension written out; the course's are smaller."""

PROBES = 40
"""Further cases, of dimensions drawn at random, that a condition must explain as well."""


def condition(runs: Runs, fails: Callable[[Case], bool]) -> str | None:
    """When a function fails, in terms of its dimensions: empty for always, None if no simple
    condition tells it on every drawn case and on further ones.
    """
    family = runs.harness.family
    cases = [*runs.cases, *_probes(family)]
    observed = [(sizes_of(family, runs.spec, case), fails(case)) for case in cases]
    failed = [dims for dims, failure in observed if failure]
    if len(failed) == len(observed):
        return ""
    if len(failed) < 2:
        return None
    common = [symbol for symbol in failed[0] if all(symbol in dims for dims, _ in observed)]
    for text, holds in _conditions(common):
        if all(holds(dims) == failure for dims, failure in observed):
            return text
    return None


def sizes_of(family: Family, function: FunctionSpec, case: Case) -> dict[str, int]:
    """The dimensions of all that a call depends on."""
    forward = family.functions.get(function.forward)
    return {**(case.dims_of(forward) if forward else {}), **case.dims_of(function)}


def _probes(family: Family) -> Iterator[Case]:
    if not isinstance(family, RecurrentFamily):
        return
    symbols = sorted(family.cell.dimensions)
    random = np.random.default_rng(0)
    for seed in range(PROBES):
        sizes = random.integers(1, 7, len(symbols)).tolist()
        yield seeded_case(family, dict(zip(symbols, sizes, strict=True)), seed)


def _conditions(symbols: list[str]) -> Iterator[Condition]:
    """Conditions on dimensions, the simplest first."""
    simple = [*_comparisons(symbols)]
    yield from simple
    for pair in combinations(simple, 2):
        yield _both(*pair)
    for one, other in combinations(symbols, 2):
        yield _both(_compared(one, "!=", other), _both(_is(one, "!=", 1), _is(other, "!=", 1)))


def _comparisons(symbols: list[str]) -> Iterator[Condition]:
    yield from (_is(symbol, sign, 1) for symbol in symbols for sign in ("=", "!="))
    for one, other in combinations(symbols, 2):
        yield from (_compared(one, sign, other) for sign in _SIGNS)
    for symbol in symbols:
        for number in range(2, LARGEST):
            yield from (_is(symbol, sign, number) for sign in ("!=", "<", ">"))


def _is(symbol: str, sign: str, number: int) -> Condition:
    compare = _SIGNS[sign]
    return f"{symbol} {sign} {number}", lambda dims: bool(compare(dims[symbol], number))


def _compared(one: str, sign: str, other: str) -> Condition:
    compare = _SIGNS[sign]
    return f"{one} {sign} {other}", lambda dims: bool(compare(dims[one], dims[other]))


def _both(one: Condition, other: Condition) -> Condition:
    return f"{one[0]} and {other[0]}", lambda dims: one[1](dims) and other[1](dims)
