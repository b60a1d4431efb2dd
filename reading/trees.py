"""Syntax trees: all parts of one, what is read of one once, and all that follows from a name."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")
Key = TypeVar("Key", str, int)

_TREES = 128
"""As many trees are kept in parts: the functions of one file."""


@lru_cache(_TREES)
def parts_of(node: ast.AST) -> tuple[ast.AST, ...]:
    """A tree and all that is in it, in the order of `ast.walk`. Only for trees that nobody
    changes.
    """
    found = [node]
    for part in found:  # which grows meanwhile
        for name in part._fields:
            value = getattr(part, name, None)
            if isinstance(value, list):
                found += [one for one in value if isinstance(one, ast.AST)]
            elif isinstance(value, ast.AST):
                found.append(value)
    return tuple(found)


def names_in(node: ast.AST) -> set[str]:
    """Every name in a tree, read or stored."""
    return {part.id for part in parts_of(node) if isinstance(part, ast.Name)}


def closure(first: Iterable[Key], following: Callable[[Key], Iterable[Key]]) -> set[Key]:
    """These, and all that follows from them, directly or not."""
    seen: set[Key] = set()
    waiting = list(first)
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += following(one)
    return seen


def once(read: Callable[[ast.AST], T]) -> Callable[[ast.AST], T]:
    """Lets a function read each tree once, and remember what it found for as long as the tree is
    there. Only for trees that nobody changes, and for what holds no part of the tree.
    """
    known: WeakKeyDictionary[ast.AST, T] = WeakKeyDictionary()

    @wraps(read)
    def remembered(node: ast.AST) -> T:
        if node not in known:
            known[node] = read(node)
        return known[node]

    return remembered


@once
def names_single(node: ast.AST) -> bool:
    """Whether code says float32, as a name, an attribute or a text of its own, or has it for a type
    by the letter that numpy has for it.
    """
    return any(
        "float32" in (getattr(one, "id", ""), getattr(one, "attr", ""), getattr(one, "value", ""))
        or any(getattr(kind, "value", "") in ("f", "f4") for kind in _types(one))
        for one in parts_of(node)
    )


def _types(node: ast.AST) -> list[ast.expr]:
    """What stands where a type is asked for."""
    if isinstance(node, ast.keyword):
        return [node.value] if node.arg == "dtype" else []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.args[:1] if node.func.attr == "astype" else []
    return []
