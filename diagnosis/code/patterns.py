"""Code with places left open: ``A => A.T`` is an array for which its transpose was meant.

A capital letter stands for any expression, the same wherever it stands in a pattern, and an ``S``
that is a whole statement for any statement; ``^``, ``|`` and ``&`` stand for any operator, and
``...`` for further arguments, with a name or without. Other names are those of values and
functions, whatever they belong to: ``tanh`` is ``np.tanh`` too.
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

_ANY_OPERATOR = (ast.BitXor, ast.BitOr, ast.BitAnd)


def fits(pattern: str, wrong: ast.AST, meant: ast.AST, where: Mapping[str, Open]) -> bool:
    """Whether what stands there and what was meant are as a pattern has them."""
    before, after = _parsed(pattern)
    return _may_stand(_filled([(before, wrong), (after, meant)]), where)


def rewritten(pattern: str, node: ast.AST, **where: Open) -> Iterator[Any]:
    """What a pattern makes of a node; nothing where it does not fit."""
    before, after = _parsed(pattern)
    found = _filled([(before, node)])
    if found is not None and _may_stand(found, where):
        yield _made(after, found)


def put(text: str, **parts: ast.expr) -> ast.expr:
    """The expression of a text, with these parts in its open places."""
    made: ast.expr = _made(_parsed(f"{text} => {text}")[1], parts)
    return made


def _made(part: Any, found: Mapping[str, Any]) -> Any:
    """A pattern with what stands in its open places."""
    if isinstance(part, list):
        return [_made(one, found) for one in part]
    if isinstance(part, ast.Name):
        return in_context(part.ctx, found.get(part.id, part))
    if isinstance(part, ast.Attribute) and part.attr == "T":
        whole = _made(part.value, found)
        turned = isinstance(whole, ast.Attribute) and whole.attr == "T"
        return whole.value if turned else ast.Attribute(whole, "T", ast.Load())
    if isinstance(part, ast.operator):
        return found.get(type(part).__name__, part)
    if isinstance(part, ast.Call):
        args = [_made(one, found) for one in part.args if not _is_rest(one)]
        further, rest = found["..."] if len(args) < len(part.args) else ([], [])
        named = [ast.keyword(one.arg, _made(one.value, found)) for one in part.keywords]
        return ast.Call(_made(part.func, found), [*args, *further], [*named, *rest])
    if not isinstance(part, ast.expr | ast.stmt | ast.comprehension):
        return part
    return type(part)(**{own: _made(one, found) for own, one in ast.iter_fields(part)})


def in_context(context: ast.expr_context, node: ast.expr) -> ast.expr:
    """An expression as one that is read, or stored into."""
    if type(getattr(node, "ctx", context)) is type(context):
        return node
    return type(node)(**{**dict(ast.iter_fields(node)), "ctx": context})


def _is_rest(part: Any) -> bool:
    return isinstance(part, ast.Constant) and part.value is ...


@cache
def _parsed(pattern: str) -> Pair:
    before, after = (ast.parse(part.strip()).body[0] for part in pattern.split(" => "))
    if isinstance(before, ast.Expr) and (isinstance(after, ast.Expr) or word(before.value) == "S"):
        return before.value, after.value if isinstance(after, ast.Expr) else after
    return before, after


def _may_stand(found: Mapping[str, Any] | None, where: Mapping[str, Open]) -> bool:
    return found is not None and all(
        _is(found[own], what) for own, what in where.items() if own in found
    )


def _is(node: Any, what: Open) -> bool:
    if not isinstance(what, str):
        return isinstance(node, what)
    texts = filter(None, (word(node), ast.unparse(node)))
    return any(re.fullmatch(what, text) for text in texts)


def _filled(pairs: Sequence[tuple[Any, Any]]) -> dict[str, Any] | None:
    """What stands for what where the first of all pairs are the second; None where they are not."""
    waiting, found = [*pairs], dict[str, Any]()
    while waiting:
        part, node = waiting.pop()
        if _is_rest(part):
            found["..."] = node
        elif isinstance(part, ast.Name) and len(part.id) == 1 and part.id.isupper():
            other = found.setdefault(part.id, node)
            if other is not node and ast.unparse(other) != ast.unparse(node):
                return None
        elif isinstance(part, ast.Name):
            if word(node) != part.id:
                return None
        elif isinstance(part, _ANY_OPERATOR):
            if type(found.setdefault(type(part).__name__, node)) is not type(node):
                return None
        elif type(part) is not type(node) or (inner := _inside(part, node)) is None:
            return None
        else:
            waiting += inner
    return found


def _inside(part: Any, node: Any) -> list[tuple[Any, Any]] | None:
    """The parts of two nodes of a kind that correspond; None where the nodes differ."""
    if isinstance(part, ast.Call):
        args = [one for one in part.args if not _is_rest(one)]
        named = {keyword.arg: keyword for keyword in node.keywords}
        given = [(one.value, named.pop(one.arg, None)) for one in part.keywords]
        is_open, further = len(args) < len(part.args), (node.args[len(args) :], [*named.values()])
        if len(args) > len(node.args) or (any(further) and not is_open):
            return None
        pairs = [
            *zip(args, node.args, strict=False),
            *zip(part.args[len(args) :], [further], strict=False),
            *((value, keyword and keyword.value) for value, keyword in given),
        ]
        return [(part.func, node.func), *pairs]
    inner: list[tuple[Any, Any]] = []
    for field in part._fields:
        one, other = getattr(part, field), getattr(node, field)
        if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            inner += zip(one, other, strict=True)
        elif isinstance(one, ast.AST) and isinstance(other, ast.AST):
            inner += [] if isinstance(one, ast.expr_context) else [(one, other)]
        elif one != other:
            return None
    return inner
