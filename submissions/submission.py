"""A submission: a file's functions, bound to the contracts they answer."""

from __future__ import annotations

import ast
import contextlib
import inspect
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..cells import families
from ..cells.spec import Family, FunctionSpec, RecurrentFamily
from ..properties.live import Bound, LiveFunctions, arrays_in, own, quiet, reference_of
from ..properties.subject import Crash, Subject
from ..strategies import Case, seeded_case
from .files import Unreadable
from .forms import Dialect, Rows, takes_rows
from .loading import Definition, Document, read
from .recognition import Traits, recognise, signature_of
from .standins import StandIn, StandInUsed

SINGLE = float(np.finfo(np.float32).eps)

MOST_WATCHED = 64
"""Caches of one forward function that are remembered at a time, more than a case has steps."""

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
            found = {name: self.found[name] for name in family.functions if name in self.found}
            if found:
                by_family[family.name] = SubmittedFunctions(self, family, found)
        return by_family

    def unreadable(self, name: str) -> str:
        """Why a function of that name could not be read at all, or nothing."""
        return self.document.broken.get(name, "") if name not in self.found else ""

    def called_by(self, name: str) -> set[str]:
        """The contracts' functions that one calls, itself or through others of the file."""
        names = self._reachable(self.found[name].name)
        return {other for other, d in self.found.items() if other != name and d.name in names}

    def computes_in_single(self, name: str) -> bool:
        """Whether a function, or one of the file's that it uses, names single precision."""
        names = self._reachable(self.found[name].name)
        definitions, namespace = self.document.definitions, self.document.namespace
        return any(
            "float32" in definitions[one].source
            if one in definitions
            else namespace.get(one) in (np.float32, np.dtype("float32"))
            for one in names
            if one in definitions or isinstance(namespace.get(one), type | np.dtype)
        )

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every text that the file's functions mention, as keys of a dict are."""
        return frozenset().union(*(Traits.of(d).keys for d in self.document.definitions.values()))

    def _reachable(self, name: str) -> set[str]:
        definitions = self.document.definitions
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            node = definitions[one].node if one in definitions else None
            waiting += [n.id for n in ast.walk(node) if isinstance(n, ast.Name)] if node else []
        return seen

    def stub(self, name: str) -> str:
        """What makes a function an unfinished stub, in words, or nothing."""
        node = self.found[name].node
        return _stub_body(node) or _placeholder(node) if isinstance(node, ast.FunctionDef) else ""

    def is_empty(self, name: str) -> bool:
        """Whether a function has no code of its own at all."""
        node = self.found[name].node
        return isinstance(node, ast.FunctionDef) and bool(_stub_body(node))

    @contextlib.contextmanager
    def with_correct(self, names: set[str]) -> Iterator[None]:
        """Puts correct functions in the place of some, for as long as a caller is judged."""
        namespace = self.document.namespace
        before = dict(namespace)
        bound_before = {name: f.bound for name, f in self.by_family.items()}
        for functions in self.by_family.values():
            stand_ins = functions.stand_ins(names & functions.bound.keys())
            bound = {
                name: replace(functions.bound[name], function=function)
                for name, function in stand_ins.items()
            }
            functions.bound = {**functions.bound, **bound}
            namespace.update({self.found[n].name: f for n, f in stand_ins.items()})
        try:
            yield
        finally:
            namespace.update(before)
            for family, bound in bound_before.items():
                self.by_family[family].bound = bound


class CalleeAtFault(Exception):
    """A caller cannot be judged, because what it calls is at fault and nothing can stand in."""


class WatchedCaches:
    """Private caches that a file's own forward function made, with correct ones beside them."""

    def __init__(self) -> None:
        self._kept: deque[tuple[Any, Any]] = deque(maxlen=MOST_WATCHED)

    def keep(self, cache: Any, correct: Any) -> None:
        """Remembers what a correct forward caches where the file's own caches this."""
        self._kept.append((cache, correct))

    def correct_for(self, cache: Any, name: str) -> Any:
        """The correct one for a cache, or for what a caller made of it: one with its arrays."""
        for own_cache, correct in self._kept:
            if own_cache is cache:
                return correct
        wanted = _contents(cache)
        shared = [len(wanted & _contents(own_cache)) for own_cache, _ in self._kept]
        if not shared or shared.count(max(shared)) > 1:
            raise CalleeAtFault(f"it calls {name}, which is not right")
        return self._kept[shared.index(max(shared))][1]


def _contents(cache: Any) -> set[tuple[tuple[int, ...], bytes]]:
    return {(array.shape, array.tobytes()) for array in arrays_in(cache)}


class SubmittedFunctions(LiveFunctions):
    """One family's functions of a submission, in the forms that its author chose."""

    def __init__(
        self, submission: Submission, family: Family, found: Mapping[str, Definition]
    ) -> None:
        self.submission = submission
        bound: dict[str, Bound] = {}
        for name in sorted(found, key=list(family.functions).index):
            spec = family.functions[name]
            form = self._form(spec, family, found[name], bound)
            rounding = {"epsilon": SINGLE} if submission.computes_in_single(name) else {}
            bound[name] = Bound(found[name].function, form, **rounding)
        super().__init__(bound, family)
        self.reference = reference_of(family)
        if isinstance(family, RecurrentFamily):
            self._calibrate(family)

    def _form(
        self, spec: FunctionSpec, family: Family, found: Definition, bound: Mapping[str, Bound]
    ) -> Dialect | Rows:
        signature = signature_of(found)
        forward = bound.get(spec.forward)
        rows = takes_rows(tuple(signature)) or (
            forward is not None and isinstance(forward.form, Rows)
        )
        if rows and isinstance(family, RecurrentFamily):
            note = "functions that take Wx, Wh and b are read with one example a row"
            if note not in self.submission.notes:
                self.submission.notes.append(note)
            return Rows(spec, family.cell)
        form = Dialect(spec, signature, self.submission.keys)
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

    def stand_ins(self, names: set[str]) -> dict[str, Callable[..., Any]]:
        """Correct functions in the place and form of some of these.

        A correct backward function cannot read the private cache of the file's own forward. So
        that forward is watched: what a correct one caches for the same arguments is kept with it.
        """
        caches = WatchedCaches()
        functions = {name: self._correct(name, caches) for name in names}
        for name in names:
            forward = self.family.functions[name].forward
            if forward in self.bound and forward not in names:
                functions[forward] = self._watched(forward, caches)
        return functions

    def _correct(self, name: str, caches: WatchedCaches) -> Callable[..., Any]:
        form, reference = self._form_of(name), self.family.reference[name]
        bind = inspect.signature(self.bound[name].function).bind

        def correct(*given: Any, **named: Any) -> Any:
            arguments = form.to_contract([*bind(*given, **named).arguments.values()])
            if form.spec.role.is_backward and not self.contents(form.spec, arguments[-1]):
                arguments[-1] = caches.correct_for(arguments[-1], name)
            return form.pack(reference(*arguments))

        return correct

    def _watched(self, name: str, caches: WatchedCaches) -> Callable[..., Any]:
        form, reference = self._form_of(name), self.family.reference[name]
        function = self.bound[name].function
        bind = inspect.signature(function).bind

        def watched(*given: Any, **named: Any) -> Any:
            arguments = [own(value) for value in bind(*given, **named).arguments.values()]
            correct = reference(*form.to_contract(arguments))[-1]
            returned = function(*given, **named)
            caches.keep(form.unpack(returned)[1], correct)
            return returned

        return watched

    def _form_of(self, name: str) -> Dialect | Rows:
        form = self.bound[name].form
        assert isinstance(form, Dialect | Rows)
        return form

    def order(self, function: FunctionSpec) -> tuple[str, ...]:
        return self._form_of(function.name).returned_order

    def crash(self, name: str, error: BaseException, named: Mapping[str, Any]) -> Crash:
        crash = super().crash(name, error, named)
        if isinstance(error, StandInUsed | CalleeAtFault):
            crash.message = str(error)
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
    symbols = {
        s for shape in family.cell.shapes.values() for axis in shape for s in axis.split(" + ")
    }
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
    """A name or an entry that is given None and nothing else, and is used, as templates have it."""
    given_none: dict[str, int] = {}
    given_more: set[str] = set()
    read = _names_read(node)
    for part in ast.walk(node):
        if isinstance(part, ast.For | ast.comprehension) and "range(None)" in ast.unparse(
            part.iter
        ):
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
        if name not in given_more and name.partition("[")[0] in read:
            return f"line {line} still gives {name} the value None"
    return ""


def _names_read(node: ast.FunctionDef) -> set[str]:
    """The names that are used for more than to ask whether they are None."""
    parts = [*ast.walk(node)]
    asked = {
        id(part.left)
        for part in parts
        if isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.Is | ast.IsNot)
    }
    return {
        part.id
        for part in parts
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and id(part) not in asked
    }


def open_submission(path: str | Path) -> Submission:
    """Reads a file and finds its functions. Raises `Unreadable` with one sentence."""
    document = read(path)
    found = recognise(document.definitions, families().values())
    notes = list(document.notes)
    for name, definition in found.items():
        if definition.name != name:
            notes.append(f"{definition.name} is taken for {name}")
    methods = _methods(document)
    if methods:
        notes.append(f"methods of classes are not judged: {', '.join(methods)}")
    submission = Submission(document, found, notes)
    if not found and not any(submission.unreadable(name) for name in _contract_names()):
        raise Unreadable(
            f"{path} has no function that cellcheck knows; at its top level it looks for "
            f"{', '.join(_contract_names())}."
        )
    _supply_missing(submission)
    return submission


def _contract_names() -> list[str]:
    return [name for family in families().values() for name in family.functions]


def _methods(document: Document) -> list[str]:
    """Methods that have the name of a contract."""
    contracts = set(_contract_names())
    return [
        f"{one.__name__}.{name}"
        for one in document.namespace.values()
        if isinstance(one, type) and one.__module__ == document.namespace["__name__"]
        for name in vars(one)
        if name in contracts
    ]


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
            if name in submission.document.broken:
                namespace[name] = reference
            elif name in used and isinstance(namespace.get(name, StandIn), type | StandIn):
                namespace[name] = reference
                submission.notes.append(
                    f"{name} is called and not defined here; a correct one stands in"
                )
