"""Functions that raise: from the exception to the mistake, each at the line it comes from."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from difflib import get_close_matches
from types import MappingProxyType, ModuleType
from typing import Any

from ...engine.outcome import Diagnosis
from ..code.edit import rewritten
from ..code.source import Source, heads, sentence
from .dimensions import condition
from .names import statement_of, unknown_name
from .runs import RaisedAt, Runs, Sign

DROPPED = MappingProxyType({
    "float": "float", "int": "int", "bool": "bool", "complex": "complex", "object": "object",
    "str": "str", "long": "int", "unicode": "str", "float_": "np.float64",
    "complex_": "np.complex128", "int0": "np.intp", "Inf": "np.inf", "Infinity": "np.inf",
    "infty": "np.inf", "PINF": "np.inf", "NINF": "-np.inf", "NaN": "np.nan", "NAN": "np.nan",
    "product": "np.prod", "cumproduct": "np.cumprod", "alltrue": "np.all", "sometrue": "np.any",
    "round_": "np.round", "row_stack": "np.vstack", "in1d": "np.isin", "trapz": "np.trapezoid",
    "asfarray": "np.asarray", "mat": "np.asmatrix", "msort": "np.sort",
    "asscalar": "np.ndarray.item",
})  # fmt: skip
"""Names that numpy had once, and what to write now (its release notes for 1.20 to 2.4)."""

_JOINING = ("concatenate", "vstack", "hstack", "stack", "row_stack", "column_stack", "dstack")


def crashes(runs: Runs) -> list[Iterator[Sign]]:
    """What each kind of exception on the drawn cases may come from, at most for two lines."""
    found: dict[tuple[Source, int], Iterator[Sign]] = {}
    for raised in runs.crashes:
        place = raised.source, raised.line
        if place not in found and len(found) < 2:
            statement = statement_of(raised)
            if statement is not None:
                found[place] = _explained(runs, raised, statement)
    return list(found.values())


def _explained(runs: Runs, raised: RaisedAt, statement: ast.stmt) -> Iterator[Sign]:
    yield from unknown_name(runs, raised, statement)
    for explain in (_missing_in_module, _missing_module, _wrong_key, _without_a_tuple, _flattened):
        yield from explain(raised, statement)


def by_dimensions(runs: Runs) -> list[Diagnosis]:
    """When a function raises, by its dimensions: the line is where it raises, and only named in
    the message, for the mistake may lie further up.
    """
    when = runs.crashes and condition(runs, lambda case: runs.raised(case) is not None)
    if not when:
        return []
    first = runs.crashes[0]
    statement = statement_of(first)
    at = f" (`{first.source.segment(statement)}`)" if statement else ""
    line = first.line
    if statement and isinstance(first.error, NameError):
        line = first.source.line(statement)  # Python 3.11 may tell the line above
    message = f"{_error(first)} at line {line}{at}, only when {when}"
    return [Diagnosis("raises_for_some_dimensions", sentence(message))]


def _missing_in_module(raised: RaisedAt, statement: ast.stmt) -> Iterator[Sign]:
    """A name that a module does not have, or no longer has: wherever the function reads it."""
    source = raised.source
    if not isinstance(raised.error, AttributeError):
        return
    lacking = [n for n in heads(statement) if isinstance(n, ast.Attribute) and _lacks(raised, n)]
    if not lacking:
        return
    owner, name = source.segment(lacking[0].value), lacking[0].attr
    module = _module(raised, lacking[0])
    is_dropped = module.__name__ == "numpy" and name in DROPPED
    if is_dropped:
        fault, new = "numpy_name_dropped", DROPPED[name].replace("np.", f"{owner}.")
        what = f"`{owner}.{name}` is gone from numpy: it is `{new}` today"
        meant = [new]
    else:
        fault = "module_name_missing"
        what = f"`{owner}.{name}` is read, and {module.__name__} has no such name"
        meant = [f"{owner}.{one}" for one in get_close_matches(name, dir(module), cutoff=0.7)]
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, ast.Attribute)]
    same = [n for n in nodes if source.segment(n) == f"{owner}.{name}"]
    made = [rewritten(same, text) for text in meant]
    yield Sign(source, fault, what, made, statement, is_dropped)


def _module(raised: RaisedAt, node: ast.Attribute) -> Any:
    """What a module's name before a point stands for."""
    name = node.value.id if isinstance(node.value, ast.Name) else ""
    return {**raised.frame.f_globals, **raised.frame.f_locals}.get(name)


def _lacks(raised: RaisedAt, node: ast.Attribute) -> bool:
    module = _module(raised, node)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return isinstance(module, ModuleType) and not hasattr(module, node.attr)


def _missing_module(raised: RaisedAt, statement: ast.stmt) -> Iterator[Sign]:
    if type(raised.error).__name__ == "StandInUsed":
        yield Sign(raised.source, "module_not_here", str(raised.error), statement=statement)


def _wrong_key(raised: RaisedAt, statement: ast.stmt) -> Iterator[Sign]:
    """A key that the dict does not have."""
    error, source = raised.error, raised.source
    if not (isinstance(error, KeyError) and error.args and isinstance(error.args[0], str)):
        return
    key = error.args[0]
    nodes = [n for n in heads(statement) if isinstance(n, ast.Constant) and n.value == key]
    if len(nodes) != 1:
        return
    owner = source.parents[nodes[0]]
    keys = _keys(source.segment(owner.value), raised) if isinstance(owner, ast.Subscript) else []
    if key in keys:
        return
    what = f"`{source.segment(owner)}` is read, and the dict has no key {key!r}"
    what += f"; its keys are {', '.join(keys)}" if keys else ""
    yield Sign(source, "wrong_key", what, statement=statement)


def _keys(owner: str, raised: RaisedAt) -> list[str]:
    """The keys of a dict that has a name."""
    found = raised.frame.f_locals.get(owner)
    return [key for key in found if isinstance(key, str)] if isinstance(found, dict) else []


def _without_a_tuple(raised: RaisedAt, statement: ast.stmt) -> Iterator[Sign]:
    """The arrays to join given one by one."""
    source = raised.source
    for node in heads(statement) if isinstance(raised.error, TypeError) else ():
        if not isinstance(node, ast.Call) or len(node.args) < 2:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        arrays = [a for a in node.args if not isinstance(a, ast.Constant)]
        if name in _JOINING and len(arrays) > 1 and node.args[: len(arrays)] == arrays:
            if isinstance(node.args[0], ast.Tuple | ast.List):
                continue
            first = source.segment(arrays[0])
            what = f"`{name}` takes one tuple of arrays as its first argument; `{first}` is none"
            yield Sign(source, "parts_not_in_a_tuple", what, statement=statement)


def _error(raised: RaisedAt) -> str:
    """The kind of exception, and the first words of its message."""
    text = next(iter(str(raised.error).splitlines()), "")
    sizes = re.search(r"\(size (\d+) is different from (\d+)\)", text)
    text = f"sizes {sizes[1]} and {sizes[2]} do not fit together" if sizes else text[:100]
    return f"it raises {type(raised.error).__name__}{f' ({text})' * bool(text)}"


def _flattened(raised: RaisedAt, statement: ast.stmt) -> Iterator[Sign]:
    """``np.append`` on a list of caches, which it cannot make an array of."""
    match getattr(statement, "value", None):
        case ast.Call(func=ast.Attribute(attr="append"), args=[ast.Name(id=name), _]):
            if isinstance(raised.frame.f_locals.get(name), list):
                what = f"`np.append` takes the entries apart; `{name}` is a list"
                what += " and has its own `append`"
                yield Sign(raised.source, "cache_flattened", what, statement=statement)
