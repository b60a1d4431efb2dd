"""Small changes of sums and products: operators, parentheses, terms and factors."""

from __future__ import annotations

import ast
import contextlib
import itertools
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np

from ..code.costs import DERIVATIVE, FAR, INNER, NEAR, NEXT, SIMPLE, SLIGHTLY, UNREAD
from ..code.differences import called
from ..code.edit import Changes, is_read
from ..code.patterns import put, rewritten
from ..code.scope import Atom, Scope, parsed
from ..code.sites import swapped
from .inner import derivatives, factors

RULES = (
    "A + B => A - B", "A + B => A * B", "A - B => A + B", "A - B => A * B", "A * B => A ** B",
    "A * B => A @ B", "A * B => A / B", "A * B => A + B", "A * B => A - B", "A / B => A * B",
    "A / B => A - B", "A ** B => A * B", "A @ B => A * B", "A // B => A / B",
    "A ^ B => A", "A ^ B => B",
    "A - B => B - A", "A / B => B / A", "A @ B => B @ A", "A ** B => B ** A",
    "A ^ (B | C) => (A ^ B) | C", "A ^ ((B | C) & D) => ((A ^ B) | C) & D",
    "(A ^ B) | C => A ^ (B | C)", "(A ^ B) + C => A ^ (B * C)",
    "(A ^ (B | C)) & D => A ^ (B | (C & D))",
    "F(A) ^ B => F(A ^ B)", "A ^ F(B) => F(A ^ B)",
    "A * B * (1 - B) => A * (1 - B ** 2)", "B * (1 - B) => 1 - B ** 2",
    "F(A ^ B, ...) => F(A, ...) ^ B", "M(A, B.T) => A * B", "M(A.T, B) => A * B",
    "M(A, B) => A * B", "A.T => A", "A @ B => B.T @ A.T", "M(A, B) => M(B.T, A.T)",
    "F(A.T, ...).T => F(A, ...)", "F(A, ..., axis=0).T => F(A, ..., axis=1)",
    "F(A, ..., axis=1).T => F(A, ..., axis=0)",
    "-A => A", "not A => A", "A if B else C => C if B else A", "range(A) => range(1, A + 1)",
    "A if B else C => A", "A if B else C => C",
    "J(A, B, ...) => J((A, B), ...)", "dict(A) => {key: value.copy() for key, value in A.items()}",
    "A.float => float", "A.int => int", "A.bool => bool",
)  # fmt: skip
"""Another operator, one operand only, the operands exchanged, parentheses set or left out, the
derivative of a tanh for that of a sigmoid, transposes, what depends on a condition, a loop that
counts from 1, what is joined or copied, types that numpy had.
"""

FUNCTIONS = {"M": "dot|matmul", "J": "concatenate|[vh]?stack"}
"""The functions that some letters of the rules stand for."""


def rearranged(node: ast.expr) -> Changes:
    """What might have been meant by an expression, made of its own parts."""
    for rule in RULES:
        made = rewritten(rule, node, **FUNCTIONS)
        yield from ((SIMPLE, node, new) for new in made if not _is_idle(new))


def _is_idle(node: ast.AST) -> bool:
    """Whether something is multiplied by one, divided by it or raised to it: nobody writes that."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult | ast.Div | ast.Pow):
        return False
    return isinstance(node.right, ast.Constant) and node.right.value == 1


Chains: TypeAlias = tuple[tuple[type[ast.operator], ...], ...]
"""The operators that make one whole of what they join."""

CHAINED: Chains = (ast.Add, ast.Sub), (ast.Mult, ast.Div, ast.MatMult)
APART: Chains = (ast.Add, ast.Sub), (ast.Mult, ast.Div), (ast.MatMult,)
"""With products of matrices inside of others by themselves."""

MORE = {"A * B": FAR, "A + B": FAR, "A - B": FAR + 2.5 * SLIGHTLY, "A / B": FAR + SLIGHTLY}
"""An array more in a sum or a product, and what each costs."""


def extended(tree: ast.AST, scope: Scope) -> Changes:
    """A term or a factor more."""
    for node, _ in _tops(tree):
        if isinstance(node, ast.Call) and called(node) == "einsum":
            yield from factors(node, scope)
    for node, is_sum in _open(tree, scope):
        yield from divided(node, scope)
        if _is_whole(node, tree):
            yield from multiplied(node, scope)
        less, shape = 0.0 if _is_outer(node, tree) else INNER, scope.shape(node)
        is_open = not is_sum or (_is_whole(node, tree) and _is_one_less(node))
        for atom in scope.atoms:
            if fits(shape, atom):
                for form, cost in MORE.items():
                    if is_open or form != "A * B":
                        yield cost + less, node, put(form, A=node, B=atom.node)
                for factor in () if is_sum or _is_whole(node, tree) else derivatives(atom.node):
                    yield FAR + 2 * SLIGHTLY + less, node, ast.BinOp(node, ast.Mult(), factor)
            elif isinstance(atom.value, float | int) and not isinstance(atom.value, bool):
                for form in ("A * B", "(1 - B) * A", "A + B"):
                    yield FAR + SLIGHTLY + less, node, put(form, A=node, B=atom.node)
                if isinstance(scope.value(node), float) and isinstance(atom.value, int):
                    yield FAR, node, put("A ** B", A=node, B=atom.node)
    yield from _siblings(tree, scope)


def _is_one_less(node: ast.expr) -> bool:
    """Whether it is one less a value, which is mostly a factor."""
    return any(rewritten("1 - A => A", node)) or any(rewritten("1.0 - A => A", node))


def _open(
    tree: ast.AST, scope: Scope, chained: Chains = CHAINED
) -> Iterator[tuple[ast.expr, bool]]:
    """The whole products and sums to which something may be added, as `_tops` has them."""
    for node, is_sum in _tops(tree, None, chained):
        value = scope.value(node)
        may_be_number = value is None or isinstance(value, np.ndarray | float | int)
        if may_be_number and not scope.is_unfilled(node):
            yield node, is_sum


def divided(node: ast.expr, scope: Scope) -> Changes:
    """A product with a value, where one is divided."""
    for new in rewritten("1 / B => A * B", node):
        for other in scope.of_kind(scope.shape(node)):
            yield FAR, node, swapped(new, {id(new.left): other})


def multiplied(node: ast.expr, scope: Scope) -> Changes:
    """A matrix by which a value that stands alone may have been multiplied, where that gives it
    another shape.
    """
    shape = scope.shape(node)
    if not isinstance(node, ast.Name | ast.Subscript) or shape is None or len(shape) != 2:
        return
    forms = ("B @ A", 1, 0), ("B.T @ A", 0, 0), ("A @ B", 0, 1), ("A @ B.T", 1, 1)
    for atom in scope.atoms:
        if isinstance(atom.value, np.ndarray) and atom.value.ndim == 2:
            for form, its, own in forms:
                made = atom.value.shape[1 - its]
                if atom.value.shape[its] == shape[own] and made != shape[own]:
                    yield FAR + SLIGHTLY, node, put(form, A=node, B=atom.node)


def _is_whole(node: ast.AST, tree: ast.AST) -> bool:
    """Whether a part of an expression is all of it, or an entry of what is put together there."""
    return node is tree or node in getattr(tree, "elts", getattr(tree, "values", ()))


def taken_up(tree: ast.AST, scope: Scope) -> Changes:
    """A term or a factor more that its author made, and nothing reads, or a function; the
    derivative of an activation, which a whole product or sum lacks.
    """
    unread = [atom for atom in scope.atoms if scope.is_unread(atom)]
    for node, _ in _open(tree, scope, APART) if unread else ():
        shape = scope.shape(node)
        for atom in unread if shape is not None else ():
            if fits(shape, atom):
                for form in ("A * B", "A + B"):
                    yield UNREAD, node, put(form, A=node, B=atom.node)
    for own in (one for one in scope.unread if callable(scope.env.get(one))):
        for node, _ in _tops(tree):
            yield SIMPLE, node, ast.Call(ast.Name(own, ast.Load()), [node], [])
    for node, _ in _tops(tree):
        shape = scope.shape(node) if _is_whole(node, tree) else None
        if isinstance(node, ast.Call) and called(node) == "einsum":
            yield from _derivatives_inside(node, scope)
            continue
        for atom in () if shape is None else scope.atoms:
            if isinstance(atom.value, np.ndarray) and shape == atom.value.shape:
                for factor in derivatives(atom.node):
                    yield DERIVATIVE, node, ast.BinOp(node, ast.Mult(), factor)


def _derivatives_inside(node: ast.Call, scope: Scope) -> Changes:
    """The derivative of an activation as an operand more."""
    for _, old, new in factors(node, scope):
        if isinstance(new, ast.Call) and isinstance(new.args[-1], ast.BinOp):
            yield DERIVATIVE, old, new


def _is_outer(node: ast.AST, tree: ast.AST) -> bool:
    """Whether a part of an expression is all of it, a term or a factor of it, or what a function
    is taken of there.
    """
    if node is tree:
        return True
    if isinstance(tree, ast.BinOp):
        return _is_outer(node, tree.left) or _is_outer(node, tree.right)
    if isinstance(tree, ast.Call) and len(tree.args) == 1:
        return _is_outer(node, tree.args[0])
    if isinstance(tree, ast.Tuple | ast.List):
        return node in tree.elts
    if isinstance(tree, ast.Dict):
        return any(_is_outer(node, part) for part in tree.values)
    return False


def between_numbers(node: ast.expr, scope: Scope) -> Changes:
    """A value to a number's power, or that many times, for the number, where it stands beside
    another: nobody has the computer add two numbers.
    """
    match node:
        case ast.BinOp(left=ast.Constant(), right=ast.Constant() as number):
            for own in scope.arrays:
                for form in ("A ** B", "B * A"):
                    yield NEAR, number, put(form, A=ast.Name(own, ast.Load()), B=number)


def numbered(tree: ast.AST, scope: Scope) -> Changes:
    """A square; one less the value; a number added, multiplied, divided."""
    for node, _ in _open(tree, scope):
        value = scope.value(node)
        yield SIMPLE, node, ast.BinOp(node, ast.Pow(), ast.Constant(2))
        if isinstance(value, np.ndarray) and value.ndim == 2 and scope.numpy():
            yield from _normalised(node, scope.numpy())
        for number in (1, 2, 0.5):
            for operator in (ast.Sub(), ast.Add(), ast.Mult(), ast.Div()):
                cost = NEAR if isinstance(operator, ast.Sub) else NEAR + SLIGHTLY
                yield cost, node, ast.BinOp(ast.Constant(number), operator, node)


def _normalised(node: ast.expr, numpy: str) -> Changes:
    """A matrix without the largest of each row or column, or divided by their sums."""
    whole = ast.unparse(node)
    for operator, how in ((ast.Sub(), "max"), (ast.Div(), "sum")):
        for axis in ("axis=0, keepdims=True", "axis=1, keepdims=True", "axis=0", "axis=1"):
            reduced = parsed(f"{numpy}.{how}({whole}, {axis})")
            yield NEXT, node, ast.BinOp(node, operator, reduced)


def _siblings(tree: ast.AST, scope: Scope) -> Changes:
    """Another term like the ones of a sum, with one or two of its values exchanged."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)):
            continue
        for term in (node.right, node.left):
            if isinstance(term, ast.BinOp) and isinstance(term.op, ast.Add):
                continue
            for twin in _twins(term, scope):
                yield FAR - SLIGHTLY, node, ast.BinOp(node, ast.Add(), twin)


MOST = 12
"""As many values are put in the place of one in another term."""


def _twins(term: ast.expr, scope: Scope) -> Iterator[ast.expr]:
    leaves = [
        n
        for n in ast.walk(term)
        if isinstance(n, ast.Name | ast.Subscript)
        and isinstance(scope.value(n), np.ndarray)
        and (isinstance(n, ast.Name) or isinstance(n.slice, ast.Constant))
    ]
    for one, other in itertools.combinations(leaves, 2):
        for a, b in itertools.product(scope.others(one)[:MOST], scope.others(other)[:MOST]):
            yield swapped(term, {id(one): a, id(other): b})


_NO_TERMS = (
    ast.Tuple, ast.List, ast.Dict, ast.Slice, ast.Constant, ast.JoinedStr, ast.FormattedValue,
)  # fmt: skip


def _tops(
    tree: ast.AST, parent: ast.AST | None = None, chained: Chains = CHAINED
) -> Iterator[tuple[ast.expr, bool]]:
    """The whole products and sums in an expression (whether it is a sum comes with each)."""
    if isinstance(tree, ast.expr) and is_read(tree):
        plain = not isinstance(tree, _NO_TERMS)
        outer_op, own_op = getattr(parent, "op", None), getattr(tree, "op", None)
        inner = any(isinstance(outer_op, ops) and isinstance(own_op, ops) for ops in chained)
        called = isinstance(parent, ast.Call) and tree is parent.func
        turned = isinstance(parent, ast.Attribute) and parent.attr == "T"
        owner = isinstance(parent, ast.Attribute | ast.Subscript) and not turned
        if plain and not inner and not called and not owner:
            sums = isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add | ast.Sub)
            yield tree, sums
    for part in ast.iter_child_nodes(tree):
        yield from _tops(part, tree, chained)


def fits(shape: tuple[int, ...] | None, atom: Atom) -> bool:
    """Whether a value is an array that broadcasts to a shape, where that is known."""
    if not isinstance(atom.value, np.ndarray):
        return False
    with contextlib.suppress(ValueError):
        return shape is None or np.broadcast_shapes(shape, atom.value.shape) == shape
    return False
