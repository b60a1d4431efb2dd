"""Changes of what general array code gets wrong: transposes, comparisons, indices, scans, and the
parts that a normalisation takes off.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np

from ..code.costs import ENTRY, FAR, NEAR, SIMPLE, SLIGHTLY, UNREAD
from ..code.differences import called
from ..code.edit import Edit, is_read
from ..code.patterns import in_context, put, rewritten
from ..code.scope import Scope
from .terms import fits

RULES = (
    "A < B => A <= B", "A < B => A > B", "A <= B => A < B", "A <= B => A == B", "A <= B => A >= B",
    "A > B => A >= B", "A > B => A < B", "A >= B => A > B", "A >= B => A == B", "A >= B => A <= B",
    "A == B => A != B", "A != B => A == B",
    "F(A) => F(A[::-1])[::-1]", "F(A, axis=0) => F(A[::-1], axis=0)[::-1]",
    "F(A[::-1]) => F(A)", "F(A[::-1])[::-1] => F(A)", "F(A[::-1], axis=0)[::-1] => F(A, axis=0)",
    "F(A, axis=0) => F(A[::-1], axis=0)",
)  # fmt: skip
"""Other comparisons, and sums that run from the other end."""

SCANS = {"F": "cumsum|cumprod"}

REDUCTIONS = ("sum", "mean", "max", "min", "prod")

MOST = 6
"""So many arrays are taken for the parts that a normalisation takes off, and so many indices."""


def array_edits(tree: ast.expr, scope: Scope, indices: Collection[ast.expr]) -> Iterator[Edit]:
    """Every such change of an expression; ``indices`` are what the functions have in brackets."""
    yield from _turned(tree, scope)
    for node in ast.walk(tree):
        if not isinstance(node, ast.expr) or not is_read(node):
            continue
        for rule in RULES:
            for new in rewritten(rule, node, **SCANS):
                yield Edit(SIMPLE, {id(node): new})
        if isinstance(node, ast.Subscript):
            yield from _indexed(node, indices)
        if isinstance(node, ast.Call):
            yield from _spread(node, scope)
            yield from _reduced(node, scope)


def added_at(statement: ast.stmt, scope: Scope) -> Iterator[Edit]:
    """Every entry added where the same index may come twice, which ``A[I] += B`` does not."""
    for rule in ("A[I] += B => N.add.at(A, I, B)", "A[I] = B => N.add.at(A, I, B)"):
        for made in rewritten(rule.replace("N.", f"{scope.numpy() or 'np'}."), statement):
            call = made.value if isinstance(made, ast.Expr) else made
            if isinstance(call, ast.Call):
                parts = [in_context(ast.Load(), one) for one in call.args]
                yield Edit(SIMPLE, {id(statement): [ast.Expr(ast.Call(call.func, parts, []))]})


def _turned(tree: ast.expr, scope: Scope) -> Iterator[Edit]:
    """A matrix transposed wherever it is not in the expression, and the other way round."""
    turned = {
        id(n.value): n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "T"
    }
    places: dict[str, dict[int, ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Subscript) and len(scope.shape(node) or ()) == 2:
            own = turned.get(id(node))
            new = node if own is not None else ast.Attribute(node, "T", ast.Load())
            places.setdefault(ast.dump(node), {})[id(own or node)] = new
    for changes in places.values():
        if len(changes) > 1:
            yield Edit(SIMPLE, changes)


def _indexed(node: ast.Subscript, indices: Collection[ast.expr]) -> Iterator[Edit]:
    for index in others(node.slice, indices):
        yield Edit(ENTRY, {id(node.slice): index})


def others(index: ast.expr, indices: Iterable[ast.expr]) -> list[ast.expr]:
    """Of what stands in brackets that which may be meant in the place of one: for as many axes."""
    alike = [i for i in indices if _axes(i) == _axes(index) and ast.dump(i) != ast.dump(index)]
    return alike[:MOST]


def _axes(index: ast.expr) -> int:
    return len(index.elts) if isinstance(index, ast.Tuple) else 1


def _spread(node: ast.Call, scope: Scope) -> Iterator[Edit]:
    """Each entry repeated for the whole repeated, and the other way round."""
    numpy, own = scope.numpy(), called(node)
    if not numpy or own not in ("tile", "repeat") or len(node.args) < 2:
        return
    array, count = node.args[:2]
    for axis in range(len(scope.shape(array) or ())) if own == "tile" else ():
        new = put(f"{numpy}.repeat(A, B, axis={axis})", A=array, B=count)
        yield Edit(NEAR, {id(node): new})
    if own == "repeat":
        yield Edit(NEAR, {id(node): put(f"{numpy}.tile(A, B)", A=array, B=count)})


def _reduced(node: ast.Call, scope: Scope) -> Iterator[Edit]:
    """A factor more in what is summed."""
    if called(node) not in REDUCTIONS:
        return
    own = node.func.value if isinstance(node.func, ast.Attribute) else None
    for array in filter(None, (own, *node.args[:1])):
        shape = scope.shape(array)
        for atom in scope.atoms if shape else ():
            if fits(shape, atom) and np.ndim(atom.value):
                cost = UNREAD if scope.is_unread(atom) else FAR
                yield Edit(cost, {id(array): ast.BinOp(array, ast.Mult(), atom.node)})


def normalised(tree: ast.expr, scope: Scope) -> Iterator[Edit]:
    """A mean or a sum taken off, or that times an array, as derivatives of normalisations have
    them: ``d - (d * y).sum(axis=1, keepdims=True)``, ``d - y * (d * y).mean(axis=0)``.
    """
    for node in _factors(tree):
        shape = scope.shape(node)
        if not shape:
            continue
        arrays = [a.node for a in scope.atoms if a.is_name and scope.shape(a.node) == shape][:MOST]
        for term in _reductions(arrays, len(shape)):
            yield Edit(FAR + SLIGHTLY, {id(node): ast.BinOp(node, ast.Sub(), term)})


def _factors(tree: ast.expr) -> Iterator[ast.expr]:
    """An expression, and the factors of which it is a product."""
    yield tree
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult | ast.Div | ast.MatMult):
        yield from _factors(tree.left)
        yield from _factors(tree.right)


def _reductions(arrays: Sequence[ast.expr], axes: int) -> Iterator[ast.expr]:
    """Sums and means of an array, or of the product of two, alone or times one of them."""
    hows = ["axis=0", "axis=-1, keepdims=True"] if axes > 1 else [""]
    for name, how in itertools.product(("sum", "mean"), hows):
        for one in arrays:
            yield put(f"A.{name}({how})", A=one)
        for one, other in itertools.permutations(arrays, 2):
            yield put(f"A * (B * A).{name}({how})", A=one, B=other)
        for one, other in itertools.combinations(arrays, 2):
            yield put(f"(A * B).{name}({how})", A=one, B=other)


def indices_in(trees: Iterable[ast.AST]) -> list[ast.expr]:
    """What functions have in brackets, each once."""
    found = (n.slice for t in trees for n in ast.walk(t) if isinstance(n, ast.Subscript))
    return [*{ast.dump(index): index for index in found}.values()]
