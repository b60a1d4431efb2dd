"""JUnit XML, as a reader that others wrote understands it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import junitparser
import pytest

from cellcheck.engine.outcome import FunctionReport, Level, Status, SubmissionReport, Verdict

from .reported import HOSTILE, MISTAKE, finding, hostile, submission, written


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """The suites of a report, each test by its function and law."""

    def read(*reports: SubmissionReport, **settings: Any) -> list[Any]:
        path = tmp_path / "junit.xml"
        path.write_text(written("junit", *reports, **settings), encoding="utf-8")
        return list(junitparser.JUnitXml.fromfile(str(path)))

    return read


def results(suite: Any) -> dict[tuple[str, str], tuple[str, ...]]:
    """What became of each test: nothing where it simply passed."""
    return {
        (test.classname, test.name): tuple(type(result).__name__ for result in test.result)
        for test in suite
    }


def test_a_test_for_each_law_on_each_function(read: Any) -> None:
    outcomes = (
        finding(property="kept", verdict=Verdict.HELD),
        finding(property="broken"),
        finding(property="no_matter", verdict=Verdict.NOT_APPLICABLE, message="why"),
        finding(property="unsure", verdict=Verdict.ERRORED, message="how"),
        finding(property="mild", level=Level.ADVICE),
    )
    (suite,) = read(submission(*outcomes, path="a.py"))
    assert suite.name == "a.py" and suite.time == 1.235
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (5, 1, 0, 2)
    assert results(suite) == {
        ("lstm_forward", "kept"): (),
        ("lstm_forward", "broken"): ("Failure",),
        ("lstm_forward", "no matter"): ("Skipped",),
        ("lstm_forward", "unsure"): ("Skipped",),
        ("lstm_forward", "mild"): (),
    }


def test_a_failure_tells_all_there_is_and_tells_it_once(read: Any) -> None:
    two = finding(), finding(property="another_law", message="Another.")
    (suite,) = read(submission(*two, diagnosis=(MISTAKE,)))
    first, second = (result for test in suite for result in test.result)
    assert first.message == finding().message and first.type == finding().property
    mistake = MISTAKE.message, MISTAKE.suggestion
    for part in (*mistake, "expected  0.5", "np.ones(1) == 2", "Another."):
        assert part in first.text
    assert second.message == "Another." and not second.text


def test_advice_is_output_of_a_test_that_passes(read: Any) -> None:
    (suite,) = read(submission(finding(level=Level.ADVICE)))
    (test,) = suite
    assert test.is_passed and finding().message in test.system_out


@pytest.mark.parametrize("status", ["incomplete", "blocked"])
def test_what_cannot_be_judged_is_skipped(read: Any, status: str) -> None:
    function = FunctionReport("lstm_forward", Status(status), reason="it is a stub")
    (suite,) = read(SubmissionReport("a.py", functions=(function,)))
    (test,) = suite
    assert test.is_skipped and test.result[0].message == f"{status}: it is a stub"


def test_a_missing_function_is_told_where_it_was_asked_for(read: Any) -> None:
    report = submission()
    (suite,) = read(report, functions=("rnn_forward",))
    (test,) = suite
    assert test.is_skipped and test.classname == "rnn_forward"


def test_an_unreadable_file_is_an_error(read: Any) -> None:
    bad, good = read(SubmissionReport("b.py", error="it is empty"), submission(finding()))
    assert bad.errors == 1 and good.failures == 1
    (test,) = bad
    assert test.result[0].message == "it is empty"


def test_no_text_of_a_submission_is_markup(read: Any) -> None:
    (suite,) = read(hostile(), SubmissionReport("b.py", error=HOSTILE))[:1]
    (failure,) = (r for test in suite for r in test.result if isinstance(r, junitparser.Failure))
    assert "</script><script>pwned()</script>" in failure.message
    assert "\\x1b[31m \\u202e \\udcff" in failure.message and "]]>" in failure.text
