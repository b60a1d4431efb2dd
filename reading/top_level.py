"""A backward pass that stands at the top level of a file, in no function: nothing can call it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from ..pairs.returned import FORMS
from .choosing import names_bound
from .statements import Statement
from .trees import parts_of
from .unjudged import NotJudged

NAME = "a backward pass"
"""What is listed, as it has no name."""

LEAST = 2
"""So many gradients by values of the file are computed in one."""

_ADDING = re.compile(r"dot|matmul|einsum|tensordot|outer|sum|mean|T|transpose")


def at_top_level(statements: Iterable[Statement]) -> list[NotJudged]:
    """The backward pass of each block that computes gradients by itself, with its first line."""
    statements = list(statements)
    known = {name for one in statements for name in names_bound(one.node)}
    forms = {form.format(name) for name in known for form in FORMS if form != "{}"}
    found: dict[int, list[tuple[Statement, ast.Assign]]] = {}
    for one in statements:
        for node in _assigned(one.node):
            names = {part.id for target in node.targets for part in _names(target)}
            if names & forms and _computes(node.value):
                found.setdefault(id(one.block), []).append((one, node))
    return [
        NotJudged(NAME, node.lineno, one.block.cell, _reason(each), ADVICE)
        for each in found.values()
        for one, node in each[:1]
        if len({name for _, node in each for name in names_bound(node)}) >= LEAST
    ]


ADVICE = """\
def backward(dout, cache):  # what the top level computes after the forward pass
    ...
    return dx, dw"""


def _reason(each: list[tuple[Statement, ast.Assign]]) -> str:
    names = dict.fromkeys(name for _, node in each for name in sorted(names_bound(node)))
    return (
        f"{', '.join(names)} are computed in no function: put the forward pass into one and this "
        f"into another, then it is judged as they are called"
    )


def _assigned(node: ast.stmt) -> Iterator[ast.Assign]:
    """The assignments of a statement, in loops as well, and in no function."""
    if isinstance(node, ast.Assign):
        yield node
    elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.stmt):
                yield from _assigned(part)


def _names(target: ast.expr) -> Iterator[ast.Name]:
    yield from (part for part in ast.walk(target) if isinstance(part, ast.Name))


def _computes(node: ast.expr) -> bool:
    """Whether a value is put together of others there, as gradients are, and not just called."""
    parts = parts_of(node)
    products = (isinstance(p, ast.BinOp) and isinstance(p.op, ast.MatMult) for p in parts)
    called = (p.attr for p in parts if isinstance(p, ast.Attribute))
    return any(products) or any(_ADDING.fullmatch(name) for name in called)
