"""Hints tell as much as they are asked for, and never more than a course allows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cellcheck.cli import cli
from cellcheck.configuration import Misconfigured, allowed_hint
from cellcheck.properties import PROPERTIES

from .planted import FAULTS, plant

(FAULT,) = (f for f in FAULTS if f.name == "rnn_cell_forward_undefined_name")
LINE = "return a_next, yt_pred, caches"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "mine.py").write_text(plant(FAULT), encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("")  # the nearest one, whatever lies above
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path / "storage"))
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


def run(*arguments: str) -> Result:
    wanted = ["check", "mine.py", "--function", FAULT.function, "--profile", "quick"]
    return CliRunner().invoke(cli, [*wanted, *arguments], catch_exceptions=False)


def report(*arguments: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings, and what is told of the function."""
    document = json.loads(run("--format", "json", *arguments).stdout)
    return document["settings"], document["submissions"][0]["functions"][0]


@pytest.mark.full
def test_everything_is_told_unless_less_is_wanted(folder: Path) -> None:
    settings, function = report()
    (diagnosis,) = function["diagnosis"]
    assert settings["hint"] == "fix"
    assert diagnosis["fault"] == "undefined_name" and diagnosis["source"] == LINE
    assert diagnosis["suggestion"] == "return a_next, yt_pred, cache"
    assert f"  meant | {diagnosis['suggestion']}" in run().stdout


@pytest.mark.full
def test_a_place_is_a_line_and_not_what_is_wrong_there(folder: Path) -> None:
    _, whole = report()
    settings, function = report("--hint", "place")
    (diagnosis,), (before,) = function["diagnosis"], whole["diagnosis"]
    assert settings["hint"] == "place"
    emptied = {"fault": "", "suggestion": "", "message": "look at this line"}
    assert diagnosis == {**before, **emptied}
    assert function["findings"] == whole["findings"]
    text = run("--hint", "place").stdout
    assert LINE in text and "yt_pred, cache\n" not in text


@pytest.mark.full
def test_a_concept_is_the_law_and_its_reason(folder: Path) -> None:
    _, whole = report()
    settings, function = report("--hint", "concept")
    assert settings["hint"] == "concept"
    assert function["diagnosis"] == [] and function.keys() == whole.keys()
    (finding,), (before,) = function["findings"], whole["findings"]
    law = PROPERTIES[finding["property"]]
    message = f"{law.law} {law.why}"
    emptied = {"message": message, "expected": "", "found": "", "snippet": ""}
    assert finding == {**before, **emptied}
    text = run("--hint", "concept").stdout
    assert LINE not in text and "caches" not in text and "line 25" not in text


@pytest.mark.parametrize("hint", ["concept", "place", "fix"])
def test_text_that_is_not_python_keeps_its_line(folder: Path, hint: str) -> None:
    source = plant(FAULT).replace("def rnn_cell_forward(xt,", "def rnn_cell_forward((xt,")
    (folder / "mine.py").write_text(source, encoding="utf-8")
    _, function = report("--hint", hint)
    assert "not Python" in function["reason"]


@pytest.mark.full
def test_every_hint_fails_alike(folder: Path) -> None:
    assert {run("--hint", hint).exit_code for hint in ("concept", "place", "fix")} == {1}


@pytest.mark.parametrize(
    ("wanted", "cap", "told"),
    [
        (None, "place", "place"),
        ("fix", "place", "place"),
        ("concept", "place", "concept"),
        ("fix", "concept", "concept"),
        (None, "fix", "fix"),
        ("place", None, "place"),
    ],
)
def test_a_course_can_allow_less(
    tmp_path: Path, wanted: str | None, cap: str | None, told: str
) -> None:
    inner = tmp_path / "week" / "one"
    inner.mkdir(parents=True)
    text = f'[tool.cellcheck]\nhint = "{cap}"\n' if cap else "[tool.other]\n"
    (tmp_path / "pyproject.toml").write_text(text)
    assert allowed_hint(wanted, inner) == told


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    inner = tmp_path / "mine"
    inner.mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.cellcheck]\nhint = "concept"\n')
    (inner / "pyproject.toml").write_text('[tool.cellcheck]\nhint = "place"\n')
    assert allowed_hint("fix", inner) == "place"
    assert allowed_hint("fix", tmp_path) == "concept"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[tool.cellcheck]\nhint = "all"\n', "has hint = 'all'; it can be 'concept', 'place' or"),
        ("[tool.cellcheck]\nhint = 3\n", "has hint = 3;"),
        ("[tool]\ncellcheck = 1\n", "[tool.cellcheck] is no table."),
        ("[tool.cellcheck\n", "is not TOML: "),
    ],
)
def test_a_wrong_table_is_told_in_a_sentence(folder: Path, text: str, told: str) -> None:
    (folder / "pyproject.toml").write_text(text)
    with pytest.raises(Misconfigured) as reason:
        allowed_hint(None, folder)
    assert str(reason.value).endswith(".") and told in str(reason.value)
    done = run()
    assert done.exit_code == 2 and told in done.stderr and done.stdout == ""
