"""Whether the code of a function writes to what outlives a call."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from .trees import once, parts_of

_WRITES = {
    *("append", "appendleft", "extend", "insert", "add", "update", "setdefault"),
    *("pop", "popleft", "popitem", "remove", "discard", "clear", "send"),
}
"""Methods that change what they are called on."""


@once
def written_outside(node: ast.AST) -> frozenset[str]:
    """The names of variables that a function gives a value, and of objects that it changes, though
    it did not make them: a global, a default argument, the function itself.
    """
    parts = parts_of(node)
    names = [part for part in parts if isinstance(part, ast.Name)]
    stored = {part.id for part in names if not isinstance(part.ctx, ast.Load)}
    shared = {name for part in parts if isinstance(part, ast.Global) for name in part.names}
    lasting = {*_lasting_defaults(parts)}
    own = stored | {part.arg for part in parts if isinstance(part, ast.arg)}
    changed = {*_written_into(parts)} - (own - shared - lasting)
    return frozenset(changed | (stored & shared))


def _lasting_defaults(parts: Sequence[ast.AST]) -> Iterator[str]:
    """The arguments whose default is one object for all calls, which a call can change."""
    for part in parts:
        if isinstance(part, ast.FunctionDef | ast.Lambda):
            given = part.args
            places = [*given.posonlyargs, *given.args]
            late = zip(places[len(places) - len(given.defaults) :], given.defaults, strict=True)
            for argument, default in [
                *late,
                *zip(given.kwonlyargs, given.kw_defaults, strict=True),
            ]:
                if isinstance(default, ast.List | ast.Dict | ast.Set | ast.Call):
                    yield argument.arg


def _written_into(parts: Sequence[ast.AST]) -> Iterator[str]:
    """The names of what is written into: by key or attribute, by a method, or by `next`."""
    for part in parts:
        base: ast.AST | None = None
        if isinstance(part, ast.Subscript | ast.Attribute) and not isinstance(part.ctx, ast.Load):
            base = part.value
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            base = part.func.value if part.func.attr in _WRITES else None
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.args:
            base = part.args[0] if part.func.id == "next" else None
        while isinstance(base, ast.Subscript | ast.Attribute):
            base = base.value
        if isinstance(base, ast.Name):
            yield base.id
