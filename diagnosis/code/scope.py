"""What can be named at a place in a submission's code, and the values it has there."""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np

from .patterns import in_context
from .sites import arguments_of

MOST_ATOMS = 90

MOST_PARTS = 4
"""Parts to which arrays are cut in a function: of more, no other cuts are made."""

_PURE_METHODS = frozenset((
    "sum", "mean", "max", "min", "dot", "reshape", "copy", "transpose", "get", "astype", "squeeze",
    "ravel", "flatten", "items", "keys", "values",
))  # fmt: skip

_IMPURE = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom, ast.Lambda, ast.Starred)

PURE_NAMES = frozenset((
    "sigmoid", "softmax", "tanh", "len", "range", "min", "max", "sum", "abs", "reversed", "list",
    "tuple",
))  # fmt: skip


@dataclass(frozen=True)
class Atom:
    """A short expression in the submission's own words, and its value at a place."""

    node: ast.expr
    value: Any

    @property
    def is_name(self) -> bool:
        """Whether it is a plain name."""
        return isinstance(self.node, ast.Name)


@dataclass(eq=False)
class Scope:
    """The names that a place sees, with their values when it is reached.

    What can be named is put together when it is asked for: of the names, and of the ``texts`` that
    the code has elsewhere; ``results`` are the contract's, ``unread`` the names that nothing reads.
    """

    env: Mapping[str, Any]
    namespace: Mapping[str, Any]
    texts: Iterable[ast.expr]
    results: Collection[str] = ()
    unread: Collection[str] = ()

    def __post_init__(self) -> None:
        self.env = {n: v for n, v in self.env.items() if not n.startswith("__")}
        self._values: dict[str, Any] = {}

    @cached_property
    def _scope(self) -> dict[str, Any]:
        return {**self.namespace, **self.env}

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The texts that dictionaries have for keys here."""
        dicts = (value for value in self.env.values() if isinstance(value, dict))
        own = (key for value in dicts for key in value if isinstance(key, str))
        return tuple(dict.fromkeys([*own, *self.results]))

    @cached_property
    def words(self) -> list[str]:
        """The texts that the code has elsewhere, and dictionaries do not have for keys here."""
        values = [text.value for text in self.texts if isinstance(text, ast.Constant)]
        return [one for one in values if isinstance(one, str) and one not in self.keys]

    @cached_property
    def arrays(self) -> dict[str, Any]:
        """The arrays that have a name here."""
        return {own: value for own, value in self.env.items() if isinstance(value, np.ndarray)}

    @cached_property
    def atoms(self) -> list[Atom]:
        """Names first, then the entries of dictionaries, then what the code says elsewhere."""
        named = [(n, v) for n, v in self.env.items() if n.strip("_")]  # `_` is thrown away
        atoms = {n: Atom(name(n), v) for n, v in named if not callable(v)}
        held = {id(atom.value) for atom in atoms.values()}
        for own, value in self.env.items():
            for entered, entry in _entries(own, value):
                if id(entry) not in held:
                    atoms.setdefault(entered, Atom(parsed(entered), entry))
        for text in (one for one in self.texts if not isinstance(one, ast.Constant)):
            value = self.value(text) if len(atoms) < MOST_ATOMS else None
            if value is not None and not callable(value):
                atoms.setdefault(ast.unparse(text), Atom(text, value))
        return [*atoms.values()]

    def is_unread(self, atom: Atom) -> bool:
        """Whether it is of a name that its author made, and nothing reads."""
        names = {n.id for n in ast.walk(atom.node) if isinstance(n, ast.Name)}
        return not names.isdisjoint(self.unread)

    def value(self, node: ast.expr) -> Any:
        """The value of an expression here; None where it has none, or might change something."""
        text = ast.dump(node)
        if text not in self._values:
            self._values[text] = self._evaluated(node)
        return self._values[text]

    def _evaluated(self, node: ast.expr) -> Any:
        if not self._is_pure(node):
            return None
        try:
            code = compile(ast.fix_missing_locations(ast.Expression(node)), "<value>", "eval")
            return eval(code, dict(self._scope))
        except Exception:
            return None

    def _is_pure(self, node: ast.expr) -> bool:
        """Whether it can be computed without doing anything."""
        for part in ast.walk(node):
            if isinstance(part, ast.Call) and not self._is_pure_call(part):
                return False
            if isinstance(part, _IMPURE):
                return False
        return True

    def _is_pure_call(self, call: ast.Call) -> bool:
        if any(keyword.arg == "out" for keyword in call.keywords):
            return False
        function = call.func
        if isinstance(function, ast.Name):
            return function.id in PURE_NAMES
        if isinstance(function, ast.Attribute):
            if isinstance(function.value, ast.Name):
                owner = self._scope.get(function.value.id)
                if owner is np:
                    return function.attr != "random"
            return function.attr in _PURE_METHODS
        return False

    def of_kind(self, what: Any, named: bool = False) -> list[ast.expr]:
        """The short expressions whose value is of a kind: all, or plain names alone."""
        return [a.node for a in self.atoms if kind(a.value) == what and (a.is_name or not named)]

    def others(self, node: ast.expr, named: bool = False) -> list[ast.expr]:
        """Those that can stand for an expression, for their values are of the same kind."""
        own, what = ast.dump(node), kind(self.value(node))
        return [one for one in self.of_kind(what, named) if ast.dump(one) != own]

    def are_alike(self, one: ast.expr, other: ast.expr) -> bool:
        """Whether the values of two expressions are of the same kind."""
        value = self.value(one)
        return value is not None and kind(value) == kind(self.value(other))

    def value_of_name(self, own: str) -> Any:
        """What a name stands for here, a function or module perhaps."""
        return self._scope.get(own)

    def shape(self, node: ast.expr) -> tuple[int, ...] | None:
        """The shape of an expression's value, if that is an array of numbers."""
        value = self.value(node)
        return value.shape if isinstance(value, np.ndarray) else None

    def is_unfilled(self, node: ast.expr) -> bool:
        """Whether an expression's value is an array of zeros, which is there to be filled."""
        value = self.value(node)
        return isinstance(value, np.ndarray) and not value.any()

    def numpy(self) -> str:
        """What numpy is called here, or nothing."""
        return next((n for n, v in self.namespace.items() if v is np), "")


def _entries(own: str, value: Any, inside: bool = False) -> Iterator[tuple[str, Any]]:
    """The entries of a dictionary, and of a short tuple there or under a name of its own; the
    arrays that an object has.
    """
    if isinstance(value, dict) and not inside:
        for key, entry in value.items():
            if isinstance(key, str):
                yield f"{own}[{key!r}]", entry
                yield from _entries(f"{own}[{key!r}]", entry, True)
    elif type(value) is tuple and len(value) <= MOST_PARTS:
        yield from ((f"{own}[{number}]", entry) for number, entry in enumerate(value))
    elif not isinstance(value, ModuleType | type) and not callable(value):
        fields = getattr(value, "_fields", None) or getattr(value, "__dict__", None) or ()
        for field in fields:
            if isinstance(getattr(value, field), np.ndarray):
                yield f"{own}.{field}", getattr(value, field)


def unread_in(trees: Iterable[ast.AST]) -> set[str]:
    """The names that functions give values and do not read."""
    names = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Name)]
    stored = {n.id for n in names if isinstance(n.ctx, ast.Store) and n.id.strip("_")}
    return stored - {n.id for n in names if isinstance(n.ctx, ast.Load)}


def parsed(text: str) -> ast.expr:
    """An expression from its text."""
    return ast.parse(text, mode="eval").body


def name(text: str) -> ast.Name:
    """A name that is read."""
    return ast.Name(text, ast.Load())


def kind(value: Any) -> Any:
    """What values can stand for each other: arrays of a shape, whole numbers, texts, ..."""
    if isinstance(value, np.ndarray):
        return value.shape
    kinds = (bool, bool), (int, int | np.integer), (float, float)
    return next((own for own, types in kinds if isinstance(value, types)), type(value))


def texts_in(trees: Iterable[ast.AST]) -> list[ast.expr]:
    """The short expressions that functions have: entries, slices, sizes and transposes, and texts
    that might be parts of keys.
    """
    found: dict[str, ast.expr] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and str(node.value).isidentifier():
                found.setdefault(ast.dump(node), node)
            if (
                isinstance(node, ast.Subscript | ast.Attribute)
                and isinstance(node.ctx, ast.Load | ast.Store)
                and sum(1 for _ in ast.walk(node)) <= 24
            ):
                read = in_context(ast.Load(), copy.deepcopy(node))  # it may be changed for a moment
                found.setdefault(ast.dump(read), read)
    subscripts = [node for node in found.values() if isinstance(node, ast.Subscript)]
    cut = [node for node in subscripts if isinstance(node.value, ast.Name)]
    for made in (*_sibling_slices(cut), *_sibling_steps(trees, cut)):
        found.setdefault(ast.dump(made), made)
    return list(found.values())


def _sibling_slices(nodes: Iterable[ast.Subscript]) -> Iterator[ast.expr]:
    """Of each array that is cut on its last axis, the parts that others are cut to there."""
    cut = [
        (node, part)
        for node in nodes
        if isinstance(part := _last(node.slice), ast.Slice) and (part.lower or part.upper)
    ]
    parts = {ast.dump(part): part for _, part in cut}
    for node, _ in cut if len(parts) <= MOST_PARTS else ():
        for part in parts.values():
            whole: ast.expr = part
            if isinstance(node.slice, ast.Tuple):
                whole = ast.Tuple([*node.slice.elts[:-1], part], ast.Load())
            yield ast.Subscript(node.value, whole, ast.Load())


def _sibling_steps(trees: Iterable[ast.AST], nodes: Iterable[ast.Subscript]) -> Iterator[ast.expr]:
    """Of each name that is nowhere read by parts, the step that other arrays are read at."""
    steps = {
        ast.dump(index): index
        for index in (node.slice for node in nodes)
        if isinstance(index, ast.Tuple)
        and all(isinstance(part, ast.Slice | ast.Name) for part in index.elts)
        and sum(isinstance(part, ast.Name) for part in index.elts) == 1
        and ast.dump(index.elts[0]) == ast.dump(ast.Slice())
    }
    names = {n.id for t in trees for n in ast.walk(t) if isinstance(n, ast.Name)}
    names |= {own for t in trees if isinstance(t, ast.FunctionDef) for own in arguments_of(t)}
    for own in sorted(names - {ast.unparse(node.value) for node in nodes}):
        for index in list(steps.values())[:MOST_PARTS]:
            yield ast.Subscript(name(own), index, ast.Load())


def _last(index: ast.expr) -> ast.expr:
    """What stands for the last axis in the brackets of an array."""
    return index.elts[-1] if isinstance(index, ast.Tuple) and index.elts else index


def unbound_name(error: NameError) -> str:
    """The name that has no value."""
    if error.name:
        return error.name
    parts = str(error).split("'")
    return parts[1] if len(parts) > 1 else ""
