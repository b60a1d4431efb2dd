"""Small changes of what an expression has inside: what it runs over, and what it binds."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..code.costs import ENTRY, FAR, SIMPLE, SLIGHTLY
from ..code.differences import called
from ..code.edit import Changes, is_read
from ..code.patterns import put, rewritten
from ..code.scope import Scope, name, parsed

MOST_KEYS = 12
"""Texts that a loop runs over: of more, nobody writes the list out."""

DERIVATIVES = ("A => 1 - A", "A => 1 - A ** 2", "A => A * (1 - A)")
"""What an activation's derivative may be, of its value."""


def inner(tree: ast.expr, scope: Scope) -> Changes:
    """Every such change of one node, of which the parts are looked at by themselves."""
    if isinstance(tree, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        for generator in tree.generators:
            yield from iterated(generator.iter, scope)
            yield from counted(generator.iter, scope)
            for condition in generator.ifs:
                rest = [one for one in generator.ifs if one is not condition]
                whole = ast.comprehension(generator.target, generator.iter, rest, 0)
                yield SIMPLE - SLIGHTLY, generator, whole
        yield from _targets(tree)
        if not isinstance(tree, ast.DictComp):
            yield from _with_matrices(tree.elt, tree.generators[0], scope)
        for prefixed in rewritten("{A: B for C in D} => {'d' + A: B for C in D}", tree):
            yield SIMPLE, tree, prefixed
        for summed in rewritten("{A: B for A in C} => {A: C[A] + B for A in C}", tree):
            yield FAR - SLIGHTLY, tree, summed
    elif isinstance(tree, ast.Lambda):
        yield from _unused_arguments(tree, scope)
    elif isinstance(tree, ast.Call):
        if called(tree) == "einsum":
            yield from _fewer(tree)
        for argument in tree.args if called(tree) in ITERATING else ():
            yield from counted(argument, scope)


ITERATING = frozenset(("enumerate", "list", "map", "reversed", "tuple", "zip"))
"""Functions that go through what they are given."""


def counted(node: ast.expr, scope: Scope) -> Changes:
    """The numbers up to a number, for that, where something is gone through."""
    if type(scope.value(node)) is int:
        yield SIMPLE, node, put("range(A)", A=node)


def iterated(node: ast.expr, scope: Scope) -> Changes:
    """Other texts to run over, of which some are the same: all gates for three of them."""
    own = _keys(scope.value(node))
    if not own:
        return
    for other, value in {**scope.namespace, **scope.env}.items():
        keys = _keys(value)
        if keys and keys != own and len(keys & own) * 2 >= len(own):
            yield SIMPLE, node, name(other)
    if isinstance(node, ast.Tuple | ast.List):
        for key in scope.keys:
            if key not in own:
                yield ENTRY, node, type(node)([*node.elts, ast.Constant(key)], ast.Load())


def _keys(value: Any) -> set[str]:
    """The texts that a short value gives one by one; none, where it gives something else."""
    if not isinstance(value, str | dict | list | tuple) or not 1 < len(value) <= MOST_KEYS:
        return set()
    keys = list(value)
    return set(keys) if all(isinstance(key, str) for key in keys) else set()


def _with_matrices(each: ast.expr, generator: ast.comprehension, scope: Scope) -> Changes:
    """A matrix before each of what is gathered, which a dict has for the text that it goes by:
    ``W["W" + k].T @ d[k]`` for ``d[k]``.
    """
    match generator.target, generator.iter:
        case ast.Name(id=key), whole:
            keys = _keys(scope.value(whole))
        case ast.Tuple(elts=[ast.Name(id=key), _]), ast.Call(func=ast.Attribute(whole, "items")):
            keys = _keys(scope.value(whole))
        case _:
            return
    first = min(keys, default="")
    for own, held in scope.env.items():
        texts = [one for one in held if isinstance(one, str)] if isinstance(held, dict) else []
        for prefix in (one.removesuffix(first) for one in texts if keys and one.endswith(first)):
            if all(np.ndim(held.get(prefix + text)) > 1 for text in keys):
                place = f'"{prefix}" + {key}' if prefix else key
                for form in (f"{own}[{place}].T @ A", f"{own}[{place}] @ A"):
                    yield FAR, each, put(form, A=each)


def _targets(tree: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Changes:
    """What runs through something for a name that is read there: first what is not used."""
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store) and node.id.strip("_")}
    reads = [node for node in names if is_read(node)]
    used = {node.id for node in reads}
    sources = {id(n) for n in ast.walk(tree.generators[0].iter)}
    for own in sorted(bound):
        for read in reads:
            if id(read) not in sources and read.id != own:
                yield SIMPLE + 2 * SLIGHTLY * (own in used), read, name(own)


def _unused_arguments(node: ast.Lambda, scope: Scope) -> Changes:
    """An argument that a small function does not use, or a part of it, for a value it reads."""
    reads = [n for n in ast.walk(node.body) if isinstance(n, ast.Name) and is_read(n)]
    unused = [a.arg for a in node.args.args if a.arg not in {n.id for n in reads}]
    for own, read in itertools.product(unused, reads):
        if isinstance(scope.value_of_name(read.id), np.ndarray):
            for form in ("{}", "{}[0]", "{}[1]"):
                yield SIMPLE, read, parsed(form.format(own))


def _fewer(node: ast.Call) -> Changes:
    """A product of arrays by its subscripts, with one array less."""
    parts, result = _subscripts(node)
    for place in range(len(parts)) if len(parts) > 1 else ():
        rest = [*parts[:place], *parts[place + 1 :]]
        args = [a for number, a in enumerate(node.args[1:]) if number != place]
        yield SIMPLE, node, _einsum(node, rest, result, args)


def factors(node: ast.Call, scope: Scope) -> Changes:
    """An operand more, of the letters that one has: a factor."""
    parts, result = _subscripts(node)
    shapes = dict(zip(parts, map(scope.shape, node.args[1:]), strict=False))
    for part, shape in shapes.items():
        for other in scope.of_kind(shape):
            for more in (other, *derivatives(other)):
                made = _einsum(node, [*parts, part], result, [*node.args[1:], more])
                yield FAR - SLIGHTLY, node, made


def derivatives(node: ast.expr) -> Iterator[ast.expr]:
    """What the derivative of an activation may be, of its value."""
    for rule in DERIVATIVES:
        yield from rewritten(rule, node)


def _subscripts(node: ast.Call) -> tuple[list[str], str]:
    """The subscripts of the arrays, and of the product; none where they are not written out."""
    match node.args:
        case [ast.Constant(str(text)), *arrays]:
            terms, arrow, result = text.replace(" ", "").partition("->")
            parts = terms.split(",")
            return (parts, result) if arrow and len(parts) == len(arrays) else ([], "")
    return [], ""


def _einsum(node: ast.Call, parts: list[str], result: str, arrays: list[ast.expr]) -> ast.Call:
    subscripts = ast.Constant(f"{','.join(parts)}->{result}")
    return ast.Call(node.func, [subscripts, *arrays], node.keywords)
