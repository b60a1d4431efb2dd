"""Behave-alikes: the small change of the reference that behaves just as a submission does.

The changes are made from the reference's own syntax tree, so that a new cell brings its own.
"""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from textwrap import dedent
from typing import Any

from ...cells.spec import Family, FunctionSpec
from ...strategies import Case
from ...subject.budget import Budget, Work
from ...subject.errors import Crash
from ...subject.limits import OutOfTime, limited
from ...subject.subject import Subject, flat
from ..code.edit import Edit
from ..code.scope import Scope, texts_in
from ..code.sites import Changeable, Site, located, sites_of, swapped, with_each_announced
from ..faults.registry import fault_of
from ..mutate.edits import edits
from ..mutate.statements import rewrites
from ..search.harness import close

FARTHEST = 1.61
"""How far a change of the reference may go."""

PATIENCE = 0.4
"""Seconds of work in which behave-alikes of one function are looked for: see `subject.budget`."""

_SEEN = "__cellcheck_seen__"


@dataclass(frozen=True, eq=False)
class Alike:
    """A changed reference function."""

    site: Site
    edit: Edit
    function: Any
    sequence: bool

    @property
    def _changed(self) -> list[ast.stmt]:
        whole = self.edit.changes.get(id(self.site.statement))
        changed = [swapped(self.site.statement, self.edit.changes)]
        return whole if isinstance(whole, list) else changed

    @property
    def fault(self) -> str:
        """The name of the mistake that the change is."""
        if isinstance(self._changed[0], ast.Pass):
            return "statement_missing"
        meant = [self.site.statement]
        return fault_of(self._changed[0], meant, self.sequence, self.site.depth > 0)

    @property
    def wrong(self) -> str:
        """The text of the changed statement."""
        return _head(self._changed[0])

    @property
    def meant(self) -> str:
        """The text of the statement in the reference."""
        return _head(self.site.statement)


def alikes(family: Family, spec: FunctionSpec, case: Case) -> Iterator[Alike]:
    """Every small change of a reference function, the least first; ``case`` shows what is where."""
    tree = _tree(family.reference[spec.name])
    namespace = dict(vars(inspect.getmodule(family.reference[spec.name])))
    sites = list(sites_of(spec.name, tree.body))
    scopes = _scopes(family, spec, case, tree, sites, namespace)
    changeable = Changeable(ast.Module([tree], []))
    found: list[tuple[Edit, Site]] = []
    for number, site in enumerate(sites):
        if number in scopes:
            made = [*edits(site.value, scopes[number]), *rewrites(site, scopes[number], tree)]
            found += [(edit, site) for edit in made if edit.cost <= FARTHEST]
    found.sort(key=lambda one: one[0].cost)
    sequence = "sequence" in spec.role.value
    for edit, site in found:
        function = _function(changeable, edit, spec.name, namespace)
        if function is not None:
            yield Alike(site, edit, function, sequence)


@cache
def _tree(reference: Any) -> ast.FunctionDef:
    tree = ast.parse(dedent(inspect.getsource(reference))).body[0]
    assert isinstance(tree, ast.FunctionDef)
    tree.returns = None
    for argument in (*tree.args.args, *tree.args.kwonlyargs):
        argument.annotation = None
    return tree


def _function(changeable: Changeable, edit: Edit, name: str, namespace: Mapping[str, Any]) -> Any:
    scope: dict[str, Any] = {}
    try:
        with changeable.having(edit.changes) as module:
            code = compile(module, "<alike>", "exec", dont_inherit=True)
        exec(code, dict(namespace), scope)
    except Exception:
        return None
    return scope[name]


def _head(statement: ast.stmt) -> str:
    text = ast.unparse(located(copy.deepcopy(statement)))
    return text.split("\n")[0] if isinstance(statement, ast.For | ast.While | ast.If) else text


def _scopes(
    family: Family,
    spec: FunctionSpec,
    case: Case,
    tree: ast.FunctionDef,
    sites: list[Site],
    namespace: dict[str, Any],
) -> dict[int, Scope]:
    numbers = {id(site.statement): number for number, site in enumerate(sites)}
    envs: dict[int, dict[str, Any]] = {}

    def call(statement: ast.stmt) -> ast.stmt | None:
        number = numbers.get(id(statement))
        return None if number is None else ast.parse(f"{_SEEN}({number}, locals())").body[0]

    def seen(number: int, env: dict[str, Any]) -> None:
        envs.setdefault(number, dict(env))

    made = ast.Module([with_each_announced(tree, call)], [])
    scope: dict[str, Any] = {}
    exec(compile(located(made), "<alike>", "exec"), {**namespace, _SEEN: seen}, scope)
    scope[spec.name](*arguments(family, spec, case))
    texts = texts_in([tree])
    return {number: Scope(env, namespace, texts) for number, env in envs.items()}


def arguments(family: Family, spec: FunctionSpec, case: Case) -> list[Any]:
    """What a reference function is called with for a case, the correct cache included."""
    given = list(case.arguments(spec).values())
    if spec.role.is_backward:
        forward = family.functions[spec.forward]
        given.append(family.reference[forward.name](*case.arguments(forward).values())[-1])
    return given


def results(spec: FunctionSpec, returned: Any) -> dict[str, Any]:
    """What a reference function returned, by the contract's names."""
    if isinstance(returned, dict):
        return dict(returned)
    if len(spec.returns) == 1 and not isinstance(returned, tuple):
        return {spec.returns[0]: returned}
    return flat(dict(zip(spec.returns, returned, strict=False)))


def behaves_like(
    family: Family, spec: FunctionSpec, subject: Subject, own: Case, cases: Sequence[Case]
) -> Alike | None:
    """The least change of the reference whose results are a subject's on every case.

    None where there is none, or where mistakes of different names behave so.
    """
    budget = Budget(Work(), PATIENCE)
    target = _found(subject, own)
    if target is None:
        return None
    given = arguments(family, spec, own)
    found: list[Alike] = []
    for alike in alikes(family, spec, own):
        if budget.is_over:
            break
        budget.spend()
        if _same(run(alike, spec, given), target) and all(
            _same(run(alike, spec, arguments(family, spec, case)), _found(subject, case))
            for case in cases[::5]
        ):
            found.append(alike)
            if len(found) > 5:
                break
    return found[0] if len({alike.fault for alike in found}) == 1 else None


def _found(subject: Subject, case: Case) -> dict[str, Any] | None:
    try:
        return flat(subject.run(case).values)
    except Crash:
        return None


def _same(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(close(one.get(name), value) for name, value in other.items())


def run(alike: Alike, spec: FunctionSpec, given: list[Any]) -> dict[str, Any] | None:
    """A changed reference's results; None where it raises."""
    try:
        with limited():
            return results(spec, alike.function(*given))
    except (Exception, OutOfTime):
        return None
