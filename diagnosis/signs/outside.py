"""What a function reads from outside itself, where one of its own values was meant."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from ..code.costs import SIMPLE
from ..code.edit import Edit, put_before, rewritten
from ..code.sites import holds
from ..code.source import Source, heads, names_of
from .runs import Runs
from .sign import Sign


def read_from_outside(runs: Runs) -> Iterator[Sign]:
    """A value beside the functions, where a value of the function's own may be meant."""
    source, namespace = runs.source, runs.harness.namespace
    given = {part.arg for part in ast.walk(source.tree) if isinstance(part, ast.arg)}
    own = {*names_of([source.tree], ast.Store), *given}
    for name in names_of([source.tree]):
        value = namespace.get(name)
        if name in own or isinstance(value, bool):
            continue
        what = f"`{name}` is read from outside the function"
        if isinstance(value, int):
            fault, meant = "hard_coded_dimension", _shapes(runs)
            what += f", where it is {value}"
        elif isinstance(value, float | dict | list | tuple | np.ndarray):
            fault, meant = "notebook_variable", sorted(given)
        else:
            continue
        what += ": right for the inputs that it was made for only"
        for statement, edit in unpacked(source, name):
            text = f"{what}; `{source.segment(statement)}` may give it a value"
            yield Sign(source, fault, text, [edit])
        yield Sign(source, fault, what, _with_own(source, name, meant))


def _with_own(source: Source, name: str, meant: list[str]) -> Iterator[Edit]:
    """Another value for the name: where it is read once there, else above its first use."""
    readers = [s for s in source.statements if name in names_of(heads(s))]
    top = next(s for s in source.tree.body if holds(s, readers[0]))
    for other in meant:
        if len(readers) == 1 and other.isidentifier():
            yield rewritten(reads_of(readers[0], name), other)
        else:
            yield put_before(top, f"{name} = {other}")


def reads_of(statement: ast.stmt, name: str) -> list[ast.AST]:
    """Where a statement itself has a name."""
    return [n for n in heads(statement) if isinstance(n, ast.Name) and n.id == name]


def unpacked(source: Source, name: str) -> Iterator[tuple[ast.stmt, Edit]]:
    """The name in the place of one that nothing reads, where several values are taken apart."""
    read = names_of([source.tree])
    for statement in source.statements:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Tuple):
            for part in statement.targets[0].elts:
                if isinstance(part, ast.Name) and part.id not in read:
                    yield statement, Edit(SIMPLE, {id(part): ast.Name(name, ast.Store())})


def _shapes(runs: Runs) -> list[str]:
    """Expressions for the dimensions of the arguments: ``a_prev.shape[0]``."""
    return [
        f"{runs.argument(name)}.shape[{axis}]"
        for name in runs.spec.takes
        if name in runs.spec.shapes
        for axis in range(len(runs.spec.shapes[name]))
    ]
