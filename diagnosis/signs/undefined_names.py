"""Names that have no value: undefined, assigned too late, or a variable of the notebook."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import product

from ..code.edit import Edit, put_before, rewritten
from ..code.scope import Scope, unbound_name
from ..code.source import heads, names_of
from ..mutate.statements import first_values
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
    others = [n for n in names_of(heads(statement)) if _is_unassigned(raised, n) and n != name]
    if not others:  # else each needs a value, so that nothing less can do
        yield Sign(source, fault, elsewhere, (edit for _, edit in unpacked(source, name)))
        yield Sign(source, fault, what, _other_names(raised, statement, name))
    place: ast.stmt = source.loop(statement) or statement
    texts = _assignments(raised, statement, name, others)
    above = (put_before(place, text) for text in texts)
    yield Sign(source, fault, what if place is statement else elsewhere, above)
    yield Sign(source, fault, what, statement=statement)


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
    known = _known(raised, statement, name)
    similar = get_close_matches(name, known, n=len(known), cutoff=0.0) if known else []
    nodes = reads_of(statement, name)
    for other in (*similar, *_entries(raised, name), *_all_entries(raised)):
        yield rewritten(nodes, other)


def _assignments(
    raised: RaisedAt, statement: ast.stmt, name: str, others: list[str]
) -> Iterator[str]:
    """Statements that give it a value, and others that have none as well."""
    known = _known(raised, statement, name)
    if others:
        arrays = [n for n in known if hasattr(raised.values[n], "shape")]
        firsts = [value for n in arrays[::-1][:3] for value in (n, f"np.zeros_like({n})")]
        for values in product(firsts, repeat=len(others) + 1):
            yield "\n".join(f"{n} = {v}" for n, v in zip((name, *others), values, strict=True))
        return
    scope = Scope({n: raised.values[n] for n in known}, raised.frame.f_globals, ())
    calls = [n for n in heads(statement) if isinstance(n, ast.Call)]
    given = any(isinstance(n, ast.Name) and n.id == name for call in calls for n in call.args)
    first = [value for _, value in first_values(scope, name)]
    first.sort(key=lambda value: (not _names_it(name, value), given and value in _NO_ARRAYS))
    yield from (f"{name} = {value}" for value in first)


_NO_ARRAYS = ("[]", "{}", "0")
"""First values that nobody gives to a function where an array is meant."""


def _known(raised: RaisedAt, statement: ast.stmt, name: str) -> list[str]:
    return [n for n in raised.source.names_before(statement) if n != name and n in raised.values]


def _is_unassigned(raised: RaisedAt, name: str) -> bool:
    """Whether a local name has no value where the exception is raised."""
    return name in raised.frame.f_code.co_varnames and name not in raised.values


def _entries(raised: RaisedAt, name: str) -> Iterator[str]:
    """The entry of that name of a dict at hand: ``parameters["Wf"]``."""
    for owner, value in raised.values.items():
        if isinstance(value, dict) and name in value:
            yield f'{owner}["{name}"]'


def _all_entries(raised: RaisedAt) -> Iterator[str]:
    for owner, value in raised.values.items():
        if isinstance(value, dict):
            yield from (f'{owner}["{key}"]' for key in value if isinstance(key, str))


def _names_it(name: str, value: str) -> bool:
    """Whether a name says what is computed: ``tanh_c``."""
    return any(function in name and function in value for function in ("tanh", "zeros"))
