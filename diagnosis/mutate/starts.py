"""The values with which what a loop renews and fills begins, several wrong at once."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..code.costs import CARRY
from ..code.edit import Edit
from ..code.patterns import put
from ..code.scope import Scope
from ..code.source import names_of

MOST = 200
"""How many ways to begin are tried."""

EACH = 0.02
"""What each value more that is changed adds to the cost."""


def starts(
    before: Sequence[ast.stmt], loop: ast.stmt, scope: Scope, arguments: Collection[str]
) -> Iterator[Edit]:
    """Other values, for two names or more, in the statements ``before`` a loop of the same body.

    ``scope`` is what is there when the loop begins.
    """
    values = dict(_values(before))
    filled = _filled(loop)
    renewed = {*names_of([loop], ast.Store)} & {*names_of([loop])} - filled.keys()
    given = {own: scope.arrays[own] for own in arguments if own in scope.arrays}
    choices: list[list[dict[int, Any]]] = []
    for own, value in values.items():
        others: Iterator[ast.expr] = iter(())
        if own in filled and _is_unfit(value, filled[own], scope.env.get(own), arguments):
            others = (values[one] for one in filled if one in values)
        elif own in renewed:
            others = _first_states(given, scope.numpy())
        unlike = [one for one in others if ast.dump(one) != ast.dump(value)]
        choices.append([{}, *({id(value): one} for one in unlike)])
    ways = list(itertools.islice(itertools.product(*choices), MOST))
    for way in sorted(ways, key=lambda way: sum(map(len, way))):
        changes = {key: new for one in way for key, new in one.items()}
        if len(changes) > 1:
            yield Edit(CARRY + EACH * len(changes), changes)


def _values(before: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """The names that statements give values, several of one statement each with its own."""
    for statement in before:
        match statement:
            case ast.Assign(targets=[ast.Name(id=own)], value=value):
                yield own, value
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                for target, value in zip(names, values, strict=False):
                    if isinstance(target, ast.Name):
                        yield target.id, value


def _filled(loop: ast.stmt) -> dict[str, int]:
    """The names of what a loop stores into by parts, with how many indices it gives."""
    found: dict[str, int] = {}
    for node in ast.walk(loop):
        match node:
            case ast.Subscript(value=ast.Name(id=own), slice=index, ctx=ast.Store()):
                found[own] = len(index.elts) if isinstance(index, ast.Tuple) else 1
    return found


def _is_unfit(value: ast.expr, indices: int, made: Any, arguments: Collection[str]) -> bool:
    """Whether what is filled begins as an argument, or with fewer axes than are given indices."""
    is_given = isinstance(value, ast.Name) and value.id in arguments
    return is_given or (isinstance(made, np.ndarray) and made.ndim < indices)


def _first_states(given: Mapping[str, Any], numpy: str) -> Iterator[ast.expr]:
    """What a state may begin with: an argument of as few axes as any, or as many zeros."""
    fewest = min((array.ndim for array in given.values()), default=0)
    for own, array in given.items():
        if array.ndim == fewest:
            yield ast.Name(own, ast.Load())
            if numpy:
                yield put(f"{numpy}.zeros_like(A)", A=ast.Name(own, ast.Load()))
