"""What is wrong in each function that failed: the mistake, its place, and what was meant."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from ..cells import families
from ..engine import Check, Diagnosis, FunctionReport
from ..properties.limits import OutOfTime, shorter
from .alikes import behaves_like
from .changes import KINDS
from .errata import errata
from .kinds import kinds
from .search import Search
from .stage import BUDGET, Stage
from .telling import told

_NOTHING = Diagnosis("", "")

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
    with contextlib.suppress(Exception, OutOfTime):
        found = kinds(done, report)
    if report.findings and not all(one.line and one.suggestion for one in found or [_NOTHING]):
        with contextlib.suppress(Exception, OutOfTime):
            found = by_repair(done, report) or found
    with contextlib.suppress(Exception, OutOfTime):
        found = [*errata(done, report), *found]
    return tuple(found)


def by_repair(done: Check, report: FunctionReport) -> list[Diagnosis]:
    """The least change with which the function does what it should, as a diagnosis."""
    if report.name not in done.surroundings:
        return []
    family = next(f for f in families().values() if report.name in f.functions)
    spec = family.functions[report.name]
    with shorter(LONGEST_TRY), done.subject_for(family, report.name) as (subject, _):
        stage = Stage(done, subject, family, spec, BUDGET)
        repairs = Search(stage, report).repairs()
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
