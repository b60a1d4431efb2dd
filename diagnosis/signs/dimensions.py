"""The dimensions that a failure depends on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, product

import numpy as np

from ...cells.spec import Family, FunctionSpec, RecurrentFamily
from ...strategies import Case, seeded_case
from .runs import Runs

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
    for text in _conditions(common):
        holds = compile(text, "<condition>", "eval")
        if all(eval(holds, {}, dims) == failure for dims, failure in observed):
            return text.replace("==", "=")
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


def _conditions(symbols: list[str]) -> Iterator[str]:
    """Conditions on dimensions, the simplest first."""
    pairs = [*combinations(symbols, 2)]
    simple = [f"{symbol} {sign} 1" for symbol in symbols for sign in ("==", "!=")]
    simple += [f"{one} {sign} {other}" for one, other in pairs for sign in ("!=", "==", ">", "<")]
    sizes = product(symbols, range(2, LARGEST), ("!=", "<", ">"))
    simple += [f"{symbol} {sign} {number}" for symbol, number, sign in sizes]
    yield from simple
    yield from (f"{one} and {other}" for one, other in combinations(simple, 2))
    yield from (f"{one} != {other} and {one} != 1 and {other} != 1" for one, other in pairs)
