"""Mutants: the reference functions of a cell with one small change each.

The changes are those that are tried in a submission, made in the references' own syntax trees, so
that a new cell brings its own; besides them, what a loop hands on and never stores.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from types import CodeType
from typing import Any

from ...cells.spec import Family
from ..code.costs import SIMPLE
from ..code.edit import Edit
from ..code.scope import Scope, texts_in
from ..code.sites import (
    REACHED,
    SEEN,
    Site,
    changed_code,
    compiled,
    first_line,
    sites_of,
    swapped,
    watched,
)
from ..faults.registry import fault_of
from ..mutate.edits import edits
from ..mutate.statements import rewrites
from .reference_text import Function, namespace_of, tree_of

Functions = Mapping[str, Function]


@dataclass(frozen=True, eq=False)
class Mutant:
    """A changed reference function: its code, and the changed statement as it is and as it was."""

    function: str
    code: CodeType
    statement: ast.stmt
    original: ast.stmt
    sequence: bool = False
    in_loop: bool = False
    known: str = ""

    @cached_property
    def fault(self) -> str:
        """The name of the mistake that the change is."""
        if self.known or isinstance(self.statement, ast.Pass):
            return self.known or "statement_missing"
        return fault_of(self.statement, [self.original], self.sequence, self.in_loop)

    @property
    def wrong(self) -> str:
        """The first line of the statement with the mistake."""
        return first_line(self.statement)

    @property
    def meant(self) -> str:
        """The same without it."""
        return first_line(self.original)


class References:
    """The reference functions of one cell, and mutants in their place."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self._namespace = namespace_of(next(iter(family.reference.values())))

    @cached_property
    def trees(self) -> Mapping[str, ast.FunctionDef]:
        """The syntax tree of each reference function."""
        return {name: tree_of(function) for name, function in self.family.reference.items()}

    @cached_property
    def _codes(self) -> Mapping[str, CodeType]:
        return {name: compiled(tree) for name, tree in self.trees.items()}

    def having(self, mutant: Mutant | None = None) -> Functions:
        """All functions, one of them a mutant; they call each other, until others are asked for."""
        for name, code in self._codes.items():
            mutated = mutant is not None and name == mutant.function
            exec(mutant.code if mutant and mutated else code, self._namespace)
        return self._namespace

    def mutants(
        self, name: str, run: Callable[[Functions], object], farthest: float
    ) -> Iterator[Mutant]:
        """Every mutant of a function by changes up to a cost, the least first.

        ``run`` calls the function, so that its values can be looked at.
        """
        tree = self.trees[name]
        sites = list(sites_of(name, tree.body))
        scopes = self._scopes(name, sites, run)
        found: list[tuple[Edit, Site]] = []
        for number, scope in scopes.items():
            site = sites[number]
            made = [*edits(site.value, scope), *rewrites(site, scope, tree), *_not_stored(site)]
            found += [(edit, site) for edit in made if edit.cost <= farthest]
        found.sort(key=lambda one: one[0].cost)
        sequence = "sequence" in self.family.functions[name].role.value
        for edit, site in found:
            code = _changed(tree, edit)
            if code is not None:
                statement, in_loop = _statement(site, edit), site.depth > 0
                yield Mutant(name, code, statement, site.statement, sequence, in_loop)

    def _scopes(
        self, name: str, sites: list[Site], run: Callable[[Functions], object]
    ) -> dict[int, Scope]:
        """What each statement that is reached sees, by its number."""
        seen: dict[int, dict[str, Any]] = {}

        def reached(number: int, env: dict[str, Any]) -> int:
            seen.setdefault(number, dict(env))
            return number

        self.having()
        self._namespace |= {REACHED: reached, SEEN: lambda number, value: value}
        exec(compiled(watched(self.trees[name], dict(enumerate(sites)), True)), self._namespace)
        run(self._namespace)
        texts = texts_in([self.trees[name]])
        return {number: Scope(env, self._namespace, texts) for number, env in sorted(seen.items())}


def _not_stored(site: Site) -> Iterator[Edit]:
    """What a step hands on, thrown away: some of the names that are stored with others."""
    if site.depth and isinstance(site.statement, ast.Assign):
        stored = [n for t in site.statement.targets for n in ast.walk(t) if isinstance(n, ast.Name)]
        names = [name for name in stored if isinstance(name.ctx, ast.Store)]
        for count in range(1, len(names) + 1):
            for chosen in combinations(names, count):
                yield Edit(SIMPLE, {id(name): ast.Name("_", ast.Store()) for name in chosen})


def _changed(tree: ast.FunctionDef, edit: Edit) -> CodeType | None:
    try:
        return changed_code(ast.Module([tree], []), edit.changes)
    except Exception:
        return None


def _statement(site: Site, edit: Edit) -> ast.stmt:
    """The statement as an edit makes it."""
    whole = edit.changes.get(id(site.statement))
    changed = whole[0] if isinstance(whole, list) else swapped(site.statement, edit.changes)
    assert isinstance(changed, ast.stmt)
    return changed
