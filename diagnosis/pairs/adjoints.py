"""The derivative by each value that a forward function computes on the way: what a backward
function computes on its way, if it is right.

A value is known by one weighted sum of its numbers (`Sums`), and the sum of a derivative so
weighted is the derivative along the weights: some runs of the forward function give it.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
from typing import Any, NamedTuple

import numpy as np

from ...pairs.cases import Array
from ...pairs.in_process import LivePair
from ...pairs.trial import Trial
from ..code.edit import is_read
from ..code.sites import compiled, executed
from .running import difference, direction, namespace_of, source_of, step_for, weighed

SEEN = "__cellcheck_value__"

MOST = 100
"""Values by which derivatives are taken; those of a loop come again with each step."""


class _Marked(ast.NodeTransformer):
    """Wraps each expression that is read in a call that hands its value on."""

    def __init__(self) -> None:
        self.count = 0
        self.names: dict[int, list[str]] = {}
        """Of what is stored under a name, the name, by the number of the expression."""

    def generic_visit(self, node: ast.AST) -> Any:
        super().generic_visit(node)
        if not isinstance(node, ast.BinOp | ast.UnaryOp | ast.Call | ast.Name | ast.Attribute):
            return node
        return self._shown(node) if is_read(node) else node

    def _shown(self, node: ast.expr) -> ast.expr:
        self.count += 1
        call = ast.Call(ast.Name(SEEN, ast.Load()), [ast.Constant(self.count), node], [])
        return ast.copy_location(call, node)

    def visit_Assign(self, node: ast.Assign) -> Any:
        """The value alone: what is stored into is to stay what it is."""
        node.value = self.visit(node.value)
        self.names[self.count] = [one.id for one in node.targets if isinstance(one, ast.Name)]
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        """The same."""
        node.value = self.visit(node.value)
        return node

    def visit_Call(self, node: ast.Call) -> Any:
        """What is called stays what it is; a method's owner is read."""
        node.args = [self.visit(one) for one in node.args]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        if isinstance(node.func, ast.Attribute):
            node.func.value = self.visit(node.func.value)
        return self._shown(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Any:
        """A text holds no numbers."""
        return node


Value = tuple[int, int]
"""The number of an expression, and which evaluation of it is meant."""


class _Moving:
    """Shows the values that a marked function computes, one of them moved."""

    def __init__(self) -> None:
        self.moved: Value | None = None
        self.by: Array = np.zeros(())
        self.shapes: dict[Value, tuple[int, ...]] = {}
        self._times: dict[int, int] = {}

    def begin(self) -> None:
        """Before a run."""
        self._times = {}

    def __call__(self, number: int, value: Any) -> Any:
        if not isinstance(value, np.ndarray) or value.dtype.kind != "f" or not value.ndim:
            return value
        place = number, self._times.get(number, 0)
        self._times[number] = place[1] + 1
        if self.moved is None:
            self.shapes.setdefault(place, value.shape)
        return value + self.by if place == self.moved else value


class Adjoint(NamedTuple):
    """The derivative by a value that has these names: its shape, and its weighted sum."""

    names: tuple[str, ...]
    shape: tuple[int, ...]
    value: float


def adjoints(pair: LivePair, trial: Trial) -> list[Adjoint]:
    """The derivatives by a forward function's values, as far as they can be taken."""
    moving, mark = _Moving(), _Marked()
    marked = _marked(pair, moving, mark)
    found: list[Adjoint] = []
    if marked is None:
        return found
    with contextlib.suppress(Exception):  # whatever the code raises
        _run(marked, trial, moving)
        for place, shape in [*moving.shapes.items()][:MOST]:
            weights = direction(shape)
            moving.moved = place

            def moved(step: float, weights: Array = weights) -> float:
                moving.by = step * weights
                return _run(marked, trial, moving)

            value = difference(moved, step_for(weights))
            found.append(Adjoint((*mark.names.get(place[0], ()),), shape, value))
    return found


def _run(pair: LivePair, trial: Trial, moving: _Moving) -> float:
    moving.begin()
    return weighed(pair.run(trial.case.values).results, trial)


def _marked(pair: LivePair, moving: _Moving, mark: _Marked) -> LivePair | None:
    """The pair with a forward function whose values are shown; nothing where its text is not
    known.
    """
    function = inspect.unwrap(pair.forward_function)
    source = source_of(function)
    if source is None:
        return None
    tree = source.tree
    tree.body, tree.decorator_list = [mark.visit(one) for one in tree.body], []
    names = {**namespace_of(function), SEEN: moving}
    return pair.having(forward=executed(tree.name, compiled(tree), names))
