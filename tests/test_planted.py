"""Every planted fault is told at the function that holds it, and only there."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np
import pytest

from cellcheck.engine import Level, Outcome, Settings, Status, SubmissionReport, check, judging
from cellcheck.engine.checking import Check
from cellcheck.subject.live import quiet

from .planted import FAULTS, STYLES, Fault, correct_source, plant

FIRST = {fault.style: fault for fault in reversed(FAULTS)}.values()
"""The first fault of each style: of those besides the contract's own two, the plain tier plants
only these.
"""

planted = pytest.mark.parametrize(
    "fault",
    [
        pytest.param(fault, marks=() if fault.style in "ab" or fault in FIRST else pytest.mark.full)
        for fault in FAULTS
    ],
    ids=lambda fault: fault.name,
)

every_profile = pytest.mark.parametrize(
    "profile", ["quick", pytest.param("default", marks=pytest.mark.full)]
)


def checked(folder: Path, source: str, settings: Settings) -> SubmissionReport:
    """The report on a source text."""
    path = folder / "planted.py"
    path.write_text(source, encoding="utf-8")
    return check(str(path), settings)


@every_profile
@planted
def test_a_planted_fault_is_told_at_its_function_only(
    fault: Fault, profile: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = plant(fault)
    functions: tuple[str, ...] = ()
    if profile == "quick":  # small cases, and all other functions, cost more than all the rest
        functions = (fault.function,)
        monkeypatch.setattr(judging, "smallest", lambda case, fails: case)
        monkeypatch.setattr(Check, "is_needed", lambda _, name: name == fault.function)
    report = checked(tmp_path, source, Settings(profile, functions=functions))
    assert report.error is None
    assert not [
        outcome
        for function in report.functions
        for outcome in function.outcomes
        if outcome.verdict == "errored"
    ]
    failed = {f.name for f in report.functions if f.status is Status.FAILED}
    if fault.level == "advice":
        assert not failed
    else:
        assert failed == {fault.function}
    (function,) = (f for f in report.functions if f.name == fault.function)
    told = [outcome for outcome in function.findings if outcome.level == fault.level]
    assert told
    for outcome in told:
        assert_snippet_tells(fault, source, outcome)


def assert_snippet_tells(fault: Fault, source: str, outcome: Outcome) -> None:
    """The snippet fails with the planted code, and passes with the code as it was."""
    assert outcome.snippet
    if "only line" not in outcome.message:  # after the demo ran, the notebook's name is there
        with pytest.raises(BaseException):  # noqa: B017, PT011  # whatever the submission raises
            run(source, outcome.snippet)
    run(correct_source(fault.style), outcome.snippet)


def run(source: str, snippet: str) -> None:
    """Runs a snippet below the source it is about."""
    namespace: dict[str, Any] = {"__name__": __name__}
    with quiet():
        exec(_compiled(source), namespace)
        np.random.seed(0)
        exec(compile(snippet, "snippet", "exec"), namespace)


@cache
def _compiled(source: str) -> CodeType:
    return compile(source, "submission", "exec")


def test_there_are_enough_of_them() -> None:
    assert len(FAULTS) >= 60
    assert {fault.style for fault in FAULTS} == {*STYLES}


@pytest.mark.full
@every_profile
def test_the_files_that_faults_are_planted_into_are_correct(profile: str, tmp_path: Path) -> None:
    for style in STYLES:
        report = checked(tmp_path, correct_source(style), Settings(profile))
        assert report.status == "passed"
        assert not [o for f in report.functions for o in f.findings if o.level is Level.FAULT]
