"""The statement that makes a wrong gradient, and what was meant there: the repair search, with the
numerical derivative of the forward function for its oracle.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..diagnosis.code.costs import COMPOSED, TIE
from ..diagnosis.code.differences import called
from ..diagnosis.search.fewest import fewest, in_its_place
from ..diagnosis.search.harness import Trees
from ..diagnosis.search.single import one_by_one
from ..diagnosis.search.version import Version, length_of
from ..diagnosis.telling import diagnoses
from ..engine.outcome import Diagnosis
from ..subject.budget import Work
from ..subject.limits import OutOfTime, shorter
from .calls import Pair
from .cases import TRIES, Drawing, Mode
from .goal import PairGoal
from .running import PairRunner, Sample
from .trial import Trial

LONGEST_TRY = 0.1
"""Seconds that one call of a changed function may take; many changes make endless loops."""

EVENTS = 16
"""So many statements are evaluated in a try that counts as one."""

MODES: tuple[Mode, ...] = ("distinct", "equal", "distinct")
"""The sizes of the cases on which changes are tried."""

FIRST = 1000
"""The number of the first of these: not those that are judged."""


@dataclass(frozen=True)
class Failure:
    """A pair that failed: the failing trials, the small one last."""

    pair: Pair
    drawing: Drawing
    examples: str | None
    trials: tuple[Trial, ...]


def repaired(failure: Failure, holds: Callable[[Pair], bool]) -> list[Diagnosis]:
    """What should be changed, a diagnosis for each statement; none where that is not known.

    ``holds`` tells whether a pair is right on every case that was judged. A diagnosis that breaks
    costs itself, never the report.
    """
    samples = [*_samples(failure)]
    with contextlib.suppress(Exception, OutOfTime), shorter(LONGEST_TRY):
        for sample in samples:
            harness = PairRunner(failure.pair, sample, Work())
            if harness.sources and not harness.holds_on(sample):
                return _searched(PairGoal(harness, samples), holds)
    return []


def _samples(failure: Failure) -> Iterator[Sample]:
    for number, mode in enumerate(MODES):
        for attempt in range(TRIES):
            case = failure.drawing.case(FIRST + number, attempt, mode, "plain")
            made = case and Sample.of(failure.pair, case, failure.examples)
            if made:
                yield made
                break
    for trial in failure.trials:
        made = Sample.of(failure.pair, trial.case, failure.examples)
        if made:
            yield made


def _searched(goal: PairGoal, holds: Callable[[Pair], bool]) -> list[Diagnosis]:
    """The least change with which all gradients are right, as a diagnosis."""
    harness, version = goal.harness, Version(goal, goal.harness.trees)
    harness.weight = max(1, len(version.trace.events) // EVENTS)
    found = one_by_one(version)
    meant = _least(goal) if goal.proven else None
    if found is not None and not goal.proven:
        meant = fewest(goal, found)
    if meant is None:
        return []
    meant = in_its_place(goal, meant)
    with harness.running(harness.compiled(meant)):
        if not holds(harness.live_pair):
            return []
    return diagnoses(harness.sources, harness.trees, meant, False)


def _least(goal: PairGoal) -> Trees | None:
    """The functions with the least of the changes that each make all right; the shortest, where
    several are as little; nothing where these stand in different statements.
    """
    cost = min(edit.cost for edit, _ in goal.proven)
    if cost >= COMPOSED:
        return None  # what takes so much may be meant, or not
    least = [(edit, trees) for edit, trees in goal.proven if edit.cost <= cost + TIE]
    sites = goal.harness.sites(goal.harness.trees)

    def computes(trees: Trees) -> bool:
        return any(not _gives_back(sites[n].statement) for n in goal.harness.changed(trees))

    least = [one for one in least if computes(one[1])] or least
    size = min(length_of(trees) for _, trees in least)
    shortest = [trees for _, trees in least if length_of(trees) == size]
    places = {frozenset(goal.harness.changed(trees)) for trees in shortest}
    return shortest[0] if len(places) == 1 else None


def _gives_back(statement: ast.stmt) -> bool:
    """Whether a statement returns what was computed before, in its shape or another."""
    if not isinstance(statement, ast.Return) or statement.value is None:
        return False
    computing = (ast.BinOp, ast.UnaryOp, ast.IfExp, ast.Call)
    return not any(
        isinstance(node, computing) and called(node) not in ("reshape", "copy", "ravel")
        for node in ast.walk(statement.value)
    )
