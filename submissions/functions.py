"""The functions of a submission, called in the forms that their author chose."""

from __future__ import annotations

import contextlib
import inspect
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..cells.spec import Family, FunctionSpec, RecurrentFamily
from ..properties.form import own
from ..properties.live import Bound, LiveFunctions, arrays_in, quiet, reference_of
from ..properties.subject import Crash, Subject
from ..strategies import Case, seeded_case
from .forms import Dialect
from .loading import Definition
from .recognition import signature_of
from .rows import Rows, takes_rows
from ..runtime.imports import StandInUsed

if TYPE_CHECKING:
    from .submission import Submission

SINGLE = float(np.finfo(np.float32).eps)

MOST_WATCHED = 64
"""Caches of one forward function that are remembered at a time, more than a case has steps."""

PROBE = {"n_x": 3, "n_a": 5, "n_y": 2, "m": 4, "T_x": 6}
"""Dimensions all different, so that the order of results can be told from their shapes."""


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
            if name in self.submission.untried:
                continue
            self.submission.trying(name)
            probe = _probe(family)
            expected = Subject(self.reference, family, name, reference=None).run(probe).values

            def call(case: Case, name: str = name, form: Dialect = form) -> Any:
                places, named = form.arguments(case.arguments(form.spec), None)
                return self.run(name, places, named)

            with quiet(), contextlib.suppress(Exception):  # a strange result has no order
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
