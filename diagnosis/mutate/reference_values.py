"""What the reference computes on the way: its every intermediate value, and the expression for it.

The reference's own syntax tree is instrumented, so that a new cell brings its own.
"""

from __future__ import annotations

import ast
import copy
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, reduce
from typing import Any, NamedTuple

import numpy as np

from ...cells.spec import Family, FunctionSpec
from ...strategies import Case
from ..code.differences import word
from ..code.edit import is_read
from ..code.patterns import put
from ..code.scope import Scope, name, parsed
from ..code.sites import compiled
from ..mutants.reference_text import arguments, namespace_of, tree_of

SAW = "__cellcheck_saw__"

DEEPEST = 30


@dataclass
class Meaning:
    """The values that the reference's expressions had, in the order of their evaluation."""

    nodes: dict[int, ast.expr] = field(default_factory=dict)
    values: dict[int, list[Any]] = field(default_factory=dict)
    sums: Sums = field(default_factory=lambda: Sums())
    """The arrays that stand for a whole formula."""
    every: Sums = field(default_factory=lambda: Sums())
    """All arrays."""

    def key(self, value: Any) -> Any:
        """What is the same for equal arrays of those that the reference computes."""
        return self.every.which(value) or id(value)

    def knows(self, value: Any) -> bool:
        """Whether the reference computes this array, or its transpose, somewhere."""
        if isinstance(value, tuple | list):
            arrays = [one for one in value if isinstance(one, np.ndarray)]
            return bool(arrays) and all(map(self.knows, arrays))
        return _is_of_floats(value) and self.sums.which(value) is not None

    @cached_property
    def arrays(self) -> list[Array]:
        """Each array with the expression that gave it, and which evaluation of that it was."""
        return [
            Array(self.nodes[number], place, value)
            for number, values in self.values.items()
            for place, value in enumerate(values[:4])
            if isinstance(value, np.ndarray)
        ]

    @cached_property
    def uses(self) -> dict[int, ast.expr]:
        """The array's expression that each one, by its number, is an operand or argument of."""
        return {
            number_of(part): one.node
            for one in self.arrays
            for part in ast.iter_child_nodes(one.node)
            if isinstance(part, ast.expr)
        }


class Array(NamedTuple):
    """An array that the reference computes, and the expression for it."""

    node: ast.expr
    place: int
    value: Any


class Sums:
    """Arrays known by one weighted sum of their numbers, rounding left aside."""

    def __init__(self) -> None:
        self._weights = np.random.default_rng(0).standard_normal(5000)
        self._known: dict[tuple[int, ...], list[float]] = {}

    def _sum(self, value: Any) -> float:
        numbers = value.ravel()[: self._weights.size]
        return float(np.dot(numbers, self._weights[: numbers.size]))

    def weights(self, count: int) -> Any:
        """By what the numbers of an array of so many are multiplied; those after the last are
        left out.
        """
        return np.pad(self._weights[:count], (0, max(0, count - self._weights.size)))

    def add(self, value: Any) -> None:
        """Makes an array and its transpose known."""
        for one in (value, value.T):
            self.add_sum(one.shape, self._sum(one))

    def add_sum(self, shape: tuple[int, ...], total: float) -> None:
        """Makes an array of a shape known by its weighted sum."""
        insort(self._known.setdefault(shape, []), total)

    def which(self, value: Any) -> tuple[Any, ...] | None:
        """What is the same for equal arrays that are known; nothing for one that is not."""
        known = self._known.get(value.shape, ())
        total = self._sum(value)
        if not np.isfinite(total) or not value.size:
            return None
        near = 1e-8 * float(np.abs(value).max())
        place = bisect_left(known, total - near)
        is_known = place < len(known) and known[place] <= total + near
        return (*value.shape, place) if is_known else None


def meaning_of(family: Family, spec: FunctionSpec, case: Case) -> Meaning:
    """Runs the instrumented reference on a case."""
    meaning = Meaning()
    functions, nodes = _instrumented(tuple(family.reference.values()))
    meaning.nodes = dict(nodes)

    def saw(number: int, value: Any) -> Any:
        meaning.values.setdefault(number, []).append(value)
        return value

    scope = functions(saw)
    scope[spec.name](*arguments(family, spec, case))
    operands = {
        number_of(part)
        for node in meaning.nodes.values()
        if isinstance(node, ast.BinOp)
        for part in (node.left, node.right)
        if isinstance(part, ast.BinOp)
        and (isinstance(node.op, ast.Add | ast.Sub) or not isinstance(part.op, ast.Add | ast.Sub))
    }
    for one in meaning.arrays:
        meaning.every.add(one.value)
        is_whole = number_of(one.node) not in operands  # half a formula is as wrong as right
        if is_whole and one.value.dtype.kind == "f" and one.value.ndim:
            meaning.sums.add(one.value)
    return meaning


def number_of(node: ast.AST) -> int:
    """The number by which `_instrumented` knows an expression of the reference."""
    return int(vars(node)["number"])


@cache
def _instrumented(references: tuple[Any, ...]) -> Any:
    """What makes a namespace of the instrumented functions, and their nodes by number."""
    nodes: dict[int, ast.expr] = {}
    codes = []
    for reference in references:
        tree = copy.deepcopy(tree_of(reference))  # variants of a cell share functions
        for node in ast.walk(tree):
            if isinstance(node, ast.expr):
                vars(node)["number"] = len(nodes)
                nodes[len(nodes)] = node
        codes.append(compiled(_Watching().visit(copy.deepcopy(tree))))

    def make(saw: Callable[[int, Any], Any]) -> dict[str, Any]:
        scope = {**namespace_of(references[0]), SAW: saw}
        for code in codes:
            exec(code, scope)
        return scope

    return make, nodes


class _Watching(ast.NodeTransformer):
    """Wraps each expression in a call that hands its value on."""

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Any:
        return node

    def generic_visit(self, node: ast.AST) -> Any:
        super().generic_visit(node)
        index = isinstance(node, ast.Tuple) and any(isinstance(e, ast.Slice) for e in node.elts)
        if index or not isinstance(node, ast.expr) or isinstance(node, ast.Slice | ast.Starred):
            return node
        if not is_read(node):
            return node
        call = ast.Call(name(SAW), [ast.Constant(number_of(node)), node], [])
        return ast.copy_location(call, node)


_OPERATIONS = (
    ast.BinOp, ast.UnaryOp, ast.Call, ast.Attribute, ast.Subscript, ast.Slice, ast.Tuple,
)  # fmt: skip


class Translator:
    """Writes the reference's expressions in the words of a place in a submission."""

    def __init__(self, meaning: Meaning, scope: Scope) -> None:
        self.meaning, self.scope = meaning, scope
        self._known: dict[Any, ast.expr] = {}
        self._made: dict[tuple[int, int], ast.expr | None] = {}
        for atom in (arrays := [atom for atom in scope.atoms if _is_of_floats(atom.value)]):
            self._known.setdefault(meaning.key(atom.value), atom.node)
        for atom in arrays:
            if atom.value.ndim == 2:
                turned = ast.Attribute(atom.node, "T", ast.Load())
                self._known.setdefault(meaning.key(atom.value.T), turned)
        self._by_value: dict[Any, list[tuple[ast.expr, int]]] = {}
        for one in meaning.arrays:
            if not isinstance(one.node, ast.Name):
                self._by_value.setdefault(meaning.key(one.value), []).append((one.node, one.place))

    def all(self, shape: tuple[int, ...] | None) -> Iterator[ast.expr]:
        """An expression for each array of this shape that the reference computes."""
        done = set()
        for one in self.meaning.arrays:
            key = self.meaning.key(one.value)
            if key in done or (shape is not None and one.value.shape != shape):
                continue
            done.add(key)
            if key in self._known:
                continue  # it has a name here; names are tried elsewhere
            made = self._composed(one.node, one.place, 0)
            if made is not None:
                yield made

    def next(self, own: ast.expr) -> Iterator[ast.expr]:
        """What the reference does next with an array: the expressions that it is an operand of."""
        key, done = self.meaning.key(self.scope.value(own)), set()
        self._known[key] = own
        for one in self.meaning.arrays:
            user = self.meaning.uses.get(number_of(one.node))
            if user is not None and self.meaning.key(one.value) == key:
                made = self._by_structure(user, one.place, 0)
                if made is not None and ast.dump(made) not in done:
                    done.add(ast.dump(made))
                    yield made

    def _written(self, node: ast.expr, place: int, depth: int) -> ast.expr | None:
        """The expression in own words: a name for its value, or put together from such."""
        values = self.meaning.values.get(number_of(node), ())
        if isinstance(node, ast.Constant):
            return node
        if place >= len(values) or depth > DEEPEST:
            return None
        value = values[place]
        if isinstance(value, np.ndarray):
            known = self._known.get(self.meaning.key(value))
            if known is not None:
                return known
        elif isinstance(value, int | float):
            known = self._number(value)
            if known is not None:
                return known
        return self._composed(node, place, depth)

    def _composed(self, node: ast.expr, place: int, depth: int) -> ast.expr | None:
        key = number_of(node), place
        if key in self._made:
            return self._made[key]
        self._made[key] = None  # so that a value is not explained by itself
        values = self.meaning.values.get(number_of(node), ())
        value = values[place] if place < len(values) else None
        same: Sequence[tuple[ast.expr, int]] = ()
        if isinstance(value, np.ndarray):
            same = self._by_value.get(self.meaning.key(value), ())
        forms = ((node, place), *same[:3])
        tried = (self._by_structure(one, at, depth + 1) for one, at in forms)
        self._made[key] = next(filter(None, tried), None)
        return self._made[key]

    def _number(self, value: Any) -> ast.expr | None:
        numbers = (atom for atom in self.scope.atoms if type(atom.value) in (int, float))
        return next((atom.node for atom in numbers if atom.value == value), None)

    def _by_structure(self, node: ast.expr, place: int, depth: int) -> ast.expr | None:
        """The same operation, or call, of what its parts are called here."""
        if depth > DEEPEST or not isinstance(node, _OPERATIONS):
            return None
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.GeneratorExp):
            return self._sum(node.args[0], depth)
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
            return None
        made: dict[str, Any] = {}
        for own, part in ast.iter_fields(node):
            parts = part if isinstance(part, list) else [part]
            new = [self._part(own, one, place, depth) for one in parts]
            if any(a is None and b is not None for a, b in zip(new, parts, strict=True)):
                return None
            made[own] = new if isinstance(part, list) else new[0]
        if word(made.get("func", node)) == "negative":
            return ast.UnaryOp(ast.USub(), *made["args"])
        return type(node)(**made)

    def _part(self, own: str, part: Any, place: int, depth: int) -> Any:
        if own == "func":
            return self._function(part, place, depth)
        if isinstance(part, ast.Tuple | ast.Slice):
            return self._by_structure(part, place, depth)
        return self._written(part, place, depth) if isinstance(part, ast.expr) else part

    def _function(self, node: ast.expr, place: int, depth: int) -> ast.expr | None:
        match node:
            case ast.Name(own):
                return name(own) if callable(self.scope.value_of_name(own)) else None
            case ast.Attribute(ast.Name("np"), own):
                numpy = self.scope.numpy()
                return parsed(f"{numpy}.{own}") if numpy else None
            case ast.Attribute(value, own):
                whole = self._written(value, place, depth)
                return ast.Attribute(whole, own, ast.Load()) if whole else None
        return None

    def _sum(self, generator: ast.GeneratorExp, depth: int) -> ast.expr | None:
        """A sum over a loop, written out."""
        count = len(self.meaning.values.get(number_of(generator.elt), ()))
        terms = [self._written(generator.elt, place, depth) for place in range(count)]
        if not terms or None in terms:
            return None
        return reduce(lambda one, other: put("A + B", A=one, B=other), filter(None, terms))


def _is_of_floats(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"
