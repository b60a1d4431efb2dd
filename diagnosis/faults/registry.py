"""The registry of faults: every name that a diagnosis can have, and which difference it names.

Each theme is a file with its entries. Where several recognise a difference, the first names it: the
themes stand here from the special to the general, and so do the entries in each.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import MappingProxyType

from ..code.differences import same
from . import (
    caches,
    calls,
    language,
    loops,
    names,
    numbers,
    printed,
    results,
    run,
    shapes,
    states,
    terms,
)
from .fault import Difference, Fault, MissingStatement

_THEMES = (
    run,
    language,
    states,
    loops,
    caches,
    results,
    shapes,
    calls,
    terms,
    numbers,
    printed,
    names,
)

UNNAMED = "expression_wrong"
"""The name of what no entry recognises."""


@cache
def faults() -> Mapping[str, Fault]:
    """Every fault by name, in the order in which they are asked."""
    return MappingProxyType({fault.name: fault for theme in _THEMES for fault in theme.FAULTS})


def fault_of(
    wrong: ast.stmt | None, meant: Sequence[ast.stmt], sequence: bool, in_loop: bool
) -> str:
    """The name of the fault that a statement is, where others were meant in its place.

    ``wrong`` is None where a statement is missing at the end of a block. Some of ``meant`` may be
    the statement itself: then what stands beside it is missing.
    """
    if wrong is None or (len(meant) > 1 and any(same(one, wrong) for one in meant)):
        added = [one for one in meant if wrong is None or not same(one, wrong)]
        missing = MissingStatement(added, wrong if meant[-1] is wrong else None, in_loop)
        return _first(lambda fault: fault.missing(missing)) or UNNAMED
    if not meant or isinstance(meant[0], ast.Pass):
        return _first(lambda fault: fault.needless(wrong)) or UNNAMED
    if len(meant) > 1:
        return UNNAMED
    return _of_statement(Difference(wrong, meant[0], wrong, sequence, in_loop))


def _of_statement(statement: Difference) -> str:
    if whole := _first(lambda fault: fault.statement(statement)):
        return whole
    alone = len(statement.pairs) == 1
    context = (statement.sequence, statement.in_loop) if alone else (False, False)
    found = {
        _of_part(Difference(wrong, meant, statement.statement, *context))
        for wrong, meant in statement.pairs
    }
    return found.pop() if len(found) == 1 else UNNAMED


def _of_part(part: Difference) -> str:
    return _first(lambda fault: fault.part(part)) or UNNAMED


def _first(recognises: Callable[[Fault], bool]) -> str | None:
    return next((name for name, fault in faults().items() if recognises(fault)), None)
