"""Which places of the functions are suspected, and how much."""

from __future__ import annotations

import ast
import traceback

import numpy as np

from ..code.costs import (
    COMPOSITE,
    ELSEWHERE,
    FROM_WRONG,
    LOOP,
    ONLY,
    PART,
    RIGHT,
    SIZE,
    UNUSED,
)
from ..code.scope import Scope
from ..code.sites import Site
from ..code.source import names_of
from ..search.harness import result_of
from ..search.version import Version


def suspects(version: Version) -> list[tuple[float, Site]]:
    """The sites to look at, with how unlikely they are: those first whose value reaches all
    that is wrong and nothing else; where the function raises, those by which it does.
    """
    if version.trace.crash is not None:
        guilty = raising(version)
        others = [(ELSEWHERE, site) for site in version.reached[::-1] if site not in guilty]
        return [*((0.0, site) for site in guilty), *others]
    wrong = frozenset(map(result_of, version.wrong))
    if not wrong:
        return [(0.0, site) for site in version.reached[::-1]]
    some = any(version.influence.get(site) == wrong for site in version.reached)
    penalties = {site: _penalty(version, site, wrong, some) for site in version.reached}
    exact = [site for site in penalties if version.influence.get(site) == wrong]
    for site in exact if len(exact) == 1 else ():
        penalties[site] = min(penalties[site] or 0.0, ONLY)
    found = ((penalty, site) for site, penalty in penalties.items() if penalty is not None)
    return sorted(found, key=lambda one: one[0])


def _penalty(version: Version, site: Site, wrong: frozenset[str], some: bool) -> float | None:
    """How much less a site is suspected; None where it cannot be at fault.

    ``some``: whether the value of some site reaches just what is wrong.
    """
    influence = version.influence.get(site)
    if influence is None:
        return LOOP if isinstance(site.statement, ast.For) else COMPOSITE
    if _computes_nothing(site):  # what was to be added may be missing where a name is given
        return COMPOSITE if isinstance(site.statement, ast.Return) else PART
    if influence == wrong:
        return _later(version, site)
    if influence and influence <= wrong:
        return (PART if some else 0.0) + _later(version, site)
    if not influence and isinstance(site.statement, ast.Expr):
        return UNUSED
    if site.is_part or len(getattr(site.statement, "targets", ())) > 1:
        return COMPOSITE  # one array under two names, or a view of one, that may be changed
    if influence & wrong and _is_stacked(site.value, version.scopes[site]):
        return COMPOSITE  # of parts side by side, some may be right
    if influence & wrong and (site.depth or "IfExp" in ast.dump(site.value)):
        return COMPOSITE  # of steps, some may be right
    return None


def _computes_nothing(site: Site) -> bool:
    """Whether a statement gives a value another name, or gives it back; a loop hands it on."""
    is_bare = isinstance(site.value, ast.Name) and isinstance(
        site.statement, ast.Assign | ast.Return
    )
    return is_bare and not site.depth


def _is_stacked(value: ast.AST, scope: Scope) -> bool:
    """Whether an array is put together from several in a call, as gates are stacked."""
    return any(
        isinstance(node, ast.Call)
        and bool(node.args)
        and isinstance(node.args[0], ast.Tuple | ast.List)
        and len(node.args[0].elts) > 1
        and all(scope.shape(part) for part in node.args[0].elts)
        for node in ast.walk(value)
    )


def _later(version: Version, site: Site) -> float:
    """How much less a site is suspected for its values: the first difference arises where
    what is read is right and what is computed is not.
    """
    scope, value = version.scopes[site], site.value
    made = scope.value(value)
    if isinstance(made, int):
        return SIZE  # a size is seldom wrong where it is read off an array
    if not isinstance(made, np.ndarray) or made.dtype.kind != "f" or not made.any():
        return 0.0
    if is_right(version, site):
        return RIGHT
    read = [scope.value(n) for n in ast.walk(value) if isinstance(n, ast.Name | ast.Subscript)]
    arrays = [one for one in read if isinstance(one, np.ndarray) and one.dtype.kind == "f"]
    return 0.0 if all(map(version.goal.meaning.knows, arrays)) else FROM_WRONG


def is_right(version: Version, site: Site) -> bool:
    """Whether the value that a site computes as it stands is one of the reference's."""
    scope, value = version.scopes.get(site), site.value
    given = isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant)
    computed = given or isinstance(value, ast.BinOp | ast.Call)
    return computed and scope is not None and version.goal.has_right(site, scope.value(value))


def raising(version: Version) -> list[Site]:
    """The sites on the line that raises, and those that make what it reads."""
    error = version.trace.crash.__cause__ if version.trace.crash else None
    frames = traceback.extract_tb(error.__traceback__) if error else []
    places = [(f.name, f.lineno) for f in frames if f.filename == "<changed>"]
    if not places:
        return []
    name, line = places[-1]
    found: list[Site] = []
    read: set[str] = set()
    for site in version.reached[::-1]:
        if site.function != name:
            continue
        stored = {*names_of([site.statement], ast.Store)}
        here = site.first_line <= (line or 0) <= site.last_line
        if here or (stored & read and not isinstance(site.statement, ast.For)):
            found.append(site)
        if here:
            whole = site.value if isinstance(site.statement, ast.For) else site.statement
            read |= {*names_of([whole], ast.expr_context)}
    return found
