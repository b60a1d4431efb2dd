"""Shared memory: arguments changed in place, and views that something later writes over."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...cells.spec import Role
from ...strategies import Case
from ...subject.errors import Crash
from ...subject.live import identical, snapshot
from ..code.costs import SIMPLE
from ..code.edit import Edit, left_out, put_before, put_instead, rewritten
from ..code.source import Source, heads
from .runs import Runs
from .sign import Sign

_WHOLE = (":", "...", ":, :")
"""What stands in the brackets where the whole of an array is written over."""


def arguments_changed(runs: Runs) -> Iterator[Sign]:
    """The statement after which an argument is another one, and how to leave it alone."""
    allowed = runs.spec.returns if runs.spec.role is Role.UPDATE else ()
    for case in runs.cases:
        try:
            changed = runs.subject.inspected(case).changed
        except Crash:
            continue
        for name in changed:
            if name not in allowed:
                yield from _changing(runs, case, name)
                return


def _changing(runs: Runs, case: Case, name: str) -> Iterator[Sign]:
    places, call = runs.prepared(case)
    given = [places[runs.functions.bound[runs.spec.name].convention.places.index(name)]]
    before = snapshot(given)
    found = runs.line_after_which(call, lambda: not _same(before, snapshot(given)))
    statement = found and found[0].at(found[1])
    if found is None or statement is None:
        return
    source, own = found[0], runs.argument(name)
    fault = "argument_changed"
    what = f"the argument `{own}` is changed in place here, and with it the caller's own"
    yield Sign(source, fault, what, _leaving_alone(source, statement))
    if source is runs.source and not name.startswith("cache"):
        copied = f"{own} = {own}.copy()"
        top = source.tree.body[0]
        yield Sign(source, fault, f"{what}: begin with `{copied}`", [put_before(top, copied)])
    yield Sign(source, fault, what, statement=statement)


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
        target = statement.target
        if isinstance(target, ast.Name):
            yield from _with_the_name_given(source, statement)
            new = ast.BinOp(ast.Name(target.id, ast.Load()), statement.op, statement.value)
            yield Edit(SIMPLE, {id(statement): [ast.Assign([target], new)]})
        else:
            yield from _into_the_next(source, statement)
    if isinstance(statement, ast.Assign):
        if len(source.block(statement)) > 1:
            yield left_out(statement)
        yield from _rebinding(source, statement)
    for node in ast.walk(statement):
        match node:
            case ast.Call(func=ast.Attribute(attr="pop", value=owner), args=[key]):
                yield Edit(SIMPLE, {id(node): ast.Subscript(owner, key, ast.Load())})


def _with_the_name_given(source: Source, statement: ast.AugAssign) -> Iterator[Edit]:
    """``x = a + b`` for ``x = a`` and ``x += b`` below it."""
    name = source.segment(statement.target)
    match source.previous(statement):
        case ast.Assign(targets=[target], value=first) if source.segment(target) == name:
            new = ast.BinOp(first, statement.op, statement.value)
            yield Edit(SIMPLE, {id(first): new, id(statement): []})


def _into_the_next(source: Source, statement: ast.AugAssign) -> Iterator[Edit]:
    """The new value written where the next statement reads what was changed."""
    following, target = source.next(statement), source.segment(statement.target)
    reads = [
        node
        for node in (ast.walk(following) if following else ())
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
        if source.segment(node) == target
    ]
    if len(reads) == 1:
        new = ast.BinOp(reads[0], statement.op, statement.value)
        yield Edit(SIMPLE, {id(reads[0]): new, id(statement): []})


def _rebinding(source: Source, statement: ast.Assign) -> Iterator[Edit]:
    """``x = y`` for ``x[:] = y`` and ``x[...] = y``."""
    value = source.segment(statement.value)
    match statement.targets[0]:
        case ast.Subscript(value=ast.Name(id=name), slice=part) if ast.unparse(part) in _WHOLE:
            yield put_instead(statement, f"{name} = {value}")


def live_views(runs: Runs) -> Iterator[Sign]:
    """A statement that makes a view or a second name, where a copy may be meant."""
    source = runs.source
    for statement in source.statements:
        if isinstance(statement, ast.Assign):
            yield from _own_array(runs, source, statement)
    for statement in source.statements:
        for node in _passed_on(statement):
            text = source.segment(node)
            what = f"`{text}` is a view: what is written there later changes what was kept"
            yield Sign(source, "live_view", what, [rewritten([node], f"{text}.copy()")])


def _own_array(runs: Runs, source: Source, statement: ast.Assign) -> Iterator[Sign]:
    value, text = statement.value, source.segment(statement.value)
    targets = [source.segment(target) for target in statement.targets]
    if len(targets) > 1:
        apart = put_instead(statement, "\n".join(f"{target} = {text}" for target in targets))
        what = f"`{'` and `'.join(targets)}` are names of one array"
        yield Sign(source, "arrays_aliased", what, [apart])
    elif isinstance(value, ast.Subscript):
        what = f"`{targets[0]}` is a view of `{source.segment(value.value)}`: what is "
        what += "written there later changes what was kept"
        states = [runs.argument(name) for name in runs.spec.takes if name.endswith("0")]
        texts = [*(f"np.zeros_like({state})" for state in states), f"{text}.copy()"]
        yield Sign(source, "live_view", what, [rewritten([value], new) for new in texts])
    elif isinstance(value, ast.Call) and ast.unparse(value.func) == "dict" and value.args:
        own = source.segment(value.args[0])
        what = f"`{text}` is a new dict of the same arrays: `{targets[0]}` shares them with "
        copies = rewritten([value], f"{{key: value.copy() for key, value in {own}.items()}}")
        yield Sign(source, "arrays_aliased", f"{what}`{own}`", [copies])
    elif isinstance(value, ast.Name):
        what = f"`{targets[0]}` is no array of its own: it is another name for `{text}`"
        texts = [f"{text}.copy()", f"np.zeros_like({text})"]
        yield Sign(source, "arrays_aliased", what, [rewritten([value], new) for new in texts])
    target = statement.targets[0]
    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        what = f"`{target.value.id}` is written over, and what was kept of it changes with it"
        yield Sign(source, "live_view", what, _rebinding(source, statement))


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
