"""A submission: a file's functions, bound to the contracts they answer."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..cells import families
from ..cells.spec import Family, FunctionSpec, RecurrentFamily
from ..properties.live import Bound, LiveFunctions, quiet
from ..properties.subject import Crash, Subject
from ..strategies import Case, seeded_case
from .forms import Dialect, Rows, takes_rows
from .loading import Definition, Document, read
from .recognition import Traits, arguments_of, recognise

SINGLE = float(np.finfo(np.float32).eps)

PROBE = {"n_x": 3, "n_a": 5, "n_y": 2, "m": 4, "T_x": 6}
"""Dimensions all different, so that the order of results can be told from their shapes."""


@dataclass
class Submission:
    """The functions of one file, by the contract's names."""

    document: Document
    found: dict[str, Definition]
    notes: list[str] = field(default_factory=list)

    @cached_property
    def by_family(self) -> Mapping[str, SubmittedFunctions]:
        """The functions of each family that the file has any of."""
        by_family = {}
        for family in families().values():
            own = {name: self.found[name] for name in family.functions if name in self.found}
            if own:
                by_family[family.name] = SubmittedFunctions(self, family, own)
        return by_family

    def unreadable(self, name: str) -> str:
        """Why a function of that name could not be read at all, or nothing."""
        return self.document.broken.get(name, "") if name not in self.found else ""

    def called_by(self, name: str) -> set[str]:
        """The contracts' functions that one calls, itself or through others of the file."""
        names = self._reachable(self.found[name].name)
        return {other for other, d in self.found.items() if other != name and d.name in names}

    def source_of(self, name: str) -> str:
        """The text of a function and of the file's functions that it uses, contracts' excepted."""
        contracts = {d.name for d in self.found.values()} - {self.found[name].name}
        names = self._reachable(self.found[name].name) - contracts
        definitions = self.document.definitions
        return "\n".join(definitions[one].source for one in sorted(names))

    def _reachable(self, name: str) -> set[str]:
        definitions = self.document.definitions
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            one = waiting.pop()
            if one in seen or one not in definitions:
                continue
            seen.add(one)
            node = definitions[one].node
            waiting += [n.id for n in ast.walk(node) if isinstance(n, ast.Name)] if node else []
        return seen

    def stub(self, name: str) -> str:
        """What makes a function an unfinished stub, in words, or nothing."""
        node = self.found[name].node
        if not isinstance(node, ast.FunctionDef):
            return ""
        return _stub_body(node) or _placeholder(node)

    def is_empty(self, name: str) -> bool:
        """Whether a function has no code of its own at all."""
        node = self.found[name].node
        return isinstance(node, ast.FunctionDef) and bool(_stub_body(node))

    @contextlib.contextmanager
    def with_correct(self, names: set[str]) -> Iterator[None]:
        """Puts correct functions in the place of some, for as long as a caller is judged."""
        namespace = self.document.namespace
        before = dict(namespace)
        bound_before = {name: dict(f.bound) for name, f in self.by_family.items()}
        for functions in self.by_family.values():
            for name in names & functions.bound.keys():
                correct = functions.substitute(name)
                functions.bound[name] = replace(functions.bound[name], function=correct)
                namespace[self.found[name].name] = correct
        try:
            yield
        finally:
            namespace.update(before)
            for family, bound in bound_before.items():
                self.by_family[family].bound = bound


class SubmittedFunctions(LiveFunctions):
    """One family's functions of a submission, in the forms that its author chose."""

    def __init__(
        self, submission: Submission, family: Family, own: Mapping[str, Definition]
    ) -> None:
        self.submission = submission
        bound: dict[str, Bound] = {}
        for name in sorted(own, key=list(family.functions).index):
            spec = family.functions[name]
            form = self._form(spec, family, own[name], bound)
            single = "float32" in submission.source_of(name)
            rounding = {"epsilon": SINGLE} if single else {}
            bound[name] = Bound(own[name].function, form, **rounding)
        super().__init__(bound, family)
        self.reference = LiveFunctions.plain(family)
        if isinstance(family, RecurrentFamily):
            self._calibrate(family)

    def _form(
        self, spec: FunctionSpec, family: Family, own: Definition, bound: Mapping[str, Bound]
    ) -> Dialect | Rows:
        arguments = arguments_of(own)
        forward = bound.get(spec.forward)
        rows = takes_rows(arguments) or (forward is not None and isinstance(forward.form, Rows))
        if rows and isinstance(family, RecurrentFamily):
            self.submission.notes.append(f"{own.name} has one example a row; read as such")
            return Rows(spec, family.cell)
        keys = Traits.of(own).keys
        for other in self.submission.called_by(spec.name):
            keys |= Traits.of(self.submission.found[other]).keys
        form = Dialect(spec, arguments, keys)
        for name, used in form.names.items():
            note = f"the parameter {name} is called {used} here"
            if note not in self.submission.notes:
                self.submission.notes.append(note)
        return form

    def _calibrate(self, family: RecurrentFamily) -> None:
        """Finds the order of each forward function's results, its callees taken as correct."""
        for name, bound in self.bound.items():
            form = bound.form
            if not (isinstance(form, Dialect) and form.spec.role.is_forward):
                continue
            probe = _probe(family)
            expected = Subject(self.reference, family, name, reference=None).run(probe).values

            def call(case: Case, name: str = name, form: Dialect = form) -> Any:
                places, named = form.arguments(case.arguments(form.spec), None)
                return self.run(name, places, named)

            with quiet(), contextlib.suppress(Crash):
                form.calibrate(call, probe, expected)

    def substitute(self, name: str) -> Any:
        """A correct function in the place and form of one of these."""
        form = self.bound[name].form
        assert isinstance(form, Dialect | Rows)
        return form.substitute(self.family.reference[name])

    def order(self, function: FunctionSpec) -> tuple[str, ...]:
        form = self.bound[function.name].form
        assert isinstance(form, Dialect | Rows)
        return form.returned_order

    def crash(self, name: str, error: BaseException) -> Crash:
        crash = super().crash(name, error)
        undefined = getattr(error, "name", None) if type(error) is NameError else None
        where = self.submission.document.demo_names.get(str(undefined))
        if undefined and where:
            crash.message = (
                f"it reads the variable {undefined}, which only {where} assigns, instead of an "
                "argument"
            )
            crash.notebook_name = undefined
        return crash


def _probe(family: RecurrentFamily) -> Case:
    symbols = {s for shape in family.cell.shapes.values() for axis in shape for s in axis.split(" + ")}
    sizes = iter(range(7, 20))
    dims = {s: PROBE.get(s) or next(sizes) for s in sorted(symbols) if s != "1"}
    return seeded_case(family, dims, seed=0)


def _stub_body(node: ast.FunctionDef) -> str:
    """A body of nothing but a docstring, ``pass``, ``...``, ``return None`` or a raise."""
    for statement in node.body:
        value = getattr(statement, "value", None)
        nothing = value is None or (isinstance(value, ast.Constant) and value.value is None)
        if isinstance(statement, ast.Pass) or (isinstance(statement, ast.Return) and nothing):
            continue
        if isinstance(statement, ast.Expr) and isinstance(value, ast.Constant):
            continue
        if isinstance(statement, ast.Raise) and "NotImplementedError" in ast.dump(statement):
            continue
        return ""
    return "its body is empty"


def _placeholder(node: ast.FunctionDef) -> str:
    """A name or an entry that is given None and nothing else, as templates have it."""
    given_none: dict[str, int] = {}
    given_more: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Raise) and "NotImplementedError" in ast.dump(part):
            return f"line {part.lineno} raises NotImplementedError"
        if isinstance(part, ast.For | ast.comprehension) and "range(None)" in ast.unparse(part.iter):
            return f"the loop over {ast.unparse(part.iter)}"
        if isinstance(part, ast.Assign):
            nothing = isinstance(part.value, ast.Constant) and part.value.value is None
            for target in part.targets:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                for one in map(ast.unparse, names):
                    if nothing:
                        given_none.setdefault(one, part.lineno)
                    else:
                        given_more.add(one)
        if isinstance(part, ast.AugAssign | ast.For):
            given_more.add(ast.unparse(part.target))
    for name, line in given_none.items():
        if name not in given_more:
            return f"line {line} still gives {name} the value None"
    return ""


def open_submission(path: str | Path) -> Submission:
    """Reads a file and finds its functions. Raises `Unreadable` with one sentence."""
    document = read(path)
    found = recognise(document.definitions, families().values())
    notes = list(document.notes)
    for name, definition in found.items():
        if definition.name != name:
            notes.append(f"{definition.name} is taken for {name}")
    submission = Submission(document, found, notes)
    _supply_missing(submission)
    return submission


def _supply_missing(submission: Submission) -> None:
    """Gives correct functions for contracts' names that the file calls and does not define."""
    namespace = submission.document.namespace
    used = {
        n.id
        for d in submission.document.definitions.values()
        if d.node
        for n in ast.walk(d.node)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }
    for family in families().values():
        for name, reference in family.reference.items():
            broken = name in submission.document.broken
            if name in used and (name not in namespace or broken):
                namespace[name] = reference
                submission.notes.append(
                    f"{name} is called and not defined here; a correct one stands in"
                )
