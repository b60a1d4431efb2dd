"""SARIF, held against the schema by a validator that others wrote."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sarif_kit import validation_errors

from cellcheck.engine.outcome import Level, SubmissionReport
from cellcheck.properties import PROPERTIES
from cellcheck.reports._hints import hinted

from .reported import HOSTILE, MISTAKE, finding, hostile, submission, written

MISTAKE2 = replace(MISTAKE, line=50, end_line=50)


def run(*reports: SubmissionReport) -> dict[str, Any]:
    """The one run of a log that keeps the schema."""
    log = json.loads(written("sarif", *reports))
    assert validation_errors(log) == []
    (only,) = log["runs"]
    assert isinstance(only, dict)
    return only


def test_the_schema_is_not_indifferent() -> None:
    log = json.loads(written("sarif", submission(finding(), path="a.py")))
    log["runs"][0]["results"][0]["level"] = "bad"
    assert validation_errors(log)


def test_a_mistake_is_a_result_at_its_lines() -> None:
    (result,) = run(submission(finding(), diagnosis=(MISTAKE,), path="a b.py"))["results"]
    assert result["level"] == "error" and result["ruleId"] == finding().property
    for part in ("lstm_forward", MISTAKE.message, MISTAKE.suggestion, finding().message):
        assert part in result["message"]["text"]
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b.py"},
        "region": {"startLine": 40, "endLine": 41},
    }
    assert location["logicalLocations"] == [{"name": "lstm_forward", "kind": "function"}]


def test_a_name_that_is_no_utf_8_keeps_its_bytes() -> None:
    (result,) = run(submission(finding(), path=os.fsdecode(b"a\xff.py")))["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "a%FF.py"


def test_a_place_alone_is_told_with_its_law() -> None:
    """A hint of ``place`` leaves of a mistake no more than its line."""
    told = hinted(submission(finding(), diagnosis=(MISTAKE, MISTAKE2), path="a.py"), "place")
    results = run(told)["results"]
    assert len(results) == 2
    for result in results:
        assert result["message"]["text"].startswith(f"lstm_forward: {finding().message}")
        assert "look at th" in result["message"]["text"]


def test_every_law_is_a_rule() -> None:
    log = run(submission(finding(), path="a.py"))
    rules = log["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [*PROPERTIES]
    (result,) = log["results"]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_law_of_ones_own_needs_no_rule() -> None:
    (result,) = run(submission(finding(property="mine"), path="a.py"))["results"]
    assert result["ruleId"] == "mine" and "ruleIndex" not in result


def test_advice_is_a_warning() -> None:
    (result,) = run(submission(finding(level=Level.ADVICE), path="a.py"))["results"]
    assert result["level"] == "warning"


def test_an_unreadable_file_is_told_and_no_result() -> None:
    log = run(SubmissionReport("b.py", error="it is empty"), submission(path="a.py"))
    (invocation,) = log["invocations"]
    assert not invocation["executionSuccessful"] and log["results"] == []
    (told,) = invocation["toolExecutionNotifications"]
    assert told["message"]["text"] == "it is empty"


def test_a_fault_is_the_same_when_its_line_moves() -> None:
    def fingerprints(*findings: Any, path: str = "a.py", line: int = 40) -> list[str]:
        moved = replace(MISTAKE, line=line, end_line=line)
        results = run(submission(*findings, diagnosis=(moved,), path=path))["results"]
        return [result["partialFingerprints"]["cellcheck/v1"] for result in results]

    here = fingerprints(finding())
    assert here == fingerprints(finding(), line=90)
    assert here != fingerprints(finding(), path="b.py")
    assert len(set(fingerprints(finding(), finding(property="another")))) == 2


def test_a_file_elsewhere_has_a_whole_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    (result,) = run(submission(finding(), path=str(tmp_path / "a.py")))["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == (tmp_path / "a.py").as_uri()


def test_any_text_of_a_submission_is_a_text() -> None:
    log = run(hostile(), SubmissionReport("b.py", error=HOSTILE))
    assert any("</script>" in result["message"]["text"] for result in log["results"])
