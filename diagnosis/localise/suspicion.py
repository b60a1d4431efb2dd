"""Which places of the functions are suspected, and how much."""

from __future__ import annotations

import ast
import traceback
from collections.abc import Sequence

import numpy as np

from ..search.rounds import Round, result_of

PART = 1.0
"""How much less a place is suspected that has a part in some of what is wrong only."""

COMPOSITE = 1.6
"""How much less a place is suspected that has a part in much, such as what is returned."""

LOOP = 0.3
"""The same for what a loop runs over."""

UNSHARED = 0.7
"""How much less a function is suspected that others which fail do not share."""


def suspects(round_: Round) -> list[tuple[float, list[int]]]:
    """The sites to look at, with how unlikely they are: those first whose value reaches all
    that is wrong and nothing else; where the function raises, those by which it does.
    """
    reached = [n for n in range(len(round_.sites)) if n in round_.scopes]
    if round_.crash is not None:
        guilty = raising(round_, reached)
        return [(0.0, guilty), (0.6, [n for n in reached[::-1] if n not in guilty])]
    wrong = frozenset(map(result_of, round_.wrong))
    if not wrong:
        return [(0.0, reached[::-1])]
    some = any(round_.influence.get(number) == wrong for number in reached)
    groups: dict[float, list[int]] = {}
    for number in reached:
        penalty = _penalty(round_, number, wrong, some)
        if penalty is not None:
            groups.setdefault(penalty, []).append(number)
    return sorted(groups.items())


def _penalty(round_: Round, number: int, wrong: frozenset[str], some: bool) -> float | None:
    """How much less a site is suspected; None where it cannot be at fault.

    ``some``: whether the value of some site reaches just what is wrong.
    """
    site, influence = round_.sites[number], round_.influence.get(number)
    if influence is None:
        penalty = LOOP if isinstance(site.statement, ast.For) else COMPOSITE
    elif influence == wrong:
        penalty = 0.0
    elif influence and influence <= wrong:
        penalty = PART if some else 0.0
    elif site.is_part:
        penalty = COMPOSITE
    else:
        return None
    penalty += _later(round_, number) if influence is not None else 0.0
    shared = round_.goal.harness.shared
    return penalty + (UNSHARED if shared and site.function not in shared else 0.0)


def _later(round_: Round, number: int) -> float:
    """How much less a site is suspected for its values: the first difference arises where
    what is read is right and what is computed is not.
    """
    scope, value = round_.scopes[number], round_.sites[number].value
    made = scope.value(value)
    if isinstance(made, int):
        return 0.5  # a size is seldom wrong where it is read off an array
    if not isinstance(made, np.ndarray) or made.dtype.kind != "f" or not made.any():
        return 0.0
    if is_right(round_, number):
        return 0.9
    read = [scope.value(n) for n in ast.walk(value) if isinstance(n, ast.Name | ast.Subscript)]
    arrays = [one for one in read if isinstance(one, np.ndarray) and one.dtype.kind == "f"]
    return 0.0 if all(map(round_.goal.meaning.knows, arrays)) else 0.35


def is_right(round_: Round, number: int) -> bool:
    """Whether the value that a site computes as it stands is one of the reference's."""
    scope, value = round_.scopes.get(number), round_.sites[number].value
    given = isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant)
    computed = given or isinstance(value, ast.BinOp | ast.Call)
    return computed and scope is not None and round_.goal.meaning.knows(scope.value(value))


def raising(round_: Round, reached: Sequence[int]) -> list[int]:
    """The sites on the line that raises, and those that make what it reads."""
    error = round_.crash.__cause__ if round_.crash else None
    frames = traceback.extract_tb(error.__traceback__) if error else []
    places = [(f.name, f.lineno) for f in frames if f.filename == "<changed>"]
    if not places:
        return []
    name, line = places[-1]
    found: list[int] = []
    read: set[str] = set()
    for number in reached[::-1]:
        site = round_.sites[number]
        if site.function != name:
            continue
        stored = {
            ast.unparse(n)
            for n in ast.walk(site.statement)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        here = site.first_line <= (line or 0) <= site.last_line
        if here or (stored & read and not isinstance(site.statement, ast.For)):
            found.append(number)
        if here:
            whole = site.value if isinstance(site.statement, ast.For) else site.statement
            read |= {n.id for n in ast.walk(whole) if isinstance(n, ast.Name)}
    return found
