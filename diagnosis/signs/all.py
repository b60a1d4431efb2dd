"""Mistakes that have no behaviour of their own: a function raises, changes what it is given, keeps
views, drops results, is a stub, or is no Python at all. Each is told in one sentence at its line.

A change of the text is suggested only where the function keeps all its laws with it on every drawn
case; where nothing is sure, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable

from ...cells import families
from ...engine import Check
from ...engine.outcome import ENDLESS, Diagnosis, FunctionReport, Status
from ..code.source import Source
from ..search.trials import Trial
from .crashes import by_dimensions, crashes
from .endless import endless
from .hard_coded_sizes import hard_coded
from .memory import arguments_changed, live_views
from .outside import read_from_outside
from .results_dropped import kept
from .unfinished import unfinished, unread


def kinds(done: Check, report: FunctionReport) -> list[Diagnosis]:
    """What can be said of a function that failed or is incomplete, and how sure it is."""
    if done.submission.unreadable(report.name):
        return unread(done, report)
    if report.status is Status.INCOMPLETE:
        return unfinished(done, report)
    if report.status is not Status.FAILED or report.name not in done.surroundings:
        return []
    source = Source.of(done.submission.found[report.name])
    family = next(f for f in families().values() if report.name in f.functions)
    if source is None:
        return []
    with done.subject_for(family, report.name) as (subject, _):
        trial = Trial(done, subject, source)
        if any(outcome.error == ENDLESS for outcome in report.findings):
            return endless(trial)
        return _told(trial, {o.property for o in report.findings})


def _told(trial: Trial, broken: set[str]) -> list[Diagnosis]:
    told = crashes(trial)
    if "arguments_are_left_unchanged" in broken:
        told += arguments_changed(trial)
    searches: tuple[Callable[[Trial], list[Diagnosis]], ...] = (
        hard_coded,
        read_from_outside,
        kept,
        live_views,
        by_dimensions,
    )
    for search in searches:
        told = told or search(trial)
    return told
