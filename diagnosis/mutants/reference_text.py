"""The reference functions as text and trees, and changed ones in their place."""

from __future__ import annotations

import ast
import contextlib
import inspect
from collections.abc import Callable, Mapping
from functools import cache
from textwrap import dedent
from typing import Any

from ...cells.spec import Family, FunctionSpec
from ...strategies import Case
from ...subject.errors import Crash
from ...subject.limits import OutOfTime, limited
from ...subject.subject import Subject, flat

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


def arguments(family: Family, spec: FunctionSpec, case: Case) -> list[Any]:
    """What a reference function is called with for a case, the correct cache included."""
    given = [case[name] for name in spec.takes if not name.startswith("cache")]
    if spec.role.is_backward:
        forward = family.functions[spec.forward]
        given.append(family.reference[forward.name](*case.arguments(forward).values())[-1])
    return given


def results(spec: FunctionSpec, returned: Any) -> dict[str, Any]:
    """What a reference function returned, by the contract's names."""
    if isinstance(returned, dict):
        return dict(returned)
    if len(spec.returns) == 1 and not isinstance(returned, tuple):
        return {spec.returns[0]: returned}
    return flat(dict(zip(spec.returns, returned, strict=False)))


def values_of(subject: Subject, case: Case) -> Mapping[str, Any] | None:
    """What a subject gives; None where it raises."""
    with contextlib.suppress(Crash):
        return subject.run(case).values
    return None


def run(function: Function, spec: FunctionSpec, given: list[Any]) -> dict[str, Any] | None:
    """A mutant's results; None where it raises."""
    with contextlib.suppress(Exception, OutOfTime), limited():
        return results(spec, function(*given))
    return None
