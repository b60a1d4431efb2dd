"""Unfinished functions: what a template leaves for its reader to fill in."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .trees import parts_of


def empty_body(node: ast.FunctionDef) -> str:
    """A sentence where a body does nothing, else an empty text.

    That is a docstring, ``pass``, ``...``, ``return None`` or a `NotImplementedError`, and no more.
    """
    for statement in node.body:
        value = getattr(statement, "value", None)
        nothing = value is None or (isinstance(value, ast.Constant) and value.value is None)
        if isinstance(statement, ast.Pass) or (isinstance(statement, ast.Return) and nothing):
            continue
        if isinstance(statement, ast.Expr) and isinstance(value, ast.Constant):
            continue
        if isinstance(statement, ast.Raise) and "NotImplementedError" in ast.dump(statement):
            continue
        return ""
    return "its body is empty"


def placeholder(node: ast.FunctionDef) -> str:
    """A sentence on what a template left to be filled in, else an empty text.

    It is a name or an entry that is given None and nothing else, and is used; or a return of
    nothing above what is left of the template.
    """
    for statement in node.body[:-1]:
        if isinstance(statement, ast.Return) and not _gives_values(statement.value):
            return f"line {statement.lineno} still returns nothing, above what follows it"
    given_none: dict[str, int] = {}
    given_more: set[str] = set()
    read = _names_read(node)
    for part in parts_of(node):
        if isinstance(part, ast.For | ast.comprehension) and "range(None)" in ast.unparse(
            part.iter
        ):
            return f"it still loops over {ast.unparse(part.iter)}"
        for target, value in _assigned(part):
            if _is_none(value):
                given_none.setdefault(ast.unparse(target), target.lineno)
            else:
                given_more.add(ast.unparse(target))
        if isinstance(part, ast.AugAssign | ast.For):
            given_more.add(ast.unparse(part.target))
    for name, line in given_none.items():
        if name not in given_more and name.partition("[")[0] in read:
            return f"line {line} still gives `{name}` the value None"
    return ""


def _assigned(part: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What an assignment assigns to, each with its value; a tuple's values to its names."""
    if isinstance(part, ast.AnnAssign) and part.value:
        yield part.target, part.value
    if not isinstance(part, ast.Assign):
        return
    for target in part.targets:
        names = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        values = part.value.elts if isinstance(part.value, ast.Tuple) else []
        alone = [part.value] * len(names)
        yield from zip(names, values if len(values) == len(names) else alone, strict=True)


def _gives_values(value: ast.expr | None) -> bool:
    """Whether anything but None is returned."""
    values = value.elts if isinstance(value, ast.Tuple) else [value]
    return any(not (one is None or _is_none(one)) for one in values)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _names_read(node: ast.FunctionDef) -> set[str]:
    """The names that are used for more than to ask whether they are None."""
    nodes = parts_of(node)
    asked = {
        id(part.left)
        for part in nodes
        if isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.Is | ast.IsNot)
    }
    return {
        part.id
        for part in nodes
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and id(part) not in asked
    }
