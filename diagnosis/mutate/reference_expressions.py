"""The reference's own expressions, in the submission's words, in the place of what it has."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..code.costs import FILLED, NEXT, SLIGHTLY, TRANSLATED
from ..code.edit import Edit, is_read
from ..code.scope import Scope
from ..code.sites import Site, bodies
from ..search.version import Version
from .reference_values import Translator

SHORT = 20
"""Arrays of a formula of which all are tried, whatever their shapes: an activation's."""


def translations(version: Version, site: Site) -> Iterator[Edit]:
    """The reference's expressions in the place of the arrays that a site's value consists of, and
    as a term more of what is written as a sum or a product.
    """
    scope = version.scopes[site]
    translator = Translator(version.goal.meaning, scope)
    is_short = len(version.goal.meaning.arrays) <= SHORT
    for part, shape in _whole_arrays(site.value, scope):
        for made in translator.all(None if is_short else shape):
            yield Edit(TRANSLATED, {id(part): made})
            if isinstance(part, ast.BinOp):
                yield Edit(TRANSLATED - SLIGHTLY, {id(part): ast.BinOp(part, ast.Add(), made)})


def operations(version: Version, site: Site) -> Iterator[Edit]:
    """What the reference does next with an array, where a site reads the array as it is."""
    scope = version.scopes[site]
    translator = Translator(version.goal.meaning, scope)
    for node in ast.walk(site.value):
        if isinstance(node, ast.Name | ast.Subscript) and is_read(node):
            array = scope.value(node)
            if isinstance(array, np.ndarray) and array.dtype.kind == "f":
                for made in translator.next(node):
                    yield Edit(NEXT, {id(node): made})


def fillings(version: Version) -> Iterator[tuple[Site, Edit]]:
    """Arrays that are made and then filled part by part, written as the reference has them; with
    the sites that make them.
    """
    for tree in version.trees.values():
        for body in bodies(tree):
            for run in _filled(body):
                site = version.at.get(id(run[0]))
                if site is None or site not in version.scopes:
                    continue
                value, scope = site.value, version.scopes[site]
                for made in Translator(version.goal.meaning, scope).all(scope.shape(value)):
                    changes: dict[int, Any] = {id(s): [] for s in run[1:]}
                    yield site, Edit(FILLED, {**changes, id(value): made})


def _filled(body: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Runs of statements that make an array and store into parts of it."""
    for place, first in enumerate(body):
        if not (isinstance(first, ast.Assign) and isinstance(first.targets[0], ast.Name)):
            continue
        run: list[ast.stmt] = [first]
        for following in body[place + 1 :]:
            target = following.targets[0] if isinstance(following, ast.Assign) else None
            base = target.value if isinstance(target, ast.Subscript) else None
            if not (isinstance(base, ast.Name) and base.id == first.targets[0].id):
                break
            run.append(following)
        if len(run) > 1:
            yield run


def _whole_arrays(
    value: ast.expr, scope: Scope
) -> Iterator[tuple[ast.expr, tuple[int, ...] | None]]:
    """The arrays that an expression consists of: itself, or the entries of a tuple or dict."""
    if isinstance(value, ast.Tuple | ast.List):
        for part in value.elts:
            yield from _whole_arrays(part, scope)
    elif isinstance(value, ast.Dict):
        for part in value.values:
            yield from _whole_arrays(part, scope)
    elif scope.shape(value) is not None:
        yield value, scope.shape(value)
    elif scope.value(value) is None and isinstance(value, ast.Call | ast.BinOp):
        yield value, None
    elif isinstance(value, ast.Constant) and isinstance(value.value, int | float):
        yield value, None  # all that an array is computed of may be missing
