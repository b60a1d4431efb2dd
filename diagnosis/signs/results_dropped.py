"""Results that are computed and not kept: values dropped, lists overwritten, nothing returned."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...cells.spec import Role
from ..code.edit import put_after, put_instead
from ..code.source import Source, names_of
from .runs import RaisedAt, Runs
from .sign import Sign


def dropped(runs: Runs) -> Iterator[Sign]:
    """Where something computed may have been meant to be kept."""
    for find in (_without_effect, _overwritten, _never_stored):
        yield from find(runs.source)
    yield from _never_returned(runs)


def flattened(runs: Runs, raised: RaisedAt, statement: ast.stmt) -> Iterator[Sign]:
    """``np.append`` on a list of caches, which it cannot make an array of."""
    for sign in numpy_append(raised.source, statement):
        yield sign
        yield Sign(sign.source, sign.fault, sign.sentence, statement=statement)


def numpy_append(source: Source, statement: ast.stmt) -> Iterator[Sign]:
    """``np.append`` on a list, which takes the entries apart, or whose result is dropped."""
    value = getattr(statement, "value", None)
    if not isinstance(value, ast.Call) or len(value.args) != 2 or value.keywords:
        return
    function, (one, other) = value.func, value.args
    is_append = isinstance(function, ast.Attribute) and function.attr == "append"
    if not (is_append and isinstance(one, ast.Name) and one.id in lists(source)):
        return
    if isinstance(statement, ast.Assign) and source.segment(statement.targets[0]) != one.id:
        return
    fault = "cache_flattened"
    what = f"`np.append` takes the entries apart; `{one.id}` is a list and has its own `append`"
    if isinstance(statement, ast.Expr):
        fault = "result_not_stored"
        what = f"`np.append` returns a new array, which is dropped here: `{one.id}` stays as is"
    own = put_instead(statement, f"{one.id}.append({source.segment(other)})")
    yield Sign(source, fault, what, [own])


def lists(source: Source) -> dict[str, ast.stmt]:
    """The names that are given an empty list, and where."""
    found: dict[str, ast.stmt] = {}
    for statement in source.statements:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                found.update(dict.fromkeys(_given_empty_list(target, statement.value), statement))
    return found


def _given_empty_list(target: ast.expr, value: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts, strict=False):
            yield from _given_empty_list(one, other)
    elif isinstance(target, ast.Name):
        empty = isinstance(value, ast.List) and not value.elts
        called = isinstance(value, ast.Call) and ast.unparse(value) == "list()"
        if empty or called:
            yield target.id


def _without_effect(source: Source) -> Iterator[Sign]:
    """Statements that are nothing but a value, which nobody takes."""
    for statement in source.statements:
        yield from numpy_append(source, statement)
        if not isinstance(statement, ast.Expr):
            continue
        value, text = statement.value, source.segment(statement)
        if isinstance(value, ast.Tuple | ast.Name | ast.Dict) and not source.next(statement):
            what = f"the results, `{text}`, stand here and are not returned"
            returned = put_instead(statement, f"return {text}")
            yield Sign(source, "nothing_returned", what, [returned])
        if isinstance(value, ast.Name) and source.loop(statement):
            for name in lists(source):
                what = f"`{text}` alone does nothing, and `{name}` is never appended to"
                appended = put_instead(statement, f"{name}.append({text})")
                yield Sign(source, "cache_not_stored", what, [appended])
        if isinstance(value, ast.Compare) and isinstance(value.ops[0], ast.Eq):
            left, right = source.segment(value.left), source.segment(value.comparators[0])
            what = f"`{text}` compares and stores nothing: `==` stands for `=`"
            stored = put_instead(statement, f"{left} = {right}")
            yield Sign(source, "result_not_stored", what, [stored])


def _overwritten(source: Source) -> Iterator[Sign]:
    """A list that a loop gives another value, instead of appending to it."""
    fault = "cache_overwritten"
    for statement in source.statements:
        if not (isinstance(statement, ast.Assign) and source.loop(statement)):
            continue
        target, value = statement.targets[0], statement.value
        if not (isinstance(target, ast.Name) and target.id in lists(source)):
            continue
        name, new = target.id, value
        what = f"`{name}` is replaced at every step instead of appended to"
        if isinstance(value, ast.List) and len(value.elts) == 1:
            new = value.elts[0]
        text = f"{name}.append({source.segment(new)})"
        if isinstance(value, ast.Call) and ast.unparse(value.func) == f"{name}.append":
            what, text = (
                f"`append` returns None, which `{name}` is set to here",
                source.segment(value),
            )
        yield Sign(source, fault, what, [put_instead(statement, text)])


def _never_stored(source: Source) -> Iterator[Sign]:
    """A list or an array that is made before the loop, and that the loop never fills."""
    for loop in source.statements:
        if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name):
            continue
        inside = [s for s in source.statements if source.loop(s) is loop]
        used = names_of(inside) + names_of(inside, ast.Store)
        computed = {n: s for s in inside if isinstance(s, ast.Assign) for n in _targets(s)}
        for value, where in reversed(computed.items()):
            for name in lists(source):
                if name not in used:
                    what = f"`{name}` is never appended to: a step's `{value}` is lost"
                    appended = put_after(where, f"{name}.append({value})")
                    yield Sign(source, "cache_not_stored", what, [appended])
            for name in _arrays(source):
                if name not in used:
                    what = f"`{name}` is never filled: a step's `{value}` is lost"
                    stored = put_after(where, f"{name}[:, :, {loop.target.id}] = {value}")
                    yield Sign(source, "result_not_stored", what, [stored])


def _targets(statement: ast.stmt) -> list[str]:
    return names_of([statement], ast.Store) if isinstance(statement, ast.Assign) else []


def _arrays(source: Source) -> list[str]:
    """The names that are given an array of zeros or the like."""
    makers = ("zeros", "empty", "ones", "zeros_like", "empty_like", "full")
    return [
        name
        for statement in source.statements
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)
        if getattr(statement.value.func, "attr", "") in makers
        for name in _targets(statement)
    ]


def _never_returned(runs: Runs) -> Iterator[Sign]:
    """A function that ends without a ``return``."""
    source, spec = runs.source, runs.spec
    nodes = [*ast.walk(source.tree)]
    if any(isinstance(node, ast.Return) and node.value for node in nodes):
        return
    fault, what = "nothing_returned", "the function ends here without returning its results"
    own_names = {*names_of([source.tree], ast.Store)}
    last = source.tree.body[-1]
    for cache in ("cache", "caches", "(caches, x)"):
        names = [*spec.returns, cache] if spec.role.is_forward else [*spec.returns]
        if own_names >= set(names) - {cache} and not isinstance(last, ast.For | ast.If):
            values = ", ".join(names)
            if spec.role.is_backward:
                values = f"{{{', '.join(f'{name!r}: {name}' for name in names)}}}"
            yield Sign(source, fault, what, [put_after(last, f"return {values}")])
    if spec.role is Role.HELPER and isinstance(last, ast.Assign):
        what = "the function ends here without returning its result"
        yield Sign(source, fault, what, [put_instead(last, f"return {source.segment(last.value)}")])
