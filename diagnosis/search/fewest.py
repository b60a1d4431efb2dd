"""Of changes that together make a function right those that are needed, put as simply as can be."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ...subject.budget import OutOfBudget
from ..code.allowances import SHORTER
from ..code.costs import FILLED, TRANSLATED
from ..code.edit import Edit
from ..code.sites import bodies, swapped
from ..code.source import names_of, stores
from ..mutate.whole_names import exchanges
from .harness import Trees
from .oracle import Oracle
from .ranking import is_renaming
from .single import one_by_one
from .version import Version


def fewest(goal: Oracle, found: Version) -> Trees | None:
    """The functions without the changes that turn out not to be needed; None where no place of
    those that are changed is the one that was meant.
    """
    parts = [*found.parts]
    budget = goal.harness.budget
    # The search may have used up its own.
    budget.allow(max(budget.left, SHORTER * (len(parts) + 1)))
    needless = _left_out(goal, parts, found.trees)
    if needless and _is_right_with(goal, [needless]):
        shorter = _after(goal, [needless])
        if goal.are_alike(shorter, found.trees):
            return shorter
    exchange = _exchanged_above(goal, parts)
    if exchange:
        parts = exchange
    elif is_renaming(parts):
        return None
    if len(parts) < 2:
        return _after(goal, [_without_needless(goal, parts, 0)])
    alone = next((one for one in parts if _is_right_with(goal, [one])), None)
    parts = [alone] if alone else _shorter(goal, parts)  # the others came before it
    if not _is_right_with(goal, parts):  # a change around another is lost where that is made anew
        return found.trees
    for part in parts[:]:
        without = [one for one in parts if one is not part]
        if without and goal.is_reached(_after(goal, without)):
            parts = without
    for place, part in enumerate(parts):
        parts[place] = _without_needless(goal, parts, place)
        left = _left_out(goal, [part], _after(goal, [part]))
        simpler = [*parts[:place], left, *parts[place + 1 :]] if left else []
        if left and _is_right_with(goal, simpler):
            parts[place] = left
    return _after(goal, parts)


def _without_needless(goal: Oracle, parts: Sequence[Edit], place: int) -> Edit:
    """One of some edits, without those of its changes that turn out not to be needed."""
    least = parts[place]
    for key in parts[place].changes:
        rest = {other: new for other, new in least.changes.items() if other != key}
        less = Edit(least.cost, rest)
        if rest and _is_right_with(goal, [*parts[:place], less, *parts[place + 1 :]]):
            least = less
    return least


def _left_out(goal: Oracle, parts: Sequence[Edit], after: Trees) -> Edit | None:
    """The edit that leaves out the statements that others change, with a loop or a condition that
    holds nothing else; None where they cannot be left out.
    """
    trees = goal.harness.trees
    changed = [_with_its_head(goal, one) for one in _changed(trees, after)]
    names = {id(n) for tree in trees.values() for n in ast.walk(tree) if isinstance(n, ast.Name)}
    is_renamed = all(
        key in names and isinstance(new, ast.Name)
        for part in parts
        for key, new in part.changes.items()
    )
    if is_renamed or any(isinstance(one, ast.Return | ast.FunctionDef) for one in changed):
        return None
    if any(_gives_only_value(goal, one) for one in changed) and _of_numbers(goal, parts):
        return None
    changes = {id(one): [ast.Pass()] for one in changed}
    return Edit(sum(part.cost for part in parts), changes) if changed else None


def _gives_only_value(goal: Oracle, statement: ast.stmt) -> bool:
    """Whether a statement alone gives a name a value: what is wrong in it is meant otherwise, even
    where nothing reads it.
    """
    stored = [own for tree in goal.harness.trees.values() for own in stores(tree)]
    return any(stored.count(own) == 1 for own in stores(statement))


def _of_numbers(goal: Oracle, parts: Sequence[Edit]) -> bool:
    """Whether nothing but numbers and texts is changed, as an index is."""
    nodes = [node for tree in goal.harness.trees.values() for node in ast.walk(tree)]
    constants = {id(node) for node in nodes if isinstance(node, ast.Constant)}
    return all(part.changes.keys() <= constants for part in parts)


def _with_its_head(goal: Oracle, statement: ast.stmt) -> ast.stmt:
    """The outermost loop or condition that holds nothing but a statement, or the statement."""
    parents = {k: v for one in goal.harness.sources.values() for k, v in one.parents.items()}
    while isinstance(outer := parents.get(statement), ast.For | ast.While | ast.If):
        if outer.orelse or len(outer.body) > 1:
            break
        statement = outer
    return statement


def _changed(before: Trees, after: Trees) -> list[ast.stmt]:
    """The innermost statements of functions that are not what they were."""
    kept = {id(node) for tree in after.values() for node in ast.walk(tree)}
    nodes = [node for tree in before.values() for node in ast.walk(tree)]
    gone = [n for n in nodes if isinstance(n, ast.stmt) and id(n) not in kept]
    return [n for n in gone if not any(part in gone and part is not n for part in ast.walk(n))]


def _is_right_with(goal: Oracle, parts: Sequence[Edit]) -> bool:
    return _is_reached(goal, _after(goal, parts))


def _is_reached(goal: Oracle, trees: Trees) -> bool:
    with contextlib.suppress(OutOfBudget):
        return goal.is_reached(trees)
    return False


def in_its_place(goal: Oracle, after: Trees) -> Trees:
    """The functions with a new assignment in the place of the one right above it of the same name,
    where that one is left with nothing that reads it; and with a part that an unpacking right above
    throws away taken there.
    """
    known = {id(n) for tree in goal.harness.trees.values() for n in ast.walk(tree)}
    changes: dict[int, Any] = {}
    for tree in after.values():
        for one, new in (pair for body in bodies(tree) for pair in pairwise(body)):
            if id(one) in known and id(new) not in known:
                changes |= {id(one): []} if _is_overwritten(one, new) else _taken(one, new)
    made = {name: swapped(tree, changes) for name, tree in after.items()}
    return made if changes and _is_reached(goal, made) else after


def _taken(one: ast.stmt, after: ast.stmt) -> dict[int, Any]:
    """The changes with which an unpacking names the part of it that the next statement reads, where
    it throws that away: ``x, _ = pair; y = pair[1]``.
    """
    match one, after:
        case (
            ast.Assign(targets=[ast.Tuple(elts=parts)], value=whole),
            ast.Assign(
                targets=[ast.Name() as own],
                value=ast.Subscript(value=read, slice=ast.Constant(value=int(place))),
            ),
        ) if ast.dump(read) == ast.dump(whole) and place in range(len(parts)):
            thrown_away = parts[place]
            if isinstance(thrown_away, ast.Name) and not thrown_away.id.strip("_"):
                return {id(thrown_away): own, id(after): []}
    return {}


def _is_overwritten(one: ast.stmt, after: ast.stmt) -> bool:
    """Whether the next statement gives the same name another value, without reading the first."""
    match one, after:
        case (
            ast.Assign(targets=[ast.Name(id=name)]),
            ast.Assign(targets=[ast.Name(id=other)], value=value),
        ):
            return name == other and name not in names_of([value])
    return False


def _shorter(goal: Oracle, parts: list[Edit]) -> list[Edit]:
    """The changes with less in the place of expressions of the reference, which were all that
    could be found before the other changes were made.
    """
    for part in parts[:]:
        others = [one for one in parts if one is not part]
        if part.cost not in (TRANSLATED, FILLED):
            continue
        found = None
        with contextlib.suppress(OutOfBudget), goal.harness.budget.share(SHORTER):
            found = one_by_one(Version(goal, _after(goal, others)))
        if found and all(one.cost < part.cost for one in found.parts):
            parts = [*others, *found.parts]
    return parts


def _exchanged_above(goal: Oracle, parts: Sequence[Edit]) -> list[Edit]:
    """The same with two names exchanged where they are stored, in the place of the changes
    that read each of them for the other; nothing, where that does not do.
    """
    trees = goal.harness.trees
    nodes = {id(n): n for tree in trees.values() for n in ast.walk(tree)}
    swaps = [
        {
            (old.id, new.id)
            for key, new in part.changes.items()
            if isinstance(old := nodes.get(key), ast.Name) and isinstance(new, ast.Name)
        }
        for part in parts
    ]
    read = set().union(*swaps)
    for one, other in sorted(read):
        concerned = [bool(swap & {(one, other), (other, one)}) for swap in swaps]
        if one > other or (other, one) not in read or sum(concerned) < 2:
            continue
        rest = [part for part, is_one in zip(parts, concerned, strict=True) if not is_one]
        for tree in trees.values():
            for edit in exchanges(tree, one, other):
                if goal.is_reached(_after(goal, [edit, *rest])):
                    return [edit, *rest]
    return []


def _after(goal: Oracle, parts: Sequence[Edit]) -> Trees:
    """The submission's functions with some changes, one after the other."""
    trees = goal.harness.trees
    for part in parts:
        trees = {name: swapped(tree, part.changes) for name, tree in trees.items()}
    return trees
