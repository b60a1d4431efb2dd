"""The reference functions as text and trees, and changed ones in their place."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from functools import cache
from textwrap import dedent
from typing import Any

from ..code.sites import located

Function = Callable[..., Any]


def text_of(reference: Function) -> str:
    """The text of a reference function."""
    return dedent(inspect.getsource(reference))


@cache
def tree_of(reference: Function) -> ast.FunctionDef:
    """The tree of a reference function, without annotations and docstring."""
    return tree_in(text_of(reference))


def tree_in(text: str) -> ast.FunctionDef:
    """The tree of a function's text, without annotations and docstring."""
    tree = ast.parse(text).body[0]
    assert isinstance(tree, ast.FunctionDef)
    tree.returns = None
    for argument in (*tree.args.args, *tree.args.kwonlyargs):
        argument.annotation = None
    tree.body = tree.body[1:] if ast.get_docstring(tree) else tree.body
    return tree


def namespace_of(reference: Function) -> dict[str, Any]:
    """What the names in a reference function stand for: a copy of its module's."""
    return {**vars(inspect.getmodule(reference))}


def compiled(tree: ast.FunctionDef) -> Any:
    """The code that defines a changed tree of a reference function."""
    return compile(located(ast.Module([tree], [])), "<mutant>", "exec", dont_inherit=True)
