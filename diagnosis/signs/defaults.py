"""Default arguments that are made once and collect from call to call."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..code.costs import SIMPLE
from ..code.edit import Edit
from .runs import Runs, Sign

MAKING = frozenset(("list", "dict", "set", "deque", "defaultdict"))


def kept_defaults(runs: Runs) -> Iterator[Sign]:
    """A list or a dict that is an argument's default: it is the same one in every call."""
    for source in runs.sources:
        if source.is_table:
            continue
        first = _first_statement(source.tree)
        for own, default in _defaults(source.tree.args):
            if first is not None and _collects(default):
                begin = ast.Assign([ast.Name(own, ast.Store())], default)
                what = (
                    f"the default of `{own}` is made once, where the function is defined, and kept "
                    "from call to call; it has to begin anew in each"
                )
                edits = [Edit(SIMPLE, {id(first): [begin, first]})]
                yield Sign(source, "default_kept", what, edits)


def _first_statement(tree: ast.FunctionDef) -> ast.stmt | None:
    """The first statement of a function after what it says of itself."""
    body = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    return body[0] if body else None


def _defaults(given: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """The arguments that have a default, with it."""
    places = [*given.posonlyargs, *given.args]
    for one, default in zip(places[::-1], given.defaults[::-1], strict=False):
        yield one.arg, default
    for one, named in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        if named is not None:
            yield one.arg, named


def _collects(default: ast.expr) -> bool:
    """Whether a default is made, and can be added to."""
    if isinstance(default, ast.Call):
        return isinstance(default.func, ast.Name) and default.func.id in MAKING
    return isinstance(default, ast.List | ast.Dict | ast.Set)
