"""Mistakes that show by a sign of their own: a function raises, changes what it is given, keeps
views, drops results. Each is one sentence at its line.

A sign only proposes edits; what is said of them is proven by the search's own harness, and where
nothing is sure, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ...engine.outcome import ENDLESS, Diagnosis
from ..code.allowances import SIGNS
from ..code.source import sentence
from ..search.goal import Goal
from ..telling import diagnoses
from .crashes import by_dimensions, crashes
from .defaults import kept_defaults
from .endless import endless
from .memory import arguments_changed, results_overwritten, results_shared
from .names import read_from_outside
from .runs import Runs, Sign
from .unfinished import never_filled


def by_signs(goal: Goal) -> list[Diagnosis]:
    """What the signs of a failing function say, and how sure it is."""
    harness = goal.harness
    if harness.definition.name not in harness.sources:
        return []
    runs = Runs(harness)
    with harness.budget.share(SIGNS):
        if any(outcome.error == ENDLESS for outcome in goal.report.findings):
            return _first(endless(runs), goal)
        return _in_turn(runs, goal)


def _in_turn(runs: Runs, goal: Goal) -> list[Diagnosis]:
    each = crashes(runs)
    if "arguments_are_left_unchanged" in goal.findings:
        each.append(arguments_changed(runs))
    if "a_later_call_leaves_earlier_results_alone" in goal.findings:
        each.append(results_overwritten(runs))
    if "results_share_no_memory" in goal.findings:
        each.append(results_shared(runs))
    each.append(kept_defaults(runs))
    found: list[Diagnosis] = []
    for signs in each:
        said = _first(signs, goal)
        if any(one.suggestion for one in said):
            return said  # all is right with it
        found += [one for one in said if one not in found]
    for signs in () if found else (read_from_outside(runs), never_filled(runs)):
        found = found or _first(signs, goal)
    return found or by_dimensions(runs)


def _first(signs: Iterable[Sign], goal: Goal) -> list[Diagnosis]:
    """The first sign of which an edit is proven, or which is certain without one."""
    for sign in signs:
        said = _proven(sign, goal)
        if not said and sign.is_certain:
            goal.certain += [(sign.source.definition.name, edit) for edit in [*sign.edits][:1]]
        if not said and sign.statement is not None:
            said = [sign.source.diagnosis(sign.fault, sign.sentence, sign.statement)]
        if said:
            return said
    return []


def _proven(sign: Sign, goal: Goal) -> list[Diagnosis]:
    """What is said of the first of a sign's edits with which the function is right."""
    after = goal.first_proven(sign.source.definition.name, sign.edits)
    harness = goal.harness
    said = [] if after is None else diagnoses(harness, after, harness.is_sequence)
    return [replace(one, fault=sign.fault, message=sentence(sign.sentence)) for one in said]
