"""Small changes of an expression, the least first: what might have been meant in its place.

Each names what it replaces by the node's ``id``; `sites.swapped` makes the changed tree.
"""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .scope import Atom, Scope, kind, name, parsed

SIMPLE, NEAR, FAR, COMPOSED = 1.0, 1.5, 2.0, 3.0
"""What a change costs: the less, the closer it stays to what is written."""


@dataclass(frozen=True)
class Edit:
    """A change of a tree: what stands in for which nodes, and how far it goes."""

    cost: float
    changes: Mapping[int, Any]


Changes = Iterator[tuple[float, ast.AST, Any]]

ACTIVATIONS = ("sigmoid", "tanh", "softmax")
NUMPY_FUNCTIONS = {
    "tanh": ("sigmoid", "softmax", "exp", "square"),
    "square": ("tanh", "sqrt"),
    "sum": ("mean", "max", "cumsum"),
    "mean": ("sum",),
    "max": ("min", "sum"),
    "min": ("max",),
    "zeros_like": ("ones_like", "copy"),
    "ones_like": ("zeros_like",),
    "ones": ("zeros",),
    "zeros": ("ones",),
    "hstack": ("vstack", "concatenate"),
    "vstack": ("hstack",),
    "exp": ("tanh",),
    "log": ("exp",),
    "sqrt": ("square",),
    "dot": ("multiply",),
    "multiply": ("dot",),
    "column_stack": ("vstack",),
    "add": ("subtract",),
    "subtract": ("add",),
}
OPERATORS = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Pow, ast.MatMult, ast.Div, ast.Add, ast.Sub),
    ast.Div: (ast.Mult, ast.Sub),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
}


def edits(tree: ast.AST, scope: Scope) -> list[Edit]:
    """Every small change of an expression, cheapest first."""
    found = [Edit(cost, {id(old): new}) for cost, old, new in _changes(tree, scope)]
    found += _consistent(tree, scope)
    found.sort(key=lambda edit: edit.cost)
    return found


def _parts(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a tree, but for the texts of f-strings and their fields as such."""
    if not isinstance(tree, ast.FormattedValue):
        yield tree
    for part in ast.iter_child_nodes(tree):
        if not (isinstance(tree, ast.JoinedStr) and isinstance(part, ast.Constant)):
            yield from _parts(part)


def _changes(tree: ast.AST, scope: Scope) -> Changes:
    for node in _parts(tree):
        if isinstance(node, ast.expr):
            yield from _replaced(node, scope)
            yield from _shaped(node, scope)
            yield from _indexed(node, scope)
        if isinstance(node, ast.BinOp):
            yield from _operators(node, scope)
        elif isinstance(node, ast.Call):
            yield from _calls(node, scope)
        elif isinstance(node, ast.IfExp):
            yield SIMPLE, node, ast.IfExp(node.test, node.orelse, node.body)
        elif isinstance(node, ast.Constant):
            yield from _constants(node, scope)
        elif isinstance(node, ast.Slice):
            yield from _slices(node, scope)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
            yield SIMPLE, node, node.operand
        elif isinstance(node, ast.Tuple | ast.List):
            yield from _order(node)
        elif isinstance(node, ast.Attribute):
            yield from _attributes(node)
        elif isinstance(node, ast.Dict):
            yield from _dict_order(node)
    yield from _numbered(tree, scope)


def extensions(tree: ast.AST, scope: Scope) -> list[Edit]:
    """Every term and factor more, which are many."""
    found = [Edit(cost, {id(old): new}) for cost, old, new in _extended(tree, scope)]
    found.sort(key=lambda edit: edit.cost)
    return found


def _is_read(node: ast.expr) -> bool:
    return isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


# One value for another


def _replaced(node: ast.expr, scope: Scope) -> Changes:
    """Another value in the place of one: of the same kind first, then of any."""
    if not _is_read(node) or isinstance(node, ast.Constant | ast.Slice | ast.Starred):
        return
    if isinstance(node, ast.Name) and callable(scope.value_of_name(node.id)):
        return
    owner = node.value if isinstance(node, ast.Attribute) else None
    if isinstance(owner, ast.Name) and owner.id not in scope.env:
        return
    value = scope.value(node)
    simple = isinstance(node, ast.Name)
    own = ast.dump(node)
    for atom in scope.atoms:
        if ast.dump(atom.node) == own:
            continue
        alike = kind(atom.value) == kind(value) and value is not None
        if simple and atom.is_name:
            yield (SIMPLE if alike else 1.3), node, atom.node
        elif alike:
            yield (1.2 if atom.is_name else 1.4), node, atom.node
        elif isinstance(node, ast.Name | ast.Subscript):
            yield 2.2, node, atom.node
    if kind(value) is int:
        for number in (0, 1):
            yield NEAR, node, ast.Constant(number)
        yield 1.2, node, ast.BinOp(node, ast.Add(), ast.Constant(1))
        yield 1.2, node, ast.BinOp(node, ast.Sub(), ast.Constant(1))
    if isinstance(value, str) and value not in scope.keys:
        for prefix in ("d",):
            yield NEAR, node, ast.BinOp(ast.Constant(prefix), ast.Add(), node)


def _consistent(tree: ast.AST, scope: Scope) -> list[Edit]:
    """One value for another wherever it stands in the expression, and two exchanged."""
    places: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Subscript | ast.Constant) and _is_read(node):
            if isinstance(node, ast.Constant) and (not _whole(node.value) or node.value in (0, 1)):
                continue
            if isinstance(node, ast.Name) and callable(scope.value_of_name(node.id)):
                continue
            places.setdefault(ast.dump(node), []).append(node)
    found: list[Edit] = []
    for nodes in places.values():
        value = scope.value(nodes[0])
        if len(nodes) < 2:
            continue
        for atom in scope.atoms:
            if kind(atom.value) == kind(value) and ast.dump(atom.node) != ast.dump(nodes[0]):
                found.append(Edit(1.3, {id(node): atom.node for node in nodes}))
    for one, other in itertools.combinations(places.values(), 2):
        a, b = one[0], other[0]
        same = kind(scope.value(a)) == kind(scope.value(b)) and scope.value(a) is not None
        if same and not isinstance(a, ast.Constant) and not isinstance(b, ast.Constant):
            first, second = copy.deepcopy(a), copy.deepcopy(b)
            changes: dict[int, Any] = {id(node): second for node in one}
            found.append(Edit(1.3, {**changes, **{id(node): first for node in other}}))
    return found


# Operators, terms and factors


def _operators(node: ast.BinOp, scope: Scope) -> Changes:
    for other in OPERATORS.get(type(node.op), ()):
        yield SIMPLE, node, ast.BinOp(node.left, other(), node.right)
    yield SIMPLE, node, node.left
    yield SIMPLE, node, node.right
    if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult | ast.Pow):
        yield SIMPLE, node, ast.BinOp(node.right, node.op, node.left)
    yield from ((SIMPLE, node, new) for new in _rotations(node))
    if isinstance(node.op, ast.Mult) and ast.dump(node.left) == ast.dump(node.right):
        yield SIMPLE, node, node.left


def _rotations(node: ast.BinOp) -> Iterator[ast.BinOp]:
    """The same operands and operators, bound another way: parentheses set or left out."""
    left, right = node.left, node.right
    if isinstance(right, ast.BinOp):
        yield ast.BinOp(ast.BinOp(left, node.op, right.left), right.op, right.right)
        if isinstance(right.left, ast.BinOp):
            inner = right.left
            first = ast.BinOp(left, node.op, inner.left)
            yield ast.BinOp(ast.BinOp(first, inner.op, inner.right), right.op, right.right)
    if isinstance(left, ast.BinOp):
        yield ast.BinOp(left.left, left.op, ast.BinOp(left.right, node.op, right))
        if isinstance(left.right, ast.BinOp):
            inner = left.right
            last = ast.BinOp(inner.right, node.op, right)
            yield ast.BinOp(left.left, left.op, ast.BinOp(inner.left, inner.op, last))
    if isinstance(left, ast.Call) and len(left.args) == 1 and not left.keywords:
        whole = ast.BinOp(left.args[0], node.op, right)
        yield ast.Call(left.func, [whole], [])  # type: ignore[misc]
    if isinstance(right, ast.Call) and len(right.args) == 1 and not right.keywords:
        whole = ast.BinOp(left, node.op, right.args[0])
        yield ast.Call(right.func, [whole], [])  # type: ignore[misc]


def _extended(tree: ast.AST, scope: Scope) -> Changes:
    """A term or a factor more."""
    for node, sums in _tops(tree):
        less = 0.0 if _is_outer(node, tree) else 0.5
        shape = scope.shape(node)
        number = isinstance(scope.value(node), int | float)
        if shape is None and not number and scope.value(node) is not None:
            continue
        if shape is not None and not scope.value(node).any():
            continue
        for atom in scope.atoms:
            if isinstance(atom.value, np.ndarray) and _fits(shape, atom.value.shape):
                if not sums:
                    yield FAR + less, node, ast.BinOp(node, ast.Mult(), atom.node)
                    for form in _derivatives(atom.node):
                        yield FAR + 0.2 + less, node, ast.BinOp(node, ast.Mult(), form)
                yield FAR + less, node, ast.BinOp(node, ast.Add(), atom.node)
                yield FAR + 0.25 + less, node, ast.BinOp(node, ast.Sub(), atom.node)
                yield FAR + 0.1 + less, node, ast.BinOp(node, ast.Div(), atom.node)
            elif isinstance(atom.value, float | int) and not isinstance(atom.value, bool):
                yield FAR + 0.1 + less, node, ast.BinOp(node, ast.Mult(), atom.node)
                rest = ast.BinOp(ast.Constant(1), ast.Sub(), atom.node)
                yield FAR + 0.1 + less, node, ast.BinOp(rest, ast.Mult(), node)
                yield FAR + 0.1 + less, node, ast.BinOp(node, ast.Add(), atom.node)
    yield from _siblings(tree, scope)


def _numbered(tree: ast.AST, scope: Scope) -> Changes:
    """A square; one less the value; a number added, multiplied, divided."""
    for node, _ in _tops(tree):
        value = scope.value(node)
        if value is not None and not isinstance(value, np.ndarray | float | int):
            continue
        if isinstance(value, np.ndarray) and not value.any():
            continue  # an array of zeros is there to be filled
        yield SIMPLE, node, ast.BinOp(node, ast.Pow(), ast.Constant(2))
        if isinstance(value, np.ndarray) and value.ndim == 2 and scope.numpy():
            for how in ("axis=0", "axis=0, keepdims=True"):
                total = parsed(f"{scope.numpy()}.sum(x, {how})")
                assert isinstance(total, ast.Call)
                total.args[0] = node
                yield FAR, node, ast.BinOp(node, ast.Div(), total)
        for number in (1, 2, 0.5):
            for operator in (ast.Sub(), ast.Add(), ast.Mult(), ast.Div()):
                cost = NEAR if isinstance(operator, ast.Sub) else NEAR + 0.1
                yield cost, node, ast.BinOp(ast.Constant(number), operator, node)


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
        return any(node is part for part in tree.elts)
    if isinstance(tree, ast.Dict):
        return any(_is_outer(node, part) for part in tree.values)
    return False


def _siblings(tree: ast.AST, scope: Scope) -> Changes:
    """Another term like the ones of a sum, with one or two of its values exchanged."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)):
            continue
        for term in (node.right, node.left):
            if isinstance(term, ast.BinOp) and isinstance(term.op, ast.Add):
                continue
            for twin in _twins(term, scope):
                yield FAR - 0.1, node, ast.BinOp(node, ast.Add(), twin)


def _twins(term: ast.expr, scope: Scope) -> Iterator[ast.expr]:
    from .sites import swapped

    leaves = [
        n
        for n in ast.walk(term)
        if isinstance(n, ast.Name | ast.Subscript)
        and isinstance(scope.value(n), np.ndarray)
        and (isinstance(n, ast.Name) or isinstance(n.slice, ast.Constant))
    ]
    for one, other in itertools.combinations(leaves, 2):
        for a, b in itertools.product(_alike(one, scope), _alike(other, scope)):
            yield swapped(term, {id(one): a.node, id(other): b.node})


def _alike(node: ast.expr, scope: Scope) -> list[Atom]:
    """Other values of the shape that an expression has."""
    own, value = ast.dump(node), scope.value(node)
    return [a for a in scope.atoms if kind(a.value) == kind(value) and ast.dump(a.node) != own][:12]


_NO_TERMS = (
    ast.Tuple, ast.List, ast.Dict, ast.Slice, ast.Constant, ast.JoinedStr, ast.FormattedValue,
)  # fmt: skip


def _tops(tree: ast.AST, parent: ast.AST | None = None) -> Iterator[tuple[ast.expr, bool]]:
    """The whole products and sums in an expression (whether it is a sum comes with each)."""
    chained = (ast.Add, ast.Sub), (ast.Mult, ast.Div, ast.MatMult)
    if isinstance(tree, ast.expr) and _is_read(tree):
        plain = not isinstance(tree, _NO_TERMS)
        outer_op, own_op = getattr(parent, "op", None), getattr(tree, "op", None)
        inner = any(isinstance(outer_op, ops) and isinstance(own_op, ops) for ops in chained)
        called = isinstance(parent, ast.Call) and tree is parent.func
        owner = isinstance(parent, ast.Attribute | ast.Subscript)
        if plain and not inner and not called and not owner:
            sums = isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add | ast.Sub)
            yield tree, sums
    for part in ast.iter_child_nodes(tree):
        yield from _tops(part, tree)


def _fits(shape: tuple[int, ...] | None, other: tuple[int, ...]) -> bool:
    if shape is None:
        return True
    try:
        return np.broadcast_shapes(shape, other) == shape
    except ValueError:
        return False


def _derivatives(node: ast.expr) -> list[ast.expr]:
    one = ast.BinOp(ast.Constant(1), ast.Sub(), node)
    square = ast.BinOp(ast.Constant(1), ast.Sub(), ast.BinOp(node, ast.Pow(), ast.Constant(2)))
    return [one, square, ast.BinOp(node, ast.Mult(), one)]


# Functions and shapes


def _function(scope: Scope, text: str) -> ast.expr | None:
    """A function by its name as this file can call it."""
    if callable(scope.value_of_name(text)):
        return name(text)
    numpy = scope.numpy()
    if numpy and hasattr(np, text):
        return parsed(f"{numpy}.{text}")
    return None


def _called(node: ast.expr) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def _calls(node: ast.Call, scope: Scope) -> Changes:
    called = _called(node.func)
    args, keywords = node.args, node.keywords
    for other in (*NUMPY_FUNCTIONS.get(called, ()), *ACTIVATIONS):
        if other == called:
            continue
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if owner is not None and not (isinstance(owner, ast.Name) and owner.id not in scope.env):
            if hasattr(np.ndarray, other):
                yield SIMPLE, node.func, ast.Attribute(owner, other, ast.Load())
            continue
        function = _function(scope, other)
        if function is not None and (called in (*NUMPY_FUNCTIONS, *ACTIVATIONS)):
            yield SIMPLE, node.func, function
    if len(args) == 1 and not isinstance(args[0], ast.Starred):
        yield SIMPLE, node, args[0]
        if isinstance(args[0], ast.BinOp):
            inner = args[0]
            first = ast.Call(node.func, [inner.left], keywords)
            yield SIMPLE, node, ast.BinOp(first, inner.op, inner.right)
    if isinstance(node.func, ast.Attribute) and not args:
        yield SIMPLE, node, node.func.value
    for i, j in itertools.combinations(range(len(args)), 2):
        exchanged = list(args)
        exchanged[i], exchanged[j] = args[j], args[i]
        yield SIMPLE, node, ast.Call(node.func, exchanged, keywords)
    if called in ("concatenate", "vstack", "hstack", "stack") and len(args) > 1:
        yield SIMPLE, node, ast.Call(node.func, [ast.Tuple(list(args), ast.Load())], keywords)
    yield from _keywords(node, called)


_REDUCTIONS = ("sum", "mean", "max", "min", "amax", "amin", "prod", "argmax")


def _keywords(node: ast.Call, called: str) -> Changes:
    """Other axes, an axis more, ``keepdims`` set or left out."""
    args, keywords = node.args, node.keywords
    for keyword in keywords:
        rest = [k for k in keywords if k is not keyword]
        yield SIMPLE, node, ast.Call(node.func, args, rest)
    method = isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, ast.Name)
    have = {k.arg for k in keywords}
    if called not in (*_REDUCTIONS, "concatenate", "stack"):
        return
    if called in _REDUCTIONS and len(args) > 2 - method:
        return
    keep = ast.keyword("keepdims", ast.Constant(True))
    axes = [ast.keyword("axis", ast.Constant(n)) for n in (0, 1)]
    if "keepdims" not in have and called in _REDUCTIONS:
        yield SIMPLE, node, ast.Call(node.func, args, [*keywords, keep])
    if "axis" not in have:
        for axis in axes:
            yield SIMPLE, node, ast.Call(node.func, args, [*keywords, axis])
            if called in _REDUCTIONS and "keepdims" not in have:
                yield SIMPLE + 0.1, node, ast.Call(node.func, args, [*keywords, axis, keep])
    elif called in _REDUCTIONS and "keepdims" not in have:
        others = [k for k in keywords if k.arg != "axis"]
        for axis in axes:
            yield SIMPLE + 0.1, node, ast.Call(node.func, args, [*others, axis, keep])


def _shaped(node: ast.expr, scope: Scope) -> Changes:
    """Transposed or not; through a function more; another sign; a copy; another order."""
    if not _is_read(node) or isinstance(node, ast.Constant | ast.Slice):
        return
    value = scope.value(node)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield SIMPLE, node, node.value
    unknown = value is None and isinstance(node, ast.Name | ast.Subscript | ast.Call | ast.BinOp)
    if isinstance(node, ast.Name) and callable(scope.value_of_name(node.id)):
        return
    if (isinstance(value, np.ndarray) and value.ndim == 2) or unknown:
        yield SIMPLE, node, ast.Attribute(node, "T", ast.Load())
    if isinstance(value, np.ndarray) or unknown:
        for other in ACTIVATIONS:
            function = _function(scope, other)
            if function is not None:
                yield SIMPLE, node, ast.Call(function, [node], [])
        if not isinstance(value, np.ndarray) or value.any():
            yield SIMPLE, node, ast.UnaryOp(ast.USub(), node)
        for other in ("zeros_like", "exp", "sqrt"):
            function = _function(scope, other)
            if function is not None:
                yield 1.2, node, ast.Call(function, [node], [])
        for axis in ("axis=0, keepdims=True", "axis=1, keepdims=True", "axis=0", "axis=1"):
            function = _function(scope, "max")
            if scope.numpy() and isinstance(value, np.ndarray) and value.ndim == 2:
                less = parsed(f"{scope.numpy()}.max(x, {axis})")
                assert isinstance(less, ast.Call)
                less.args[0] = node
                yield 1.9, node, ast.BinOp(node, ast.Sub(), less)
        yield SIMPLE, node, ast.Call(ast.Attribute(node, "copy", ast.Load()), [], [])


def _indexed(node: ast.expr, scope: Scope) -> Changes:
    """An index more or less; the other way round."""
    if not _is_read(node):
        return
    value = scope.value(node)
    if isinstance(node, ast.Subscript):
        yield (SIMPLE if isinstance(node.slice, ast.Slice) else NEAR), node, node.value
    numbers = [a.node for a in scope.atoms if a.is_name and kind(a.value) is int]
    if isinstance(node, ast.Name | ast.Attribute) and node is not None:
        if isinstance(value, list | tuple):
            for number in numbers:
                yield SIMPLE, node, ast.Subscript(node, number, ast.Load())
        if isinstance(value, np.ndarray) and value.ndim == 3:
            for number in numbers:
                whole = [ast.Slice(), ast.Slice(), number]
                yield 1.2, node, ast.Subscript(node, ast.Tuple(whole, ast.Load()), ast.Load())
    turned = isinstance(node, ast.Call) and _called(node.func) == "reversed"
    listed = isinstance(value, list | range | type(reversed([])))
    if not turned and (listed or (value is None and isinstance(node, ast.Name | ast.Call))):
        yield 1.2, node, ast.Call(name("reversed"), [node], [])
        back = ast.Slice(None, None, ast.UnaryOp(ast.USub(), ast.Constant(1)))
        yield 1.2, node, ast.Subscript(node, back, ast.Load())


def _slices(node: ast.Slice, scope: Scope) -> Changes:
    lower, upper, step = node.lower, node.upper, node.step
    if lower is not None and upper is None and step is None:
        yield SIMPLE, node, ast.Slice(None, lower, None)
    if upper is not None and lower is None and step is None:
        yield SIMPLE, node, ast.Slice(upper, None, None)
    for number in (a.node for a in scope.atoms if kind(a.value) is int):
        if lower is None and upper is None and step is None:
            yield 1.4, node, ast.Slice(None, number, None)
            yield 1.4, node, ast.Slice(number, None, None)
        for end in (lower, upper):
            if isinstance(end, ast.UnaryOp):
                yield 1.3, node, ast.Slice(None, number, None)
                yield 1.3, node, ast.Slice(number, None, None)
    if step is not None or lower is not None or upper is not None:
        yield SIMPLE, node, ast.Slice(None, None, None)


def _constants(node: ast.Constant, scope: Scope) -> Changes:
    value: Any = node.value
    if _whole(value):
        near = [n for n in (value + 1, value - 1, 0, 1, 2) if n != value]
        for number in dict.fromkeys(near):
            yield SIMPLE, node, _number(number)
        for atom in scope.atoms:
            if kind(atom.value) is int:
                yield (SIMPLE if value > 2 else NEAR), node, atom.node
        for atom in scope.atoms:
            if isinstance(atom.value, np.ndarray) and atom.is_name and value > 2:
                for axis in range(atom.value.ndim):
                    yield NEAR, node, parsed(f"{_called(atom.node)}.shape[{axis}]")
    elif isinstance(value, float):
        for number_ in (0.0, 0.5, 1.0, 2.0):
            yield SIMPLE, node, ast.Constant(number_)
        for atom in scope.atoms:
            if isinstance(atom.value, float):
                yield NEAR, node, atom.node
    elif isinstance(value, str):
        for key in scope.keys:
            if key != value:
                yield SIMPLE, node, ast.Constant(key)
        for prefixed in (f"d{value}", value.removeprefix("d")):
            if prefixed != value and prefixed not in scope.keys:
                yield SIMPLE, node, ast.Constant(prefixed)
        if 1 < len(value) <= 6:
            for i, j in itertools.combinations(range(len(value)), 2):
                letters = list(value)
                letters[i], letters[j] = letters[j], letters[i]
                yield 1.3, node, ast.Constant("".join(letters))


def _number(value: int) -> ast.expr:
    return ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _order(node: ast.Tuple | ast.List) -> Changes:
    parts: Sequence[ast.expr] = node.elts
    for i, j in itertools.combinations(range(len(parts)), 2):
        exchanged = list(parts)
        exchanged[i], exchanged[j] = parts[j], parts[i]
        yield SIMPLE, node, type(node)(exchanged, node.ctx)
    if len(parts) == 1 and _is_read(node):
        yield NEAR, node, parts[0]


def _dict_order(node: ast.Dict) -> Changes:
    for i, j in itertools.combinations(range(len(node.values)), 2):
        exchanged = list(node.values)
        exchanged[i], exchanged[j] = node.values[j], node.values[i]
        yield SIMPLE + 0.1, node, ast.Dict(node.keys, exchanged)


def _attributes(node: ast.Attribute) -> Changes:
    if node.attr in ("float", "int", "bool"):
        yield SIMPLE, node, name(node.attr)
