"""Statements that change an array in place, made to make a new one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..code.costs import SIMPLE
from ..code.edit import Edit, is_read, replaced
from ..code.patterns import rewritten
from ..code.sites import bodies

_WHOLE = (":", "...", ":, :")
"""What stands in the brackets where the whole of an array is written over."""


def made_anew(tree: ast.FunctionDef) -> Iterator[tuple[ast.stmt, Edit]]:
    """Each way to make a new array where one is changed in place, with the statement that does."""
    for body in bodies(tree):
        for above, statement, following in zip(
            [None, *body], body, [*body[1:], None], strict=False
        ):
            for edit in _instead(above, statement, following):
                yield statement, edit


def _instead(
    above: ast.stmt | None, statement: ast.stmt, following: ast.stmt | None
) -> Iterator[Edit]:
    match statement:
        case ast.AugAssign(target=ast.Name() as target, op=operator, value=value):
            if isinstance(above, ast.Assign) and _same(above.targets[-1], target):
                whole = ast.BinOp(above.value, operator, value)
                yield Edit(SIMPLE, {id(above.value): whole, id(statement): []})
            for anew in rewritten("A ^= B => A = A ^ B", statement):
                yield replaced(statement, anew)
        case ast.AugAssign(target=target, op=operator, value=value):
            nodes = ast.walk(following) if following else ()
            reads = [n for n in nodes if isinstance(n, ast.Subscript) and is_read(n)]
            same = [node for node in reads if _same(node, target)]
            if len(same) == 1:
                whole = ast.BinOp(same[0], operator, value)
                yield Edit(SIMPLE, {id(same[0]): whole, id(statement): []})
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=part), *_]):
            yield replaced(statement, "pass")
            if ast.unparse(part) in _WHOLE:
                target = ast.Name(name, ast.Store())
                yield replaced(statement, ast.Assign([target], statement.value))
    if isinstance(statement, ast.AugAssign):
        yield replaced(statement, "pass")
    made = getattr(statement, "value", None)
    for node in ast.walk(made) if isinstance(made, ast.expr) else ():
        match node:
            case ast.Call(func=ast.Attribute(attr="pop", value=owner), args=[key]):
                yield Edit(SIMPLE, {id(node): ast.Subscript(owner, key, ast.Load())})
            case ast.Call(keywords=keywords) if any(k.arg == "out" for k in keywords):
                rest = [keyword for keyword in keywords if keyword.arg != "out"]
                anew = ast.Call(node.func, node.args, rest)
                if isinstance(statement, ast.Expr):
                    into = next(k.value for k in keywords if k.arg == "out")
                    if isinstance(into, ast.Name):
                        target = ast.Name(into.id, ast.Store())
                        yield replaced(statement, ast.Assign([target], anew))
                else:
                    yield Edit(SIMPLE, {id(node): anew})
                for own in node.args:  # what is read anyway may be written over
                    if isinstance(own, ast.Name):
                        out = [*rest, ast.keyword("out", own)]
                        yield Edit(SIMPLE, {id(node): ast.Call(node.func, node.args, out)})


def made_apart(tree: ast.FunctionDef) -> Iterator[Edit]:
    """Each way to make anew what is only another name of something made before, or a copy of it:
    where it is assigned, and where it is returned.
    """
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.Assign | ast.Return)]
    made = {
        target.id: one.value
        for one in statements
        if isinstance(one, ast.Assign) and not isinstance(one.value, _NAMED)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    for statement in statements:
        parts = _named_in(statement)
        names = [one.id for one in parts if isinstance(one, ast.Name)]
        for one in parts:
            if isinstance(one, ast.Name) and names.count(one.id) > 1:
                for unused in made.keys() - {*names}:
                    yield Edit(SIMPLE, {id(one): ast.Name(unused, ast.Load())})
            if isinstance(one, ast.Name) and one.id in made:
                yield Edit(SIMPLE, {id(one): made[one.id]})
            yield _copied(one)


def copied(tree: ast.FunctionDef) -> Iterator[Edit]:
    """Each way to return a copy in the place of one array."""
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Return):
            yield from map(_copied, _named_in(statement))


_NAMED = (ast.Name, ast.Attribute, ast.Subscript)


def _named_in(statement: ast.Assign | ast.Return) -> list[ast.expr]:
    """What a statement assigns or returns and does not make; the last of several first."""
    value = statement.value
    parts = value.elts[::-1] if isinstance(value, ast.Tuple) else [value]
    return [one for one in parts if isinstance(one, _NAMED)]


def _copied(one: ast.expr) -> Edit:
    return Edit(SIMPLE, {id(one): ast.Call(ast.Attribute(one, "copy", ast.Load()), [], [])})


def _same(one: ast.AST, other: ast.AST) -> bool:
    """Whether two expressions are the same, read or stored into."""
    return ast.unparse(one) == ast.unparse(other)
