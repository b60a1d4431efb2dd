"""Unfinished functions: what a template leaves for its reader to fill in."""

from __future__ import annotations

import ast


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

    It is a name or an entry that is given None and nothing else, and is used.
    """
    given_none: dict[str, int] = {}
    given_more: set[str] = set()
    read = _names_read(node)
    for part in ast.walk(node):
        if isinstance(part, ast.For | ast.comprehension) and "range(None)" in ast.unparse(
            part.iter
        ):
            return f"it still loops over {ast.unparse(part.iter)}"
        if isinstance(part, ast.Assign):
            nothing = isinstance(part.value, ast.Constant) and part.value.value is None
            for target in part.targets:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                for one in map(ast.unparse, names):
                    if nothing:
                        given_none.setdefault(one, part.lineno)
                    else:
                        given_more.add(one)
        if isinstance(part, ast.AugAssign | ast.For):
            given_more.add(ast.unparse(part.target))
    for name, line in given_none.items():
        if name not in given_more and name.partition("[")[0] in read:
            return f"line {line} still gives `{name}` the value None"
    return ""


def _names_read(node: ast.FunctionDef) -> set[str]:
    """The names that are used for more than to ask whether they are None."""
    parts = [*ast.walk(node)]
    asked = {
        id(part.left)
        for part in parts
        if isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.Is | ast.IsNot)
    }
    return {
        part.id
        for part in parts
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and id(part) not in asked
    }
