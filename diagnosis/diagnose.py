"""What is wrong in each function that failed: the mistake, its place, and what was meant."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable
from dataclasses import replace
from textwrap import dedent

from ..cells import families
from ..cells.spec import Role
from ..engine import Check, Diagnosis, FunctionReport
from ..engine.outcome import ENDLESS, Match
from ..subject.budget import Budget, OutOfBudget
from ..subject.limits import OutOfTime, shorter
from .code.source import LEFT_OUT
from .faults.kinds import KINDS
from .mutants.behave_alikes import behaves_like
from .mutants.errata import Erratum, errata
from .mutants.reprints import Reprint
from .search.fewest import fewest, in_its_place
from .search.goal import Goal
from .search.harness import BUDGET, Stage
from .search.patches import Repair, likeliest
from .search.several import Chains
from .search.single import one_by_one
from .search.verdicts import holds, lawful
from .signs.all import kinds
from .telling import told

WHOLE, LEAST = 20.0, 2.5
"""Seconds of work for a file, and for each of its functions when those are over."""

ALONE = 0.25
"""The part of the time in which the mistakes are sought that show on their own."""

ELSEWHERE = " With that the function is right; a change elsewhere might do as well."
"""What is added where more changes than one do, or not all could be tried."""

LONGEST_TRY = 0.1
"""Seconds that one call of a changed function may take; many changes make endless loops."""


def diagnose(done: Check, reports: list[FunctionReport]) -> list[FunctionReport]:
    """The reports of a checked submission, those of functions that are lacking diagnosed.

    A diagnosis that breaks costs itself, never the report.
    """
    diagnosed = []
    work = Budget(done.submission.work, WHOLE)
    for report in reports:
        found = _of(done, report, work) if report.is_lacking else ()
        diagnosed.append(replace(report, diagnosis=found))
    return diagnosed


def _of(done: Check, report: FunctionReport, work: Budget) -> tuple[Diagnosis, ...]:
    """What the code itself shows; else what a search for the least change of it finds."""
    found: list[Diagnosis] = []
    with contextlib.suppress(Exception, OutOfTime), shorter(LONGEST_TRY):
        found = kinds(done, report)
    if any(outcome.error == ENDLESS for outcome in report.findings):
        return tuple(found)  # each try might take as long
    erratum = Erratum()
    with contextlib.suppress(Exception, OutOfTime), shorter(LONGEST_TRY):
        erratum = errata(done, report)
    if report.findings and not _suffices(done, report, found):
        with contextlib.suppress(Exception, OutOfTime):
            found = by_repair(done, report, work, erratum.mend) or found
    return tuple(erratum.among(found))


def _suffices(done: Check, report: FunctionReport, found: list[Diagnosis]) -> bool:
    """Whether the function is right with all that is suggested."""
    if not found or not all(one.line and one.suggestion for one in found):
        return False
    definition = done.submission.found[report.name]
    with contextlib.suppress(Exception, OutOfTime):
        lines = definition.source.split("\n")
        for one in sorted(found, key=lambda one: one.line or 0, reverse=True):
            first, last = (row - definition.line for row in (one.line or 0, one.end_line or 0))
            if not 0 <= first <= last < len(lines):
                return True  # it stands in another function
            margin = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
            new = [margin + line for line in one.suggestion.split("\n")]
            if one.suggestion == LEFT_OUT:
                new.append(f"{margin}pass")
            lines[first : last + 1] = new
        tree = ast.parse(dedent("\n".join(lines))).body[0]
        if not isinstance(tree, ast.FunctionDef):
            return True
        family = next(f for f in families().values() if report.name in f.functions)
        with shorter(LONGEST_TRY), done.subject_for(family, report.name) as (subject, _):
            stage = Stage(done, subject, family, family.functions[report.name])
            with stage.playing(stage.compiled({definition.name: tree})):
                return holds(stage) and lawful(stage, Goal(stage, report).allowed)
    return True


def by_repair(
    done: Check,
    report: FunctionReport,
    work: Budget,
    mend: Callable[[Stage], Reprint | None] = Erratum.mend,
) -> list[Diagnosis]:
    """The least change with which the function does what it should, as a diagnosis.

    ``mend`` puts a mistake right that is known already, if there is one.
    """
    if report.name not in done.surroundings:
        return []
    whole = Budget(work.work, max(min(BUDGET, work.left), LEAST))
    family = next(f for f in families().values() if report.name in f.functions)
    spec = family.functions[report.name]
    right = {report.name, *(done.surroundings.keys() - done.replaced)}
    replaced, _ = done.surroundings[report.name]
    lacking = {n for n in done.submission.found.keys() - right - replaced if _is_helper(n)}
    with (
        shorter(LONGEST_TRY),
        done.subject_for(family, report.name) as (subject, _),
        done.submission.with_correct(lacking),  # what is meant may call what was never called
    ):
        stage = Stage(done, subject, family, spec, whole.left * ALONE)
        goal, before = Goal(stage, report), stage.trees
        if goal.is_reached(before):
            return []  # what breaks it is not in its text: a decorator, or chance
        sequence = "sequence" in spec.role.value
        mended = mend(stage)
        if mended:
            if goal.is_reached(mended.trees):
                return told(stage.sources, before, mended.trees, sequence)
            stage.trees = dict(mended.trees)
        stage.quick = []
        repairs = _repairs(goal, whole)
        if repairs:
            after = in_its_place(goal, repairs[-1].after)
            return told(stage.sources, before, after, sequence)
        least = likeliest(goal.proven)
        if least is None:
            return _alike(stage)
        likely = told(stage.sources, before, least.after, sequence)
        return [replace(one, match=Match.LIKELY, message=one.message + ELSEWHERE) for one in likely]


def _repairs(goal: Goal, whole: Budget) -> list[Repair]:
    """The mistakes that show on their own; else those on one chain of values."""
    stage = goal.stage
    repairs: list[Repair] = []
    with contextlib.suppress(OutOfBudget):
        goal.choose_case()
        repairs = fewest(goal, one_by_one(goal, stage.trees)) if stage.quick else []
    if not repairs and stage.quick:
        stage.budget.allow(whole.left)
        with contextlib.suppress(OutOfBudget):
            repairs = fewest(goal, Chains(goal).repairs())
    return repairs


def _is_helper(name: str) -> bool:
    return any(
        name in family.functions and family.functions[name].role is Role.HELPER
        for family in families().values()
    )


def _alike(stage: Stage) -> list[Diagnosis]:
    """The mistake without its line: the one change of the reference that behaves the same."""
    found = behaves_like(stage.family, stage.spec, stage.subject, stage.own_case(), stage.cases)
    if found is None:
        return []
    what = KINDS[found.fault]
    message = (
        f"It gives what comes out with `{found.wrong}` where `{found.meant}` was meant: {what}."
    )
    return [Diagnosis(found.fault, message)]
