"""A hole in a function, in the place of an expression, into which other values are put; and which
results change with what is put there.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import CodeType
from typing import Any

import numpy as np

from ..code.sites import Site, changed_code, names_around, swapped
from ..search.harness import Live, Trees, result_of
from ..search.runner import Runner

HOLE = "__cellcheck_hole__"


class Hole:
    """Stands in a function for the value of a site, and computes another one in its place.

    ``tree`` is the function that the site is in, as it is or traced, and ``others`` those that it
    may call. ``first`` is shown the first value of each run, and ``replace`` makes another of
    every value. Raises `SyntaxError` and the like.
    """

    def __init__(self, harness: Runner, tree: ast.FunctionDef, site: Site, others: Live) -> None:
        self.harness = harness
        self.value = ast.Expression(site.value)
        here = names_around(tree, site.statement)
        call = ast.Call(ast.Name(HOLE, ast.Load()), [here], [])
        tree = swapped(tree, {id(site.value): ast.copy_location(call, site.value)})
        self.made: Live = {**others, **harness.compiled({site.function: tree})}
        self.replace: Callable[[object], object] = lambda value: value
        self.first: Callable[[object], None] = lambda value: None
        self._code: CodeType | str = "None"
        self.count = 0

    def _value(self, env: dict[str, object]) -> object:
        """The value, computed from the names that the place sees."""
        self.count += 1  # before it is computed: it may raise, though not the first time
        value = self.replace(eval(self._code, {**self.harness.namespace, **env}))
        if self.count == 1:
            self.first(value)
        return value

    def code(self, changes: Mapping[int, object]) -> CodeType:
        """The site's value with some nodes replaced, compiled; raises as the compiler does."""
        return changed_code(self.value, changes)

    @contextlib.contextmanager
    def filled(self, code: CodeType) -> Iterator[Live]:
        """The functions with a value in the hole."""
        self._code, self.count = code, 0
        self.harness.namespace[HOLE] = self._value
        try:
            yield self.made
        finally:
            self.harness.namespace.pop(HOLE, None)


class Holes(dict[Site, Hole]):
    """The holes of some functions, each made when it is first asked for; ``live`` are the same
    functions, compiled.
    """

    def __init__(self, harness: Runner, trees: Trees, live: Live) -> None:
        super().__init__()
        self.harness, self.trees, self.live = harness, trees, live

    def __missing__(self, site: Site) -> Hole:
        self[site] = Hole(self.harness, self.trees[site.function], site, self.live)
        return self[site]


def digest(value: object) -> object:
    """What is the same for equal arrays, and for tuples of such; None for all else."""
    if isinstance(value, np.ndarray) and value.dtype != object:
        return value.shape, value.dtype.char, value.tobytes()
    if type(value) is tuple:
        parts = tuple(map(digest, value))
        return None if None in parts else parts
    return None


def is_parallel(statement: ast.stmt) -> bool:
    """Whether a statement gives several names a value each: ``a, b = 1, 2``."""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
            return len(names) == len(values)
    return False


Observed = Mapping[str, Any]


def influences(
    harness: Runner, trees: Trees, sites: Sequence[Site], wrong: frozenset[str]
) -> dict[Site, frozenset[str] | None]:
    """The results that each site's value reaches; None where that is not known."""
    holes = Holes(harness, trees, harness.compiled(trees))
    with harness.running(holes.live):
        base = harness.results_now()

    def influence(site: Site) -> frozenset[str] | None:
        try:
            if is_parallel(site.statement):
                return _influence_of_parts(holes[site], base, wrong)
            if isinstance(site.value, ast.Tuple | ast.List | ast.Dict):
                return None
            return _influence(holes[site], base, wrong)
        except Exception:  # it raises with another value there
            return None

    return {site: influence(site) for site in sites}


def _influence_of_parts(hole: Hole, base: Observed, wrong: frozenset[str]) -> frozenset[str] | None:
    """What those values of several reach that reach nothing but what is wrong; None where each
    reaches something else as well.
    """
    value = hole.value.body
    count = len(value.elts) if isinstance(value, ast.Tuple) else 0
    each = (_influence(hole, base, wrong, place) for place in range(count))
    return frozenset().union(*(part for part in each if part and part <= wrong)) or None


def _influence(
    hole: Hole, base: Observed, wrong: frozenset[str], place: int | None = None
) -> frozenset[str] | None:
    """The results that a value reaches; or the one in that ``place``, of several."""
    opaque: list[bool] = []

    def perturbed(value: object) -> object:
        if place is None or not isinstance(value, tuple):
            return _perturbed(value, opaque)
        return (*value[:place], _perturbed(value[place], opaque), *value[place + 1 :])

    hole.replace = perturbed
    harness = hole.harness
    with hole.filled(hole.code({})) as made, harness.running(made):
        found = harness.results_now()
    reached = frozenset(
        result_of(name) for name, value in base.items() if not _equal(value, found.get(name))
    )
    return None if any(opaque) and reached != wrong else reached


def _equal(one: Any, other: Any) -> bool:
    try:
        return np.array_equal(one, other, equal_nan=True)
    except TypeError:  # no numbers
        return False


def _perturbed(value: object, opaque: list[bool]) -> object:
    """The value with every number in its arrays moved a little."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value * 1.001 + 1e-3 * (1 + np.arange(value.size).reshape(value.shape) % 7)
    if isinstance(value, float):
        return value * 1.001 + 1e-3
    if isinstance(value, int) and not isinstance(value, bool):
        return value + 1
    opaque.append(True)
    if isinstance(value, tuple):
        return tuple(_perturbed(one, []) for one in value)
    if type(value) is dict:
        return {key: _perturbed(one, []) for key, one in value.items()}
    return value
