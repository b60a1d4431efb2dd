"""What a loop hands on from one step to the next: stored and used where it is not."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np

from ..code.costs import CARRY, SLIGHTLY
from ..code.edit import Edit
from ..code.scope import Scope, kind
from ..code.sites import arguments_of, holds
from ..code.source import names_of

MOST = 800
"""How many ways to carry several values are tried."""


def carries(
    loop: ast.For | ast.While, before: Scope, inside: Scope, arguments: Sequence[str]
) -> Iterator[Edit]:
    """Changes with which what was made before a loop is renewed in it, and used.

    ``before`` is what is there when the loop begins, ``inside`` at the end of a step of it.
    """
    stored, read = names_of([loop], ast.Store), names_of([loop])
    choices: list[list[dict[int, Any] | None]] = []
    for own, value in before.env.items():
        if own in arguments or not isinstance(value, np.ndarray) or value.ndim != 2:
            continue
        if own in stored:
            if own not in read:  # renewed and not used: its author made it for this
                for use in _uses(loop, own, value, inside):
                    yield Edit(CARRY - SLIGHTLY, use)
            continue
        updates = list(_updates(loop, own, value, before, inside))
        if own not in read:
            if value.any():
                continue  # not made for this: a carry starts at zero
            uses = list(_uses(loop, own, value, inside))
            updates = [_both(u, v) for u in updates for v in uses]
        if updates:
            choices.append([None, *updates])
    added = [s for s in loop.body if isinstance(s, ast.AugAssign) and isinstance(s.op, ast.Add)]
    added = [s for s in added if isinstance(s.target, ast.Name) and s.target.id in read]
    if len(added) > 1:
        replaced = {id(s): [ast.Assign([s.target], s.value)] for s in added}
        yield Edit(CARRY, replaced)
    for chosen in itertools.islice(itertools.product(*choices), 1, MOST):
        made = [one for one in chosen if one is not None]
        yield Edit(CARRY + 0.01 * len(made), reduce(_both, made))


def fed_on(tree: ast.FunctionDef, loop: ast.For | ast.While, before: Scope) -> Iterator[Edit]:
    """Changes with which a step reads what the step before it gives, where it reads what the
    function is given: the state starts with that, and is read in its place.
    """
    read, arguments = set[str](), arguments_of(tree)
    starts = {
        target.id: one.value
        for one in ast.walk(tree)
        if isinstance(one, ast.Assign) and not holds(loop, one)
        for target in one.targets
        if isinstance(target, ast.Name) and target.id in before.env
    }
    for statement in loop.body:
        read |= {*names_of([statement])}
        call = statement.value if isinstance(statement, ast.Assign) else None
        if not isinstance(call, ast.Call):
            continue
        stored = names_of([statement], ast.Store)
        renewed = [own for own in starts if own in stored and own not in read]
        given = [a for a in call.args if isinstance(a, ast.Name) and a.id in arguments]
        for own, argument in itertools.product(renewed, given):
            changes = {id(starts[own]): ast.Name(argument.id, ast.Load())}
            yield Edit(CARRY, {**changes, id(argument): ast.Name(own, ast.Load())})


def _updates(
    loop: ast.For | ast.While, own: str, value: Any, before: Scope, inside: Scope
) -> Iterator[dict[int, Any]]:
    target = ast.Name(own, ast.Store())
    known = {ast.dump(atom.node) for atom in before.atoms}
    for atom in inside.atoms:
        new = ast.dump(atom.node) not in known
        entry = re.search(r"\[\d+\]$", ast.unparse(atom.node))  # of a tuple: its name is meant
        if new and not entry and kind(atom.value) == kind(value):
            last = _source_of(loop, atom.node)
            if last is not None:
                yield {id(last): [last, ast.Assign([target], atom.node)]}
    for statement in loop.body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            yield {id(statement): [ast.Assign([target], statement.value)]}


def _source_of(loop: ast.For | ast.While, node: ast.expr) -> ast.stmt | None:
    """The last simple statement of a loop that stores what an expression reads."""
    read = {*names_of([node], ast.expr_context)}
    stored = (s for s in loop.body[::-1] if read & {*names_of([s], ast.Store)})
    return next((s for s in stored if isinstance(s, ast.Assign)), None)


def _uses(
    loop: ast.For | ast.While, own: str, value: Any, inside: Scope
) -> Iterator[dict[int, Any]]:
    read = ast.Name(own, ast.Load())
    for statement in loop.body:
        for call in ast.walk(statement):
            if not isinstance(call, ast.Call):
                continue
            for argument in call.args:
                if kind(inside.value(argument)) == kind(value):
                    yield {id(argument): ast.BinOp(argument, ast.Add(), read)}
                    yield {id(argument): read}


def _both(one: Mapping[int, Any], other: Mapping[int, Any]) -> dict[int, Any]:
    """Two changes in one; what both put after a statement comes one after the other."""
    made = dict(one)
    for key, new in other.items():
        if key in made and isinstance(new, list) and isinstance(made[key], list):
            made[key] = [*made[key], *new[1:]]
        else:
            made[key] = new
    return made
