"""Every law of pairs on every pair that a submission declares."""

from __future__ import annotations

import pytest

from cellcheck.engine.pairs import judge_declared
from cellcheck.pairs.for_pytest import hold
from cellcheck.pairs.laws import LAWS, Law
from cellcheck.plugin import SUBMISSION
from cellcheck.reading.declared import DeclaredPair
from cellcheck.submissions import Submission


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The pairs are those of the submission."""
    pairs = metafunc.config.stash[SUBMISSION].pairs
    metafunc.parametrize("declared", pairs, ids=lambda one: one.name)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_pair(declared: DeclaredPair, law: Law, submission: Submission) -> None:
    try:
        judge = judge_declared(submission, declared, 0)
    except ValueError as reason:
        pytest.skip(f"{declared.name} is not judged: {reason}")
    if not judge.says(law):
        pytest.skip("it says nothing of such a pair")
    hold(judge, law)
