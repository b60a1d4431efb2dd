"""Mutants whose state starts as a view of the array that holds the results.

``c_next = c[:, :, 0]`` is zero, as it should be, until the first result is stored: then what the
cache of the first step holds changes with it. The references keep a list, so that no change of
one expression is this mistake.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from itertools import count

from ..cells.spec import RecurrentFamily, State
from ..diagnosis.code.scope import parsed
from ..diagnosis.code.sites import compiled
from ..diagnosis.mutants.mutant import Mutant, References

FAULT = "live_view"


def viewing(references: References, name: str) -> Iterator[Mutant]:
    """A sequence function with each state that starts at zero as a view of its results."""
    family = references.family
    if isinstance(family, RecurrentFamily) and family.functions[name].role.is_forward:
        for state in family.cell.states:
            tree = copy.deepcopy(references.trees[name])
            if not state.exposed and _stored_over(tree, state):
                wrong, right = ast.parse(
                    f"{state.next} = {state.name}[:, :, 0]\n"
                    f"{state.next} = np.zeros({state.name}.shape[:2])"
                ).body
                yield Mutant(name, compiled(tree), wrong, right, known=FAULT)


def _stored_over(tree: ast.FunctionDef, state: State) -> bool:
    """Whether the first state of a loop is now overwritten by the first result."""
    view = f"__first_{state.name}__"
    for place, loop in enumerate(tree.body):
        if not isinstance(loop, ast.For):
            continue
        for number, statement in zip(count(1), loop.body, strict=False):
            if isinstance(statement, ast.Assign) and state.next in _targets(statement):
                store = ast.parse(
                    f"if {view} is not None:\n    {view}[...] = {state.next}\n    {view} = None"
                )
                loop.body[number:number] = store.body
                tree.body[place:place] = [
                    ast.Assign([ast.Name(view, ast.Store())], parsed(state.next))
                ]
                return True
    return False


def _targets(statement: ast.Assign) -> set[str]:
    names = (node for target in statement.targets for node in ast.walk(target))
    return {node.id for node in names if isinstance(node, ast.Name)}
