"""Code with places left open: ``A => A.T`` is an array for which its transpose was meant.

A capital letter stands for any expression, the same wherever it stands in a pattern, and an ``S``
that is a whole statement for any; ``^`` and ``|`` for any operator; ``...`` for further arguments.
Other names are those of values and functions, whatever they belong to: ``tanh`` is ``np.tanh`` too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from .differences import Pair, word

Open = str | type[ast.AST]
"""What may stand in an open place: what is called, or reads, so; or what is of a kind."""

_ANY_OPERATOR = (ast.BitXor, ast.BitOr)

_EITHER_WAY = (ast.Add, ast.Mult)
"""Operators whose operands may stand in either order."""


def fits(pattern: str, wrong: ast.AST, meant: ast.AST, where: Mapping[str, Open]) -> bool:
    """Whether what stands there and what was meant are as a pattern has them."""
    before, after = _parsed(pattern)
    pairs = [(before, wrong), (after, meant)]
    return any(all(_may_stand(n, where.get(o)) for o, n in f.items()) for f in _filled(pairs, {}))


@cache
def _parsed(pattern: str) -> Pair:
    before, after = (ast.parse(part.strip()).body[0] for part in pattern.split(" => "))
    if isinstance(before, ast.Expr) and isinstance(after, ast.Expr):
        return before.value, after.value
    whole = isinstance(before, ast.Expr) and word(before.value) == "S"
    return before.value if whole else before, after  # type: ignore[attr-defined]


def _may_stand(node: Any, what: Open | None) -> bool:
    if isinstance(what, str):
        texts = filter(None, (word(node), ast.unparse(node)))
        return any(re.fullmatch(what, text) for text in texts)
    return what is None or isinstance(node, what)


def _filled(pairs: Sequence[tuple[Any, Any]], found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Each way in which the first of all pairs are the second, with what then stands for what."""
    if not pairs:
        yield {**found}
        return
    (part, node), *rest = pairs
    if isinstance(part, ast.Name) and len(part.id) == 1 and part.id.isupper():
        if part.id not in found:
            yield from _filled(rest, {**found, part.id: node})
        elif ast.unparse(found[part.id]) == ast.unparse(node):
            yield from _filled(rest, found)
    elif isinstance(part, ast.Name):
        if word(node) == part.id:
            yield from _filled(rest, found)
    elif isinstance(part, _ANY_OPERATOR):
        key = type(part).__name__
        if isinstance(node, type(found.get(key, node))):
            yield from _filled(rest, {**found, key: node})
    elif type(part) is type(node):
        for inner in _inside(part, node):
            yield from _filled([*inner, *rest], found)


def _inside(part: Any, node: Any) -> Iterator[list[tuple[Any, Any]]]:
    """The parts of two nodes of a kind that correspond, in each order in which they may stand."""
    if isinstance(part, ast.BinOp) and isinstance(part.op, _EITHER_WAY):
        yield [(part.op, node.op), (part.left, node.right), (part.right, node.left)]
    if isinstance(part, ast.Call):
        args = [one for one in part.args if ast.unparse(one) != "..."]
        further = len(node.args) - len(args)
        if not further or (further > 0 and len(args) < len(part.args)):
            yield [(part.func, node.func), *zip(args, node.args, strict=False)]
        return
    inner: list[tuple[Any, Any]] = []
    for field in part._fields:
        one, other = getattr(part, field), getattr(node, field)
        lists = isinstance(one, list) and isinstance(other, list) and len(one) == len(other)
        if lists:
            inner += zip(one, other, strict=True)
        elif isinstance(one, ast.AST) and isinstance(other, ast.AST):
            inner += [] if isinstance(one, ast.expr_context) else [(one, other)]
        elif one != other:
            return
    yield inner
