"""``check --fix``: proven corrections are put into the file, and all else stays as it was."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from difflib import ndiff
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cellcheck.cli import cli
from cellcheck.diagnosis import diagnose
from cellcheck.diagnosis.code.source import LEFT_OUT
from cellcheck.engine import Settings, check
from cellcheck.engine.outcome import Diagnosis, FunctionReport, Match, Status, SubmissionReport
from cellcheck.fixing import fixed, is_better, write
from cellcheck.fixing.documents import stored, text_of
from cellcheck.fixing.lines import corrected
from cellcheck.reading.unjudged import NotJudged

from .planted import FAULTS, correct_source, plant
from .reported import finding

WRONG = """\
import numpy as np


def softmax(x):
    e = np.exp(x - x.max(axis=0))  # shifted
    return e / e.sum()   # over the whole array


def sigmoid(x):
\treturn  1/(1+np.exp( x ))
"""
RIGHT = WRONG.replace("e.sum()", "e.sum(axis=0)").replace("np.exp( x )", "np.exp( -x )")


def told(line: int, source: str, meant: str, last: int | None = None) -> Diagnosis:
    return Diagnosis("", "", line, last or line, None, source, meant)


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["check", *arguments], catch_exceptions=False)
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("text", "one", "expected"),
    [
        ("\ta = b+c  # so\r\n", told(1, "a = b+c", "a = b-c"), "\ta = b-c  # so\r\n"),
        ("a = b", told(1, "a = b", "a = b\nc = d"), "a = b\nc = d"),
        ("  a = b # so\n", told(1, "a = b", "x = y\na = b"), "  x = y\n  a = b # so\n"),
        ("a = 1\nb = 2\n", told(2, "b = 2", LEFT_OUT), "a = 1\n"),
        ("for t in x:\n    # so\n    b = 2  # it\n", told(3, "b = 2", LEFT_OUT),
         "for t in x:\n    # so\n    # it\n    pass\n"),
        ("a = f(b,  # one\n      c)\n", told(1, "a = f(b,  # one\nc)", "a = f(b,  # one\nd)", 2),
         "a = f(b,  # one\n      d)\n"),
        ("> a = b\n", told(1, "a = b", "a = b\nc = d"), "> a = b\n> c = d\n"),
        ("a = b; c = d\n", told(1, "c = d", "c = -d"), "a = b; c = -d\n"),
        ("a = b; c = d\n", told(1, "c = d", "c = d\ne = f"), None),
        ("a = b; c = d\n", told(1, "a = b", LEFT_OUT), None),
        ("a = c\n", told(1, "a = b", "a = d"), None),
        ("a = b\n", told(1, "a = b", ""), None),
    ],
)  # fmt: skip
def test_a_correction_changes_its_lines_alone(
    text: str, one: Diagnosis, expected: str | None
) -> None:
    new = corrected(text.splitlines(keepends=True), one)
    assert (None if new is None else "".join(new)) == expected


@pytest.mark.parametrize(
    ("mark", "encoding", "end"),
    [
        ("", "utf-8", "\n"),
        ("\ufeff", "utf-8", "\r\n"),
        ("# coding: latin-1\n# é\n", "latin-1", "\n"),
    ],
)
def test_encoding_and_line_ends_are_kept(
    mark: str, encoding: str, end: str, tmp_path: Path
) -> None:
    path = tmp_path / "own.py"
    path.write_bytes((mark + "a = b\nc = d\n").replace("\n", end).encode(encoding))
    text = text_of(path)
    assert text.encoded() == path.read_bytes()
    line = mark.count("\n") + 1
    new = corrected(text.lines(None), told(line, "a = b", "a = b\nx = y"))
    assert new is not None
    after = text.having(None, new).encoded()
    assert after == path.read_bytes().replace(f"b{end}c".encode(), f"b{end}x = y{end}c".encode())


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("whole", [False, True])
def test_of_a_notebook_the_text_of_the_lines_alone_changes(
    indent: int | None, whole: bool, tmp_path: Path
) -> None:
    lines = ["a = b  # é\n", "c = d"]
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "metadata": {}, "source": ["c = d\n"]},
        {"cell_type": "code", "metadata": {"z": 1e0}, "outputs": [{"text": ["1\n"]}],
         "source": "".join(lines) if whole else lines, "execution_count": 3},
    ]  # fmt: skip
    path = tmp_path / "own.ipynb"
    content = json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}, indent=indent)
    path.write_text(content, "utf-8")
    text = text_of(path)
    for meant, now in (("c = -d", ["c = -d"]), ("c = d\ne = f", ["c = d\n", "e = f"])):
        new = corrected(text.lines(1), told(2, "c = d", meant))
        assert new == [lines[0], *now]
        after = json.loads(text.having(1, new).encoded())
        source = after["cells"][1]["source"]
        assert source == ("".join(new) if whole else new)
        after["cells"][1]["source"] = cells[1]["source"]
        assert after == json.loads(content)
        made = text.having(1, new).text
        assert made.startswith(content[: content.index("c = d", content.index("b  #"))])
        assert made.endswith(
            content[content.index(', "execution' if indent is None else ',\n   "exec') :]
        )


def test_all_is_written_at_once_through_links_with_the_mode_kept(tmp_path: Path) -> None:
    path, link = tmp_path / "own.py", tmp_path / "link.py"
    path.write_text("a", "utf-8")
    path.chmod(0o640)
    link.symlink_to(path)
    stored(link, b"b")
    assert link.is_symlink() and path.read_bytes() == b"b"
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(tmp_path)) == ["link.py", "own.py"]


def test_a_disk_that_is_full_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "own.py"
    path.write_text("a", "utf-8")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        stored(path, b"b")
    assert path.read_text("utf-8") == "a" and os.listdir(tmp_path) == ["own.py"]


def functions(**statuses: str) -> SubmissionReport:
    return SubmissionReport(
        "own.py",
        functions=tuple(
            FunctionReport(
                name, Status(status), outcomes=(finding(),) if status == "failed" else ()
            )
            for name, status in statuses.items()
        ),
    )


def test_a_file_is_better_if_more_passes_and_nothing_is_worse() -> None:
    before = functions(a="failed", b="passed", c="blocked")
    assert is_better(before, functions(a="passed", b="passed", c="failed"), {"a"})
    assert is_better(before, functions(a="failed", b="passed", c="passed"))
    assert not is_better(before, functions(a="failed", b="passed", c="passed"), {"a"})
    assert not is_better(before, functions(a="passed", b="failed", c="passed"))
    assert not is_better(before, functions(a="passed", c="passed"))
    assert not is_better(before, before)
    more = replace(functions(a="passed", b="passed"), not_judged=(NotJudged("d", 1, None, "why"),))
    assert not is_better(functions(a="failed", b="passed"), more)
    other = replace(before.functions[0], outcomes=(finding(), finding(property="another")))
    worse = replace(
        before, functions=(other, before.functions[1], FunctionReport("c", Status.PASSED))
    )
    assert not is_better(before, worse)


def test_what_makes_no_file_better_is_not_put_in(tmp_path: Path) -> None:
    path = tmp_path / "own.py"
    path.write_text("a = b\nc = d\n", "utf-8")
    failed = FunctionReport(
        "f", Status.FAILED, outcomes=(finding(),), diagnosis=(told(1, "a = b", "a = -b"),)
    )
    report = SubmissionReport(str(path), functions=(failed,))
    seen: list[str] = []

    def judge(name: str) -> SubmissionReport:
        seen.append(Path(name).read_text("utf-8"))
        return replace(report, path=name)

    done = fixed(str(path), report, judge)
    assert seen == ["a = -b\nc = d\n"]
    assert done.told == () and done.after.text == done.before.text == "a = b\nc = d\n"
    likely = replace(failed, diagnosis=(replace(failed.diagnosis[0], match=Match.LIKELY),))
    fixed(str(path), replace(report, functions=(likely,)), judge)
    assert len(seen) == 1 and os.listdir(tmp_path) == ["own.py"]


def test_one_wrong_correction_keeps_no_other_from_being_put_in(tmp_path: Path) -> None:
    path = tmp_path / "own.py"
    path.write_text("a = b\nc = d\n", "utf-8")

    def report(text: str) -> SubmissionReport:
        states = {"f": "a = b" not in text, "g": False}
        lines = {"f": told(1, "a = b", "a = -b"), "g": told(2, "c = d", "c = -d")}
        return SubmissionReport(
            str(path),
            functions=tuple(
                FunctionReport(n, Status.PASSED)
                if right
                else FunctionReport(n, Status.FAILED, outcomes=(finding(),), diagnosis=(lines[n],))
                for n, right in states.items()
            ),
        )

    text = path.read_text("utf-8")
    done = fixed(str(path), report(text), lambda name: report(Path(name).read_text("utf-8")))
    assert done.after.text == "a = -b\nc = d\n" and len(done.told) == 1


def test_the_command_fixes_a_file_and_then_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "own.py"
    path.write_text(WRONG, "utf-8")
    status, shown = run("own.py", "--fix", "--diff")
    assert status == 1 and path.read_text("utf-8") == WRONG
    assert [line for line in shown.splitlines() if line[:1] in "+-"][2:] == [
        "-    return e / e.sum()   # over the whole array",
        "+    return e / e.sum(axis=0)   # over the whole array",
        "-\\treturn  1/(1+np.exp( x ))",
        "+\\treturn  1/(1+np.exp( -x ))",
    ]
    status, shown = run("own.py", "--fix")
    assert path.read_text("utf-8") == RIGHT
    assert shown.count("fixed: ") == 2 and "All 2 functions pass" in shown
    before = path.stat().st_mtime_ns
    assert "fixed" not in run("own.py", "--fix")[1]
    assert path.stat().st_mtime_ns == before
    assert run("own.py", "--fix", "--diff")[1] == ""


def test_only_what_may_be_told_is_fixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "own.py"
    path.write_text(WRONG, "utf-8")
    status, shown = run("own.py", "--fix", "--hint", "place")
    assert status == 2 and "do nothing" in shown
    status, shown = run("own.py", "--diff")
    assert status == 2 and "--fix" in shown
    assert path.read_text("utf-8") == WRONG
    status, shown = run("own.py", "--fix", "--function", "sigmoid")
    assert path.read_text("utf-8") == WRONG.replace("np.exp( x )", "np.exp( -x )")


STYLES = sorted({fault.style for fault in FAULTS})


@pytest.mark.full
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("number", range(2))
def test_planted_faults_are_fixed_where_they_have_corrections(
    style: str, number: int, tmp_path: Path
) -> None:
    faults = [one for one in FAULTS if one.style == style and one.level == "fault"]
    fault = faults[number * len(faults) // 2]
    path = tmp_path / "own.py"
    path.write_text(plant(fault), "utf-8")

    def judge(name: str) -> SubmissionReport:
        return check(name, Settings("quick"), None, diagnose)

    report = judge(str(path))
    done = fixed(str(path), report, judge)
    exact = [
        bool(one.diagnosis) and all(d.match is Match.EXACT and d.suggestion for d in one.diagnosis)
        for one in report.functions
        if one.status is Status.FAILED
    ]
    assert (done.report.status == "passed") == all(exact)
    write(str(path), done)
    lines, after = plant(fault).splitlines(), path.read_text("utf-8").splitlines()
    changed = sum(line[:2] in ("+ ", "- ") for line in ndiff(lines, after))
    assert bool(changed) == any(exact) and changed <= 16
    assert fixed(str(path), done.report, judge).told == ()


def test_what_is_right_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "own.py"
    path.write_text(correct_source("rows"), "utf-8")
    before = path.stat().st_mtime_ns
    assert run(str(path), "--fix", "--profile", "quick")[0] == 0
    assert path.stat().st_mtime_ns == before
