"""``prove`` and ``check --propose``: who proposes a change proves nothing, the laws do."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from difflib import unified_diff
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from cellcheck.cli import cli
from cellcheck.engine import Settings
from cellcheck.engine.isolated import Isolated
from cellcheck.engine.outcome import Status, SubmissionReport
from cellcheck.fixing import Proposer, proposed, prove
from cellcheck.fixing.patches import NoPatch, patched

from .planted import FAULTS, Fault, correct_source, plant

RIGHT = correct_source("a").partition("def lstm_cell_forward")[0].rstrip() + "\n"
WRONG = RIGHT.replace("(1 - a_next ** 2) * da_next", "a_next * da_next")
WORSE = RIGHT.replace("(1 - a_next ** 2) * da_next", "(1 - a_next) * da_next")
ELSEWHERE = WRONG.replace("np.exp(-x)", "np.exp(x)")


def difference(before: str, after: str) -> str:
    lines = unified_diff(before.splitlines(True), after.splitlines(True), "own.py", "own.py")
    return "".join(lines)


@pytest.fixture(scope="module")
def walls() -> Iterator[Isolated]:
    with Isolated() as isolated:
        yield isolated


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "own.py"
    path.write_text(WRONG, "utf-8")
    return path


def run(*arguments: str, given: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(cli, [*arguments], input=given, catch_exceptions=False)
    return done.exit_code, done.output


def answering(tmp_path: Path, code: str) -> str:
    """The command of a proposer that is written in Python."""
    script = tmp_path / "proposer.py"
    script.write_text(f"import json, sys, time\nasked = json.load(sys.stdin)\n{code}\n", "utf-8")
    return shlex.join([sys.executable, str(script)])


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_patch_belongs_where_its_lines_stand(end: str) -> None:
    text = "".join(f"{word}{end}" for word in ["a", "b", "c", "d", "a", "b", "e", "f"])
    patch = "--- x\n+++ x\n@@ -{},3 +{},4 @@\n a\n-b\n+B\n+BB\n e\n".format
    expected = text.replace(f"a{end}b{end}e", f"a{end}B{end}BB{end}e")
    assert patched(text, patch(5, 5)) == patched(text, patch(1, 1)) == expected
    assert patched(text, patch(900, 900)) == expected
    twice = "--- x\n+++ x\n@@ -1,2 +1,2 @@\n a\n-b\n+1\n@@ -5,2 +5,2 @@\n a\n-b\n+2\n"
    assert patched(text, twice).split() == ["a", "1", "c", "d", "a", "2", "e", "f"]


@pytest.mark.parametrize(
    "patch",
    [
        "",
        "rubbish",
        "--- x\n+++ x\n@@ -1,1 +1,1 @@\n-nowhere\n+b\n",
        2 * difference("a\n", "b\n"),
    ],
)
def test_what_is_no_patch_of_the_file_is_refused(patch: str) -> None:
    with pytest.raises(NoPatch):
        patched("a\nb\n", patch)


def test_a_right_change_is_proven_and_nothing_is_written(file: Path) -> None:
    status, shown = run("prove", "own.py", "--patch", "-", given=difference(WRONG, RIGHT))
    assert status == 0
    assert "mended: rnn_cell_backward" in shown and "Proven. All" in shown
    assert file.read_text("utf-8") == WRONG and [*file.parent.iterdir()] == [file]


@pytest.mark.parametrize(
    ("after", "shown"),
    [(WORSE, "rnn_cell_backward  line"), (ELSEWHERE, "worse: sigmoid"), ("x = 1\n", "")],
)
def test_a_wrong_change_is_not(file: Path, after: str, shown: str) -> None:
    (file.parent / "its.diff").write_text(difference(WRONG, after), "utf-8")
    status, told = run("prove", "own.py", "--patch", "its.diff", "--profile", "quick")
    assert status == (1 if shown else 2) and shown in told and "Proven" not in told
    if after is WORSE:
        assert "smallest case" in told


@pytest.mark.full
def test_a_program_is_told_the_same(file: Path) -> None:
    arguments = ["prove", "own.py", "--patch", "-", "--format", "json", "--profile", "quick"]
    told = json.loads(run(*arguments, given=difference(WRONG, RIGHT))[1])
    assert told["proven"] and told["mended"] == ["rnn_cell_backward"] and told["worse"] == []
    told = json.loads(run(*arguments, given=difference(WRONG, WORSE))[1])
    assert not told["proven"] and not told["better"] and told["mended"] == []
    assert told["after"]["status"] == "failed"


def test_of_proposals_only_a_proven_one_is_told(
    file: Path, walls: Isolated, tmp_path: Path
) -> None:
    patches = [difference(WRONG, one) for one in (ELSEWHERE, WORSE, RIGHT)]
    command = answering(
        tmp_path,
        "assert 'def rnn_cell_backward' in asked['text']\n"
        "assert asked['function']['findings'][0]['counterexample']['arrays']\n"
        f"print(json.dumps({{'patches': ['rubbish', *{patches!r}, 7]}}))",
    )
    report = walls.check("own.py", Settings("quick"))
    judge = partial(walls.check, settings=Settings("quick"))
    told = proposed("own.py", report, judge, Proposer(command))
    assert told.notes == report.notes
    (failed,) = (one for one in told.functions if one.status is Status.FAILED)
    (one,) = failed.diagnosis
    assert "(1 - a_next ** 2) * da_next" in one.suggestion
    assert one.source in WRONG.splitlines()[(one.line or 0) - 1]
    wrong = answering(tmp_path, f"print(json.dumps({{'patches': {patches[:2]!r}}}))")
    assert lines_told(proposed("own.py", report, judge, Proposer(wrong))) == []


def lines_told(report: SubmissionReport) -> list[int | None]:
    return [one.line for function in report.functions for one in function.diagnosis]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("print('rubbish')", "does not answer"),
        ("print('[' * 100_000)", "does not answer"),
        ("print(json.dumps({'patches': 3}))", "does not answer"),
        ("print('x' * (1 << 21))", "more than"),
        ("sys.exit(3)", "status 3"),
        ("time.sleep(60)", "within 0.5 seconds"),
        ("import subprocess; subprocess.Popen(['sleep', '60']); time.sleep(60)", "within 0.5"),
        ("open('own.py', 'a').write('1 / 0'); print(json.dumps({'patches': []}))", "none of 0"),
    ],
)
def test_a_proposer_that_is_of_no_use_costs_its_time_alone(
    file: Path, walls: Isolated, tmp_path: Path, code: str, why: str
) -> None:
    report = walls.check("own.py", Settings("quick", functions=("rnn_cell_backward",)))
    proposer = Proposer(answering(tmp_path, code), seconds=0.5)
    told = proposed("own.py", report, lambda path: report, proposer)
    assert lines_told(told) == [] and told.status == "failed"
    assert why in told.notes[-1]


def test_nobody_is_asked_where_a_correction_is_known(file: Path) -> None:
    status, shown = run("check", "own.py", "--profile", "quick", "--propose", "no-such-command")
    assert status == 1 and "meant | " in shown and "no-such-command" not in shown
    status, shown = run("check", "own.py", "--propose", "no-such-command", "--hint", "place")
    assert status == 2 and "may not be told" in shown


def test_a_command_that_is_not_there_is_told(file: Path, walls: Isolated) -> None:
    report = walls.check("own.py", Settings("quick", functions=("rnn_cell_backward",)))
    told = proposed("own.py", report, lambda path: report, Proposer("no-such-command 1"))
    assert told.notes[-1] == (
        "rnn_cell_backward: no-such-command 1: it cannot be started (No such file or directory)"
    )


@pytest.mark.full
@pytest.mark.parametrize(
    "fault",
    [one for one in FAULTS[::12] if one.level == "fault" and not one.demo],
    ids=lambda one: one.name,
)
def test_the_right_patch_of_a_planted_fault_is_proven_and_wrong_ones_are_not(
    fault: Fault, walls: Isolated, tmp_path: Path
) -> None:
    wrong, right = plant(fault), correct_source(fault.style)
    path = tmp_path / "own.py"
    path.write_text(wrong, "utf-8")
    judge = partial(walls.check, settings=Settings("quick"))
    assert prove(str(path), difference(wrong, right), judge).is_proven
    lines = wrong.splitlines(keepends=True)
    same = [*lines[:3], "\n", *lines[3:]]
    assert not prove(str(path), difference(wrong, "".join(same)), judge).is_proven
