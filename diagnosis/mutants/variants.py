"""The reference functions of a cell with one small mistake each, for printed numbers to be found.

They are made from the references' own syntax trees, so that a new cell brings its own. Which
mistake a change is comes from what is changed; the names are those of the registry of faults.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from ...cells.spec import Family
from ..code.scope import parsed
from ..code.sites import located, swapped
from .misprints import PRINTS
from .single_changes import Place, slips


@dataclass(frozen=True)
class Variant:
    """A mistake in one reference function: its kind, the whole of it, and the statement that is
    changed, as it is and as it should be.
    """

    function: str
    kind: str
    tree: ast.FunctionDef
    statement: ast.stmt
    original: ast.stmt

    @property
    def wrong(self) -> str:
        """The first line of the statement with the mistake."""
        return ast.unparse(self.statement).splitlines()[0]

    @property
    def right(self) -> str:
        """The same without it."""
        return ast.unparse(self.original).splitlines()[0]


class Variants:
    """The reference functions of one cell, and changed ones in their place."""

    def __init__(self, family: Family) -> None:
        self.family = family
        module = inspect.getmodule(next(iter(family.reference.values())))
        self._namespace = {**vars(module)}

    @cached_property
    def trees(self) -> Mapping[str, ast.FunctionDef]:
        """The syntax tree of each reference function."""
        trees = {}
        for name, function in self.family.reference.items():
            tree = ast.parse(inspect.getsource(function)).body[0]
            assert isinstance(tree, ast.FunctionDef)
            tree.body = tree.body[1:] if ast.get_docstring(tree) else tree.body
            trees[name] = tree
        return trees

    def having(self, variant: Variant | None) -> dict[str, Any]:
        """All functions, one of them with a mistake; they call each other."""
        namespace = self._namespace
        for name, code in self._codes.items():
            if variant is None or name != variant.function:
                exec(code, namespace)
        if variant:
            exec(_compiled(variant.tree), namespace)
        return namespace

    @cached_property
    def _codes(self) -> Mapping[str, Any]:
        return {name: _compiled(tree) for name, tree in self.trees.items()}

    def of(self, name: str, run: Callable[[Mapping[str, Any]], object]) -> Iterator[Variant]:
        """Every mistake in one function; ``run`` calls it, so that its values can be looked at."""
        tree = self.trees[name]
        values = self._values(name, run)
        for statement in tree.body:
            for part in [p for p in ast.walk(statement) if isinstance(p, ast.stmt)]:
                for kind, swaps in slips(part, Place(self.family, values, tree)):
                    changes = {id(old): new for old, new in swaps}
                    yield Variant(name, kind, swapped(tree, changes), swapped(part, changes), part)

    def printed(self, name: str) -> Iterator[Variant]:
        """The LSTM's backward step with several of the printed equations in it, or with what else
        is wrong in one.
        """
        if name != "lstm_cell_backward":
            return
        tree = self.trees[name]
        equations = _equations(tree)
        choices = [[None, *PRINTS[gate].forms] for gate in equations]
        for forms in product(*choices):
            chosen = {
                id(node): parsed(form.replace("tanh(", "np.tanh("))
                for node, form in zip(equations.values(), forms, strict=True)
                if form
            }
            if len(chosen) > 1 or any(form and "tanh(cct)" in form for form in forms):
                part = next(s for s in tree.body if any(id(n) in chosen for n in ast.walk(s)))
                yield Variant(
                    name, "printed_equations", swapped(tree, chosen), swapped(part, chosen), part
                )

    def _values(self, name: str, run: Callable[[Mapping[str, Any]], object]) -> dict[str, Any]:
        """What the local names of a function are when it returns."""
        seen: dict[str, Any] = {}
        tree = self.trees[name]
        look = ast.parse("_seen(locals())").body
        functions = self.having(None)
        functions["_seen"] = seen.update
        watched = swapped(tree, {id(tree.body[-1]): [*look, tree.body[-1]]})
        exec(_compiled(watched), functions)
        run(functions)
        return seen


def _equations(tree: ast.FunctionDef) -> Mapping[str, ast.expr]:
    """Where the reference computes what the printed equations are about, by the gate."""
    return {
        key.value: value
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value in PRINTS
    }


def _compiled(tree: ast.FunctionDef) -> Any:
    return compile(located(ast.Module([tree], [])), "<reference>", "exec")
