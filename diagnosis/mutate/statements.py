"""Small changes of whole statements: stored otherwise, left out, or one more."""

from __future__ import annotations

import ast
import contextlib
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..code.costs import COMPOSED, KEPT, NEAR, OTHER_KIND, OTHER_WORD, SIMPLE, SLIGHTLY, STORED
from ..code.differences import called
from ..code.edit import Edit, replaced
from ..code.patterns import in_context, put, rewritten
from ..code.scope import Scope, kind, name
from ..code.sites import Site, swapped
from ..code.source import names_of
from .edits import edits, unlike_letters
from .inner import counted


def rewrites(site: Site, scope: Scope, tree: ast.FunctionDef) -> Iterator[Edit]:
    """Other forms of one statement, as changes of the function's tree."""
    statement = site.statement
    for cost, made in _forms(statement, scope):
        yield replaced(statement, made, cost=cost)
    targets: list[ast.expr] = []
    match statement:
        case ast.Assign(targets=targets, value=value):
            if len(targets) > 1:
                yield Edit(SIMPLE, {id(statement): [ast.Assign([one], value) for one in targets]})
            if statement is tree.body[-1]:
                yield Edit(NEAR, {id(statement): [ast.Return(value)]})
        case ast.AugAssign():
            targets = [statement.target]
    for target in targets:
        yield from _target_edits(target, scope)
        yield from _keys_elsewhere(target, scope)
        if site.depth and isinstance(statement, ast.Assign):
            for own in _thrown_away(target) or [target]:
                yield from _other_names(own, scope, tree)
    if isinstance(statement, ast.For):
        for cost, old, new in counted(statement.iter, scope):
            yield Edit(cost, {id(old): new})
    if isinstance(statement, ast.If):
        for body in (statement.body, statement.orelse):
            yield Edit(NEAR, {id(statement): body or [ast.Pass()]})
    elif not isinstance(statement, ast.Return):
        cost = SIMPLE - SLIGHTLY if _is_printing(statement) else NEAR + STORED
        yield Edit(cost, {id(statement): [ast.Pass()]})


def _target_edits(target: ast.expr, scope: Scope) -> Iterator[Edit]:
    """Changes of what is stored into that leave it something which can be stored into."""
    for edit in () if isinstance(target, ast.Name) else edits(target, scope):
        whole = id(target) in edit.changes
        made = ast.Module([ast.Assign([swapped(target, edit.changes)], ast.Constant(0))], [])
        with contextlib.suppress(SyntaxError, ValueError, TypeError):
            if not whole or isinstance(target, ast.Tuple | ast.List):
                compile(ast.fix_missing_locations(made), "<target>", "exec")
                yield Edit(edit.cost + STORED, edit.changes)


def _keys_elsewhere(target: ast.expr, scope: Scope) -> Iterator[Edit]:
    """The key, put together, by which another statement stores or reads, for a plain one."""
    if not isinstance(target, ast.Subscript) or not isinstance(target.slice, ast.Constant):
        return
    for text in scope.texts:
        if isinstance(text, ast.Subscript) and isinstance(text.slice, ast.BinOp | ast.JoinedStr):
            yield Edit(OTHER_WORD, {id(target.slice): text.slice})


def _thrown_away(target: ast.expr) -> list[ast.expr]:
    """The names of an unpacking that say that nobody reads them: ``_``."""
    parts = target.elts if isinstance(target, ast.Tuple) else []
    return [part for part in parts if isinstance(part, ast.Name) and not part.id.strip("_")]


def _other_names(target: ast.expr, scope: Scope, tree: ast.FunctionDef) -> Iterator[Edit]:
    """Another name to store into, one that is read in the loop and never changed there.

    A name that has a value before the loop was made to be renewed in it.
    """
    if isinstance(target, ast.Name) and target.id in scope.env and target.id.strip("_"):
        return
    loops = [n for n in ast.walk(tree) if isinstance(n, ast.For | ast.While)]
    inside = names_of(loops, ast.Store)
    if isinstance(target, ast.Name):
        for other in scope.arrays:
            if other not in inside:
                yield Edit(NEAR + SLIGHTLY, {id(target): ast.Name(other, ast.Store())})


FORMS = {
    "A ^= B => A = B": SIMPLE,
    "A ^= B => A = A ^ B": SIMPLE + SLIGHTLY,
    "A ^= B => A += B": SIMPLE,
    "A ^= B => A -= B": SIMPLE,
    "A ^= B => A *= B": SIMPLE,
    "A == B => A = B": SIMPLE,
    "A => return A": SIMPLE,
}
"""Another statement made of the same parts, and what each costs."""


def _forms(statement: ast.stmt, scope: Scope) -> Iterator[tuple[float, ast.stmt]]:
    for rule, cost in FORMS.items():
        for made in rewritten(rule, statement):
            if ast.dump(made) != ast.dump(statement):
                yield cost, made
    match statement:
        case ast.Assign(targets=[ast.Name() | ast.Subscript() as own], value=value):
            if not isinstance(scope.env.get(ast.unparse(own)), list):
                yield SIMPLE, ast.AugAssign(own, ast.Add(), value)
            if isinstance(own, ast.Subscript) and isinstance(scope.value(own.value), dict):
                for made in rewritten("A[B] = C => A[B] = A.get(B, 0) + C", statement):
                    yield SIMPLE + SLIGHTLY, made
        case ast.Assign(targets=[_, _, *_] as targets, value=value):
            for target in targets:
                rest = [other for other in targets if other is not target]
                yield SIMPLE, ast.Assign(rest, value)
        case ast.Expr(value=ast.Call() as call):
            for array in scope.arrays:
                yield NEAR + 2 * SLIGHTLY, ast.Assign([ast.Name(array, ast.Store())], call)
    yield from ((SIMPLE, made) for made in (*_read_again(statement), *_by_key(statement, scope)))
    yield from _appends(statement, scope)


def _read_again(statement: ast.stmt) -> Iterator[ast.stmt]:
    """A list of what can be read only once."""
    match statement:
        case ast.Assign(targets=targets, value=ast.Call(func=ast.Name(id=own)) as value):
            if own in READ_ONCE:
                yield ast.Assign(targets, put("list(A)", A=value))
        case ast.Assign(targets=targets, value=ast.GeneratorExp(elt=each, generators=loops)):
            yield ast.Assign(targets, ast.ListComp(each, loops))


def _by_key(statement: ast.stmt, scope: Scope) -> Iterator[ast.stmt]:
    """Names that are keys of a dict, given its entries by these keys, in whatever order it is."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Tuple):
        return
    keys = [ast.unparse(one) for one in statement.targets[0].elts]
    every = ast.Tuple([ast.Constant(key) for key in keys], ast.Load())
    for own, entries in scope.env.items():
        if isinstance(entries, dict) and entries.keys() >= {*keys}:
            ways = (own, f"{own}.keys()", f"sorted({own})", f"sorted({own}.keys())")
            for node in ast.walk(statement.value):
                if isinstance(node, ast.comprehension) and ast.unparse(node.iter) in ways:
                    yield swapped(statement, {id(node.iter): every})
            if ast.unparse(statement.value) == f"{own}.values()":
                by_key = put(f"[{own}[key] for key in A]", A=every)
                yield swapped(statement, {id(statement.value): by_key})


READ_ONCE = frozenset(("enumerate", "filter", "iter", "map", "reversed", "zip"))
"""What gives a value that is used up when it has been read."""

APPENDED = (
    "L = A => L.append(A)", "L += A => L.append(A)", "A => L.append(A)",
    "L = [A] => L.append(A)", "L += [A] => L.append(A)", "L = (L, A) => L.append(A)",
    "L = F(L, A) => L.append(A)", "L = F(A) => L.append(A)",
    "F(L, A) => L.append(A)", "F(A) => L.append(A)",
)  # fmt: skip
"""What may have been written for an append to a list ``L``."""


def _appends(statement: ast.stmt, scope: Scope) -> Iterator[tuple[float, ast.stmt]]:
    """Appending to a list what is given to np.append, or put in the list's place."""
    lists = [n for n, v in scope.env.items() if isinstance(v, list)]
    whole = statement.value if isinstance(statement, ast.Expr) else statement
    for own, rule in itertools.product([] if _is_printing(statement) else lists, APPENDED):
        for made in rewritten(re.sub(r"\bL\b", own, rule), whole, A=ast.expr):
            yield SIMPLE, ast.Expr(made) if isinstance(made, ast.expr) else made


def _is_printing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and called(statement.value) == "print"


def insertions(
    body: Sequence[ast.stmt], scope: Scope, loop: bool, arguments: Sequence[str]
) -> Iterator[Edit]:
    """A statement more after one of a body: a carry, an addition, a stored slot.

    ``scope`` is what is there at the end of the body.
    """
    last = body[-1]
    if isinstance(last, ast.Return):
        return
    assigned = {*names_of(body, ast.Store), *arguments}
    for statement in _missing(scope, assigned) if loop else ():
        yield Edit(COMPOSED, {id(last): [last, statement]})
    for one in body if loop else ():
        yield from (Edit(COMPOSED, {id(one): [one, kept]}) for kept in _kept_entries(one, scope))
    for one in body:
        for twin in _twins(one, scope):
            yield Edit(COMPOSED + SLIGHTLY, {id(one): [one, twin]})


def appends(last: ast.stmt, scope: Scope) -> Iterator[Edit]:
    """Putting a value into a list after the last statement of a body, or before it where that gives
    a result back: what nothing reads was made to be kept.
    """
    for own, value in scope.env.items():
        for atom in scope.atoms if isinstance(value, list) else ():
            if atom.is_name and atom.value is not value:
                kept = ast.Expr(put(f"{own}.append(A)", A=atom.node))
                both = [kept, last] if isinstance(last, ast.Return) else [last, kept]
                yield Edit(KEPT if scope.is_unread(atom) else COMPOSED, {id(last): both})


def _kept_entries(statement: ast.stmt, scope: Scope) -> Iterator[ast.stmt]:
    """What is made anew of an entry of a dict, under another name, kept in its place."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=own)], value=value) if own in scope.arrays:
            for node in ast.walk(value):
                holder = ast.unparse(node.value) if isinstance(node, ast.Subscript) else ""
                if isinstance(scope.env.get(holder), dict) and isinstance(node, ast.Subscript):
                    yield ast.Assign([in_context(ast.Store(), node)], name(own))


FIRST_VALUES = {
    "{numpy}.zeros_like({own})": SIMPLE + SLIGHTLY,
    "{own}": OTHER_KIND + SLIGHTLY,
    "{numpy}.tanh({own})": SIMPLE + SLIGHTLY,
    "{own}.T": SIMPLE + SLIGHTLY,
    "1 - {own} ** 2": SIMPLE + SLIGHTLY,
}
"""What is made of an array at hand for a name that has no value yet, and what each costs: nobody
gives a value another name for nothing.
"""


def first_values(scope: Scope, missing: str, alone: bool) -> Iterator[tuple[float, str]]:
    """What a name that was given no value may have been meant to be, ``alone`` or with others."""
    for own, value in scope.env.items():
        if isinstance(value, dict) and missing in value:
            yield SIMPLE, f'{own}["{missing}"]'
    yield from ((SIMPLE, "[]"), (SIMPLE, "{}"), (SIMPLE + 2 * SLIGHTLY, "0"))
    forms = [*FIRST_VALUES.items()][: None if alone else 2]
    for own, (form, cost) in itertools.product(scope.arrays, forms):
        yield cost, form.format(numpy=scope.numpy(), own=own)


def _missing(scope: Scope, assigned: set[str]) -> Iterator[ast.stmt]:
    for own, value in scope.env.items():
        if isinstance(value, np.ndarray) and own not in assigned:
            for other in scope.others(name(own)):
                yield ast.Assign([ast.Name(own, ast.Store())], other)
                yield ast.AugAssign(ast.Name(own, ast.Store()), ast.Add(), other)
        if isinstance(value, np.ndarray) and value.ndim == 3:
            yield from _slots(own, value, scope)


def _slots(own: str, value: Any, scope: Scope) -> Iterator[ast.stmt]:
    steps = scope.of_kind(int, named=True)
    for stored, step in itertools.product(scope.of_kind(value.shape[:2]), steps):
        place = put("A[:, :, B]", A=name(own), B=step)
        yield ast.Assign([in_context(ast.Store(), place)], stored)


def _twins(statement: ast.stmt, scope: Scope) -> Iterator[ast.stmt]:
    """A statement like one that is there, for another name, key or letter."""
    if not isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr):
        return
    places: dict[str, list[ast.Name]] = {}
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and not callable(scope.value_of_name(node.id)):
            places.setdefault(node.id, []).append(node)
    again = isinstance(statement.value, ast.Call) and isinstance(statement.value.func, ast.Name)
    for own, nodes in places.items():
        if again and all(isinstance(node.ctx, ast.Store) for node in nodes):
            continue  # nobody calls a function twice with the same values
        for other, value in scope.env.items():
            alike = kind(value) == kind(scope.env.get(own))
            if other != own and (alike or isinstance(value, np.ndarray)):
                twin = swapped(statement, {id(n): ast.Name(other, n.ctx) for n in nodes})
                yield from [twin] if alike else []
                yield from _other_part(twin)
    yield from _other_keys(statement, scope)


def _other_part(statement: ast.stmt) -> Iterator[ast.stmt]:
    """The statement storing into the rest of an array instead of a part."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Slice) and (node.lower is None) != (node.upper is None):
            yield swapped(statement, {id(node): ast.Slice(node.upper, node.lower, node.step)})


def _other_keys(statement: ast.stmt, scope: Scope) -> Iterator[ast.stmt]:
    """The statement with one letter for another in all its texts, two in which keys at hand differ:
    ``b`` for ``W``, where there are ``W1`` and ``b1``.
    """
    constants = [n for n in ast.walk(statement) if isinstance(n, ast.Constant)]
    texts = [(id(n), n.value) for n in constants if isinstance(n.value, str)]
    for one, other in unlike_letters(scope.keys) if texts else ():
        changes = {
            key: ast.Constant(text.replace(one, other)) for key, text in texts if one in text
        }
        if changes:
            yield swapped(statement, changes)
