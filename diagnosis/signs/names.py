"""Names that a function has no value of its own for: undefined, assigned too late, or read from
outside itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from difflib import get_close_matches

import numpy as np

from ..code.costs import SIMPLE
from ..code.edit import Edit, replaced, rewritten
from ..code.scope import unbound_name
from ..code.sites import holds
from ..code.source import Source, heads, names_of
from .runs import RaisedAt, Runs, Sign


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
        for statement, edit in _unpacked(source, name):
            text = f"{what}; `{source.segment(statement)}` may give it a value"
            yield Sign(source, fault, text, [edit])
        yield Sign(source, fault, what, _with_own(source, name, meant))


def _with_own(source: Source, name: str, meant: list[str]) -> Iterator[Edit]:
    """Another value for the name: where it is read once there, else above its first use."""
    readers = [s for s in source.statements if name in names_of(heads(s))]
    top = next(s for s in source.tree.body if holds(s, readers[0]))
    for other in meant:
        if len(readers) == 1 and other.isidentifier():
            yield rewritten(_reads_of(readers[0], name), other)
        else:
            yield replaced(top, f"{name} = {other}", top)


def _reads_of(statement: ast.stmt, name: str) -> list[ast.AST]:
    """Where a statement itself has a name."""
    return [n for n in heads(statement) if isinstance(n, ast.Name) and n.id == name]


def _unpacked(source: Source, name: str) -> Iterator[tuple[ast.stmt, Edit]]:
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


def unknown_name(runs: Runs, raised: RaisedAt, statement: ast.stmt) -> Iterator[Sign]:
    """A name that has no value: undefined, assigned too late, or one of the notebook's."""
    if not isinstance(raised.error, NameError):
        return
    name = unbound_name(raised.error)
    source, document = raised.source, runs.harness.document
    if name not in names_of([statement], ast.expr_context):
        return
    if isinstance(raised.error, UnboundLocalError):
        fault, what = "unassigned_name", f"`{name}` is used here before it has been given a value"
    elif name in document.demo_names:
        where = document.demo_names[name]
        fault = "notebook_variable"
        what = f"`{name}` is a variable that only {where} assigns, not one of the function's own"
    else:
        fault, what = "undefined_name", f"`{name}` is not defined anywhere"
    elsewhere = f"`{name}` has no value yet when line {source.line(statement)} uses it"
    yield Sign(source, fault, elsewhere, (edit for _, edit in _unpacked(source, name)))
    yield Sign(source, fault, what, _other_names(raised, statement, name), statement)


def statement_of(raised: RaisedAt) -> ast.stmt | None:
    """The statement that raises. For a local name without a value Python 3.11 can tell the line
    above, once it has made one instruction of the end of that line and the start of the next.
    """
    source = raised.source
    if not isinstance(raised.error, NameError):
        return source.at(raised.line)
    name, above = unbound_name(raised.error), source.at(raised.line)
    found = source.at(raised.line, name)
    following = source.next(above) if above and not found else None
    read = following and name in names_of(heads(following), ast.expr_context)
    return following if read else found


def _other_names(raised: RaisedAt, statement: ast.stmt, name: str) -> Iterator[Edit]:
    """Another name, or an entry of a dict, in its place: the likest first."""
    values = raised.frame.f_locals
    known = [n for n in raised.source.names_before(statement) if n in values and n != name]
    similar = get_close_matches(name, known, n=len(known), cutoff=0.0) if known else []
    dicts = [(own, value) for own, value in values.items() if isinstance(value, dict)]
    entries = [f'{own}["{key}"]' for own, value in dicts for key in value if isinstance(key, str)]
    nodes = _reads_of(statement, name)
    for other in (*similar, *sorted(entries, key=lambda entry: f'["{name}"]' not in entry)):
        yield rewritten(nodes, other)
