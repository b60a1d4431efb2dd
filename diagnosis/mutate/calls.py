"""Small changes of what is called, of shapes and of indices."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Collection

import numpy as np

from ..code.costs import ENTRY, NEAR, OTHER_KIND, OTHER_WORD, SIMPLE, SLIGHTLY, STORED
from ..code.differences import called, word
from ..code.edit import Changes, is_read, with_two_exchanged
from ..code.patterns import put, rewritten
from ..code.scope import Scope, name, parsed
from ..code.sites import swapped

ACTIVATIONS = ("sigmoid", "tanh", "softmax")

EXCHANGEABLE = (
    ("tanh", "square", "exp", "sqrt", "log"),
    ("sum", "mean", "max", "min", "cumsum"),
    ("zeros_like", "ones_like", "copy"),
    ("zeros", "ones"),
    ("hstack", "vstack", "concatenate", "column_stack", "stack"),
    ("dot", "multiply"),
    ("add", "subtract"),
)
"""Functions of numpy that can be written for each other."""

BOUNDING = frozenset(("clip", "fmax", "fmin", "maximum", "minimum", "around", "round"))
"""Those that leave an array as it is, but for what is too large, too small, or has more digits."""

MAKING = frozenset(("zeros", "ones", "empty", "zeros_like", "ones_like", "empty_like"))
"""Those that take a type of numbers last."""


def _function(scope: Scope, text: str) -> ast.expr | None:
    """A function by its name as this file can call it."""
    if callable(scope.value_of_name(text)):
        return name(text)
    numpy = scope.numpy()
    if numpy and hasattr(np, text):
        return parsed(f"{numpy}.{text}")
    return None


def calls(node: ast.Call, scope: Scope) -> Changes:
    """Another function or none, its arguments in another order, other keywords."""
    own = called(node)
    args, keywords = node.args, node.keywords
    others = [other for group in EXCHANGEABLE if own in group for other in group]
    known = bool(others) or own in ACTIVATIONS
    for other in (*others, *ACTIVATIONS):
        if other == own:
            continue
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if owner is not None and not (isinstance(owner, ast.Name) and owner.id not in scope.env):
            if hasattr(np.ndarray, other):
                yield SIMPLE, node.func, ast.Attribute(owner, other, ast.Load())
            continue
        function = _function(scope, other)
        if function is not None and known:
            yield SIMPLE, node.func, function
    if len(args) == 1 and not isinstance(args[0], ast.Starred):
        yield SIMPLE, node, args[0]
    if own in BOUNDING and len(args) > 1 and all(isinstance(a, ast.expr) for a in args):
        yield from ((SIMPLE, node, one) for one in args if np.ndim(scope.value(one)))
    if own in MAKING and len(args) > 1:
        yield SIMPLE, node, ast.Call(node.func, args[:-1], keywords)
    if isinstance(node.func, ast.Attribute) and not args:
        yield SIMPLE, node, node.func.value
    for exchanged in with_two_exchanged(args):
        yield SIMPLE, node, ast.Call(node.func, exchanged, keywords)
    yield from _lacking(node, scope)
    if own == "roll":
        yield from _moved_on(node, scope)
    yield from _keywords(node, scope)


def _lacking(node: ast.Call, scope: Scope) -> Changes:
    """The one argument more that a function of the file needs, by its name."""
    function = scope.value_of_name(word(node.func))
    named = {k.arg for k in node.keywords}
    if not (node.keywords and callable(function)) or {None} & named:
        return
    try:
        taken = [*inspect.signature(function).parameters.values()][len(node.args) :]
    except (TypeError, ValueError):
        return
    lacking = [p.name for p in taken if p.default is p.empty and p.name not in named]
    for atom in scope.atoms if len(lacking) == 1 else ():
        is_named_so = atom.is_name and word(atom.node) == lacking[0]
        more = ast.keyword(lacking[0], atom.node)
        made = ast.Call(node.func, node.args, [*node.keywords, more])
        yield SIMPLE if is_named_so else NEAR, node, made


def _moved_on(node: ast.Call, scope: Scope) -> Changes:
    """The states before each step, where those after it are rolled round the end."""
    rolled = scope.value(node.args[0]) if node.args else None
    axes = [k.value for k in node.keywords if k.arg == "axis"] or node.args[2:]
    axis = scope.value(axes[0]) if axes else None
    numpy = scope.numpy()
    if not isinstance(rolled, np.ndarray) or not isinstance(axis, int) or not numpy:
        return
    axis %= rolled.ndim
    for _, part, other in _ends_of(node.args[0], axis, scope):
        yield SIMPLE, node, swapped(node.args[0], {id(part): other})
    rest = rolled.shape[:axis] + rolled.shape[axis + 1 :]
    new, cut = ([":"] * rolled.ndim for _ in range(2))
    new[axis], cut[axis] = "None", ":-1"
    parts = f"[A[{', '.join(new)}], B[{', '.join(cut[: axis + 1])}]]"
    for first in scope.of_kind(rest):
        whole = put(f"{numpy}.concatenate({parts}, axis={axis})", A=first, B=node.args[0])
        yield OTHER_KIND, node, whole


def _ends_of(node: ast.expr, axis: int, scope: Scope) -> Changes:
    """Other parts of an array that is cut along an axis."""
    cut = node.slice if isinstance(node, ast.Subscript) else None
    parts = cut.elts if isinstance(cut, ast.Tuple) else [cut]
    for part in parts[axis : axis + 1]:
        if isinstance(part, ast.Slice):
            yield from slices(part, scope)


def _keywords(node: ast.Call, scope: Scope) -> Changes:
    """Other axes, an axis more, ``keepdims`` set or left out."""
    args, keywords = node.args, node.keywords
    for keyword in keywords:
        rest = [k for k in keywords if k is not keyword]
        yield SIMPLE, node, ast.Call(node.func, args, rest)
    for keyword in keywords:
        if keyword.arg == "axis" and isinstance(keyword.value, ast.UnaryOp):
            for number in (0, 1):
                yield SIMPLE - SLIGHTLY, keyword.value, ast.Constant(number)
    others = [k for k in keywords if k.arg != "axis"]
    parameters = _parameters(node.func, scope)
    if "axis" not in parameters:
        return
    keep = [ast.keyword("keepdims", ast.Constant(True))]
    if "keepdims" not in parameters or any(k.arg == "keepdims" for k in keywords):
        keep = []
    if keep:
        yield SIMPLE, node, ast.Call(node.func, args, [*keywords, *keep])
    for axis in (ast.keyword("axis", ast.Constant(n)) for n in (0, 1)):
        if len(others) == len(keywords):
            yield SIMPLE, node, ast.Call(node.func, args, [*keywords, axis])
        if keep:
            yield SIMPLE + SLIGHTLY, node, ast.Call(node.func, args, [*others, axis, *keep])


def _parameters(function: ast.expr, scope: Scope) -> Collection[str]:
    """What a library's function takes, or an array's method, which is called as the function."""
    own = isinstance(function, ast.Name) and function.id
    found = scope.value_of_name(own) if own else scope.value(function)
    module = getattr(found, "__module__", None) or ""
    if module.partition(".")[0] not in ("numpy", "scipy"):
        found = None if own else getattr(np, word(function), None)
    try:
        return inspect.signature(found).parameters if callable(found) else ()
    except (ValueError, TypeError):
        return ()


def shaped(node: ast.expr, scope: Scope) -> Changes:
    """Transposed or not; through a function more; another sign; a copy; another order."""
    if not is_read(node) or isinstance(node, ast.Constant | ast.Slice):
        return
    value = scope.value(node)
    unknown = value is None and isinstance(node, ast.Name | ast.Subscript | ast.Call | ast.BinOp)
    if isinstance(node, ast.Name) and callable(scope.value_of_name(node.id)):
        return
    if (isinstance(value, np.ndarray) and value.ndim == 2) or unknown:
        yield SIMPLE, node, ast.Attribute(node, "T", ast.Load())
    if _is_shape(value) and len(value) > 1 and not isinstance(node, ast.Subscript):
        for part in ("A[1:]", "A[:-1]"):
            yield SIMPLE + SLIGHTLY, node, put(part, A=node)
    if _is_shape(value) and scope.numpy():
        yield SIMPLE, node, put(f"{scope.numpy()}.zeros(A)", A=node)
        for atom in scope.atoms:
            if _is_shape(atom.value):
                yield NEAR, node, put("A + B", A=node, B=atom.node)
    if isinstance(value, np.ndarray) or unknown:
        for other in () if isinstance(value, np.ndarray) and not value.any() else ACTIVATIONS:
            function = _function(scope, other)
            if function is not None:
                yield SIMPLE, node, ast.Call(function, [node], [])
        if not isinstance(value, np.ndarray) or value.any():
            yield SIMPLE + SLIGHTLY, node, put("-A", A=node)
        for other in ("zeros_like", "exp", "sqrt"):
            function = _function(scope, other)
            if function is not None:
                yield OTHER_WORD, node, ast.Call(function, [_copied(node)], [])
        yield SIMPLE, node, put("A.copy()", A=node)


def _is_shape(value: object) -> bool:
    """Whether a value is the sizes of an array."""
    return isinstance(value, tuple) and bool(value) and all(type(size) is int for size in value)


def _copied(node: ast.expr) -> ast.expr:
    """What a call copies; everything else as it is."""
    for rule in ("A.copy() => A", "copy(A) => A", "array(A) => A"):
        node = next(rewritten(rule, node), node)
    return node


def indexed(node: ast.expr, scope: Scope) -> Changes:
    """An index more or less; the other way round."""
    if not is_read(node):
        return
    value = scope.value(node)
    if isinstance(node, ast.Subscript):
        yield (SIMPLE if isinstance(node.slice, ast.Slice) else NEAR), node, node.value
    is_named, axes = isinstance(node, ast.Name | ast.Attribute), len(scope.shape(node) or ())
    for number in scope.of_kind(int, named=True) if is_named else ():
        if isinstance(value, list | tuple):
            yield SIMPLE, node, put("A[B]", A=node, B=number)
        if axes == 2 and 0 < scope.value(number) < len(value):
            yield ENTRY, node, put("A[B:]", A=node, B=number)
            yield ENTRY, node, put("A[:B]", A=node, B=number)
        if axes == 3:
            yield OTHER_WORD, node, put("A[:, :, B]", A=node, B=number)
    turned = isinstance(node, ast.Call) and called(node) == "reversed"
    listed = isinstance(value, list | range | type(reversed([])))
    if not turned and (listed or (value is None and isinstance(node, ast.Name | ast.Call))):
        yield OTHER_WORD, node, put("reversed(A)", A=node)
        yield OTHER_WORD + STORED, node, put("A[::-1]", A=node)


def slices(node: ast.Slice, scope: Scope) -> Changes:
    """The other part, the whole, or the part up to or from one of the numbers at hand."""
    is_whole = not (node.lower or node.upper or node.step)
    backwards = [end for end in (node.lower, node.upper) if isinstance(end, ast.UnaryOp)]
    costs = [ENTRY] if is_whole else [OTHER_KIND for _ in backwards]
    for rule in ("A[B:] => A[:B]", "A[:B] => A[B:]", "A[N:] => A[:-N]", "A[:-N] => A[N:]"):
        for new in rewritten(rule, ast.Subscript(name("A"), node, ast.Load()), N=ast.Constant):
            yield SIMPLE, node, new.slice
    for number in scope.of_kind(int):
        for cost in costs:
            yield cost, node, ast.Slice(None, number, None)
            yield cost, node, ast.Slice(number, None, None)
    if not is_whole:
        yield SIMPLE, node, ast.Slice(None, None, None)
