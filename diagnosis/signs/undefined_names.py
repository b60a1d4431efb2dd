"""Names that have no value: undefined, assigned too late, or a variable of the notebook."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import product

from ...engine.outcome import Diagnosis
from ..code.source import Edit, heads, names_of
from ..search.trials import Raised, Trial
from .outside import unpacked


def unknown_name(trial: Trial, raised: Raised, statement: ast.stmt) -> Diagnosis | None:
    """A name that has no value: undefined, assigned too late, or one of the notebook's."""
    if not isinstance(raised.error, NameError):
        return None
    name = name_in(raised.error)
    source, document = raised.source, trial.done.submission.document
    if name not in names_of([statement], ast.expr_context):
        return None
    if isinstance(raised.error, UnboundLocalError):
        kind, what = "unassigned_name", f"`{name}` is used here before it has been given a value"
    elif name in document.demo_names:
        where = document.demo_names[name]
        kind = "notebook_variable"
        what = f"`{name}` is a variable that only {where} assigns, not one of the function's own"
    else:
        kind, what = "undefined_name", f"`{name}` is not defined anywhere"
    edit = trial.first(source, _with_a_value(trial, raised, statement, name))
    if edit and edit.first is not statement:
        what = f"`{name}` has no value yet when line {source.line(statement)} uses it"
    return source.told(kind, what, edit.first if edit else statement, edit)


def statement_of(raised: Raised) -> ast.stmt | None:
    """The statement that raises. For a local name without a value Python 3.11 can tell the line
    above, once it has made one instruction of the end of that line and the start of the next.
    """
    source = raised.source
    if not isinstance(raised.error, NameError):
        return source.at(raised.line)
    name, above = name_in(raised.error), source.at(raised.line)
    told = source.at(raised.line, name)
    following = source.next(above) if above and not told else None
    read = following and name in names_of(heads(following), ast.expr_context)
    return following if read else told


def name_in(error: NameError) -> str:
    """The name that has no value."""
    if error.name:
        return error.name
    parts = str(error).split("'")
    return parts[1] if len(parts) > 1 else ""


def _with_a_value(trial: Trial, raised: Raised, statement: ast.stmt, name: str) -> Iterator[Edit]:
    """Another name in its place, then an assignment above, outside the loop for preference."""
    source = raised.source
    place: ast.stmt = source.loop(statement) or statement
    text = source.text_of(place, place)
    known = [n for n in source.names_before(statement) if n != name and n in raised.values]
    others = [n for n in names_of(heads(statement)) if _is_unassigned(raised, n) and n != name]
    if others:  # each needs a value, so that nothing less can do
        arrays = [n for n in reversed(known) if hasattr(raised.values[n], "shape")][:3]
        firsts = [value for n in arrays for value in (n, f"np.zeros_like({n})")]
        for values in product(firsts, repeat=len(others) + 1):
            lines = [f"{n} = {v}" for n, v in zip((name, *others), values, strict=True)]
            yield Edit(place, place, "\n".join([*lines, text]))
        return
    similar = get_close_matches(name, known, n=len(known), cutoff=0.0) if known else []
    nodes = [n for n in heads(statement) if isinstance(n, ast.Name) and n.id == name]
    yield from unpacked(source, name)
    for other in (*similar, *_entries(raised, name), *_all_entries(raised)):
        yield source.changed(statement, dict.fromkeys(nodes, other))
    calls = [n for n in heads(statement) if isinstance(n, ast.Call)]
    given = any(node in call.args for call in calls for node in nodes)
    first = sorted(_first_values(raised, known, given), key=lambda v: not _names_it(name, v))
    for value in (*_entries(raised, name), *first):
        yield Edit(place, place, f"{name} = {value}\n{text}")


def _is_unassigned(raised: Raised, name: str) -> bool:
    """Whether a local name has no value where the exception is raised."""
    return name in raised.frame.f_code.co_varnames and name not in raised.values


def _entries(raised: Raised, name: str) -> Iterator[str]:
    """The entry of that name of a dict at hand: ``parameters["Wf"]``."""
    for owner, value in raised.values.items():
        if isinstance(value, dict) and name in value:
            yield f'{owner}["{name}"]'


def _all_entries(raised: Raised) -> Iterator[str]:
    for owner, value in raised.values.items():
        if isinstance(value, dict):
            yield from (f'{owner}["{key}"]' for key in value if isinstance(key, str))


def _names_it(name: str, value: str) -> bool:
    """Whether a name says what is computed: ``tanh_c``."""
    return any(function in name and function in value for function in ("tanh", "zeros"))


def _first_values(raised: Raised, known: list[str], given: bool) -> Iterator[str]:
    """What a name that was never given a value may have been meant to be; one that is ``given`` to
    a function is an array rather than a number.
    """
    arrays = [n for n in known if hasattr(raised.values[n], "shape")]
    if given:
        yield from (text for array in arrays for text in (f"np.zeros_like({array})", array))
    yield from ("[]", "{}", "0")
    for array in arrays:
        yield from (f"np.zeros_like({array})", array, f"np.tanh({array})", f"{array}.T")
        yield f"1 - {array} ** 2"
