"""What a step of a sequence returns for the step before it, handed on where no step does so."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeGuard

import numpy as np

from ..code.scope import Scope, name, parsed
from ..code.sites import arguments_of
from ..search.harness import Harness, Trees
from .reprints import Reprint, changed, equal, looked_at

Changes = Mapping[int, Any]


def with_carries(harness: Harness, step: str, upstream: str, keys: Sequence[str]) -> Reprint | None:
    """Both gradients that a step returns handed to the step before it.

    ``step`` is what the function of one step is called, ``upstream`` which of the case's arrays has
    the gradients from outside, and ``keys`` are those under which the step returns what it hands
    on, that of the state with gradients from outside first.
    """
    found = list(_calls(harness.trees, step))
    scopes = {id(site.statement): scope for site, scope in looked_at(harness)}
    if len(found) != 1 or not {id(found[0].statement), id(found[0].loop)} <= scopes.keys():
        return None
    (call,), given = found, harness.quick[0][upstream]
    tree = harness.trees[call.function]
    handover = _Handover(tree, call, scopes[id(call.statement)], scopes[id(call.loop)], given)
    given_to_step, starts, ends = handover.used(), handover.started(), handover.renewed(keys)
    if given_to_step is None or starts is None or ends is None:
        return None
    trees = changed(harness.trees, {**given_to_step, **starts, **ends})
    return Reprint(trees, [(call.function, call.statement, "")])


@dataclass(frozen=True)
class _Call:
    """The one statement of a loop that calls the function of one step, and names what it gets."""

    function: str
    loop: ast.For | ast.While
    statement: ast.Assign
    call: ast.Call


def _calls(trees: Trees, step: str) -> Iterator[_Call]:
    for own, tree in trees.items():
        for loop in ast.walk(tree):
            for statement in loop.body if isinstance(loop, ast.For | ast.While) else ():
                if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
                    continue
                call, target = statement.value, statement.targets[0]
                called = isinstance(call, ast.Call) and ast.unparse(call.func) == step
                if called and isinstance(target, ast.Name):
                    yield _Call(own, loop, statement, call)  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Handover:
    """How both gradients go from step to step; ``inside`` is what the call sees at first,
    ``before`` what the loop does, and ``given`` what comes from outside, for all steps.
    """

    tree: ast.FunctionDef
    call: _Call
    inside: Scope
    before: Scope
    given: Any

    @cached_property
    def arguments(self) -> tuple[ast.expr, ast.expr] | None:
        """What the call gives as the gradient of each state: of the other one zeros, so far."""
        call, scope = self.call.call, self.inside
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        steps = [self.given[:, :, t] for t in range(self.given.shape[2])]
        outer = [a for a in arguments if any(equal(scope.value(a), one) for one in steps)]
        inner = [a for a in arguments if self.is_zero(scope.value(a))]
        return (outer[0], inner[0]) if len(outer) == len(inner) == 1 else None

    def is_zero(self, value: Any) -> bool:
        """Whether a value is such a gradient, and zero."""
        return _zeros(value) and value.shape == self.given.shape[:2]

    @cached_property
    def upstream(self) -> tuple[ast.expr, ast.expr | None]:
        """The gradient from outside, and what is added to it, which is zero, if anything is."""
        assert self.arguments is not None
        whole = self.arguments[0]
        if isinstance(whole, ast.BinOp) and isinstance(whole.op, ast.Add):
            for kept, added in ((whole.left, whole.right), (whole.right, whole.left)):
                if _zeros(self.inside.value(added)):
                    return kept, added
        return whole, None

    @cached_property
    def names(self) -> tuple[str, str]:
        """What holds either gradient from step to step: a name that stands there, or a new one."""
        assert self.arguments is not None
        one = self._name(self.upstream[1], "da")
        other = self._name(self.arguments[1], "dc")
        return ("da_prevt" if one == other else one), other

    def _name(self, node: ast.expr | None, start: str) -> str:
        base = node.value if isinstance(node, ast.Subscript) else node
        if isinstance(base, ast.Name):
            return base.id
        empty = [
            own
            for own, value in self.inside.env.items()
            if own.startswith(start) and "prev" in own and _zeros(value)
        ]
        return empty[0] if len(empty) == 1 else f"{start}_prevt"

    def used(self) -> Changes | None:
        """Both names in the call."""
        if self.arguments is None:
            return None
        one, other = map(name, self.names)
        meant = ast.BinOp(self.upstream[0], ast.Add(), one), other
        pairs = zip(self.arguments, meant, strict=True)
        return {id(old): new for old, new in pairs if ast.dump(old) != ast.dump(new)}

    def started(self) -> Changes | None:
        """Zeros for each name where the loop begins."""
        if self.arguments is None:
            return None
        changes: dict[int, Any] = {}
        lacking = []
        for own in self.names:
            if self.is_zero(self.before.env.get(own)):
                continue
            made = [s for s in self.tree.body if _stores(s, own)]
            if len(made) == 1 and _flat(made[0]):
                changes |= _flat(made[0])
            elif made or own in self.before.env:
                return None
            else:
                lacking.append(own)
        return {**changes, **self._made(lacking)}

    def _made(self, names: Sequence[str]) -> Changes:
        """Zeros for new names, right before the loop."""
        known = arguments_of(self.tree)
        whole = next((n for n in known if equal(self.before.env.get(n), self.given)), "")
        if not names or not whole or not self.before.numpy():
            return {}
        first = parsed(f"{self.before.numpy()}.zeros_like({whole}[:, :, 0])")
        return {id(self.call.loop): [*(_assigned(own, first) for own in names), self.call.loop]}

    def renewed(self, keys: Sequence[str]) -> Changes | None:
        """Each name renewed after the step: where the loop gives it another value, there."""
        if self.arguments is None:
            return None
        body, statement = self.call.loop.body, self.call.statement
        changes: dict[int, Any] = {}
        after: list[ast.stmt] = []
        for own, key in zip(self.names, keys, strict=True):
            stores = [n for n in ast.walk(self.call.loop) if _stores(n, own)]
            if len(stores) > 1 or not all(one in body for one in stores):
                return None
            entry = parsed(f"{ast.unparse(statement.targets[0])}[{key!r}]")
            if stores and body.index(stores[0]) > body.index(statement):
                changes[id(stores[0])] = [_assigned(own, entry)]
                continue
            changes |= {id(one): [] for one in stores}
            taken = [s for s in body[body.index(statement) + 1 :] if _takes(s, key)]
            if len(taken) == 1 and id(taken[0]) not in changes:
                changes[id(taken[0])] = _taken_for(own, taken[0])
            else:
                after.append(_assigned(own, entry))
        return {**changes, id(statement): [statement, *after]} if after else changes


def _assigned(own: str, value: ast.expr) -> ast.Assign:
    return ast.Assign([ast.Name(own, ast.Store())], value)


def _takes(statement: ast.stmt, key: str) -> bool:
    """Whether a statement does nothing but take what a step returns under a key."""
    if not isinstance(statement, ast.Expr | ast.Assign):
        return False
    value = statement.value
    entry = value.slice if isinstance(value, ast.Subscript) else None
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.args:
        entry = value.args[0] if value.func.attr == "pop" else None
    named = isinstance(statement, ast.Expr) or isinstance(statement.targets[0], ast.Name)
    return named and isinstance(entry, ast.Constant) and entry.value == key


def _taken_for(own: str, statement: ast.stmt) -> list[ast.stmt]:
    """The same, with what is taken given a name (too)."""
    if isinstance(statement, ast.Expr):
        return [_assigned(own, statement.value)]
    assert isinstance(statement, ast.Assign)
    return [statement, _assigned(own, parsed(ast.unparse(statement.targets[0])))]


def _zeros(value: Any) -> bool:
    return isinstance(value, np.ndarray) and not value.any()


def _stores(node: ast.AST, own: str) -> TypeGuard[ast.Assign]:
    """Whether a statement gives a name, or a part of what it stands for, a value."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return False
    target = node.targets[0]
    base = target.value if isinstance(target, ast.Subscript) else target
    return isinstance(base, ast.Name) and base.id == own


def _flat(statement: ast.Assign) -> Changes:
    """The change that makes an array for all steps, of three sizes, one for a step."""
    value = statement.value
    sizes = value.args[0] if isinstance(value, ast.Call) and value.args else None
    if isinstance(sizes, ast.Tuple) and len(sizes.elts) == 3:
        return {id(sizes): ast.Tuple(sizes.elts[:2], ast.Load())}
    return {}
