"""By which texts a function takes entries: as they stand, or put together of parts."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice, product

SHORT, WORD = 2, 6
"""How long a part of a key may be, and a word whose letters are gone through."""

MOST_LETTERS, MOST_KEYS = 10, 64
"""Beyond these, what a key is put together of says nothing."""


def looked_up(node: ast.AST | None, letters: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """The texts that entries are taken by, in brackets or with ``get``, each with what of; also
    those that a loop goes over. In a key of several parts, a name whose texts cannot be seen may
    be any of the ``letters``.
    """
    parts = [*ast.walk(node)] if node else []
    texts = _texts_of_names(parts)
    for part in parts:
        of: ast.expr
        key: ast.AST | None = None
        if isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Load):
            of, key = part.value, part.slice
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            of, key = part.func.value, part.args[0] if part.args else None
            key = key if part.func.attr == "get" else None
        if isinstance(key, ast.Name):
            yield from ((ast.unparse(of), text) for text in texts.get(key.id, ()))
        elif key is not None:
            yield from ((ast.unparse(of), text) for text in _spelled(key, texts, letters))


def letters_of(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """The short texts of a file that keys can be put together of: what a loop goes over, and what
    is given to a call or stands in a list; none where there are too many.
    """
    parts = [part for node in nodes for part in ast.walk(node)]
    words = [one for part in parts for one in _gone_through(part)]
    found = {letter for word in words for letter in word}
    found |= {text for part in parts for one in _listed(part) if (text := _text(one))}
    found |= {part.arg for part in parts if isinstance(part, ast.keyword) and part.arg}
    short = frozenset(text for text in found if len(text) <= SHORT and text.isidentifier())
    return short if len(short) <= MOST_LETTERS else frozenset()


def _listed(part: ast.AST) -> Sequence[ast.expr | None]:
    """What is given to a call, or stands in a tuple, a list or a dict."""
    if isinstance(part, ast.Call):
        return part.args
    if isinstance(part, ast.Dict):
        return part.keys
    return part.elts if isinstance(part, ast.Tuple | ast.List) else []


def _gone_through(part: ast.AST) -> Iterator[str]:
    """The words whose letters a loop may go over: its own, or those that have a name."""
    if isinstance(part, ast.For | ast.comprehension):
        values = part.iter.args if isinstance(part.iter, ast.Call) else [part.iter]
    elif isinstance(part, ast.Assign):
        values = [part.value]
    else:
        return
    yield from (text for one in values if (text := _text(one)) and len(text) <= WORD)


def _text(node: ast.AST | None) -> str:
    """A text as it stands, or nothing."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) else ""


def _texts_of_names(parts: Iterable[ast.AST]) -> dict[str, list[str]]:
    """The texts that each name of a loop goes over."""
    found: dict[str, list[str]] = {}
    for part in parts:
        if not isinstance(part, ast.For | ast.comprehension):
            continue
        targets, values = [part.target], [part.iter]
        if isinstance(part.target, ast.Tuple) and isinstance(part.iter, ast.Call):
            targets, values = part.target.elts, part.iter.args
            if ast.unparse(part.iter.func) == "enumerate":
                targets = targets[1:]
        for target, value in zip(targets, values, strict=False):
            if texts := _texts(value):
                found[ast.unparse(target)] = texts
    return found


def _texts(node: ast.expr) -> list[str]:
    """The texts of a tuple, a list or a dict, or the letters of a text."""
    return [text for one in _listed(node) if (text := _text(one))] or [*_text(node)]


def _spelled(
    key: ast.AST, texts: Mapping[str, list[str]], letters: Collection[str]
) -> Iterable[str]:
    """What a key may be."""
    if text := _text(key):
        return [text]
    if isinstance(key, ast.Name):
        return texts.get(key.id, letters)
    if isinstance(key, ast.FormattedValue):
        return _spelled(key.value, texts, letters)
    if isinstance(key, ast.BinOp) and isinstance(key.op, ast.Add):
        parts = [key.left, key.right]
    elif isinstance(key, ast.JoinedStr):
        parts = key.values
    else:
        return []
    choices = product(*(_spelled(part, texts, letters) for part in parts))
    return map("".join, islice(choices, MOST_KEYS))
