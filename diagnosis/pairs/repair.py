"""The statement that makes a wrong gradient, and what was meant there: the repair search, with the
numerical derivative of the forward function for its oracle.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Iterator

from ...engine.outcome import Diagnosis
from ...pairs.cases import TRIES, Mode
from ...pairs.in_process import LivePair
from ...pairs.mending import Correction, Failure
from ...pairs.protocol import Pair
from ...subject.budget import Work
from ...subject.limits import OutOfTime, shorter
from ..code.allowances import LONGEST_TRY
from ..code.costs import COMPOSED, TIE
from ..code.differences import called
from ..search.fewest import fewest, in_its_place
from ..search.harness import Trees
from ..search.single import one_by_one
from ..search.version import Version, length_of
from ..telling import diagnoses
from .derivative_goal import PairGoal
from .running import PairRunner, Sample

EVENTS = 16
"""So many statements are evaluated in a try that counts as one."""

MODES: tuple[Mode, ...] = ("distinct", "equal", "distinct")
"""The sizes of the cases on which changes are tried."""

FIRST = 1000
"""The number of the first of these: not those that are judged."""


def repaired(failure: Failure) -> list[Correction]:
    """What should be changed, where that is known. A diagnosis that breaks costs itself, never the
    report.
    """
    found: list[Diagnosis] = []
    if isinstance(failure.pair, LivePair):
        with contextlib.suppress(Exception, OutOfTime), shorter(LONGEST_TRY):
            found = _diagnoses(failure, failure.pair)
    return [Correction(one.line, one.source, one.suggestion) for one in found]


def _diagnoses(failure: Failure, pair: LivePair) -> list[Diagnosis]:
    """The same, from the first sample on which a gradient is wrong."""
    samples = [*_samples(failure, pair)]
    for sample in samples:
        harness = PairRunner(pair, sample, Work())
        if harness.sources and not harness.holds_on(sample):
            return _searched(PairGoal(harness, samples), failure.holds)
    return []


def _samples(failure: Failure, pair: LivePair) -> Iterator[Sample]:
    for number, mode in enumerate(MODES):
        for attempt in range(TRIES):
            case = failure.drawing.case(FIRST + number, attempt, mode, "plain")
            made = case and Sample.of(pair, case, failure.examples, failure.reference)
            if made:
                yield made
                break
    for trial in failure.trials:
        made = Sample.of(pair, trial.case, failure.examples, failure.reference)
        if made:
            yield made


def _searched(goal: PairGoal, holds: Callable[[Pair], bool]) -> list[Diagnosis]:
    """The least change with which all gradients are right, as a diagnosis."""
    harness, version = goal.harness, Version(goal, goal.harness.trees)
    harness.weight = max(1, len(version.trace.events) // EVENTS)
    found = one_by_one(version)
    if found is None and harness.budget.is_over:
        return []  # what was not tried may be likelier than what was found
    meant = _least(goal) if goal.proven else None
    if found is not None and not goal.proven:
        meant = fewest(goal, found)
    if meant is None:
        return []
    meant = in_its_place(goal, meant)
    with harness.running(harness.compiled(meant)):
        if not holds(harness.live_pair):
            return []
    return diagnoses(harness, meant, False)


def _least(goal: PairGoal) -> Trees | None:
    """The functions with the least of the changes that each make all right; where several are as
    little, with a name rather than its number, and the shortest; nothing where these stand in
    different statements.
    """
    cost = min(edit.cost for edit, _ in goal.proven)
    if cost >= COMPOSED:
        return None  # what takes so much may be meant, or not
    least = [(edit, trees) for edit, trees in goal.proven if edit.cost <= cost + TIE]
    sites = goal.harness.sites(goal.harness.trees)

    def computes(trees: Trees) -> bool:
        return any(not _gives_back(sites[n].statement) for n in goal.harness.changed(trees))

    least = [one for one in least if computes(one[1])] or least

    def size_of(trees: Trees) -> tuple[int, int]:
        return _numbers(trees), length_of(trees)

    size = min(size_of(trees) for _, trees in least)
    shortest = [trees for _, trees in least if size_of(trees) == size]
    places = {frozenset(goal.harness.changed(trees)) for trees in shortest}
    return shortest[0] if len(places) == 1 else None


def _numbers(trees: Trees) -> int:
    """How many numbers are written out."""
    return sum(isinstance(n, ast.Constant) for tree in trees.values() for n in ast.walk(tree))


def _gives_back(statement: ast.stmt) -> bool:
    """Whether a statement returns what was computed before, in its shape or another."""
    if not isinstance(statement, ast.Return) or statement.value is None:
        return False
    computing = (ast.BinOp, ast.UnaryOp, ast.IfExp, ast.Call)
    return not any(
        isinstance(node, computing) and called(node) not in ("reshape", "copy", "ravel")
        for node in ast.walk(statement.value)
    )
