"""Statements that change an array in place, made to make a new one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from ..code.costs import SIMPLE
from ..code.edit import Edit, called_name
from ..code.scope import name
from ..code.sites import Site, sites_of, swapped
from ..search.harness import Trees


def made_anew(trees: Trees) -> Iterator[tuple[Trees, Edit, Site]]:
    """The functions with one statement that changes an array in place making a new one."""
    for function, tree in trees.items():
        for site in sites_of(function, tree.body):
            for key, new in _instead(site):
                edit = Edit(SIMPLE, {key: new})
                yield {**trees, function: swapped(tree, edit.changes)}, edit, site


def _instead(site: Site) -> Iterator[tuple[int, Any]]:
    """What may stand for which node of a statement."""
    statement = site.statement
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        whole = ast.BinOp(name(statement.target.id), statement.op, statement.value)
        yield id(statement), [ast.Assign([statement.target], whole)]
    stored = getattr(statement, "targets", [None])[0]
    if isinstance(statement, ast.AugAssign) or isinstance(stored, ast.Subscript):
        yield id(statement), [ast.Pass()]
    for node in ast.walk(site.value):
        if isinstance(node, ast.Call) and any(k.arg == "out" for k in node.keywords):
            kept = [k for k in node.keywords if k.arg != "out"]
            yield id(node), ast.Call(node.func, node.args, kept)
        if isinstance(node, ast.Call) and called_name(node.func) == "pop" and len(node.args) == 1:
            owner = node.func.value  # type: ignore[attr-defined]  # called is a method
            yield id(node), ast.Subscript(owner, node.args[0], ast.Load())
