"""Small changes of an expression, the least first: what might have been meant in its place.

Each names what it replaces by the node's ``id``; `sites.swapped` makes the changed tree.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from ..code.costs import ANYTHING, ENTRY, MISTYPED, NEAR, OTHER_KIND, OTHER_WORD, SIMPLE, SLIGHTLY
from ..code.differences import word
from ..code.edit import Changes, Edit, exchanged, is_read, with_two_exchanged
from ..code.patterns import put
from ..code.scope import Scope, kind, parsed
from ..code.sites import swapped
from .axes import added_up, axes
from .calls import calls, indexed, shaped, slices
from .inner import inner, iterated
from .terms import between_numbers, extended, numbered, rearranged, taken_up

LARGE, NEAREST = 200, 40
"""Nodes from which on an expression is large, and how many of a large one are looked at for
changes, those nearest its root. Parts that are large are changed in their parts only.
"""

SHORTEST = 3
"""Letters of a word that may be one which lacks a letter."""

FEW = 6
"""Letters of a text of which two may have been exchanged: of a key, or of the axes of a product."""


def edits(tree: ast.AST, scope: Scope) -> list[Edit]:
    """Every small change of an expression, cheapest first."""
    return _cheapest_first(_changes(tree, scope), _consistent(tree, scope))


def extensions(tree: ast.AST, scope: Scope) -> list[Edit]:
    """Every term and factor more, which are many."""
    return _cheapest_first(extended(tree, scope))


def _cheapest_first(changes: Changes, others: Iterable[Edit] = ()) -> list[Edit]:
    found = [Edit(cost, {id(old): new}) for cost, old, new in changes]
    return sorted([*found, *others], key=lambda edit: edit.cost)


def _parts(tree: ast.AST, within: Collection[int]) -> Iterator[ast.AST]:
    """The nodes of a tree that have one of these ids, but for the texts of f-strings and their
    fields as such.
    """
    if not isinstance(tree, ast.FormattedValue):
        yield tree
    for part in ast.iter_child_nodes(tree):
        text = isinstance(tree, ast.JoinedStr) and isinstance(part, ast.Constant)
        if id(part) in within and not text:
            yield from _parts(part, within)


def _is_large(tree: ast.AST) -> bool:
    return next(itertools.islice(ast.walk(tree), LARGE, None), None) is not None


def _changes(tree: ast.AST, scope: Scope) -> Changes:
    is_large = _is_large(tree)
    within = {id(node) for node in itertools.islice(ast.walk(tree), NEAREST if is_large else LARGE)}
    factors = {id(part) for node in ast.walk(tree) for part in _factors(node)}
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in _parts(tree, within):
        if isinstance(node, ast.expr) and not (is_large and _is_large(node)):
            yield from _replaced(node, scope, is_called=id(node) in called)
            yield from shaped(node, scope)
            yield from indexed(node, scope)
            yield from inner(node, scope)
            yield from axes(node, scope)
        if isinstance(node, ast.expr):
            yield from rearranged(node)
            yield from between_numbers(node, scope)
        if isinstance(node, ast.Call):
            yield from calls(node, scope)
        elif isinstance(node, ast.Constant):
            for cost, old, new in _constants(node, scope):
                is_zero = isinstance(new, ast.Constant) and new.value == 0
                if not (id(node) in factors and is_zero):
                    yield cost, old, new
        elif isinstance(node, ast.Slice):
            yield from slices(node, scope)
        elif isinstance(node, ast.Tuple | ast.List):
            for parts in with_two_exchanged(node.elts):
                yield SIMPLE, node, type(node)(parts, node.ctx)
            if len(node.elts) == 1 and is_read(node):
                yield NEAR, node, node.elts[0]
            if is_read(node):
                for more in _like_texts(node.elts, scope):
                    yield NEAR, node, type(node)([*node.elts, more], node.ctx)
            if len(node.elts) > 1 and all(map(scope.shape, node.elts)) and scope.numpy():
                yield SIMPLE, node, put(f"{scope.numpy()}.vstack(A)", A=node)
        elif isinstance(node, ast.Dict):
            for parts in with_two_exchanged(node.values):
                yield SIMPLE + SLIGHTLY, node, ast.Dict(node.keys, parts)
    if isinstance(tree, ast.expr):
        yield from iterated(tree, scope)
    yield from _looked_up(tree, scope)
    yield from added_up(tree, scope)
    yield from numbered(tree, scope)
    yield from taken_up(tree, scope)


def _factors(node: ast.AST) -> tuple[ast.expr, ...]:
    """The operands for which nobody writes a zero."""
    if not isinstance(node, ast.BinOp) or isinstance(node.op, ast.Add | ast.Sub):
        return ()
    return node.left, node.right


def _replaced(node: ast.expr, scope: Scope, *, is_called: bool) -> Changes:
    """Another value in the place of one: of the same kind first, then of any. For a function that
    is called see `calls`; the author's own may be handed on.
    """
    if not is_read(node) or isinstance(node, ast.Constant | ast.Slice | ast.Starred):
        return
    name = node.id if isinstance(node, ast.Name) else ""
    if callable(scope.value_of_name(name)) and (is_called or name not in scope.env):
        return
    owner = node.value if isinstance(node, ast.Attribute) else None
    if isinstance(owner, ast.Name) and owner.id not in scope.env:
        return
    value = scope.value(node)
    simple = isinstance(node, ast.Name)
    own = ast.dump(node)
    for atom in scope.atoms:
        if ast.dump(atom.node) == own:
            continue
        is_same_kind = kind(atom.value) == kind(value) and value is not None
        if simple and atom.is_name:
            is_meant = _is_a_letter_from(word(node), word(atom.node))
            cost = SIMPLE if is_same_kind else OTHER_KIND
            yield cost - MISTYPED * is_meant, node, atom.node
        elif is_same_kind:
            yield (OTHER_WORD if atom.is_name else ENTRY), node, atom.node
        elif isinstance(node, ast.Name | ast.Subscript):
            yield ANYTHING, node, atom.node
    if isinstance(value, np.ndarray):
        unfilled = isinstance(node, ast.Subscript) and not value.any()
        firsts = {kind(atom.value): atom for atom in scope.atoms[::-1] if atom.is_name}
        for shape, first in firsts.items():  # as a state may begin
            is_same_kind = shape == value.shape
            if is_same_kind or (simple and isinstance(first.value, np.ndarray)):
                cost = OTHER_KIND if not is_same_kind else SIMPLE - SLIGHTLY if unfilled else ENTRY
                yield cost, node, put(f"{scope.numpy() or 'np'}.zeros_like(A)", A=first.node)
    if kind(value) is int:
        for number in (0, 1):
            yield NEAR, node, ast.Constant(number)
        yield OTHER_WORD, node, ast.BinOp(node, ast.Add(), ast.Constant(1))
        yield OTHER_WORD, node, ast.BinOp(node, ast.Sub(), ast.Constant(1))


def _is_a_letter_from(one: str, other: str) -> bool:
    """Whether two words are the same but for a letter that one has more: ``memo`` and ``memos``."""
    short, long = sorted((one, other), key=len)
    left_out = (long[:place] + long[place + 1 :] for place in range(len(long)))
    return len(short) >= SHORTEST and len(long) == len(short) + 1 and short in left_out


def _consistent(tree: ast.AST, scope: Scope) -> list[Edit]:
    """One value for another wherever it stands in the expression, and two exchanged."""
    places: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Subscript | ast.Constant) and is_read(node):
            if isinstance(node, ast.Constant) and (not _whole(node.value) or node.value in (0, 1)):
                continue
            if isinstance(node, ast.Name) and callable(scope.value_of_name(node.id)):
                continue
            places.setdefault(ast.dump(node), []).append(node)
    found: list[Edit] = []
    for nodes in places.values():
        for meant in scope.others(nodes[0]) if len(nodes) > 1 else ():
            found.append(Edit(OTHER_KIND, {id(node): meant for node in nodes}))
    for one, other in itertools.combinations(places.values(), 2):
        is_written_out = any(isinstance(node, ast.Constant) for node in (one[0], other[0]))
        if not is_written_out and scope.are_alike(one[0], other[0]):
            found.append(exchanged(OTHER_KIND, one, other))
    return found


def _constants(node: ast.Constant, scope: Scope) -> Changes:
    value: Any = node.value
    if _whole(value):
        near = [n for n in (value + 1, value - 1, 0, 1, 2) if n != value]
        for number in dict.fromkeys(near):
            yield SIMPLE, node, parsed(str(number))
        for other in scope.of_kind(int):
            yield (SIMPLE if value > 2 else NEAR), node, other
        for atom in scope.atoms:
            if isinstance(atom.value, np.ndarray) and atom.is_name and value > 2:
                for axis in range(atom.value.ndim):
                    yield NEAR, node, parsed(f"{word(atom.node)}.shape[{axis}]")
    elif isinstance(value, float):
        for number_ in (0.0, 0.5, 1.0, 2.0):
            yield SIMPLE, node, ast.Constant(number_)
        yield from ((NEAR, node, other) for other in scope.of_kind(float))
    elif isinstance(value, str):
        for key in scope.keys:
            if key != value:
                is_meant = key in scope.results and len(value) > 1  # a letter is a part of a key
                yield SIMPLE - SLIGHTLY * is_meant, node, ast.Constant(key)
        yield from ((SIMPLE + SLIGHTLY, node, ast.Constant(one)) for one in scope.words)
        for prefixed in (f"d{value}", value.removeprefix("d")):
            if prefixed != value and prefixed not in scope.keys:
                yield SIMPLE, node, ast.Constant(prefixed)
        written = {value.replace(one, other) for one, other in unlike_letters(scope.keys)}
        for text in sorted(written - {value, *scope.keys}):
            yield SIMPLE, node, ast.Constant(text)
        cost = OTHER_KIND if value.isidentifier() else SIMPLE
        for letters in with_two_exchanged(value) if len({*value}) <= FEW else ():
            yield cost, node, ast.Constant("".join(letters))


def _looked_up(tree: ast.AST, scope: Scope) -> Changes:
    """What a text is the key of, for the text: as another of the statement is looked up, and in
    each dict.
    """
    nodes = [*ast.walk(tree)]
    looked_up = [(node, key) for node in nodes if (key := _key_of(node)) is not None]
    used = {id(key) for _, key in looked_up}
    for text in nodes:
        if not isinstance(text, ast.Constant) or id(text) in used or text.value not in scope.keys:
            continue
        for node, key in looked_up:
            yield SIMPLE + SLIGHTLY, text, swapped(node, {id(key): text})
        for own, value in scope.env.items():
            if isinstance(value, dict) and text.value in value:
                yield NEAR, text, put("A[B]", A=ast.Name(own, ast.Load()), B=text)


def _key_of(node: ast.AST) -> ast.Constant | None:
    """The text by which a node looks something up: ``g["dba"]``, ``g.pop("dba")``."""
    match node:
        case ast.Subscript(slice=ast.Constant(value=str()) as key):
            return key
        case ast.Call(func=ast.Attribute(), args=[ast.Constant(value=str()) as key]):
            return key
    return None


def _like_texts(texts: Sequence[ast.expr], scope: Scope) -> Iterator[ast.expr]:
    """Texts like some, of another letter in which keys at hand differ: ``"b" + str(l)``."""
    for text in texts:
        for node in ast.walk(text):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for one, other in unlike_letters(scope.keys):
                    if one in node.value:
                        new = ast.Constant(node.value.replace(one, other))
                        yield swapped(text, {id(node): new})


def unlike_letters(keys: Sequence[str]) -> dict[tuple[str, str], None]:
    """The pairs of letters in which two keys differ that are the same otherwise: ``W`` and ``b``,
    where there are ``W1`` and ``b1``.
    """
    found: dict[tuple[str, str], None] = {}
    for one, other in itertools.permutations(keys[:24], 2):
        unlike = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
        if len(one) == len(other) and len(unlike) == 1 and unlike[0][0].isalpha():
            found[unlike[0]] = None
    return found


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
