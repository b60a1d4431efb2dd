"""A change of a tree, and what it costs: the less, the closer it stays to what is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

SIMPLE, NEAR, FAR, COMPOSED = 1.0, 1.5, 2.0, 3.0
"""What a change costs: the less, the closer it stays to what is written."""


@dataclass(frozen=True)
class Edit:
    """A change of a tree: what stands in for which nodes, and how far it goes."""

    cost: float
    changes: Mapping[int, Any]


Changes = Iterator[tuple[float, ast.AST, Any]]


def is_read(node: ast.expr) -> bool:
    """Whether an expression is read, rather than stored into."""
    return isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def called_name(node: ast.expr) -> str:
    """The name of a function or method, without what it belongs to."""
    return getattr(node, "id", getattr(node, "attr", ""))
