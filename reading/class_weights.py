"""The weights that a class has gradients by: which they are, and what shapes it gives them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .pair_texts import PairedFunctions
from .trees import parts_of

_RANDOM = re.compile(r"randn|rand|random|normal|uniform|standard_normal|zeros|ones|empty|full")
_HOLDER = re.compile(r"param\w*|weights?|theta")
"""How people call what has all weights, and nothing else."""


def weights_of(functions: PairedFunctions, owner: str) -> dict[str, str]:
    """The weights of a class, each with its shape in the names of the constructor.

    The shape is empty where the constructor does not tell it.
    """
    methods = {name: one.definition.node for name, one in functions.methods_of(owner).items()}
    if "__init__" not in methods:
        return {}
    first = methods["__init__"]
    called = [_attribute(part.func) for part in parts_of(first) if isinstance(part, ast.Call)]
    making = [first, *(methods[name] for name in dict.fromkeys(called) if name in methods)]
    others = [node for node in methods.values() if node not in making]
    whole = "\n".join(map(ast.unparse, others))
    passed = {one.arg for node in others for one in node.args.args}
    given = {one.arg for one in first.args.args}
    found = {}
    for holder, name, value in (one for node in making for one in held(node)):
        if holder:
            is_weight = bool(_HOLDER.fullmatch(holder)) or _has_gradient(name, whole)
        else:
            read = re.search(rf"\bself\.{re.escape(name)}\b", whole)
            is_weight = bool(read) and _has_gradient(name, whole)
        shape = shape_made(value)
        number = isinstance(value, ast.Constant) and isinstance(value.value, float)
        computed = number or isinstance(value, ast.Call | ast.BinOp | ast.ListComp)
        taken = isinstance(value, ast.Name) and value.id in given
        if is_weight and (shape or (name not in passed and (computed or taken))):
            found[name] = shape
    return found


def held(node: ast.FunctionDef) -> Iterator[tuple[str, str, ast.expr]]:
    """What a method puts into an object: in which dict or list of it, the name, the value."""
    known: dict[str, ast.expr] = {}
    for part in parts_of(node):
        if not isinstance(part, ast.Assign | ast.AnnAssign) or part.value is None:
            continue
        targets = part.targets if isinstance(part, ast.Assign) else [part.target]
        for target, value in (pair for one in targets for pair in pairs(one, part.value)):
            value = known.get(_attribute(value), value)
            if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                holder = _attribute(target.value)
                if holder and isinstance(target.slice.value, str):
                    yield holder, target.slice.value, value
            elif name := _attribute(target):
                known[name] = value
                for holder, own, one in _within(name, value):
                    yield holder, own, known.get(_attribute(one), one)


def pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """Each target with its value, where several are assigned at once."""
    if not isinstance(target, ast.Tuple):
        return [(target, value)]
    if isinstance(value, ast.GeneratorExp | ast.ListComp):
        return [(one, value.elt) for one in target.elts]
    if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
        return list(zip(target.elts, value.elts, strict=True))
    return [(one, value) for one in target.elts]


def _within(name: str, value: ast.expr) -> Iterator[tuple[str, str, ast.expr]]:
    """What a dict or a list of an object has, or the value itself."""
    if isinstance(value, ast.Dict):
        for key, one in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield name, key.value, one
    elif isinstance(value, ast.Call) and ast.unparse(value.func) == "dict" and not value.args:
        yield from ((name, one.arg, one.value) for one in value.keywords if one.arg)
    elif isinstance(value, ast.List | ast.Tuple):
        for one in value.elts:
            if own := _attribute(one) or (one.id if isinstance(one, ast.Name) else ""):
                yield name, own, one
    else:
        yield "", name, value


def _attribute(node: ast.expr) -> str:
    """The name of an attribute of ``self``; empty for anything else."""
    of_self = isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self"
    return node.attr if of_self and isinstance(node, ast.Attribute) else ""


def _has_gradient(name: str, text: str) -> bool:
    own = re.escape(name)
    forms = (
        rf"\bd_?{own}\b|\bgrad_{own}\b|\b{own}_grad\b",
        rf"grad\w*\['{own}'\]|grad\w* = \{{.*'{own}':",
        rf"self\.{own}\.grad\b|self\.grad = ",
        rf"self\.{own} -= |self\.{own} = self\.{own} - ",
    )
    return any(re.search(form, text) for form in forms)


def shape_made(value: ast.expr) -> str:
    """The shape of an array that is made, in the names of the constructor."""
    for part in () if isinstance(value, ast.ListComp) else ast.walk(value):
        if not isinstance(part, ast.Call):
            continue
        called = part.func.attr if isinstance(part.func, ast.Attribute) else ""
        if not _RANDOM.fullmatch(called):
            continue
        size = next((k.value for k in part.keywords if k.arg in ("size", "shape")), None)
        tuples = [one for one in part.args if isinstance(one, ast.Tuple)]
        given = [size] if size is not None else (tuples or part.args)
        axes = given[0].elts if given and isinstance(given[0], ast.Tuple) else given
        words = [ast.unparse(axis).removeprefix("self.").replace(" ", "") for axis in axes]
        if words and all(re.fullmatch(r"[\w+*/]+", word) for word in words):
            return " ".join(words)
    return ""
