"""Names that have no value: undefined, assigned too late, or a variable of the notebook."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from difflib import get_close_matches

from ..code.edit import Edit, rewritten
from ..code.scope import unbound_name
from ..code.source import heads, names_of
from .outside import reads_of, unpacked
from .runs import RaisedAt, Runs
from .sign import Sign


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
    yield Sign(source, fault, elsewhere, (edit for _, edit in unpacked(source, name)))
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
    known = [n for n in raised.source.names_before(statement) if n in raised.values and n != name]
    similar = get_close_matches(name, known, n=len(known), cutoff=0.0) if known else []
    dicts = [(own, value) for own, value in raised.values.items() if isinstance(value, dict)]
    entries = [f'{own}["{key}"]' for own, value in dicts for key in value if isinstance(key, str)]
    nodes = reads_of(statement, name)
    for other in (*similar, *sorted(entries, key=lambda entry: f'["{name}"]' not in entry)):
        yield rewritten(nodes, other)
