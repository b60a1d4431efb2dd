"""Functions that are made in a loop and read what the loop goes over only when they are called."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..code.costs import SIMPLE
from ..code.edit import Edit
from ..code.scope import name
from ..code.source import names_of

Made = ast.Lambda | ast.FunctionDef


def bound_early(tree: ast.FunctionDef) -> Iterator[tuple[Edit, int]]:
    """Each such function with the values of its step for arguments: ``lambda x, k=k: f[k](x)``.

    With each edit comes the ``id`` of the statement that it changes.
    """
    for statement in ast.walk(tree):
        if not isinstance(statement, ast.stmt) or statement is tree:
            continue
        for loop in ast.walk(statement):
            changes = dict(_bound(loop, _targets(loop)))
            if changes:
                yield Edit(SIMPLE, changes), id(statement)


def _targets(loop: ast.AST) -> list[str]:
    """The names that a loop, or what is put together in one, gives values."""
    if isinstance(loop, ast.For):
        return names_of([loop.target], ast.Store)
    return names_of([one.target for one in getattr(loop, "generators", ())], ast.Store)


def _bound(loop: ast.AST, targets: list[str]) -> Iterator[tuple[int, ast.arguments]]:
    for made in ast.walk(loop) if targets else ():
        if isinstance(made, Made):
            given = made.args
            own = {one.arg for one in (*given.args, *given.posonlyargs, *given.kwonlyargs)}
            parts: list[ast.AST] = [made.body] if isinstance(made, ast.Lambda) else [*made.body]
            read = [one for one in names_of(parts) if one in targets and one not in own]
            if read and not given.vararg:
                args = [*given.args, *map(ast.arg, read)]
                defaults = [*given.defaults, *map(name, read)]
                fields = {**dict(ast.iter_fields(given)), "args": args, "defaults": defaults}
                yield id(given), ast.arguments(**fields)
