"""When a changed function is right: the case that shows what is wrong, the laws to be kept, and the
whole verdict on the version that runs: every case, every law, and who reads its cache.
"""

from __future__ import annotations

import contextlib
import copy
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ...engine import FunctionReport
from ...properties import PROPERTIES, NotApplicable, Property
from ...strategies import Case
from ...subject.budget import OutOfBudget
from ...subject.compare import same
from ...subject.errors import Crash
from ...subject.subject import Subject, flat
from ..code.edit import Edit
from ..code.scope import Scope
from ..code.sites import Site, swapped
from ..localise.traces import Tracer
from ..mutate.reference_values import Meaning, meaning_of
from .harness import Harness, Trees
from .oracle import ProposedEdit

CACHE_LAW = "the_cache_serves_the_backward_pass"


def to_be_mended(report: FunctionReport) -> set[str]:
    """The laws broken for which a correction is looked for: not what is advice on the form, which
    a file has throughout.
    """
    return {
        one.property
        for one in report.findings
        if one.level == "fault" or PROPERTIES[one.property].consequence
    }


class BrokenLaw(NamedTuple):
    """A law that does not hold, and a case which shows it."""

    law: Property
    case: Case


class Goal:
    """What changed versions of one failing function have to reach."""

    slack = 0.0

    def __init__(self, harness: Harness, report: FunctionReport) -> None:
        self.harness, self.report = harness, report
        self.findings = {o.property for o in report.findings}
        faults = {o.property for o in report.findings if o.level == "fault"}
        self.allowed = self.findings - (faults or to_be_mended(report))
        self.broken: list[BrokenLaw] = []
        """The laws that alone show what is wrong, each with a small case."""
        self.proven: list[tuple[Edit, Trees]] = []
        """Changes with which the function is right, chosen or not, and what it is with them."""
        self.certain: list[tuple[str, Edit]] = []
        """Changes of functions that are right, whatever else is wrong."""
        self.is_cut = False
        """Whether the search was given up before all was tried."""

    def anew(self, trees: Trees) -> Goal:
        """What is still to be reached when some mistakes are mended, with a case that shows it."""
        harness = copy.copy(self.harness)
        harness.quick = []
        goal = Goal(harness, self.report)
        with harness.running(harness.compiled(trees)):
            goal.findings = {broken.law.name for broken in _broken_laws(harness, self.allowed)}
            goal.choose_case()
        return goal

    def choose_case(self) -> None:
        """A case that shows the fault, the own one if it does; none, if nothing is wrong."""
        harness = self.harness
        own = harness.own_case()
        harness.spends_its_cache = self._spends_its_cache(own)
        harness.needs_cache = self._cache_is_comparable(own)
        failing = (case for case in (own, *harness.cases) if self._fails(case))
        harness.quick += itertools.islice(failing, 1)
        if not harness.quick:
            self.broken = self.broken_of(self.findings)
            harness.quick += [own] if self.broken else []

    def _spends_its_cache(self, case: Case) -> bool:
        try:
            self.harness.observed(case)
        except Crash as crash:
            return "read-only" in crash.message
        return False

    def _cache_is_comparable(self, case: Case) -> bool:
        harness, spec = self.harness, self.harness.spec
        if not spec.role.is_forward:
            return False
        with contextlib.suppress(Crash):
            values = harness.functions.call(spec, case.arguments(spec))
            if harness.functions.contents(spec, values.cache) is not None:
                return CACHE_LAW in self.findings or self._fails(case)
        return False

    def _fails(self, case: Case) -> bool:
        with contextlib.suppress(Crash):
            return not all(self.harness.score(case).values())
        return True

    def broken_of(self, names: Collection[str]) -> list[BrokenLaw]:
        """Of some laws those that the version that runs breaks, with a small case for each."""
        small = sorted(self.harness.cases, key=lambda case: sum(case.dims.values()))
        laws = [law for law in self.harness.laws if law.name in names]
        broken = (
            (law, next((case for case in small if self._breaks(law, case)), None)) for law in laws
        )
        return [BrokenLaw(law, case) for law, case in broken if case]

    def _breaks(self, law: Property, case: Case) -> bool:
        return breaks(self.harness.subject.anew(), law, case)

    @cached_property
    def meaning(self) -> Meaning:
        """What the reference computes on the case."""
        return meaning_of(self.harness.family, self.harness.spec, self.harness.quick[0])

    @cached_property
    def tracer(self) -> Tracer:
        """What traces changed versions on the case."""
        return Tracer(self.harness, self.meaning)

    def has_right(self, site: Site, value: Any) -> bool:
        """Whether the value that a site computes is one of the reference's."""
        return self.meaning.knows(value)

    def proposals(self, site: Site, scope: Scope, trees: Trees) -> Iterator[ProposedEdit]:
        """None besides the usual changes."""
        yield from ()

    def score(self, wanted: Collection[str] | None) -> Mapping[str, bool] | None:
        """Which results are right in the version that runs; None where a law stays broken."""
        score = self.harness.score_now(wanted)
        self.harness.budget.spend(len(self.broken))  # each calls the function again
        if any(self._breaks(*broken) for broken in self.broken):
            return None
        return score

    @cached_property
    def holds_already(self) -> bool:
        """Whether the function is right as it stands: what breaks it is not in its text."""
        return self.is_reached(self.harness.trees)

    def are_alike(self, one: Trees, other: Trees) -> bool:
        """Whether two versions give back what is put together in one way, where they come to an
        end: a list of caches is read as well as a pair of it and the inputs, and is another thing.
        """
        own, its = self._form(one), self._form(other)
        return own is None or its is None or own == its

    def _form(self, trees: Trees) -> object:
        with contextlib.suppress(Exception), self.harness.running(self.harness.compiled(trees)):
            return _form_of(self.harness.returned(self.harness.own_case()))
        return None

    def first_proven(self, function: str, edits: Iterable[Edit]) -> Trees | None:
        """The functions with the first of some edits of one with which all is right."""
        trees = self.harness.trees
        with contextlib.suppress(OutOfBudget):
            for edit in () if self.holds_already else edits:
                self.harness.spend()
                changed = {**trees, function: swapped(trees[function], edit.changes)}
                if self.is_reached(changed):
                    return changed
        return None

    @cached_property
    def _advised(self) -> set[str]:
        """The advice that the function is against as it stands: where it has a fault, advice is
        another matter, and reported when that is mended.
        """
        if all(o.level == "advice" for o in self.report.findings):
            return set()
        return {
            law.name
            for law in self.harness.laws
            if law.level == "advice"
            and any(self._breaks(law, case) for case in self.harness.cases[:: law.every])
        }

    def is_reached(self, trees: Trees) -> bool:
        """Whether functions are right on every case, and keep every law."""
        harness, advised = self.harness, self._advised
        try:
            made = harness.compiled(trees)
        except Exception:
            return False
        with harness.running(made):
            if not _serves(harness):  # which is seen with few calls
                return False
            results = harness.functions.results(harness.spec)
            is_right = _is_right_on(harness, harness.cases, harness.subject, results)
            return is_right and not any(_broken_laws(harness, self.allowed | advised))


def _form_of(value: Any) -> object:
    """Of what kind the parts of a value are, and how many parts those have in turn."""
    parts = value if isinstance(value, list | tuple) else [value]
    return [(type(one), len(one) if isinstance(one, list | tuple) else 0) for one in parts]


def _is_right_on(
    harness: Harness, cases: Iterable[Case], subject: Subject, results: Sequence[str]
) -> bool:
    """Whether the results are right on every case that the function is for."""
    for case in cases:
        harness.budget.spend()
        with contextlib.suppress(NotApplicable):
            if not _is_right(subject.anew(), case, results):
                return False
    return True


def _is_right(subject: Subject, case: Case, results: Sequence[str]) -> bool:
    """Whether the results on one case are right."""
    try:
        found = flat(subject.run(case).values)
        expected = flat(subject.expected(case))
    except Crash:
        return False
    names = [n for n in expected if n.partition("[")[0] in results]
    return all(_same(subject, case, n, found.get(n), expected[n]) for n in names)


def _same(subject: Subject, case: Case, name: str, found: Any, expected: Any) -> bool:
    with contextlib.suppress(Exception):
        return isinstance(found, np.ndarray) and same(subject, case, name, found, expected)
    return False


def breaks(subject: Subject, law: Property, case: Case) -> bool:
    """Whether what runs breaks a law on a case."""
    try:
        law.check(subject, case)
    except NotApplicable:
        return False
    except Exception:
        return True
    return False


def _broken_laws(harness: Harness, allowed: Collection[str]) -> Iterator[BrokenLaw]:
    """The laws that the version that runs breaks, each with the cases that show it."""
    for number, case in enumerate(harness.cases):
        harness.budget.spend()
        subject = harness.subject.anew()
        for law in harness.laws:
            is_due = number % law.every == 0 and law.name not in allowed
            if is_due and breaks(subject, law, case):
                yield BrokenLaw(law, case)


def _serves(harness: Harness) -> bool:
    """Whether the backward functions that read the private cache of the version hold with it, and
    the forward function that makes what is called.

    Nothing else tells whether what a private cache holds is right.
    """
    if harness.maker:
        return _partner_holds(harness, harness.spec.forward)
    partners = [
        name
        for name, other in harness.family.functions.items()
        if other.forward == harness.spec.name and name in harness.functions
    ]
    if not partners or not _keeps_a_private_cache(harness):
        return True
    return all(_partner_holds(harness, name) for name in partners)


def _keeps_a_private_cache(harness: Harness) -> bool:
    spec, case = harness.spec, (*harness.quick, *harness.cases)[0]
    try:
        cache = harness.functions.call(spec, case.arguments(spec)).cache
    except Crash:
        return False
    return cache is not None and harness.functions.contents(spec, cache) is None


def _partner_holds(harness: Harness, name: str) -> bool:
    reference = harness.subject.reference
    subject = Subject(harness.functions, harness.family, name, reference=reference)
    results = harness.functions.results(subject.function)
    return _is_right_on(harness, (*harness.quick, *harness.cases[::4]), subject, results)
