"""Where a version of the functions first goes wrong, by what its statements compute."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import numpy as np

from ..search.version import Version
from .suspicion import raising

PLACES = 5
"""How many places are tried for each mistake."""


def targets(version: Version) -> list[int]:
    """The sites to look at: what they read is known, what they compute is not."""
    guilty = raising(version, sorted(version.scopes))[: PLACES - 1]
    guilty += [n for n in headers(version, guilty) if n not in guilty]
    found = [*guilty, *_first_differences(version, guilty)]
    found += [n for n in version.scopes if _is_of_integers(version, n)]
    if version.crash is None:
        found[2:2] = headers(version, found[:2])
        ends = [*_returns(version), *_unpackings(version, found[:2])]
    else:  # where no line raises, what is returned is none of the contract's
        ends = [] if guilty else sorted(version.scopes)[-2:]
    return list(dict.fromkeys([*dict.fromkeys(found[:PLACES]), *ends]))


def _first_differences(version: Version, guilty: Sequence[int]) -> list[int]:
    """The sites that compute something unknown: from what is known first, after those that make
    what several of them read; then from what is unknown, after those that make that.
    """
    doubtful: list[int] = []
    reads: dict[int, set[str]] = {}
    for number, unknown in version.trace.events:
        if not unknown or number in reads or number in doubtful or number in guilty:
            continue
        scope = version.scopes[number]
        nodes = [n for n in ast.walk(version.sites[number].value) if isinstance(n, ast.Name)]
        unknown_names = {n.id for n in nodes if version.goal.tracer.unknown(scope.value(n))}
        if unknown_names:
            doubtful.append(number)
            for earlier in _stores(version, number, unknown_names):
                if earlier not in doubtful and not _is_unknown(version, earlier):
                    doubtful.append(earlier)
        else:
            reads[number] = {n.id for n in nodes}
    shared = {own for names in reads.values() for own in names if _count(reads, own) > 1}
    stores = list(dict.fromkeys(e for n in reads for e in _stores(version, n, shared)))
    common = [*stores[:1], *list(reads)[:2], *stores[1:], *list(reads)[2:]]
    return [*(common if stores else reads), *doubtful]


def headers(version: Version, numbers: Sequence[int]) -> list[int]:
    """The loops that some sites stand in."""
    inside = {id(version.sites[number].statement) for number in numbers}
    return [
        number
        for number, site in enumerate(version.sites)
        if isinstance(site.statement, ast.For | ast.While)
        and number in version.scopes
        and any(id(part) in inside for one in site.statement.body for part in ast.walk(one))
    ]


def _returns(version: Version) -> list[int]:
    sites = enumerate(version.sites)
    return [n for n, s in sites if isinstance(s.statement, ast.Return) and n in version.scopes]


def _unpackings(version: Version, numbers: Sequence[int]) -> list[int]:
    """Where several names get their values at once that some sites read."""
    read = {
        n.id
        for number in numbers
        for n in ast.walk(version.sites[number].statement)
        if isinstance(n, ast.Name)
    }
    return [
        number
        for number, site in enumerate(version.sites)
        if number in version.scopes
        and isinstance(site.statement, ast.Assign)
        and isinstance(target := site.statement.targets[0], ast.Tuple)
        and read & {n.id for n in target.elts if isinstance(n, ast.Name)}
    ]


def _stores(version: Version, number: int, names: set[str]) -> Iterator[int]:
    """The sites before one that store into some names."""
    for earlier, site in enumerate(version.sites[:number]):
        stored = {
            n.id
            for target in getattr(site.statement, "targets", [site.statement])
            for n in ast.walk(target)
            if isinstance(n, ast.Name)
        }
        composite = isinstance(site.statement, ast.For | ast.If | ast.While)
        if stored & names and not composite and earlier in version.scopes:
            yield earlier


def _is_unknown(version: Version, number: int) -> bool:
    return any(place == number and unknown for place, unknown in version.trace.events)


def _is_of_integers(version: Version, number: int) -> bool:
    """Whether a site makes an array that can hold no fractions."""
    made = version.scopes[number].value(version.sites[number].value)
    return isinstance(made, np.ndarray) and made.dtype.kind in "iub"


def _count(reads: dict[int, set[str]], own: str) -> int:
    return sum(own in names for names in reads.values())
