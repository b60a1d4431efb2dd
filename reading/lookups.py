"""By which texts a function takes entries: as they stand, or put together of parts."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import TypeAlias

from .trees import once, parts_of

Key: TypeAlias = tuple[tuple[str, ...], ...]
"""The parts of a key, each with the texts that it may be; none where that cannot be seen."""

SHORT, WORD = 2, 6
"""How long a part of a key may be, and a word whose letters are gone through."""

MOST_LETTERS, MOST_KEYS = 10, 64
"""Beyond these, what a key is put together of says nothing."""

_LISTS = (ast.Tuple, ast.List)
_LOOPS = (ast.For, ast.comprehension)
_HOLDERS = (ast.Call, ast.keyword, ast.Dict, ast.Assign, *_LISTS, *_LOOPS)
"""The nodes that a text stands in of which a key may be put together."""


@once
def looked_up(node: ast.AST) -> tuple[tuple[str, Key], ...]:
    """The keys by which entries are taken, in brackets or with ``get``, each with what of."""
    parts = parts_of(node)
    texts = _texts_of_names(parts)
    found = []
    for part in parts:
        of: ast.expr
        key: ast.AST | None = None
        if isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Load):
            of, key = part.value, part.slice
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            of, key = part.func.value, part.args[0] if part.args else None
            key = key if part.func.attr == "get" else None
        if key is not None and (read := _key(key, texts)):
            found.append((ast.unparse(of), read))
    return tuple(found)


def spelled(key: Key, letters: Collection[str]) -> Iterator[str]:
    """What a key may be, where a part of it that cannot be seen may be any of the ``letters``; of
    one that cannot be seen at all nothing.
    """
    choices = product(*(part or letters for part in key)) if any(key) else iter(())
    return map("".join, islice(choices, MOST_KEYS))


def letters_of(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """The short texts of a file that keys can be put together of: what a loop goes over, and what
    is given to a call or stands in a list; none where there are too many.
    """
    parts = [part for node in nodes for part in parts_of(node) if isinstance(part, _HOLDERS)]
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
    return part.elts if isinstance(part, _LISTS) else []


def _gone_through(part: ast.AST) -> Iterator[str]:
    """The words whose letters a loop may go over: its own, or those that have a name."""
    if isinstance(part, _LOOPS):
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


def _texts_of_names(parts: Iterable[ast.AST]) -> dict[str, tuple[str, ...]]:
    """The texts that each name of a loop goes over."""
    found: dict[str, tuple[str, ...]] = {}
    for part in parts:
        if not isinstance(part, _LOOPS):
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


def _texts(node: ast.expr) -> tuple[str, ...]:
    """The texts of a tuple, a list or a dict, or the letters of a text."""
    return tuple(text for one in _listed(node) if (text := _text(one))) or tuple(_text(node))


def _key(node: ast.AST, texts: Mapping[str, tuple[str, ...]]) -> Key:
    """The parts of a key; none of what is no text."""
    if text := _text(node):
        return ((text,),)
    if isinstance(node, ast.Name):
        return (texts.get(node.id, ()),)
    if isinstance(node, ast.FormattedValue):
        return _key(node.value, texts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _key(node.left, texts) + _key(node.right, texts)
    if isinstance(node, ast.JoinedStr):
        return tuple(part for value in node.values for part in _key(value, texts))
    return ()
