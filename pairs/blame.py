"""Which statement of a backward function makes a wrong gradient, where that is certain.

Each gradient rests on some statements. One on which every wrong gradient rests, and none of the
right ones, is at fault; where there is more than one such, none is told.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .function_text import Code, CodeDefinition
from .returned import FORMS
from .shape_strings import Input

Place = tuple[int, int]
"""A statement's line, and which of its targets is meant."""

Reached = dict[str, frozenset[Place]]
"""For each name the statements that its value rests on."""

FILLED = {"zeros", "zeros_like", "empty", "empty_like"}
"""What makes arrays that are still to be filled."""


class _Unsure(Exception):
    """The function is written in a way that is not followed."""


def blamed(
    code: Code,
    wrong: Iterable[str],
    right: Iterable[str],
    inputs: Mapping[str, Input],
    access: Mapping[str, str],
) -> int | None:
    """The line of the statement, in the file; nothing where it is not certain.

    ``access`` is how code reads each gradient, from ``result`` or the object ``net``.
    """
    found = code.definition
    if found is None:
        return None
    try:
        rests = _Reader(found, inputs, access).gradients()
    except _Unsure:
        return None
    bad, good = [rests.get(n) for n in wrong], [rests.get(n) for n in right]
    if not bad or None in bad or None in good:
        return None
    suspects = frozenset.intersection(*(b for b in bad if b is not None))
    for fine in good:
        suspects -= fine or frozenset()
    lines = {line for line, _ in suspects}
    return lines.pop() if len(lines) == 1 else None


@dataclass
class _Reader:
    found: CodeDefinition
    inputs: Mapping[str, Input]
    access: Mapping[str, str]

    def gradients(self) -> Mapping[str, frozenset[Place]]:
        """For each gradient the statements that it rests on."""
        body = self.found.node.body
        returns = [n for n in ast.walk(self.found.node) if isinstance(n, ast.Return)]
        last = body[-1]
        if returns not in ([], [last]):
            raise _Unsure
        state: Reached = {}
        self.block(body[: len(body) - len(returns)], state)
        found: dict[str, frozenset[Place]] = {}
        if isinstance(last, ast.Return) and last.value is not None:
            found |= self.by_name(last.value, state, last)
        for name, access in self.access.items():
            _, own, attribute = access.partition("net.")
            if own:
                key = "self." + attribute.partition(")")[0]
                found[name] = self.reached(key, state)
        return found

    def reached(self, key: str, state: Reached) -> frozenset[Place]:
        """What a thing rests on: what it is part of, and its parts too."""
        near = [k for k in state if k == key or k.startswith(f"{key}[") or key.startswith(f"{k}[")]
        return frozenset[Place]().union(*(state[k] for k in near))

    def by_name(
        self, value: ast.expr, state: Reached, statement: ast.stmt
    ) -> Mapping[str, frozenset[Place]]:
        returned = [n for n, access in self.access.items() if access.startswith("result")]
        names = [n for n, one in self.inputs.items() if one.has_gradient and n in returned]
        if not names:
            return {}
        if isinstance(value, ast.Tuple | ast.List):
            for order in (names, [*self.inputs]):
                if len(order) == len(value.elts):
                    return {
                        n: self.element(e, state, k)
                        for k, (n, e) in enumerate(zip(order, value.elts, strict=True))
                    }
            raise _Unsure
        if isinstance(value, ast.Dict):
            keys = {k.value: v for k, v in zip(value.keys, value.values, strict=True)
                    if isinstance(k, ast.Constant)}  # fmt: skip
            made = {str(key): self.element(v, state, n) for n, (key, v) in enumerate(keys.items())}
            return self.named(made)
        if isinstance(value, ast.Name):
            keyed = {k.partition("[")[2][:-1].strip("'\""): v for k, v in state.items()
                     if k.startswith(f"{value.id}[")}  # fmt: skip
            if keyed:
                return self.named(keyed)
        if len(names) == 1:
            return {names[0]: self.element(value, state, 0)}
        raise _Unsure

    def named(self, made: Mapping[str, frozenset[Place]]) -> Mapping[str, frozenset[Place]]:
        found = {}
        for name, one in self.inputs.items():
            key = next((f.format(one.key) for f in FORMS if f.format(one.key) in made), None)
            if key is not None:
                found[name] = made[key]
        return found

    def element(self, node: ast.expr, state: Reached, which: int) -> frozenset[Place]:
        own = frozenset() if isinstance(node, ast.Name) else frozenset([(node.lineno, -1 - which)])
        return own | self.used(node, state)

    def used(self, node: ast.AST, state: Reached) -> frozenset[Place]:
        """What an expression's value rests on."""
        if isinstance(node, ast.Lambda | ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom):
            raise _Unsure
        key = _key(node)
        if key is not None:
            return self.reached(key, state)
        parts = [self.used(part, state) for part in ast.iter_child_nodes(node)]
        return frozenset[Place]().union(*parts)

    def block(self, body: list[ast.stmt], state: Reached) -> None:
        for statement in body:
            self.statement(statement, state)

    def statement(self, node: ast.stmt, state: Reached) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self.assign(target, value, node, state)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self.assign(target, value, node, state)
            case ast.AugAssign(target=target, value=value):
                self.add(target, frozenset([(node.lineno, 0)]) | self.used(value, state), state)
            case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.Assert():
                pass
            case ast.Expr(value=ast.Call() as call):
                uses = frozenset([(node.lineno, 0)]) | self.used(call, state)
                touched = [n.id for n in ast.walk(call) if isinstance(n, ast.Name)]
                keys = [key for key in map(_key, ast.walk(call)) if key]
                for name in {*touched, *keys} & {*state}:
                    state[name] = state[name] | uses
            case ast.If(test=test, body=body, orelse=orelse):
                self.branches([body, orelse], state, self.used(test, state))
            case ast.For(target=target, iter=iterated, body=body, orelse=[]):
                for _ in range(3):
                    before = dict(state)
                    self.assign(target, iterated, node, state, header=True)
                    self.block(body, state)
                    _join(state, before)
            case ast.While(body=body, orelse=[]):
                for _ in range(3):
                    before = dict(state)
                    self.block(body, state)
                    _join(state, before)
            case _:
                raise _Unsure

    def branches(
        self, bodies: list[list[ast.stmt]], state: Reached, test: frozenset[Place]
    ) -> None:
        before, joined = dict(state), None
        for body in bodies:
            branch = dict(before)
            self.block(body, branch)
            changed = {n: p | test if p != before.get(n) else p for n, p in branch.items()}
            if joined is None:
                joined = changed
            else:
                _join(joined, changed)
        state.update(joined or {})

    def assign(
        self,
        target: ast.expr,
        value: ast.expr,
        node: ast.stmt,
        state: Reached,
        header: bool = False,
    ) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            values = value.elts if isinstance(value, ast.Tuple | ast.List) else None
            if values is not None and not header and len(values) == len(target.elts):
                made = [self.used(one, state) for one in values]
            else:
                made = [self.used(value, state)] * len(target.elts)
            bare = _is_trivial(value, True) or header
            for k, (one, uses) in enumerate(zip(target.elts, made, strict=True)):
                own = frozenset() if bare else frozenset([(node.lineno, k)])
                self.put(one, own | uses, state)
            return
        own = frozenset() if _is_trivial(value, False) or header else frozenset([(node.lineno, 0)])
        self.put(target, own | self.used(value, state), state)
        if isinstance(value, ast.Dict) and isinstance(target, ast.Name):
            for place, (key, one) in enumerate(zip(value.keys, value.values, strict=True)):
                if isinstance(key, ast.Constant):
                    state[f"{target.id}[{key.value!r}]"] = self.element(one, state, place)

    def put(self, target: ast.expr, places: frozenset[Place], state: Reached) -> None:
        key = _key(target)
        if key is None:
            self.add(target, places, state)
            return
        for name in [n for n in state if n.startswith(f"{key}[")]:
            del state[name]
        state[key] = places

    def add(self, target: ast.expr, places: frozenset[Place], state: Reached) -> None:
        """Something is added to, or stored in a part."""
        key = _key(target)
        inner: ast.expr = target
        while key is None and isinstance(inner, ast.Subscript | ast.Attribute | ast.Starred):
            places = (
                places | self.used(inner.slice, state)
                if isinstance(inner, ast.Subscript)
                else places
            )
            inner = inner.value
            key = _key(inner)
        if key is None and isinstance(inner, ast.Name):
            key = inner.id
        if key is None:
            raise _Unsure
        state[key] = state.get(key, frozenset()) | places


def _key(node: ast.AST) -> str | None:
    """What is followed as one thing: ``dW``, ``grads['dW']``, ``self.dW``, ``self.grads[0]``."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Subscript(value=inner, slice=ast.Constant(value=key)):
            whole = _key(inner)
            return whole if whole is None or key is ... else f"{whole}[{key!r}]"
        case ast.Attribute(value=ast.Name(id="self"), attr=attribute):
            return f"self.{attribute}"
    return None


def _is_trivial(value: ast.expr, several: bool) -> bool:
    """What is not itself at fault: a part of the cache by its place or name, a size, what is to be
    filled. ``several`` names are given it at once.
    """
    match value:
        case ast.Name():
            return several
        case ast.Attribute(value=inner, attr=attribute):
            return attribute != "T" and _is_trivial(inner, True)
        case ast.Subscript(value=inner, slice=ast.Constant()):
            return _is_trivial(inner, True)
        case ast.Tuple(elts=parts):
            return all(_is_trivial(part, True) for part in parts)
        case ast.Dict(keys=parts) | ast.List(elts=parts):
            return not parts
        case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id=name)):
            return name in FILLED
    return False


def _join(one: Reached, other: Mapping[str, frozenset[Place]]) -> None:
    for name, places in other.items():
        one[name] = one.get(name, frozenset()) | places
