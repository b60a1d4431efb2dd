"""Every law on every function that it speaks of: of the reference cells, or of a submission.

A law is a function in a module beside this one; what it is tried on is derived from the cells.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cellcheck.baseline import Known
from cellcheck.cells import Family, families
from cellcheck.engine import (
    Advice,
    Check,
    FunctionReport,
    Level,
    Outcome,
    Settings,
    Status,
    SubmissionReport,
    Verdict,
)
from cellcheck.engine.suite import failure_text, plain_snippets, tried
from cellcheck.plugin import KNOWN
from cellcheck.properties import PROPERTIES, Property, Subject
from cellcheck.strategies import Case, cases
from cellcheck.subject.live import LiveFunctions

TRIALS = [
    pytest.param(family, function, law, id=f"{function}-{law.name}")
    for family in families().values()
    for function, spec in family.functions.items()
    for law in PROPERTIES.values()
    if law.applies(spec)
]


class LawBroken(Exception):  # a broken law is no error of the suite's
    """A law is broken, or cannot be tried."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class Reference:
    """The reference cells, each law first without anything to compare with."""

    def outcome(self, family: Family, function: str, law: Property, case: Case) -> Outcome:
        """What becomes of a law on one case."""
        functions = LiveFunctions.plain(family)
        for reference in (None, functions):
            subject = Subject(functions, family, function, reference=reference)
            outcome = tried(subject, law, [case], plain_snippets(functions))
            if outcome.verdict is not Verdict.NOT_APPLICABLE:
                break
        return outcome

    def known(self, function: str, law: Property) -> Outcome | None:
        """Nothing is known beforehand."""
        return None


class Judged:
    """A submission, checked once: a fault is told at the function that holds it, and a law that
    held is tried on new cases.
    """

    def __init__(self, submission: Any, known: Known, path: str, profile: str) -> None:
        self.path = path
        self.check = Check(submission, path, Settings(profile), progress=lambda name: None)
        found = SubmissionReport(path, functions=tuple(self.check.run()))
        self.reports = {report.name: report for report in known.applied(found).functions}

    def known(self, function: str, law: Property) -> Outcome | None:
        """What the check has found, unless the law held. Skips what it has not tried."""
        report = self.reports[function]
        if report.status is Status.MISSING:
            pytest.skip(f"{self.path} has no {function}")
        if report.status in (Status.INCOMPLETE, Status.BLOCKED):
            pytest.skip(f"{function} is {report.status.value}: {report.reason}")
        outcome = _find(report, law)
        return None if outcome.verdict is Verdict.HELD else outcome

    def outcome(self, family: Family, function: str, law: Property, case: Case) -> Outcome:
        """What becomes of a law on one more case."""
        with self.check.subject_for(family, function) as (subject, snippets):
            return tried(subject, law, [case], snippets)


def _find(report: FunctionReport, law: Property) -> Outcome:
    """The outcome of a law; a function that could not be read has no other than that."""
    for outcome in report.outcomes:
        if outcome.property == law.name:
            return outcome
    return Outcome(report.name, law.name, Verdict.NOT_APPLICABLE, message=report.reason)


@pytest.fixture(scope="session")
def judged(submission: object, pytestconfig: pytest.Config) -> Reference | Judged:
    """What the laws are tried on."""
    if submission is None:
        return Reference()
    options, known = pytestconfig.option, pytestconfig.stash[KNOWN]
    return Judged(submission, known, options.submission, options.cellcheck_profile)


def reported_in_words(test: Callable[..., None]) -> Callable[..., None]:
    """Has a broken law told by its own text: a fault fails the test, unless it is a known one, and
    advice is a warning.
    """

    @wraps(test)
    def reporting(*args: object, **kwargs: object) -> None:
        try:
            return test(*args, **kwargs)
        except LawBroken as broken:
            outcome = broken.outcome
        if outcome.verdict is Verdict.EXPECTED:
            pytest.xfail(outcome.message)
        if outcome.level is Level.FAULT or outcome.verdict is Verdict.ERRORED:
            pytest.fail(failure_text(outcome), pytrace=False)
        warnings.warn(Advice(failure_text(outcome)), stacklevel=1)

    return reporting


@pytest.mark.filterwarnings("always::cellcheck.engine.Advice")
@pytest.mark.parametrize(("family", "function", "law"), TRIALS)
@reported_in_words
@settings(phases=(Phase.explicit, Phase.reuse, Phase.generate))  # the engine makes cases small
@given(data=st.data())
def test_law(
    data: st.DataObject, judged: Reference | Judged, family: Family, function: str, law: Property
) -> None:
    outcome = judged.known(function, law)
    if outcome is None:
        outcome = judged.outcome(family, function, law, data.draw(cases(family)))
    if outcome.verdict is Verdict.NOT_APPLICABLE:
        pytest.skip(outcome.message)
    if outcome.verdict is not Verdict.HELD:
        raise LawBroken(outcome)
