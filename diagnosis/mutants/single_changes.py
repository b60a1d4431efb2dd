"""The small mistakes that one statement of a reference function can hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from ...cells.spec import Family, RecurrentFamily
from ..code.scope import parsed

Swap = tuple[str, list[tuple[ast.AST, ast.AST]]]
"""The kind of a mistake, and which nodes become which."""


@dataclass(frozen=True)
class Place:
    """What is known of the names in a function."""

    family: Family
    values: Mapping[str, Any]
    tree: ast.FunctionDef

    def shape(self, node: ast.AST) -> tuple[int, ...] | None:
        """The shape of an array that has a name, or is an entry of the parameters."""
        value: Any = None
        if isinstance(node, ast.Name):
            value = self.values.get(node.id)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            owner = self.values.get(getattr(node.value, "id", ""))
            value = owner.get(node.slice.value) if isinstance(owner, Mapping) else None
        return value.shape if isinstance(value, np.ndarray) else None

    def alike(self, node: ast.AST) -> Iterator[ast.expr]:
        """Other arrays of the same shape: a name for a name, an entry for an entry. Of numbers
        that are given, and of dicts, the others.
        """
        shape = self.shape(node)
        if isinstance(node, ast.Name) and isinstance(self.values.get(node.id), float | dict):
            kind = type(self.values[node.id])
            given = [argument.arg for argument in self.tree.args.args]
            others = (n for n in given if n != node.id and type(self.values.get(n)) is kind)
            yield from (ast.Name(n, ast.Load()) for n in others)
        if shape is None:
            return
        if isinstance(node, ast.Name):
            for name in self.values:
                other = ast.Name(name, ast.Load())
                if name != node.id and self.shape(other) == shape:
                    yield other
        elif isinstance(node, ast.Subscript):
            for key in self.values[node.value.id]:  # type: ignore[attr-defined]
                entry = ast.Subscript(node.value, ast.Constant(key), ast.Load())
                if key != node.slice.value and self.shape(entry) == shape:  # type: ignore[attr-defined]
                    yield entry

    def exchanged(self, one: ast.AST, other: ast.AST) -> str:
        """The kind of mistake that one array for another is."""
        names = [ast.unparse(node) for node in (one, other)]
        if not isinstance(self.family, RecurrentFamily):
            return "name_for_another"
        cell = self.family.cell
        for state in cell.states:
            pair = [state.previous, state.next]
            if names == pair:
                return "new_state_for_old"
            if names == pair[::-1]:
                return "old_state_for_new"
        if names[1].endswith("0"):
            return "initial_state_at_every_step"
        upstream = [f"d{state.next}" for state in cell.states]
        if all(name in upstream for name in names):
            return "upstream_gradients_exchanged"
        if all(name in cell.gates or "['" in name for name in names):
            return "gates_exchanged"
        return "name_for_another"


def slips(statement: ast.stmt, place: Place) -> Iterator[Swap]:
    """Every small mistake in one statement; of a loop its head is meant."""
    whole = statement.iter if isinstance(statement, ast.For) else statement
    for node in ast.walk(whole):
        if isinstance(node, ast.Name | ast.Subscript) and isinstance(node.ctx, ast.Load):
            for other in place.alike(node):
                yield place.exchanged(node, other), [(node, other)]
        if isinstance(node, ast.BinOp):
            yield from _operators(node, place)
        if isinstance(node, ast.Call):
            yield from _calls(node)
        if isinstance(node, ast.Attribute) and node.attr == "T":
            yield "transpose_missing", [(node, node.value)]
        if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) == 2:
            turned = ast.Tuple(node.elts[::-1], ast.Load())
            yield "order_of_concatenation", [(node, turned)]
    if isinstance(statement, ast.Assign):
        yield from _targets(statement, place)
    if isinstance(statement, ast.For):
        yield from _loops(statement)


def _operators(node: ast.BinOp, place: Place) -> Iterator[Swap]:
    left, right = node.left, node.right
    sides = ((left, right), (right, left))
    if isinstance(node.op, ast.Add):
        for kept, dropped in sides:
            text = ast.unparse(dropped)
            carried = text.endswith("_prev") and text.startswith("d")
            kind = "carry_not_used" if carried else "term_missing"
            yield ("bias_missing" if "['b" in text else kind), [(node, kept)]
        yield "sign_wrong", [(node, ast.BinOp(left, ast.Sub(), right))]
        if isinstance(left, ast.Call) and len(left.args) == 1:
            within = ast.BinOp(left.args[0], ast.Add(), right)
            yield "parentheses_missing", [(node, ast.Call(left.func, [within], []))]
    if isinstance(node.op, ast.Sub):
        yield "sign_wrong", [(node, ast.BinOp(left, ast.Add(), right))]
    if isinstance(node.op, ast.Div):
        yield "factor_missing", [(node, left)]
    if isinstance(node.op, ast.Mult):
        for kept, dropped in sides:
            slope = ast.unparse(dropped).startswith("1 - ")
            kind = "gate_derivative_factor_missing" if slope else "factor_missing"
            yield kind, [(node, kept)]
        yield from _parentheses(node, place)
    if isinstance(node.op, ast.MatMult):
        sizes = ast.Attribute(right, "shape", ast.Load())
        count = ast.Subscript(sizes, ast.Constant(0), ast.Load())
        yield "divided_by_m", [(node, ast.BinOp(node, ast.Div(), count))]
        if place.shape(left):
            yield "transpose_too_many", [(left, ast.Attribute(left, "T", ast.Load()))]
    if isinstance(node.op, ast.Pow):
        two = isinstance(right, ast.Constant)
        yield "square_missing" if two else "factor_missing", [(node, left)]
        multiple = ast.BinOp(left, ast.Mult(), right)
        yield "factor_two_for_square" if two else "operator_exchanged", [(node, multiple)]
        yield "activation_too_many", [(left, ast.Call(parsed("np.tanh"), [left], []))]


def _parentheses(node: ast.BinOp, place: Place) -> Iterator[Swap]:
    """``a + b * c`` for ``(a + b) * c``, also where the sum has a name of its own."""
    factors = _factors(node)
    whole, name = factors[0], ast.unparse(factors[0])
    for statement in place.tree.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name:
            whole = statement.value
    if isinstance(whole, ast.BinOp) and isinstance(whole.op, ast.Add):
        for count in range(len(factors) - 1):
            first = _product([whole.left, *factors[1 : count + 1]])
            second = _product([whole.right, *factors[1:]])
            yield "parentheses_missing", [(node, ast.BinOp(first, ast.Add(), second))]


def _factors(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*_factors(node.left), *_factors(node.right)]
    return [node]


def _product(factors: list[ast.expr]) -> ast.expr:
    product = factors[0]
    for factor in factors[1:]:
        product = ast.BinOp(product, ast.Mult(), factor)
    return product


_OTHERS = {
    "sigmoid": ("np.tanh", "tanh_for_sigmoid"),
    "np.tanh": ("sigmoid", "sigmoid_for_tanh"),
    "softmax": ("sigmoid", "sigmoid_for_softmax"),
}
"""What may stand for an activation, and what that is called."""


def _calls(node: ast.Call) -> Iterator[Swap]:
    called = ast.unparse(node.func)
    if called in _OTHERS:
        other, kind = _OTHERS[called]
        yield kind, [(node.func, parsed(other))]
        yield "activation_missing", [(node, node.args[0])]
    if called == "np.tanh":
        yield "square_for_tanh", [(node.func, parsed("np.square"))]
    if called == "softmax":
        turned = ast.Attribute(node.args[0], "T", ast.Load())
        again = ast.Attribute(ast.Call(node.func, [turned], []), "T", ast.Load())
        yield "wrong_axis", [(node, again)]
    if called == "np.sqrt":
        yield "function_exchanged", [(node, node.args[0])]
    if called == "np.zeros_like":
        yield "name_for_another", [(node.func, parsed("np.ones_like"))]
        yield "initial_state_wrong", [(node, node.args[0])]
    if isinstance(node.func, ast.Attribute) and node.func.attr == "sum":
        mean = ast.Attribute(node.func.value, "mean", ast.Load())
        yield "bias_gradient_averaged", [(node.func, mean)]
    for argument in node.args:
        if called.endswith(("_forward", "_backward")) and isinstance(argument, ast.Name):
            yield "carry_not_used", [(argument, parsed(f"np.zeros_like({argument.id})"))]


def _targets(statement: ast.Assign, place: Place) -> Iterator[Swap]:
    """A state that starts from zeros, and one that is never updated."""
    value, target = statement.value, statement.targets[0]
    given = [argument.arg for argument in place.tree.args.args]
    for node in ast.walk(value):
        if isinstance(node, ast.Name) and node.id in given and node.id.endswith("0"):
            yield "initial_state_ignored", [(node, parsed(f"np.zeros_like({node.id})"))]
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        dropped: list[tuple[ast.AST, ast.AST]] = [
            (part, ast.Name("_", ast.Store()))
            for part in ast.walk(target)
            if isinstance(part, ast.Name) and part.id.endswith(("_prev", "_next"))
        ]
        for count in range(len(dropped), 0, -1):
            for chosen in combinations(dropped, count):
                yield "carry_not_updated", [*chosen]


def _loops(statement: ast.For) -> Iterator[Swap]:
    text = ast.unparse(statement.iter)
    for old, new, kind in (
        ("range(", "range(1, ", "loop_bounds_wrong"),
        (".shape[2])", ".shape[2] - 1)", "loop_bounds_wrong"),
        ("reversed(", "(", "loop_in_reverse"),
        ("range(", "reversed(range(", "loop_in_reverse"),
        (".shape[2]", ".shape[1]", "loop_over_another_axis"),
    ):
        other = text.replace(old, new)
        other += ")" if other.count("(") > other.count(")") else ""
        if other != text:
            yield kind, [(statement.iter, parsed(other))]
