"""What is wrong in each function that failed: the mistake, its place, and what was meant."""

from __future__ import annotations

import ast
import contextlib
import time
from dataclasses import replace
from textwrap import dedent

from ..cells import families
from ..engine import Check, Diagnosis, FunctionReport
from ..properties.limits import OutOfTime, shorter
from .alikes import behaves_like
from .chains import Chains
from .changes import KINDS
from .errata import errata
from .kinds import kinds
from .search import Search
from .source import LEFT_OUT
from .stage import BUDGET, OutOfBudget, Stage
from .telling import told

ALONE = 0.25
"""The part of the time in which the mistakes are sought that show on their own."""

ENDLESS = "does not come to an end"
"""What is found where nothing can be tried, for each try would take seconds."""

LONGEST_TRY = 0.1
"""Seconds that one call of a changed function may take; many changes make endless loops."""


def diagnose(done: Check, reports: list[FunctionReport]) -> list[FunctionReport]:
    """The reports of a checked submission, those of functions that are lacking diagnosed.

    A diagnosis that breaks costs itself, never the report.
    """
    return [
        replace(report, diagnosis=_of(done, report)) if report.is_lacking else report
        for report in reports
    ]


def _of(done: Check, report: FunctionReport) -> tuple[Diagnosis, ...]:
    """What the code itself shows; else what a search for the least change of it finds."""
    found: list[Diagnosis] = []
    if any(ENDLESS in outcome.message for outcome in report.findings):
        return ()
    started = time.process_time()
    with contextlib.suppress(Exception, OutOfTime), shorter(LONGEST_TRY):
        found = kinds(done, report)
    if report.findings and not _suffices(done, report, found):
        with contextlib.suppress(Exception, OutOfTime):
            left = BUDGET - (time.process_time() - started)
            found = by_repair(done, report, left) or found
    with contextlib.suppress(Exception, OutOfTime):
        found = [*errata(done, report), *found]
    return tuple(found)


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
            stage = Stage(done, subject, family, family.functions[report.name], BUDGET)
            with stage.playing(stage.compiled({definition.name: tree})):
                return stage.holds(stage.cases) and stage.lawful(Search(stage, report).allowed)
    return True


def by_repair(done: Check, report: FunctionReport, seconds: float = BUDGET) -> list[Diagnosis]:
    """The least change with which the function does what it should, as a diagnosis."""
    if report.name not in done.surroundings:
        return []
    started = time.process_time()
    family = next(f for f in families().values() if report.name in f.functions)
    spec = family.functions[report.name]
    with shorter(LONGEST_TRY), done.subject_for(family, report.name) as (subject, _):
        stage = Stage(done, subject, family, spec, seconds * ALONE)
        search = Search(stage, report)
        repairs = []
        with contextlib.suppress(OutOfBudget):
            repairs = search.repairs()
        if not repairs and stage.quick:
            stage.allow(started + seconds - time.process_time())
            with contextlib.suppress(OutOfBudget):
                repairs = search.fewest(Chains(search).repairs())
        if not repairs:
            return _alike(stage)
        sequence = "sequence" in spec.role.value
        return told(stage.sources, stage.trees, repairs[-1].after, sequence)


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
