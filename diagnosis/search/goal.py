"""When a changed function is right: the case that shows what is wrong, and the laws to be kept."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from ...engine import FunctionReport
from ...properties import PROPERTIES, Property
from ...strategies import Case
from ...subject.budget import OutOfBudget
from ...subject.errors import Crash
from ..code.edit import Edit
from ..code.sites import swapped
from ..localise.traces import Tracer
from ..mutate.reference_values import Meaning, meaning_of
from .harness import Harness, Trees
from .verdicts import Broken, breaks, broken_laws, holds, lawful, serves

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


class Goal:
    """What changed versions of one failing function have to reach."""

    def __init__(self, harness: Harness, report: FunctionReport) -> None:
        self.harness, self.report = harness, report
        self.findings = {o.property for o in report.findings}
        faults = {o.property for o in report.findings if o.level == "fault"}
        self.allowed = self.findings - (faults or to_be_mended(report))
        self.broken: list[Broken] = []
        """The laws that alone show what is wrong, each with a small case."""
        self.proven: list[tuple[Edit, Trees]] = []
        """Changes with which the function is right, chosen or not, and what it is with them."""
        self.is_cut = False
        """Whether the search was given up before all was tried."""

    def anew(self, trees: Trees) -> Goal:
        """What is still to be reached when some mistakes are mended, with a case that shows it."""
        harness = copy.copy(self.harness)
        harness.quick = []
        goal = Goal(harness, self.report)
        with harness.running(harness.compiled(trees)):
            goal.findings = {broken.law.name for broken in broken_laws(harness, self.allowed)}
            goal.choose_case()
        return goal

    def choose_case(self) -> None:
        """A case that shows the fault, the own one if it does; none, if nothing is wrong."""
        harness = self.harness
        own = harness.own_case()
        harness.spends_its_cache = self._spends_its_cache(own)
        harness.needs_cache = self._cache_is_comparable(own)
        for case in (own, *harness.cases):
            if self._fails(case):
                harness.quick.append(case)
                break
        if not harness.quick:
            self.broken = self.broken_of(self.findings)
            if self.broken:
                harness.quick.append(own)

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

    def broken_of(self, names: Collection[str]) -> list[Broken]:
        """Of some laws those that the version that runs breaks, with a small case for each."""
        small = sorted(self.harness.cases, key=lambda case: sum(case.dims.values()))
        laws = [law for law in self.harness.laws if law.name in names]
        broken = (
            (law, next((case for case in small if self._breaks(law, case)), None)) for law in laws
        )
        return [Broken(law, case) for law, case in broken if case]

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

    def score(self, wanted: Collection[str] | None) -> Mapping[str, bool] | None:
        """Which results are right in the version that runs; None where a law stays broken."""
        score = self.harness.score(self.harness.quick[0], wanted)
        if any(self._breaks(*broken) for broken in self.broken):
            return None
        return score

    @cached_property
    def holds_already(self) -> bool:
        """Whether the function is right as it stands: what breaks it is not in its text."""
        return self.is_reached(self.harness.trees)

    def first_proven(self, function: str, edits: Iterable[Edit]) -> Trees | None:
        """The functions with the first of some edits of one with which all is right."""
        trees = self.harness.trees
        with contextlib.suppress(OutOfBudget):
            for edit in () if self.holds_already else edits:
                self.harness.check_time()
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
            if not holds(harness) or not lawful(harness, self.allowed | advised):
                return False
            return serves(harness)
