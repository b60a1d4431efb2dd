"""Shared memory: arguments changed in place, and views that something later writes over."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import FrameType

from ...cells.spec import Role
from ...engine.outcome import Diagnosis
from ...strategies import Case
from ...subject.errors import Crash
from ...subject.live import identical, snapshot
from ..code.source import LEFT_OUT, Edit, Source, heads
from ..search.trials import Trial

_WHOLE = (":", "...", ":, :")
"""What stands in the brackets where the whole of an array is written over."""


def arguments_changed(trial: Trial) -> list[Diagnosis]:
    """The statement after which an argument is another one, and how to leave it alone."""
    for case in trial.cases:
        try:
            changed = trial.subject.inspected(case).changed
        except Crash:
            continue
        function = trial.subject.function
        allowed = function.returns if function.role is Role.UPDATE else ()
        for name in changed:
            if name not in allowed:
                return _changing(trial, case, name)
    return []


def _changing(trial: Trial, case: Case, name: str) -> list[Diagnosis]:
    spec, functions = trial.subject.function, trial.subject.functions
    places, call = trial.prepared(case)
    given = [places[functions.bound[trial.name].convention.places.index(name)]]  # type: ignore[attr-defined]
    before = snapshot(given)

    def differs(frame: FrameType) -> bool:
        return not _same(before, snapshot(given))

    found = trial.line_after_which(call, differs)
    statement = found and found[0].at(found[1])
    if found is None or statement is None:
        return []
    source = found[0]
    own_name = functions.argument(spec, name)
    message = f"the argument `{own_name}` is changed in place here, and with it the caller's own"
    edit = trial.first(source, _leaving_alone(source, statement))
    copied = f"{own_name} = {own_name}.copy()"
    if edit is None and source is trial.source and not name.startswith("cache"):
        top = source.tree.body[0]
        text = source.text_of(top, top)
        if trial.first(source, [Edit(top, top, f"{copied}\n{text}")]):
            message += f": begin with `{copied}`"
    return [source.told("argument_changed", message, statement, edit)]


def _same(before: list[object], after: list[object]) -> bool:
    pairs = zip(_flat(before), _flat(after), strict=False)
    return len(_flat(before)) == len(_flat(after)) and all(identical(a, b) for a, b in pairs)


def _flat(value: object) -> list[object]:
    if isinstance(value, dict):
        return [part for item in value.values() for part in _flat(item)]
    if isinstance(value, list):
        return [part for item in value for part in _flat(item)]
    return [value]


def _leaving_alone(source: Source, statement: ast.stmt) -> Iterator[Edit]:
    """Ways to write a statement that changes an array so that it makes a new one."""
    if isinstance(statement, ast.AugAssign):
        target = source.segment(statement.target)
        new = _combined(source, statement, target)
        if isinstance(statement.target, ast.Name):
            yield from _with_the_name_given(source, statement)
            yield Edit(statement, statement, f"{target} = {new}")
        else:
            yield from _into_the_next(source, statement, target, new)
    if isinstance(statement, ast.Assign):
        if len(source.block(statement)) > 1:
            yield Edit(statement, statement, LEFT_OUT)
        yield from _rebinding(source, statement)
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = source.segment(node.func.value)
            if node.func.attr == "pop" and len(node.args) == 1:
                entry = f"{owner}[{source.segment(node.args[0])}]"
                yield source.changed(statement, {node: entry})


def _combined(source: Source, statement: ast.AugAssign, first: str) -> str:
    """What ``first += value`` computes, as an expression."""
    sign = ast.unparse(ast.AugAssign(ast.Name("x"), statement.op, ast.Name("y"))).split()[1][:-1]
    value = source.segment(statement.value)
    product = isinstance(statement.value, ast.BinOp) and not isinstance(
        statement.value.op, ast.Add | ast.Sub
    )
    summed = isinstance(statement.op, ast.Add | ast.Sub)
    if not _is_simple(statement.value) and not (product and summed):
        value = f"({value})"
    return f"{first} {sign} {value}"


def _with_the_name_given(source: Source, statement: ast.AugAssign) -> Iterator[Edit]:
    """``x = a + b`` for ``x = a`` and ``x += b`` below it."""
    above = source.previous(statement)
    if isinstance(above, ast.Assign) and len(above.targets) == 1:
        name = source.segment(above.targets[0])
        if name == source.segment(statement.target) and _is_simple(above.value):
            new = _combined(source, statement, source.segment(above.value))
            yield Edit(above, statement, f"{name} = {new}")


def _is_simple(node: ast.expr) -> bool:
    return isinstance(node, ast.Name | ast.Call | ast.Subscript | ast.Attribute | ast.Constant)


def _into_the_next(source: Source, statement: ast.stmt, target: str, new: str) -> Iterator[Edit]:
    """The new value written where the next statement reads what was changed."""
    following = source.next(statement)
    if following is None:
        return
    reads = [
        node
        for node in ast.walk(following)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
        if source.segment(node) == target
    ]
    if len(reads) == 1:
        inner = source.changed(following, {reads[0]: new})
        yield Edit(statement, following, inner.new)


def _rebinding(source: Source, statement: ast.Assign) -> Iterator[Edit]:
    """``x = y`` for ``x[:] = y`` and ``x[...] = y``."""
    target = statement.targets[0]
    if not isinstance(target, ast.Subscript) or not isinstance(target.value, ast.Name):
        return
    if ast.unparse(target.slice) in _WHOLE:
        value = source.segment(statement.value)
        yield Edit(statement, statement, f"{target.value.id} = {value}")


def live_views(trial: Trial) -> list[Diagnosis]:
    """The statement that makes a view or a second name, where a copy makes everything right."""
    source = trial.source
    for kind, message, edit in _copies(trial, source):
        if trial.first(source, [edit]):
            return [source.told(kind, message, edit.first, edit)]
    return []


def _copies(trial: Trial, source: Source) -> Iterator[tuple[str, str, Edit]]:
    for statement in source.statements:
        if isinstance(statement, ast.Assign):
            yield from _own_array(trial, source, statement)
    for statement in source.statements:
        for node in _passed_on(statement):
            text = source.segment(node)
            message = f"`{text}` is a view: what is written there later changes what was kept"
            yield "live_view", message, source.changed(statement, {node: f"{text}.copy()"})


def _own_array(
    trial: Trial, source: Source, statement: ast.Assign
) -> Iterator[tuple[str, str, Edit]]:
    value, text = statement.value, source.segment(statement.value)
    targets = [source.segment(target) for target in statement.targets]
    if len(targets) > 1:
        new = "\n".join(f"{target} = {text}" for target in targets)
        message = f"`{'` and `'.join(targets)}` are names of one array"
        yield "arrays_aliased", message, Edit(statement, statement, new)
    elif isinstance(value, ast.Subscript):
        message = f"`{targets[0]}` is a view of `{source.segment(value.value)}`: what is "
        message += "written there later changes what was kept"
        for state in _initial_states(trial):
            edit = source.changed(statement, {value: f"np.zeros_like({state})"})
            yield "live_view", message, edit
        yield "live_view", message, source.changed(statement, {value: f"{text}.copy()"})
    elif isinstance(value, ast.Call) and ast.unparse(value.func) == "dict" and value.args:
        own = source.segment(value.args[0])
        message = f"`{text}` is a new dict of the same arrays: `{targets[0]}` shares them with "
        message += f"`{own}`"
        copies = f"{{key: value.copy() for key, value in {own}.items()}}"
        yield "arrays_aliased", message, source.changed(statement, {value: copies})
    elif isinstance(value, ast.Name):
        message = f"`{targets[0]}` is no array of its own: it is another name for `{text}`"
        for new in (f"{text}.copy()", f"np.zeros_like({text})"):
            yield "arrays_aliased", message, source.changed(statement, {value: new})
    target = statement.targets[0]
    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        message = f"`{target.value.id}` is written over, and what was kept of it changes with it"
        for edit in _rebinding(source, statement):
            yield "live_view", message, edit


def _initial_states(trial: Trial) -> list[str]:
    """What the function calls the initial states that it is given."""
    spec, functions = trial.subject.function, trial.subject.functions
    return [functions.argument(spec, name) for name in spec.takes if name.endswith("0")]


def _passed_on(statement: ast.stmt) -> Iterator[ast.expr]:
    """Slices that are handed to a function, or put into a tuple or a list."""
    for node in heads(statement):
        parts: list[ast.expr] = []
        if isinstance(node, ast.Call):
            parts = node.args
        elif isinstance(node, ast.Tuple | ast.List) and isinstance(node.ctx, ast.Load):
            parts = node.elts
        for part in parts:
            returned = isinstance(part, ast.Name) and isinstance(statement, ast.Return)
            if returned or isinstance(part, ast.Subscript):
                yield part
