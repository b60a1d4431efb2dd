"""In which parts two trees differ, and what those parts are called."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

Pair = tuple[ast.AST, ast.AST]
"""What stands there, and what was meant."""


def differences(wrong: ast.AST, meant: ast.AST) -> list[Pair]:
    """The least parts in which two trees differ."""
    return list(_differences(wrong, meant))


def _differences(wrong: ast.AST, meant: ast.AST) -> Iterator[Pair]:
    if wrong is meant or same(wrong, meant):
        return
    inner: list[Pair] = []
    nested = any(
        same(part, other)
        for whole, other in ((wrong, meant), (meant, wrong))
        for part in ast.iter_child_nodes(whole)
    )
    if type(wrong) is type(meant) and not nested:
        for field in wrong._fields:
            one, other = getattr(wrong, field, None), getattr(meant, field, None)
            parts = _paired(one, other)
            if parts is None:
                yield wrong, meant
                return
            inner += parts
        whole = (
            isinstance(wrong, ast.BinOp)
            and isinstance(meant, ast.BinOp)
            and not (same(wrong.left, meant.left) or same(wrong.right, meant.right))
        )
        if inner and not (
            whole and leaves(wrong) == leaves(meant) and not _is_exchange(wrong, meant)
        ):
            for a, b in inner:
                yield from _differences(a, b)
            return
    yield wrong, meant


def _paired(one: object, other: object) -> list[Pair] | None:
    """The children that correspond; None where the nodes themselves differ."""
    if isinstance(one, ast.operator | ast.unaryop) or isinstance(other, ast.operator | ast.unaryop):
        return [] if type(one) is type(other) else None
    if isinstance(one, ast.expr_context):
        return []
    if isinstance(one, ast.AST) and isinstance(other, ast.AST):
        return [(one, other)]
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return None
        if all(isinstance(a, ast.AST) for a in (*one, *other)):
            return list(zip(one, other, strict=True))
    return [] if one == other else None


def _is_exchange(wrong: ast.AST, meant: ast.AST) -> bool:
    """Whether two trees are the same but for the names in them."""
    return re.sub(r"id='\w+'", "", ast.dump(wrong)) == re.sub(r"id='\w+'", "", ast.dump(meant))


def same(one: ast.AST, other: ast.AST) -> bool:
    """Whether two trees are equal."""
    return ast.dump(one) == ast.dump(other)


def leaves(node: ast.AST) -> list[str]:
    """The names, numbers and operators of a tree, in order of the alphabet."""
    return sorted(
        n.attr if isinstance(n, ast.Attribute) else ast.dump(n)
        for n in ast.walk(node)
        if isinstance(n, ast.Name | ast.Constant | ast.Attribute | ast.operator)
    )


def word(node: ast.AST) -> str:
    """The name of a value: of an entry of a dictionary its key."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Attribute):
        return node.attr
    return ""


def called(node: ast.AST | None) -> str:
    """The name of the function that is called."""
    return word(node.func) if isinstance(node, ast.Call) else ""
