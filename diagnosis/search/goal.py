"""When a changed function is right: the case that shows what is wrong, and the laws to be kept."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Collection, Mapping
from functools import cached_property

from ...engine import FunctionReport
from ...strategies import Case
from ...subject.errors import Crash
from ..mutate.reference_values import Meaning, meaning_of
from .harness import Stage, Trees
from .patches import Repair
from .verdicts import Broken, breaks, broken_laws, holds, lawful, serves

CACHE_LAW = "the_cache_serves_the_backward_pass"


class Goal:
    """What changed versions of one failing function have to reach."""

    def __init__(self, stage: Stage, report: FunctionReport) -> None:
        self.stage, self.report = stage, report
        self.findings = {o.property for o in report.findings}
        faults = {o.property for o in report.findings if o.level == "fault"}
        self.allowed = self.findings - faults if faults else set()
        self.broken: list[Broken] = []
        """The laws that alone show what is wrong, each with a small case."""
        self.proven: list[Repair] = []
        """Changes with which the function is right, chosen or not."""

    def anew(self, trees: Trees) -> Goal:
        """What is still to be reached when some mistakes are mended, with a case that shows it."""
        stage = copy.copy(self.stage)
        stage.quick = []
        goal = Goal(stage, self.report)
        with stage.playing(stage.compiled(trees)):
            goal.findings = {broken.law.name for broken in broken_laws(stage, self.allowed)}
            goal.choose_case()
        return goal

    def choose_case(self) -> None:
        """A case that shows the fault, the own one if it does; none, if nothing is wrong."""
        stage = self.stage
        own = stage.own_case()
        stage.spends_its_cache = self._spends_its_cache(own)
        stage.needs_cache = self._cache_is_comparable(own)
        for case in (own, *stage.cases):
            if self._fails(case):
                stage.quick.append(case)
                break
        if not stage.quick:
            self._find_broken()
            if self.broken:
                stage.quick.append(own)

    def _spends_its_cache(self, case: Case) -> bool:
        try:
            self.stage.observed(case)
        except Crash as crash:
            return "read-only" in crash.message
        return False

    def _cache_is_comparable(self, case: Case) -> bool:
        stage, spec = self.stage, self.stage.spec
        if not spec.role.is_forward:
            return False
        with contextlib.suppress(Crash):
            values = stage.functions.call(spec, case.arguments(spec))
            if stage.functions.contents(spec, values.cache) is not None:
                return CACHE_LAW in self.findings or self._fails(case)
        return False

    def _fails(self, case: Case) -> bool:
        try:
            return not all(self.stage.score(case).values())
        except Crash:
            return True

    def _find_broken(self) -> None:
        """The laws that the version that plays breaks, with a small case for each."""
        laws = [law for law in self.stage.laws if law.name in self.findings]
        for law in laws:
            failing = [c for c in self.stage.cases if breaks(self.stage, law, c)]
            if failing:
                small = min(failing, key=lambda case: sum(case.dims.values()))
                self.broken.append(Broken(law, small))

    @cached_property
    def meaning(self) -> Meaning:
        """What the reference computes on the case."""
        return meaning_of(self.stage.family, self.stage.spec, self.stage.quick[0])

    def score(self, wanted: Collection[str] | None) -> Mapping[str, bool] | None:
        """Which results are right in the version that plays; None where a law stays broken."""
        score = self.stage.score(self.stage.quick[0], wanted)
        if any(breaks(self.stage, broken.law, broken.case) for broken in self.broken):
            return None
        return score

    def is_reached(self, trees: Trees) -> bool:
        """Whether functions are right on every case, and keep every law."""
        stage = self.stage
        try:
            made = stage.compiled(trees)
        except Exception:
            return False
        with stage.playing(made):
            return holds(stage) and lawful(stage, self.allowed) and serves(stage)

    def is_reached_by(self, repair: Repair) -> bool:
        """The same of the functions after a change, which is kept if it is proven so."""
        right = self.is_reached(repair.after)
        self.proven += [repair] if right else []
        return right
