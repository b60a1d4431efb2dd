"""Changes of what is done to the axes of arrays: a new shape for a transpose, a product of matrices
for one of arrays of three axes.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from ..code.costs import SIMPLE, SLIGHTLY
from ..code.differences import called
from ..code.edit import Changes
from ..code.patterns import put, rewritten
from ..code.scope import Scope


def axes(node: ast.expr, scope: Scope) -> Changes:
    """What may have been meant by a call, or by a product, that takes axes for others."""
    yield from _transposed(node, scope)
    yield from _stacked(node, scope)
    yield from _summed(node, scope)
    yield from _along_another(node, scope)


def _transposed(node: ast.expr, scope: Scope) -> Changes:
    """A transpose for a new shape: that leaves the order of the numbers as it is."""
    if not isinstance(node, ast.Call) or called(node) != "reshape":
        return
    is_method = isinstance(node.func, ast.Attribute) and scope.shape(node.func.value) is not None
    array = node.func.value if is_method and isinstance(node.func, ast.Attribute) else None
    array = array or (node.args[0] if node.args else None)
    own, made = (scope.shape(array) if array else None), scope.shape(node)
    if array is None or own is None or made is None or sorted(own) != sorted(made):
        return
    for order in itertools.permutations(range(len(own))):
        if order == tuple(range(len(own))) or tuple(own[axis] for axis in order) != made:
            continue
        if order == tuple(range(len(own)))[::-1]:
            yield SIMPLE, node, put("A.T", A=array)
        else:
            yield SIMPLE, node, put(f"A.transpose({', '.join(map(str, order))})", A=array)


def _stacked(node: ast.expr, scope: Scope) -> Changes:
    """In a product of stacks of matrices, one of them with its last two axes exchanged, or not."""
    match node:
        case ast.BinOp(op=ast.MatMult(), left=left, right=right):
            operands = [left, right]
        case ast.Call(args=operands) if called(node) == "matmul":
            pass
        case _:
            return
    for one in operands:
        if len(scope.shape(one) or ()) > 2:
            _, *plain = _unturned(one)
            for made in plain or [put("A.swapaxes(-1, -2)", A=one)]:
                yield SIMPLE, one, made


def _along_another(node: ast.expr, scope: Scope) -> Changes:
    """One entry of an array along another axis: with a colon more or less before it."""
    if not isinstance(node, ast.Subscript):
        return
    *wholes, entry = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    before = [part for part in wholes if ast.dump(part) == ast.dump(ast.Slice())]
    if before != wholes or not isinstance(scope.value(entry), int):
        return
    for axis in range(len(scope.shape(node.value) or ())):
        if axis != len(wholes):
            index = ast.Tuple([*(ast.Slice() for _ in range(axis)), entry], ast.Load())
            yield SIMPLE, node.slice, index if axis else entry


def _summed(node: ast.expr, scope: Scope) -> Changes:
    """A sum over the axes that two arrays share, where a product of matrices takes others."""
    numpy = scope.numpy()
    for one, other in _operands(node) if numpy else ():
        sizes = len(scope.shape(one) or ()), len(scope.shape(other) or ())
        if sizes == (2, 3):
            yield SIMPLE, node, put(f"{numpy}.tensordot(A, B, axes=1)", A=one, B=other)
        elif sizes == (3, 3):
            for place, shared in enumerate(("([1, 2], [1, 2])", "([0, 1], [0, 1])")):
                made = put(f"{numpy}.tensordot(A, B, axes={shared})", A=one, B=other)
                yield SIMPLE + SLIGHTLY * place, node, made


def added_up(tree: ast.AST, scope: Scope) -> Changes:
    """A sum over the examples for a whole value that has one a column, or a row."""
    numpy = scope.numpy()
    wholes = tree.values if isinstance(tree, ast.Dict) else [tree]
    for node in wholes if numpy else ():
        if isinstance(node, ast.Name | ast.BinOp) and len(scope.shape(node) or ()) == 2:
            for place, over in enumerate(("axis=1, keepdims=True", "axis=0")):
                made = put(f"{numpy}.sum(A, {over})", A=node)
                yield SIMPLE + SLIGHTLY * place, node, made


def _operands(node: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The two operands of a product of matrices, as they are and without what turns them."""
    match node:
        case ast.BinOp(op=ast.MatMult(), left=left, right=right):
            pass
        case ast.Call(args=[left, right]) if called(node) in ("dot", "matmul"):
            pass
        case _:
            return
    yield from itertools.product(_unturned(left), _unturned(right))


def _unturned(node: ast.expr) -> Iterator[ast.expr]:
    yield node
    for rule in ("A.T => A", "A.transpose(...) => A", "A.swapaxes(B, C) => A"):
        yield from rewritten(rule, node)
