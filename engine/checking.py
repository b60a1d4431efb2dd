"""The functions of a file, judged in the order in which they build on each other."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

from ..cells import families
from ..cells.spec import Family, FunctionSpec
from ..isolation.parent.remote import Ended
from ..properties import PROPERTIES, Property
from ..reading.declared import DeclaredPair
from ..subject.budget import Budget
from ..subject.errors import Crash
from ..subject.subject import Subject
from ..submissions import Submission
from ..submissions.functions import SubmittedFunctions
from .drawing import draw
from .judging import Judgement, judge
from .other_cells import is_right_otherwise
from .outcome import FunctionReport, Level, Outcome, Status, Verdict, uses_failing
from .snippet import Snippets

Progress = Callable[[str], None]

Diagnose = Callable[["Check", list[FunctionReport]], list[FunctionReport]]

Surrounding: TypeAlias = tuple[set[str], bool]
"""In what a function is judged: the functions with correct ones in their place, and whether a
backward function gets the cache of its own forward.
"""

SLOW, LEAST = 5.0, 0.5
"""What the slow calls of a file may count for (see `subject.budget`), and what those of a function
may at the least, whatever others have used up.
"""

_UNPACKING = ("TypeError", "ValueError", "KeyError", "IndexError", "AttributeError")
"""What a backward function raises when its cache has a form that it does not know."""


@dataclass(frozen=True)
class Settings:
    """How much is checked: the number of cases (by a profile: ``quick``, ``default`` or
    ``thorough``), the seed, and which functions and laws (all, where none is named); how much of a
    mistake is told (``concept``, ``place`` or ``fix``), and whether a report for a person is
    ``verbose``; and whether wrong gradients are gathered for ``pictures``. ``adapter`` is the path
    of a file that declares pairs. ``names`` gives contracts' names to functions and parameters of
    the file by their own.
    """

    profile: str = "default"
    seed: int = 0
    functions: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    hint: str = "fix"
    verbose: bool = False
    pictures: bool = False
    adapter: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Check:
    """One submission on its way through the laws.

    A function that has a finding is ``replaced``: whatever calls it is judged with a correct one
    in its place, so that a fault is told once, at the function that holds it. ``wrong`` are the
    pairs that failed, by the names of their reports.
    """

    submission: Submission
    path: str
    settings: Settings
    progress: Progress
    budget: Budget = field(init=False)
    replaced: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    wrong: Mapping[str, DeclaredPair] = field(default_factory=dict)
    laws: list[Property] = field(init=False)
    surroundings: dict[str, Surrounding] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        wanted = self.settings.properties
        self.budget = Budget(self.submission.work, SLOW)
        self.laws = [p for p in PROPERTIES.values() if not wanted or p.name in wanted]

    @property
    def takes_batches(self) -> bool:
        """Whether a backward function of the file is right: it sums over the examples."""
        right = self.surroundings.keys() - self.replaced
        return any(self.submission.read_as[name].spec.role.is_backward for name in right)

    def run(self) -> list[FunctionReport]:
        """A report for each function, in the order of the file; those it lacks come last."""
        reports: list[FunctionReport] = []
        for known in families().values():
            functions = self.submission.by_family.get(known.name)
            family = functions.family if functions else known  # of the variant that is written
            for name, spec in family.functions.items():
                if self.settings.functions and not self.is_needed(name):
                    continue
                if functions and name in functions:
                    self.progress(name)
                    report = self._judged_or_blocked(functions, family, spec)
                else:
                    report = self._absent(name)
                if not self.settings.functions or name in self.settings.functions:
                    reports.append(report)
        return sorted(reports, key=self._place)

    def is_needed(self, name: str) -> bool:
        """Whether a function is asked for, or one that is calls it or needs its cache."""
        wanted = {n for n in self.settings.functions if n in self.submission.found}
        for family in families().values():
            forwards = {s.forward for n, s in family.functions.items() if n in wanted}
            wanted |= forwards - {""}
        needed = wanted | {
            c for n in wanted & self.submission.found.keys() for c in self.submission.called_by(n)
        }
        return name in needed or name in self.settings.functions

    @staticmethod
    def _place(report: FunctionReport) -> tuple[bool, int, int]:
        absent = report.status is Status.MISSING
        return absent, -1 if report.cell is None else report.cell, report.line or 0

    def _absent(self, name: str) -> FunctionReport:
        reason = self.submission.unreadable(name)
        if not reason:
            return FunctionReport(name, Status.MISSING)
        self.failed.add(name)
        law = "it_returns_the_results_of_the_contract"
        outcome = Outcome(name, law, Verdict.FAILED, Level.FAULT, message=reason)
        return FunctionReport(name, Status.FAILED, name, reason=reason, outcomes=(outcome,))

    def _judged_or_blocked(
        self, functions: SubmittedFunctions, family: Family, spec: FunctionSpec
    ) -> FunctionReport:
        """The report; a failure of ours costs this function's verdict, and no other's."""
        if self.budget.left < LEAST:
            self.budget.allow(LEAST)
        try:
            return self._judged(functions, family, spec)
        except Ended as error:
            reason = f"the file could not be loaded again: {error}"
        except Exception as error:
            reason = f"cellcheck itself could not judge it ({type(error).__name__}: {error})"
        return replace(self._report(spec.name, Status.BLOCKED, reason=reason), is_lost=True)

    def _judged(
        self, functions: SubmittedFunctions, family: Family, spec: FunctionSpec
    ) -> FunctionReport:
        name = spec.name
        if self.submission.is_empty(name):
            return self._report(name, Status.INCOMPLETE, reason=self.submission.stub(name))
        if not any(law.applies(spec) for law in self.laws):
            return self._function_report(
                name, Status.BLOCKED, reason="no law that is asked for is about it"
            )
        if spec.role.is_backward and functions.is_private(spec) and spec.forward not in functions:
            return self._report(name, Status.BLOCKED, reason=self._lacks_cache(family, spec))
        if at_fault := self._objects_at_fault(spec):
            return self._report(name, Status.BLOCKED, reason=uses_failing(at_fault))
        judgement = self._best_judgement(functions, family, spec)
        if (
            judgement.faults
            and self.submission.found[name].name in self.submission.document.methods
        ):
            drawn = draw(family, self.settings.profile, self.settings.seed)
            of_one = functions.bound[name].remark
            if of_one or is_right_otherwise(functions, family, spec, drawn):
                self.submission.leave(family, name)
                return self._absent(name)
        return self._concluded(functions, spec, judgement)

    def _best_judgement(
        self, functions: SubmittedFunctions, family: Family, spec: FunctionSpec
    ) -> Judgement:
        """The judgement in the first surrounding in which the function is judged and has no fault,
        else in the first; not whole, where faults are not told because the function lacks a cache.
        """
        surroundings = self._surroundings_of(functions, family, spec)
        judge_in = partial(self._judged_in, functions, family, spec)
        is_told = not (functions.is_private(spec) and self._lacks_cache(functions.family, spec))
        first: Judgement | None = None
        if len(surroundings) > 1 or not is_told:
            for one in surroundings:
                judgement = judge_in(one, wholly=False)
                if judgement.is_right:
                    self.surroundings[spec.name] = one
                    return judgement
                first = first or judgement
        self.surroundings[spec.name] = surroundings[0]
        if first is None or (first.is_refuted and is_told):
            first = judge_in(surroundings[0], wholly=True)
        return first

    def _surroundings_of(
        self, functions: SubmittedFunctions, family: Family, spec: FunctionSpec
    ) -> list[Surrounding]:
        """In what a function may be judged, the likeliest first.

        A forward function has one surrounding: correct functions in the place of those it calls
        that are not. A backward function needs a cache besides, and each of them may serve: its
        own forward's, a correct one in the contract's form, and its own forward's as it is, which
        may be at fault elsewhere only.
        """
        faulty = self._callees(spec) & self.replaced
        if not spec.role.is_backward:
            return [(faulty, True)]
        if spec.forward not in functions:
            return [(faulty, False)]
        forwards = {
            n for n in faulty if n in family.functions and family.functions[n].role.is_forward
        }
        faulty -= forwards - self.failed  # advice on a forward spoils no cache
        if functions.is_private(spec):
            own = (faulty - forwards, True)
            return [(faulty, True), own] if forwards & faulty else [own]
        right = spec.forward not in self.failed
        surroundings = [(faulty, right), (faulty, not right)]
        if forwards or not right:
            surroundings.append((faulty - forwards, True))
        return surroundings

    def _callees(self, spec: FunctionSpec) -> set[str]:
        """The contracts' functions that take part in a call, those of the forward included."""
        callees = self.submission.called_by(spec.name)
        if spec.forward in self.submission.found:
            callees |= {spec.forward} | self.submission.called_by(spec.forward)
        return callees

    def _objects_at_fault(self, spec: FunctionSpec) -> list[str]:
        """The methods, of other objects that a method uses, which fail: nothing correct can be put
        in the place of those.
        """
        found, methods = self.submission.found, self.submission.document.methods
        failed = self._callees(spec) & self.failed - {spec.forward}
        return sorted(found[name].name for name in failed if found[name].name in methods)

    def _judged_in(
        self,
        functions: SubmittedFunctions,
        family: Family,
        spec: FunctionSpec,
        surrounding: Surrounding,
        *,
        wholly: bool,
    ) -> Judgement:
        """The judgement in one surrounding; where it is in doubt, that in a process in which
        nothing was called.
        """
        name, (replaced, own_cache) = spec.name, surrounding
        drawn = draw(family, self.settings.profile, self.settings.seed)
        cases = [functions.suited(spec, case) for case in drawn]
        snippets = self._snippets(functions, replaced)

        def judged(*, wholly: bool, alone: bool) -> Judgement:
            subject = _subject(functions, family, name, own_cache, alone=alone)
            self.submission.work.try_again(name)
            return judge(subject, self.laws, cases, snippets, self.budget, wholly=wholly)

        with self.submission.with_correct(replaced - {name}), self.submission.quiet():
            judgement = judged(wholly=wholly, alone=False)
            if not judgement.is_doubtful or not self.submission.alone(name):
                return judgement
            again = judged(wholly=True, alone=True)
        if judgement.faults and again.is_right:
            self.submission.note(
                f"{name} is right by itself, and not once other functions of the file were called"
            )
        return again

    def _snippets(self, functions: SubmittedFunctions, replaced: set[str]) -> Snippets:
        names = {name: d.name for name, d in self.submission.found.items()}
        corrected = [names[name] for name in replaced & self.failed]
        methods = self.submission.document.presented
        presented = {one.function: one for one in methods.values()}
        called = {
            name: methods[own].function if own in methods else own for name, own in names.items()
        }
        return Snippets(functions, self.path, called, corrected, presented)

    @contextlib.contextmanager
    def subject_for(self, family: Family, name: str) -> Iterator[tuple[Subject, Snippets]]:
        """A function as it was judged: in the same surrounding, for laws to be tried again."""
        functions = self.submission.by_family[family.name]
        replaced, own_cache = self.surroundings[name]
        subject = _subject(functions, functions.family, name, own_cache)
        with self.submission.with_correct(replaced - {name}), self.submission.quiet():
            yield subject, self._snippets(functions, replaced)

    def _concluded(
        self, functions: SubmittedFunctions, spec: FunctionSpec, judgement: Judgement
    ) -> FunctionReport:
        name = spec.name
        status, reason = Status.PASSED, ""
        if judgement.faults or judgement.is_refuted:
            status, reason = self._status(functions, spec, judgement)
        elif judgement.unjudged:
            status, reason = Status.BLOCKED, judgement.unjudged
        advice = (PROPERTIES[outcome.property] for outcome in judgement.advice)
        if judgement.faults or any(law.consequence for law in advice):
            self.replaced.add(name)
        is_lost = status is Status.BLOCKED and judgement.is_cut_short
        return replace(self._report(name, status, judgement, reason), is_lost=is_lost)

    def _status(
        self, functions: SubmittedFunctions, spec: FunctionSpec, judgement: Judgement
    ) -> tuple[Status, str]:
        """Failed, unless it is a stub or what it needs is not there."""
        crash = judgement.crash
        stub = self.submission.stub(spec.name)
        if crash is not None and crash.error == "NotImplementedError":
            return Status.INCOMPLETE, "it raises NotImplementedError"
        always = crash is not None and judgement.crashes == judgement.cases
        if stub and (crash is None or always or "None" in crash.message):
            return Status.INCOMPLETE, stub
        if crash is not None and crash.error in ("StandInUsed", "CalleeAtFault"):
            return Status.BLOCKED, crash.message.worded(functions.own_names(spec))
        strange = crash is not None and crash.error in _UNPACKING
        unreadable = strange and (always or self._has_own_form(functions, spec))
        if unreadable or (spec.role.is_backward and functions.is_private(spec)):
            missing = self._lacks_cache(functions.family, spec)
            if missing:
                return Status.BLOCKED, missing
        return Status.FAILED, ""

    def _has_own_form(self, functions: SubmittedFunctions, spec: FunctionSpec) -> bool:
        """Whether the forward function of a backward one keeps its caches in a form of its own."""
        if not spec.role.is_backward or spec.forward not in functions:
            return False
        subject = _subject(functions, functions.family, spec.forward, True)
        (case,) = draw(functions.family, self.settings.profile, self.settings.seed)[:1]
        with self.submission.quiet():
            try:
                return subject.contents(case) is None
            except Crash:
                return False

    def _lacks_cache(self, family: Family, spec: FunctionSpec) -> str:
        """Why a backward function has nothing but a cache of a form not its own, or nothing."""
        if not spec.role.is_backward:
            return ""
        if spec.forward not in self.submission.found:
            return f"it needs the cache of {spec.forward}, which is not here"
        for name, other in family.functions.items():
            if name == spec.forward and name in self.failed:
                return f"it needs the cache of {name}, which is not right"
            if other.role.is_forward and name in self._callees(spec) & self.failed:
                return f"it needs the cache of {spec.forward}, and {name} is not right"
        return ""

    def _report(
        self, name: str, status: Status, judgement: Judgement | None = None, reason: str = ""
    ) -> FunctionReport:
        """The report on a function; where it did not pass, its callers get a correct one."""
        if status is not Status.PASSED:
            self.failed.add(name)
            self.replaced.add(name)
        return self._function_report(name, status, judgement, reason)

    def _function_report(
        self, name: str, status: Status, judgement: Judgement | None = None, reason: str = ""
    ) -> FunctionReport:
        definition = self.submission.found[name]
        outcomes: tuple[Outcome, ...] = judgement.outcomes if judgement else ()
        if status in (Status.INCOMPLETE, Status.BLOCKED):
            outcomes = ()
        return FunctionReport(
            name=name,
            status=status,
            found_as=definition.name,
            line=definition.line or None,
            cell=definition.cell,
            cases=judgement.cases if judgement else 0,
            reason=reason,
            outcomes=outcomes,
            helper=name in families()["helpers"].functions,
        )


def _subject(
    functions: SubmittedFunctions,
    family: Family,
    name: str,
    own_cache: bool,
    *,
    alone: bool = False,
) -> Subject:
    reference = functions.reference
    return Subject(functions, family, name, reference=reference, own_cache=own_cache, alone=alone)
