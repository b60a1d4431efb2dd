"""What GitHub Actions reads: commands, one a line, and a summary in Markdown."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from cellcheck.engine.outcome import Level, SubmissionReport
from cellcheck.reports.github import MOST, ROOM

from .reported import MISTAKE, finding, hostile, submission, written


@pytest.fixture(autouse=True)
def summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    return path


def commands(*reports: SubmissionReport) -> list[tuple[str, dict[str, str], str]]:
    """Each line as a runner reads it: the command, its properties and its message."""
    return [command(line) for line in written("github", *reports).split("\n")[:-1]]


def command(line: str) -> tuple[str, dict[str, str], str]:
    match = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
    assert match, line
    properties = dict(one.split("=", 1) for one in match[2].split(","))
    return match[1], {k: plain(v) for k, v in properties.items()}, plain(match[3])


def plain(text: str) -> str:
    for char in ",:\n\r%":
        text = text.replace(f"%{ord(char):02X}", char)
    return text


def test_a_mistake_is_an_error_at_its_lines() -> None:
    ((kind, place, message),) = commands(submission(finding(), diagnosis=(MISTAKE,), path="a,b.py"))
    assert kind == "error"
    assert place == {
        "file": "a,b.py",
        "line": "40",
        "endLine": "41",
        "title": "lstm_forward: a later input changes no earlier output",
    }
    assert message.splitlines() == [
        MISTAKE.message,
        f"meant: {MISTAKE.suggestion}",
        finding().message,
    ]


def test_without_a_line_it_is_where_the_function_begins(tmp_path: Path) -> None:
    report = submission(finding())
    functions = (replace(report.functions[1], cell=None), *report.functions)
    ((_, place, _), (_, in_notebook, _)) = commands(
        replace(report, path="a.py", functions=functions)
    )
    assert place["line"] == place["endLine"] == "31"
    assert "line" not in in_notebook  # a notebook that is gone has no lines


def test_advice_is_a_warning() -> None:
    ((kind, _, _),) = commands(submission(finding(level=Level.ADVICE), path="a.py"))
    assert kind == "warning"


def test_every_mistake_and_every_law_is_told_once() -> None:
    others = (
        replace(MISTAKE, line=50, end_line=50, message="Second."),
        replace(MISTAKE, line=None, message="Somewhere."),
    )
    laws = finding(), finding(property="another_law", message="Another.")
    found = commands(submission(*laws, diagnosis=(MISTAKE, *others), path="a.py"))
    assert [place.get("line") for _, place, _ in found] == ["40", "50", None]
    said = "\n".join(message for _, _, message in found)
    for part in (MISTAKE.message, "Second.", "Somewhere.", finding().message, "Another."):
        assert said.count(part) == 1


def test_an_unreadable_file_is_an_error() -> None:
    ((kind, place, message),) = commands(SubmissionReport("b.py", error="it is empty"))
    assert (kind, place["file"], message) == ("error", "b.py", "it is empty")


def test_no_text_of_a_submission_is_a_command(summary: Path) -> None:
    found = commands(hostile())
    assert {kind for kind, _, _ in found} == {"error", "warning"}
    assert all(set(place) <= {"file", "line", "endLine", "title"} for _, place, _ in found)
    assert any("::error file=a::%0A" in message for _, _, message in found)


def test_as_many_annotations_as_github_shows(summary: Path) -> None:
    reports = [
        submission(finding(), finding(property="mild", level=Level.ADVICE), path=f"{n}.py")
        for n in range(MOST + 3)
    ]
    kinds = [kind for kind, _, _ in commands(*reports)]
    assert kinds.count("error") == kinds.count("warning") == MOST
    assert summary.read_text("utf-8").count("1 of 2 functions fails.") == MOST + 3


def test_the_summary_has_a_table_and_the_details(summary: Path) -> None:
    written("github", submission(finding()))
    text = summary.read_text("utf-8")
    where = "cell 4, line 31, found as lstm\\_loop"
    assert f"| `lstm_forward` | **failed** | 212 cases | {where} |" in text
    assert "| `sigmoid` | passed | 120 cases | line 3 |" in text
    assert "<details><summary>lstm_forward, cell 4, line 31, found as lstm_loop</summary>" in text
    assert finding().snippet.splitlines()[1] in text


def test_the_summary_is_added_to_what_the_step_has_written(summary: Path) -> None:
    summary.write_text("before\n")
    written("github", submission())
    assert summary.read_text("utf-8").startswith("before\n## a.ipynb\n")


def test_the_summary_ends_where_there_is_no_more_room(summary: Path) -> None:
    summary.write_text("x" * (ROOM // 2), encoding="utf-8")
    long = finding(message="é" * 4000)
    written("github", *(submission(long, path=f"{n}.py") for n in range(200)))
    text = summary.read_text("utf-8")
    assert ROOM - 20_000 < len(text.encode()) <= ROOM
    assert re.search(r"\*\d+ parts are not shown: a summary has no more room\.\*\n$", text)
    assert text.count("<details>") == text.count("</details>") > 10


def test_no_summary_outside_of_a_step(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    monkeypatch.chdir(tmp_path)
    assert commands(submission(finding()))
    assert list(tmp_path.iterdir()) == []


def test_no_text_of_a_submission_is_markup_in_the_summary(summary: Path) -> None:
    written("github", hostile())
    outside = re.sub(r"(?ms)^(`{3,})text\n.*?^\1\n", "", summary.read_text("utf-8"))
    assert "pwned" in outside
    assert set(re.findall(r"(?<!\\)<(/?\w+)", outside)) == {
        "details", "/details", "summary", "/summary",
    }  # fmt: skip


def test_no_text_of_a_submission_ends_its_block(summary: Path) -> None:
    mistake = replace(MISTAKE, message="```\n</details><b>")
    written("github", submission(finding(), diagnosis=(mistake,)))
    inside = re.findall(r"(?ms)^(`{3,})text\n(.*?)^ {0,3}\1$", summary.read_text("utf-8"))
    assert len(inside) == 1 and inside[0][1].endswith(f"{finding().snippet.splitlines()[-1]}\n")


def test_a_workspace_is_the_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "week").mkdir()
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(tmp_path / "week")
    ((_, place, _),) = commands(submission(finding(), path="a.py"))
    assert place["file"] == "week/a.py"
