"""Only what is new fails; what is gone is told; what is expected has to come."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cellcheck import baseline
from cellcheck.cli import cli
from cellcheck.configuration import ExpectedFault
from cellcheck.engine.outcome import (
    FunctionReport,
    Level,
    Outcome,
    Status,
    SubmissionReport,
    Verdict,
)

from .graded import RIGHT as CELL

LAW, OTHER = "values_equal_the_reference", "results_share_no_memory"

SIGMOID = """\
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))
"""
RIGHT = SIGMOID + CELL
WRONG = SIGMOID.replace("-x", "x") + CELL


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "cells").mkdir()
    (tmp_path / "cells" / "mine.py").write_text(WRONG)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path / "storage"))
    return tmp_path


def run(*arguments: str) -> Result:
    command = ["check", "cells/mine.py", "--in-process", "--profile", "quick", *arguments]
    return CliRunner().invoke(cli, command, catch_exceptions=False)


def report(verdict: Verdict, *, level: Level = Level.FAULT, law: str = LAW) -> SubmissionReport:
    outcome = Outcome("sigmoid", law, verdict, level, message="it should be 1")
    failed = verdict is Verdict.FAILED and level is Level.FAULT
    status = Status.FAILED if failed else Status.PASSED
    return SubmissionReport(
        "mine.py", functions=(FunctionReport("sigmoid", status, "sigmoid", outcomes=(outcome,)),)
    )


def accepted(law: str = LAW) -> baseline.Known:
    return baseline.Known(frozenset({(Path("mine.py").resolve(), "sigmoid", law)}), baseline="b")


def expected(law: str = LAW) -> baseline.Known:
    entry = ExpectedFault(Path("mine.py").resolve(), "sigmoid", law, "it is a counterexample")
    return baseline.Known(expected=(entry,))


@pytest.mark.parametrize("known", [accepted(), expected()])
def test_what_is_known_fails_nothing_and_is_told(known: baseline.Known) -> None:
    told = known.applied(report(Verdict.FAILED))
    assert told.status == "passed" and not told.functions[0].findings
    assert told.functions[0].reason == "but for what is known"
    (note,) = told.notes
    assert note.startswith("known (") and note.endswith(": sigmoid: values equal the reference")


@pytest.mark.parametrize("known", [accepted(OTHER), expected(OTHER)])
def test_another_law_of_the_same_function_fails(known: baseline.Known) -> None:
    assert known.applied(report(Verdict.FAILED)).status == "failed"


def test_another_file_has_faults_of_its_own() -> None:
    key = (Path("yours.py").resolve(), "sigmoid", LAW)
    found = report(Verdict.FAILED)
    assert baseline.Known(frozenset({key})).applied(found) == found


def test_what_is_gone_from_a_baseline_is_told_and_fails_nothing() -> None:
    told = accepted().applied(report(Verdict.HELD))
    assert told.status == "passed"
    assert told.notes == ("no longer there, and still in b: sigmoid: values equal the reference",)


def test_a_function_that_is_gone_has_no_fault_either() -> None:
    gone = SubmissionReport("mine.py", functions=(FunctionReport("sigmoid", Status.MISSING),))
    assert "no longer there" in accepted().applied(gone).notes[0]


def test_what_was_not_tried_is_not_gone() -> None:
    untried = report(Verdict.NOT_APPLICABLE)
    for known in (accepted(), expected()):
        assert known.applied(untried) == untried


def test_what_was_expected_and_does_not_come_fails() -> None:
    told = expected().applied(report(Verdict.HELD))
    assert told.status == "failed"
    (finding,) = told.functions[0].findings
    assert "(it is a counterexample), and it holds" in finding.message


def test_advice_can_be_known_too() -> None:
    told = accepted().applied(report(Verdict.FAILED, level=Level.ADVICE))
    assert not told.functions[0].findings and told.functions[0].reason == ""


@pytest.mark.full
def test_from_a_baseline_to_the_next_one(folder: Path) -> None:
    assert run().exit_code == 1
    written = run("--write-baseline", "known.json")
    assert written.exit_code == 0 and "1 of 4 functions fails" in written.stdout
    document = json.loads((folder / "known.json").read_text("utf-8"))
    assert document == {"schema": 1, "faults": {"cells/mine.py": {"sigmoid": [LAW]}}}

    assert run("--baseline", "known.json").exit_code == 0
    (folder / "cells" / "mine.py").write_text(f"# a line more\n{WRONG.replace('1 +', '2 +')}")
    assert run("--baseline", "known.json").exit_code == 0, "the same law, on another line"

    (folder / "cells" / "mine.py").write_text(RIGHT)
    mended = run("--baseline", "known.json")
    assert mended.exit_code == 0 and "still in known.json: sigmoid" in mended.stdout
    assert run("--write-baseline", "known.json").exit_code == 0
    assert json.loads((folder / "known.json").read_text("utf-8"))["faults"] == {}


def test_a_new_fault_fails(folder: Path) -> None:
    run("--write-baseline", "known.json")
    source = f"{WRONG}\n\ndef softmax(x):\n    return x\n"
    (folder / "cells" / "mine.py").write_text(source)
    done = run("--baseline", "known.json", "--format", "json")
    (file,) = json.loads(done.stdout)["submissions"]
    statuses = {f["name"]: f["status"] for f in file["functions"]}
    assert done.exit_code == 1
    assert (statuses["sigmoid"], statuses["softmax"]) == ("passed", "failed")
    (sigmoid,) = (f for f in file["functions"] if f["name"] == "sigmoid")
    assert sigmoid["expected"] == [{"property": LAW, "message": "in known.json"}]


@pytest.mark.full
def test_paths_count_from_the_baseline_s_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("--write-baseline", "known.json")
    monkeypatch.chdir(folder / "cells")
    command = ["check", "mine.py", "--in-process", "--profile", "quick"]
    done = CliRunner().invoke(cli, [*command, "--baseline", "../known.json"])
    assert done.exit_code == 0


@pytest.mark.full
def test_strict_advice_is_kept_as_well(folder: Path) -> None:
    (folder / "cells" / "mine.py").write_text(
        f"{CELL}\n\ndef softmax(x):\n    return np.exp(x) / np.sum(np.exp(x), axis=0)\n"
    )
    assert run("--strict").exit_code == 1
    run("--write-baseline", "loose.json")
    assert run("--strict", "--baseline", "loose.json").exit_code == 1
    run("--strict", "--write-baseline", "strict.json")
    assert run("--strict", "--baseline", "strict.json").exit_code == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "with --write-baseline known.json"),
        ("{", "is not JSON"),
        ("[]", "is not one that cellcheck wrote"),
        ('{"schema": 1, "faults": []}', "is not one that cellcheck wrote"),
        ('{"schema": 2, "faults": {}}', "another version"),
    ],
)
def test_a_baseline_that_is_none_is_told_in_a_sentence(
    folder: Path, text: str | None, told: str
) -> None:
    if text is not None:
        (folder / "known.json").write_text(text)
    done = run("--baseline", "known.json")
    assert done.exit_code == 2 and done.stdout == ""
    assert told in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_baseline_overwrites_nothing_else(folder: Path) -> None:
    done = run("--write-baseline", "cells/mine.py")
    assert done.exit_code == 2 and (folder / "cells" / "mine.py").read_text() == WRONG


def test_reading_and_writing_exclude_each_other(folder: Path) -> None:
    done = run("--baseline", "a.json", "--write-baseline", "b.json")
    assert done.exit_code == 2 and "do not go together" in done.stderr


def test_a_law_that_two_exceptions_break_is_written_once(folder: Path) -> None:
    first, second = (Outcome("sigmoid", LAW, Verdict.FAILED, message=m) for m in ("one", "two"))
    both = FunctionReport("sigmoid", Status.FAILED, "sigmoid", outcomes=(first, second))
    path = folder / "cells" / "mine.py"
    baseline.write("known.json", [SubmissionReport(str(path), functions=(both,))], (), strict=False)
    written = json.loads((folder / "known.json").read_text("utf-8"))
    assert written["faults"] == {"cells/mine.py": {"sigmoid": [LAW]}}
    known = baseline.read("known.json").applied(SubmissionReport(str(path), functions=(both,)))
    (note,) = known.notes
    assert note.count("values equal the reference") == 1
