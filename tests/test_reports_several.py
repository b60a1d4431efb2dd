"""Several reports of one run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import cellcheck.cli
import cellcheck.engine
from cellcheck.cli import cli
from cellcheck.engine.outcome import SubmissionReport
from cellcheck.reports import formats
from cellcheck.reports._several import paired

from .reported import finding, submission

Run = Callable[..., Result]


def pairs(words: str) -> list[tuple[str, str | None]]:
    """``f:json`` stands for ``--format json``, ``o:x`` for ``--output x``."""
    given = [word.partition(":") for word in words.split()]
    order = [{"f": "format", "o": "output"}.get(kind, kind) for kind, _, _ in given]
    names = [value for kind, _, value in given if kind == "f"]
    return paired(order, names, [value for kind, _, value in given if kind == "o"])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", [("text", None)]),
        ("seed paths", [("text", None)]),
        ("o:a", [("text", "a")]),
        ("f:json", [("json", None)]),
        ("f:json o:a", [("json", "a")]),
        ("o:a f:json", [("json", "a")]),
        ("f:text f:json o:a", [("text", None), ("json", "a")]),
        ("f:json seed o:a f:text", [("json", "a"), ("text", None)]),
        ("f:json o:a f:junit o:b", [("json", "a"), ("junit", "b")]),
        ("o:a f:json f:junit o:b", [("json", "a"), ("junit", "b")]),
    ],
)
def test_a_file_belongs_to_the_format_before_it(
    words: str, expected: list[tuple[str, str | None]]
) -> None:
    assert pairs(words) == expected


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("f:text f:json", "text and json would both go to the standard output"),
        ("f:text o:a f:json o:a", "text and json would both go to a"),
        ("f:text o:a o:b", "b has no --format of its own"),
        ("o:a o:b", "b has no --format of its own"),
        ("o:a f:text o:b", "b has no --format of its own"),
    ],
)
def test_what_has_no_answer_is_told(words: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        pairs(words)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    def judged(path: str, settings: Any, progress: Any, diagnose: Any) -> SubmissionReport:
        if "interrupt" in path:
            raise KeyboardInterrupt
        return submission(finding(), path=path)

    monkeypatch.setattr(cellcheck.engine, "check", judged)
    monkeypatch.setattr(
        cellcheck.cli.check, "isolated", lambda settings: cellcheck.cli.check.in_this_process
    )
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path / "storage"))
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.chdir(tmp_path)

    def invoke(arguments: str) -> Result:
        return CliRunner().invoke(cli, ["check", *arguments.split()], catch_exceptions=False)

    return invoke


def test_every_format_is_written_from_one_run(run: Run, tmp_path: Path) -> None:
    files = [name for name in formats() if name != "text"]
    wanted = " ".join(f"--format {name} --output {name}" for name in files)
    done = run(f"one.py two.py {wanted} --format text")
    assert done.exit_code == 1 and "2 files: 2 failed" in done.stdout
    for name in files:
        text = (tmp_path / name).read_text("utf-8")
        assert "one.py" in text and "two.py" in text and "lstm_forward" in text


def test_one_alone_writes_nothing_else(run: Run, tmp_path: Path) -> None:
    done = run("--output a.json one.py --format json")
    assert done.output == ""
    assert json.loads((tmp_path / "a.json").read_text())["submissions"][0]["path"] == "one.py"


def test_a_collision_is_a_usage_error(run: Run, tmp_path: Path) -> None:
    done = run("one.py --format text --format json")
    assert done.exit_code == 2 and not done.stdout and "--output FILE" in done.stderr


def test_an_interrupt_costs_no_file_its_contents(run: Run, tmp_path: Path) -> None:
    for name in ("junit", "sarif"):
        (tmp_path / name).write_text("the last one")
    formats = "--format junit --output junit --format sarif --output sarif"
    assert run(f"one.py interrupt.py {formats}").exit_code == 130
    assert {(tmp_path / name).read_text() for name in ("junit", "sarif")} == {"the last one"}
