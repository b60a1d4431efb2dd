"""The demonstration of a file: what it does besides defining functions, and what it calls."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import CodeType

from .adapting import Proposal, proposals
from .choosing import choose, names_read, reached
from .pair_texts import within
from .statements import Statement
from .trees import parts_of


def demonstration(statements: Iterable[Statement]) -> list[Statement]:
    """The statements that are not executed to define functions, in their order; those of a block
    that is for the program alone one by one.
    """
    statements = list(statements)
    chosen = {id(one) for one in choose(statements).statements}
    return [
        Statement(node, one.block)
        for one in statements
        if id(one) not in chosen
        for node in _in_program(one.node)
    ]


def demonstrated(
    statements: Iterable[Statement], path: str, judged: Collection[str]
) -> list[Proposal]:
    """The pairs that a demonstration calls, but for those with a function that is ``judged``."""
    statements = list(statements)
    found = proposals(statements, path, judged)
    trees = _definitions(statements) if found else {}
    covered = reached(judged, {**trees, **_methods(trees)})
    shown = demonstration(statements) if found else []
    names = {name for one in shown for name in names_read(one.node)}
    names = reached(names, trees)
    nodes = [*(one.node for one in shown), *(trees[name] for name in names & trees.keys())]
    attributes = {p.attr for node in nodes for p in parts_of(node) if isinstance(p, ast.Attribute)}

    def is_called(function: str) -> bool:
        owner, _, own = function.rpartition(".")
        if not owner:
            return function in names
        called = own in attributes or own == "__call__"
        return called and bool(names & {owner, *_heirs(owner, trees)})

    return [
        one
        for one in found
        if is_called(one.forward) and (one.backward is None or is_called(one.backward))
        if not {one.forward, one.backward or "", one.forward.rpartition(".")[0]} & covered
    ]


def compiled(statements: Iterable[Statement], path: str) -> list[CodeType]:
    """The code of statements, without what is none."""
    codes: list[CodeType] = []
    for one in statements:
        try:
            codes.append(compile(ast.Module([one.node], []), path, "exec", dont_inherit=True))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return codes


def _in_program(node: ast.stmt) -> Iterator[ast.stmt]:
    """The statements under ``if __name__ == "__main__"``; any other statement as it is."""
    if isinstance(node, ast.If) and "__name__" in names_read(node.test):
        yield from node.body
    else:
        yield node


def _definitions(statements: Iterable[Statement]) -> dict[str, ast.AST]:
    """The functions and classes of the top level by their names."""
    kinds = ast.FunctionDef | ast.ClassDef
    nodes = (node for one in statements for node in within(one.node))
    return {node.name: node for node in nodes if isinstance(node, kinds)}


def _methods(trees: Mapping[str, ast.AST]) -> dict[str, ast.AST]:
    """The methods of classes, as ``Class.method``."""
    classes = {name: node for name, node in trees.items() if isinstance(node, ast.ClassDef)}
    return {
        f"{name}.{part.name}": part
        for name, node in classes.items()
        for part in node.body
        if isinstance(part, ast.FunctionDef)
    }


def _heirs(owner: str, trees: Mapping[str, ast.AST]) -> set[str]:
    """The classes that inherit from one, directly or not."""
    found: set[str] = set()
    while True:
        more = {
            name
            for name, node in trees.items()
            if isinstance(node, ast.ClassDef)
            and {ast.unparse(base) for base in node.bases} & {owner, *found}
        }
        if more <= found:
            return found
        found |= more
