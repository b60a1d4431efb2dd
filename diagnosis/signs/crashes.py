"""Functions that raise: from the exception to the mistake, each told at the line it comes from."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from types import MappingProxyType, ModuleType
from typing import Any

from ...engine.outcome import Diagnosis
from ..code.source import LEFT_OUT, Edit, Source, heads, sentence
from ..search.trials import Raised, Trial
from ..telling import told_of
from .hard_coded_sizes import condition, hard_coded
from .outside import read_from_outside
from .undefined_names import statement_of, unknown_name

DROPPED = MappingProxyType(
    {
        "float": "float",
        "int": "int",
        "bool": "bool",
        "complex": "complex",
        "object": "object",
        "str": "str",
        "long": "int",
        "unicode": "str",
        "float_": "np.float64",
        "complex_": "np.complex128",
        "int0": "np.intp",
        "Inf": "np.inf",
        "Infinity": "np.inf",
        "infty": "np.inf",
        "PINF": "np.inf",
        "NINF": "-np.inf",
        "NaN": "np.nan",
        "NAN": "np.nan",
        "product": "np.prod",
        "cumproduct": "np.cumprod",
        "alltrue": "np.all",
        "sometrue": "np.any",
        "round_": "np.round",
        "row_stack": "np.vstack",
        "in1d": "np.isin",
        "trapz": "np.trapezoid",
        "asfarray": "np.asarray",
        "mat": "np.asmatrix",
        "msort": "np.sort",
        "asscalar": "np.ndarray.item",
    }
)
"""Names that numpy had once, and what to write now (its release notes for 1.20 to 2.4)."""

_JOINING = ("concatenate", "vstack", "hstack", "stack", "row_stack", "column_stack", "dstack")


def crashes(trial: Trial) -> list[Diagnosis]:
    """What each kind of exception on the drawn cases comes from, at most one for each line."""
    found: dict[tuple[Source, int], Diagnosis | None] = {}
    for raised in trial.crashes:
        place = raised.source, raised.line
        if place not in found and len(found) < 2:
            statement = statement_of(raised)
            if statement is not None:
                found[place] = _explained(trial, raised, statement)
    return list(dict.fromkeys(told for told in found.values() if told))


def _explained(trial: Trial, raised: Raised, statement: ast.stmt) -> Diagnosis | None:
    for explain in _EXPLANATIONS:
        told = explain(trial, raised, statement)
        if told:
            return told
    return None


def by_dimensions(trial: Trial) -> list[Diagnosis]:
    """When a function raises, by its dimensions: the line is where it raises, and only named in
    the message, for the mistake may lie further up.
    """
    when = trial.crashes and condition(trial, lambda case: trial.raised(case) is not None)
    if not when:
        return []
    first = trial.crashes[0]
    statement = statement_of(first)
    at = f" (`{first.source.segment(statement)}`)" if statement else ""
    unbound = statement and isinstance(
        first.error, NameError
    )  # Python 3.11 may tell the line above
    line = first.source.line(statement) if unbound and statement else first.line
    message = f"{_error(first)} at line {line}{at}, only when {when}"
    return [Diagnosis("raises_for_some_dimensions", sentence(message))]


def _missing_in_module(trial: Trial, raised: Raised, statement: ast.stmt) -> Diagnosis | None:
    """A name that a module does not have, or no longer has."""
    source = raised.source
    if not isinstance(raised.error, AttributeError):
        return None
    nodes = [n for n in heads(statement) if isinstance(n, ast.Attribute) and _lacks(raised, n)]
    if not nodes:
        return None
    owner, name = source.segment(nodes[0].value), nodes[0].attr
    module = _module(raised, nodes[0])
    nodes = [node for node in nodes if source.segment(node) == f"{owner}.{name}"]
    dropped = module.__name__ == "numpy" and name in DROPPED
    if dropped:
        new = DROPPED[name].replace("np.", f"{owner}.")
        what = f"`{owner}.{name}` is gone from numpy: it is `{new}` today"
        edits = [source.changed(statement, dict.fromkeys(nodes, new))]
    else:
        what = f"`{owner}.{name}` is read, and {module.__name__} has no such name"
        close = get_close_matches(name, dir(module), n=3, cutoff=0.7)
        edits = [source.changed(statement, dict.fromkeys(nodes, f"{owner}.{c}")) for c in close]
    edit = trial.first(source, edits) or (edits[0] if dropped else None)
    kind = "numpy_name_dropped" if dropped else "module_name_missing"
    return source.told(kind, what, statement, edit)


def _module(raised: Raised, node: ast.Attribute) -> Any:
    """What a module's name before a point stands for."""
    name = node.value.id if isinstance(node.value, ast.Name) else ""
    return {**raised.frame.f_globals, **raised.frame.f_locals}.get(name)


def _lacks(raised: Raised, node: ast.Attribute) -> bool:
    module = _module(raised, node)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return isinstance(module, ModuleType) and not hasattr(module, node.attr)


def _missing_module(trial: Trial, raised: Raised, statement: ast.stmt) -> Diagnosis | None:
    if type(raised.error).__name__ != "StandInUsed":
        return None
    return raised.source.told("module_not_here", str(raised.error), statement)


def _wrong_key(trial: Trial, raised: Raised, statement: ast.stmt) -> Diagnosis | None:
    """A key that the dict does not have."""
    error, source = raised.error, raised.source
    if not (isinstance(error, KeyError) and error.args and isinstance(error.args[0], str)):
        return None
    key = error.args[0]
    nodes = [n for n in heads(statement) if isinstance(n, ast.Constant) and n.value == key]
    if len(nodes) != 1:
        return None
    owner = source.parents[nodes[0]]
    keys = _keys(source.segment(owner.value), raised) if isinstance(owner, ast.Subscript) else []
    if key in keys:
        return None
    close = get_close_matches(key, keys, n=len(keys), cutoff=0.0) if keys else []
    quote = source.segment(nodes[0])[0]
    edits = (source.changed(statement, {nodes[0]: f"{quote}{one}{quote}"}) for one in close)
    what = f"`{source.segment(owner)}` is read, and the dict has no key {key!r}"
    what += f"; its keys are {', '.join(keys)}" if keys else ""
    return source.told("wrong_key", what, statement, trial.first(source, edits))


def _keys(owner: str, raised: Raised) -> list[str]:
    """The keys of a dict that has a name."""
    found = raised.values.get(owner)
    return [key for key in found if isinstance(key, str)] if isinstance(found, dict) else []


def _without_a_tuple(trial: Trial, raised: Raised, statement: ast.stmt) -> Diagnosis | None:
    """The arrays to join given one by one."""
    source = raised.source
    if not isinstance(raised.error, TypeError):
        return None
    for node in heads(statement):
        if not isinstance(node, ast.Call) or len(node.args) < 2:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        arrays = [a for a in node.args if not isinstance(a, ast.Constant)]
        if name in _JOINING and len(arrays) > 1 and node.args[: len(arrays)] == arrays:
            if isinstance(node.args[0], ast.Tuple | ast.List):
                continue
            first, last = source.segment(arrays[0]), source.segment(arrays[-1])
            edit = source.changed(statement, {arrays[0]: f"({first}", arrays[-1]: f"{last})"})
            what = f"`{name}` takes one tuple of arrays as its first argument; `{first}` is none"
            return source.told("parts_not_in_a_tuple", what, statement, edit)
    return None


def _one_change(trial: Trial, raised: Raised, statement: ast.stmt) -> Diagnosis | None:
    """A small change of the statement with which the function keeps all its laws."""
    source = raised.source
    for edits in (_transposed, _untransposed, _renamed):
        edit = trial.first(source, edits(raised, statement))
        if edit:
            fault, message = told_of(source, statement, edit)
            return source.told(fault, f"{message}; as it is, {_error(raised)}", statement, edit)
    return None


def _error(raised: Raised) -> str:
    """The kind of exception, and the first words of its message."""
    text = next(iter(str(raised.error).splitlines()), "")
    sizes = re.search(r"\(size (\d+) is different from (\d+)\)", text)
    text = f"sizes {sizes[1]} and {sizes[2]} do not fit together" if sizes else text[:100]
    return f"it raises {type(raised.error).__name__}{f' ({text})' * bool(text)}"


def _needless(trial: Trial, raised: Raised, statement: ast.stmt) -> Diagnosis | None:
    """A statement that raises, and without which the function keeps all its laws."""
    edit = trial.first(raised.source, _left_out(raised, statement))
    message = f"nothing needs `{raised.source.segment(statement)}`, and {_error(raised)}"
    return raised.source.told("statement_too_many", message, statement, edit) if edit else None


def _transposed(raised: Raised, statement: ast.stmt) -> Iterator[Edit]:
    for node in _operands(statement):
        if not isinstance(raised.source.parents[node], ast.Attribute):
            yield raised.source.changed(statement, {node: f"{raised.source.segment(node)}.T"})


def _untransposed(raised: Raised, statement: ast.stmt) -> Iterator[Edit]:
    for node in heads(statement):
        if isinstance(node, ast.Attribute) and node.attr == "T":
            text = raised.source.segment(node.value)
            yield raised.source.changed(statement, {node: text})


def _renamed(raised: Raised, statement: ast.stmt) -> Iterator[Edit]:
    values = raised.values
    known = [n for n in raised.source.names_before(statement) if n in values]
    for node in _operands(statement):
        if isinstance(node, ast.Name) and node.id in values:
            for other in known:
                if other != node.id and type(values[other]) is type(values[node.id]):
                    yield raised.source.changed(statement, {node: other})


def _left_out(raised: Raised, statement: ast.stmt) -> Iterator[Edit]:
    simple = isinstance(statement, ast.Expr | ast.Assign | ast.AugAssign | ast.Assert)
    if simple and len(raised.source.block(statement)) > 1:
        yield Edit(statement, statement, LEFT_OUT)


def _operands(statement: ast.stmt) -> Iterator[ast.Name | ast.Subscript]:
    """The names and entries that a statement reads as values."""
    called = [n.func for n in heads(statement) if isinstance(n, ast.Call)]
    owners = [n.value for n in heads(statement) if isinstance(n, ast.Subscript | ast.Attribute)]
    for node in heads(statement):
        if not isinstance(node, ast.Name | ast.Subscript) or node in called or node in owners:
            continue
        if isinstance(node.ctx, ast.Load):
            yield node


def _flattened(trial: Trial, raised: Raised, statement: ast.stmt) -> Diagnosis | None:
    """``np.append`` on a list of caches, which it cannot or should not make an array of."""
    from .results_dropped import appended  # the same mistake is found there where nothing is raised

    return appended(trial, raised.source, statement)


def _number(trial: Trial, raised: Raised, statement: ast.stmt) -> Diagnosis | None:
    """A number, or a value of the file's, that is right for inputs of one size only."""
    return next(iter(hard_coded(trial) or read_from_outside(trial)), None)


Explanation = Callable[[Trial, Raised, ast.stmt], Diagnosis | None]

_EXPLANATIONS: tuple[Explanation, ...] = (
    unknown_name,
    _missing_in_module,
    _missing_module,
    _wrong_key,
    _without_a_tuple,
    _flattened,
    _needless,
    _number,
    _one_change,
)
