"""Results that are computed and not kept: values dropped, lists overwritten, nothing returned."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...cells.spec import Role
from ...engine.outcome import Diagnosis
from ..code.source import Edit, Source, names_of
from ..search.trials import Trial

Told = tuple[str, str, Edit]


def kept(trial: Trial) -> list[Diagnosis]:
    """The change with which everything is kept, and the function keeps all its laws."""
    source = trial.source
    for find in (_without_effect, _overwritten, _never_stored, _never_returned):
        for kind, message, edit in find(trial):
            if trial.first(source, [edit]):
                return [source.told(kind, message, edit.first, edit)]
    return []


def appended(trial: Trial, source: Source, statement: ast.stmt) -> Diagnosis | None:
    """``np.append`` on a list, where it raises."""
    found = _numpy_append(source, statement)
    return source.told(found[0], found[1], statement, found[2]) if found else None


def _numpy_append(source: Source, statement: ast.stmt) -> Told | None:
    value = getattr(statement, "value", None)
    if not isinstance(value, ast.Call) or len(value.args) != 2 or value.keywords:
        return None
    function, (one, other) = value.func, value.args
    is_append = isinstance(function, ast.Attribute) and function.attr == "append"
    if not (is_append and isinstance(one, ast.Name) and one.id in lists(source)):
        return None
    if isinstance(statement, ast.Assign) and source.segment(statement.targets[0]) != one.id:
        return None
    edit = Edit(statement, statement, f"{one.id}.append({source.segment(other)})")
    if isinstance(statement, ast.Expr):
        message = f"`np.append` returns a new array, which is dropped here: `{one.id}` stays as is"
        return "result_not_stored", message, edit
    message = f"`np.append` takes the entries apart; `{one.id}` is a list and has its own `append`"
    return "cache_flattened", message, edit


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


def _without_effect(trial: Trial) -> Iterator[Told]:
    """Statements that are nothing but a value, which nobody takes."""
    source = trial.source
    for statement in source.statements:
        found = _numpy_append(source, statement)
        if found:
            yield found
        if not isinstance(statement, ast.Expr):
            continue
        value, text = statement.value, source.segment(statement)
        if isinstance(value, ast.Tuple | ast.Name | ast.Dict) and not source.next(statement):
            message = f"the results, `{text}`, stand here and are not returned"
            yield "nothing_returned", message, Edit(statement, statement, f"return {text}")
        if isinstance(value, ast.Name) and source.loop(statement):
            for name in lists(source):
                message = f"`{text}` alone does nothing, and `{name}` is never appended to"
                yield (
                    "cache_not_stored",
                    message,
                    Edit(statement, statement, f"{name}.append({text})"),
                )
        if isinstance(value, ast.Compare) and isinstance(value.ops[0], ast.Eq):
            left, right = source.segment(value.left), source.segment(value.comparators[0])
            message = f"`{text}` compares and stores nothing: `==` stands for `=`"
            yield "result_not_stored", message, Edit(statement, statement, f"{left} = {right}")


def _overwritten(trial: Trial) -> Iterator[Told]:
    """A list that a loop gives another value, instead of appending to it."""
    source = trial.source
    for statement in source.statements:
        if not (isinstance(statement, ast.Assign) and source.loop(statement)):
            continue
        target, value = statement.targets[0], statement.value
        if not (isinstance(target, ast.Name) and target.id in lists(source)):
            continue
        name, new = target.id, value
        if isinstance(value, ast.List) and len(value.elts) == 1:
            new = value.elts[0]
        elif isinstance(value, ast.Call) and ast.unparse(value.func) == f"{name}.append":
            message = f"`append` returns None, which `{name}` is set to here"
            yield "cache_overwritten", message, Edit(statement, statement, source.segment(value))
            continue
        edit = Edit(statement, statement, f"{name}.append({source.segment(new)})")
        message = f"`{name}` is replaced at every step instead of appended to"
        yield "cache_overwritten", message, edit


def _never_stored(trial: Trial) -> Iterator[Told]:
    """A list or an array that is made before the loop, and that the loop never fills."""
    source = trial.source
    for loop in source.statements:
        if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name):
            continue
        inside = [s for s in source.statements if source.loop(s) is loop]
        used = names_of(inside) + names_of(inside, ast.Store)
        computed = [n for s in inside if isinstance(s, ast.Assign) for n in _targets(s)]
        empty = [name for name in lists(source) if name not in used]
        arrays = [name for name in _arrays(source) if name not in used]
        for value, where in dict(reversed([(n, s) for s in inside for n in _targets(s)])).items():
            if value not in computed:
                continue
            text = source.text_of(where, where)
            for name in empty:
                message = f"`{name}` is never appended to: a step's `{value}` is lost"
                yield "cache_not_stored", message, _then(where, text, f"{name}.append({value})")
            for name in arrays:
                message = f"`{name}` is never filled: a step's `{value}` is lost"
                new = f"{name}[:, :, {loop.target.id}] = {value}"
                yield "result_not_stored", message, _then(where, text, new)


def _then(statement: ast.stmt, text: str, new: str) -> Edit:
    return Edit(statement, statement, f"{text}\n{new}")


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


def _never_returned(trial: Trial) -> Iterator[Told]:
    """A function that ends without a ``return``."""
    source, spec = trial.source, trial.subject.function
    nodes = [*ast.walk(source.tree)]
    if any(isinstance(node, ast.Return) and node.value for node in nodes):
        return
    own_names = {*names_of([source.tree], ast.Store)}
    last = source.tree.body[-1]
    text = source.text_of(last, last)
    for cache in ("cache", "caches", "(caches, x)"):
        names = [*spec.returns, cache] if spec.role.is_forward else [*spec.returns]
        if own_names >= set(names) - {cache} and not isinstance(last, ast.For | ast.If):
            values = ", ".join(names)
            if spec.role.is_backward:
                values = f"{{{', '.join(f'{name!r}: {name}' for name in names)}}}"
            message = "the function ends here without returning its results"
            new = f"{text}\nreturn {values}"
            yield "nothing_returned", message, Edit(last, last, new)
    if spec.role is Role.HELPER and isinstance(last, ast.Assign):
        message = "the function ends here without returning its result"
        yield "nothing_returned", message, Edit(last, last, f"return {source.segment(last.value)}")
