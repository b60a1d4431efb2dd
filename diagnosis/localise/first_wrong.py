"""Where a version of the functions first goes wrong, by what its statements compute."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import numpy as np

from ..search.rounds import Round
from .computed import Look, Watcher
from .suspicion import raising

PLACES = 5
"""How many places are tried for each mistake."""


def targets(round_: Round, look: Look, watcher: Watcher) -> list[int]:
    """The sites to look at: what they read is known, what they compute is not."""
    guilty = raising(round_, sorted(round_.scopes))[: PLACES - 1]
    guilty += [n for n in headers(round_, guilty) if n not in guilty]
    found = [*guilty, *_first_differences(round_, look, watcher, guilty)]
    found += [n for n in round_.scopes if _is_of_integers(round_, n)]
    if look.crash is None:
        found[2:2] = headers(round_, found[:2])
        ends = [*_returns(round_), *_unpackings(round_, found[:2])]
    else:  # where no line raises, what is returned is none of the contract's
        ends = [] if guilty else sorted(round_.scopes)[-2:]
    return list(dict.fromkeys([*dict.fromkeys(found[:PLACES]), *ends]))


def _first_differences(
    round_: Round, look: Look, watcher: Watcher, guilty: Sequence[int]
) -> list[int]:
    """The sites that compute something unknown: from what is known first, after those that make
    what several of them read; then from what is unknown, after those that make that.
    """
    doubtful: list[int] = []
    reads: dict[int, set[str]] = {}
    for number, unknown in look.events:
        if not unknown or number in reads or number in doubtful or number in guilty:
            continue
        scope = round_.scopes[number]
        nodes = [n for n in ast.walk(round_.sites[number].value) if isinstance(n, ast.Name)]
        unknown_names = {n.id for n in nodes if watcher.unknown(scope.value(n))}
        if unknown_names:
            doubtful.append(number)
            for earlier in _stores(round_, number, unknown_names):
                if earlier not in doubtful and not _is_unknown(look, earlier):
                    doubtful.append(earlier)
        else:
            reads[number] = {n.id for n in nodes}
    shared = {own for names in reads.values() for own in names if _count(reads, own) > 1}
    stores = list(dict.fromkeys(e for n in reads for e in _stores(round_, n, shared)))
    common = [*stores[:1], *list(reads)[:2], *stores[1:], *list(reads)[2:]]
    return [*(common if stores else reads), *doubtful]


def headers(round_: Round, numbers: Sequence[int]) -> list[int]:
    """The loops that some sites stand in."""
    inside = {id(round_.sites[number].statement) for number in numbers}
    return [
        number
        for number, site in enumerate(round_.sites)
        if isinstance(site.statement, ast.For | ast.While)
        and number in round_.scopes
        and any(id(part) in inside for one in site.statement.body for part in ast.walk(one))
    ]


def _returns(round_: Round) -> list[int]:
    sites = enumerate(round_.sites)
    return [n for n, s in sites if isinstance(s.statement, ast.Return) and n in round_.scopes]


def _unpackings(round_: Round, numbers: Sequence[int]) -> list[int]:
    """Where several names get their values at once that some sites read."""
    read = {
        n.id
        for number in numbers
        for n in ast.walk(round_.sites[number].statement)
        if isinstance(n, ast.Name)
    }
    return [
        number
        for number, site in enumerate(round_.sites)
        if number in round_.scopes
        and isinstance(site.statement, ast.Assign)
        and isinstance(target := site.statement.targets[0], ast.Tuple)
        and read & {n.id for n in target.elts if isinstance(n, ast.Name)}
    ]


def _stores(round_: Round, number: int, names: set[str]) -> Iterator[int]:
    """The sites before one that store into some names."""
    for earlier, site in enumerate(round_.sites[:number]):
        stored = {
            n.id
            for target in getattr(site.statement, "targets", [site.statement])
            for n in ast.walk(target)
            if isinstance(n, ast.Name)
        }
        composite = isinstance(site.statement, ast.For | ast.If | ast.While)
        if stored & names and not composite and earlier in round_.scopes:
            yield earlier


def _is_unknown(look: Look, number: int) -> bool:
    return any(place == number and unknown for place, unknown in look.events)


def _is_of_integers(round_: Round, number: int) -> bool:
    """Whether a site makes an array that can hold no fractions."""
    made = round_.scopes[number].value(round_.sites[number].value)
    return isinstance(made, np.ndarray) and made.dtype.kind in "iub"


def _count(reads: dict[int, set[str]], own: str) -> int:
    return sum(own in names for names in reads.values())
