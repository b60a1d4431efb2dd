"""What is wrong in each function that failed: the mistake, its place, and what was meant."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TypeAlias

from ..cells import families
from ..cells.spec import Misprint, Role
from ..engine import Check, Diagnosis, FunctionReport, Status
from ..engine.outcome import ENDLESS, Match
from ..engine.pairs import mended
from ..subject.budget import Budget, OutOfBudget
from ..subject.limits import OutOfTime, shorter
from . import pairs as _mender  # noqa: F401  # which a failing pair asks
from .code.allowances import ADVISED, ALONE, FILE, FUNCTION, LEAST, LONGEST_TRY
from .faults.registry import faults
from .mutants.equivalent import equivalent_mutant
from .mutants.misprints import followed, with_misprints
from .search.fewest import fewest, in_its_place
from .search.goal import Goal, to_be_mended
from .search.harness import Harness, Trees
from .search.ranking import likeliest
from .search.several import one_after_the_other
from .search.single import one_by_one
from .search.version import Version
from .signs.all import by_signs
from .signs.unfinished import by_text
from .telling import diagnoses

ELSEWHERE = " With that the function is right; a change elsewhere might do as well."
"""What is added where more changes than one do."""

Misprints: TypeAlias = Callable[[], Sequence[Misprint]]
"""Gives the errors in print that a function follows, found once they are asked for."""

DEEPEST = 8_000
"""Calls within each other, for the trees of long sums, which are as deep as they have terms."""


def diagnose(done: Check, reports: list[FunctionReport]) -> list[FunctionReport]:
    """The reports of a checked submission, those of functions that are lacking diagnosed.

    A diagnosis that breaks costs itself, never the report.
    """
    diagnosed = []
    file = Budget(done.submission.work, FILE)
    with _deep():
        for report in reports:
            diagnosed.append(_diagnosed(done, report, file) if report.is_lacking else report)
    return diagnosed


@contextlib.contextmanager
def _deep() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEEPEST))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _diagnosed(done: Check, report: FunctionReport, file: Budget) -> FunctionReport:
    """What the text shows; else what the signs show; else what a search for the least change of it
    finds. Of a pair, what its own search finds.
    """
    if report.name in done.wrong:
        with contextlib.suppress(Exception, OutOfTime):
            one = mended(done.submission, done.wrong[report.name], done.settings.seed)
            return replace(report, diagnosis=(one,)) if one else report
        return report
    found: list[Diagnosis] = []
    is_cut = False
    with contextlib.suppress(Exception, OutOfTime):
        found = by_text(done, report)
    if to_be_mended(report) and report.name in done.surroundings:
        with contextlib.suppress(Exception, OutOfTime), in_harness(done, report) as harness:
            goal = Goal(harness, report)
            misprints = cache(partial(followed, harness.subject, harness.spec, harness.cases))
            for step in _steps(goal, file, misprints, takes_batches=done.takes_batches):
                with contextlib.suppress(Exception, OutOfTime):
                    try:
                        found = step() or found
                    except OutOfBudget:
                        is_cut = True
                if any(one.suggestion for one in found):
                    is_cut = False
                    break
            is_cut = is_cut or goal.is_cut
            found = with_misprints(harness, found, misprints())
    return replace(report, diagnosis=tuple(found), is_cut=is_cut)


def _steps(
    goal: Goal, file: Budget, misprints: Misprints, *, takes_batches: bool
) -> Iterator[Callable[[], list[Diagnosis]]]:
    """What is looked for, one after the other, until a correction is found. Of what is right for
    one example as vectors nothing is, where the file has no batches elsewhere: to make it right for
    a batch is to write it anew.
    """
    if goal.harness.functions.bound[goal.report.name].remark and not takes_batches:
        return
    if goal.report.status is Status.FAILED:
        yield lambda: by_signs(goal)
    if not any(outcome.error == ENDLESS for outcome in goal.report.findings):
        # where it ends, for each try might take as long
        yield lambda: by_search(goal, file, misprints)


@contextlib.contextmanager
def in_harness(done: Check, report: FunctionReport) -> Iterator[Harness]:
    """The function as it was judged, in a harness that runs changed versions of it."""
    family = next(f for f in families().values() if report.name in f.functions)
    right = {report.name, *(done.surroundings.keys() - done.replaced)}
    replaced, _ = done.surroundings[report.name]
    functions = [function for f in families().values() for function in f.functions.values()]
    helpers = {function.name for function in functions if function.role is Role.HELPER}
    judged = {*done.submission.found}
    if report.status is Status.PASSED:  # what is advised of it may be of an activation that it uses
        judged -= helpers
    lacking = (done.submission.found.keys() & helpers) - right - replaced
    with (
        shorter(LONGEST_TRY),
        done.subject_for(family, report.name) as (subject, _),
        done.submission.with_correct(lacking),  # what is meant may call what was never called
    ):
        yield Harness(done, subject, subject.family, subject.function, judged)


def by_search(goal: Goal, file: Budget, misprints: Misprints) -> list[Diagnosis]:
    """The least change with which the function does what it should, as a diagnosis.

    ``file`` is what may be spent on all functions, of which one has always a part; ``misprints``
    gives the errors in print that the function follows.
    """
    harness, is_advised = goal.harness, goal.report.status is Status.PASSED
    known = len(misprints())
    most = ADVISED if is_advised else FUNCTION * max(known, 1)
    whole = Budget(file.work, max(min(most, file.left), LEAST))
    harness.budget.allow(whole.left * ALONE)
    if goal.holds_already:
        return []  # what breaks it is not in its text: a decorator, or chance
    harness.quick = []
    meant = _meant(goal, whole, is_one=known < 2)
    if meant is not None:
        said = diagnoses(harness, in_its_place(goal, meant), harness.is_sequence)
        # what passes is not to be written anew for the sake of an advice
        return said if len(said) == 1 or not is_advised else []
    # where the search was cut, what was not tried may be likelier than what was found
    least = None if goal.is_cut else likeliest(goal)
    if least is None:
        return _by_equivalent(harness)
    likely = diagnoses(harness, least, harness.is_sequence)
    return [replace(one, match=Match.LIKELY, message=one.message + ELSEWHERE) for one in likely]


def _meant(goal: Goal, whole: Budget, is_one: bool) -> Trees | None:
    """The functions without the mistakes that show on their own, where it may be one; else without
    those that hide one another.
    """
    harness = goal.harness
    meant = None
    with contextlib.suppress(OutOfBudget):
        goal.choose_case()
        is_sought = harness.quick and is_one and not goal.certain
        found = one_by_one(Version(goal, harness.trees)) if is_sought else None
        meant = fewest(goal, found) if found else None
    if meant is None and harness.quick:
        harness.budget.allow(whole.left)
        with contextlib.suppress(OutOfBudget):
            found = one_after_the_other(goal)
            meant = fewest(goal, found) if found else None
    goal.is_cut = harness.budget.is_over and meant is None
    return meant


def _by_equivalent(harness: Harness) -> list[Diagnosis]:
    """The mistake without its line: the one mutant of the reference that gives the same."""
    found = equivalent_mutant(
        harness.family, harness.spec, harness.subject, harness.own_case(), harness.cases
    )
    if found is None:
        return []
    what = faults()[found.fault].what
    message = (
        f"It gives what comes out with `{found.wrong}` where `{found.meant}` was meant: {what}."
    )
    return [Diagnosis(found.fault, message)]
