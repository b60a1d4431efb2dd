"""What the table [tool.cellcheck] settles, and what is said of a wrong one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cellcheck.cli import cli
from cellcheck.configuration import Misconfigured, configured

from .graded import RIGHT

CODE = "import numpy as np\n\ndef squash(x):\n    return 1 / (1 + np.exp(x))\n"
ENTRY = """\
[[tool.cellcheck.expected]]
path = "mine.py"
function = "sigmoid"
property = "values_equal_the_reference"
reason = "it shows a wrong sign"
"""
NAMES = '[tool.cellcheck.names]\nsquash = "sigmoid"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "mine.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path / "storage"))
    return tmp_path


def run(*arguments: str) -> Result:
    command = ["check", "mine.py", "--in-process", *arguments]
    return CliRunner().invoke(cli, command, catch_exceptions=False)


def document(*arguments: str) -> Any:
    return json.loads(run("--format", "json", *arguments).stdout)


def test_a_name_of_one_s_own_is_taken_for_the_contract_s(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("")
    assert run().exit_code == 2, "no function is known by its own name"
    (folder / "pyproject.toml").write_text(NAMES)
    (file,) = document("--profile", "quick")["submissions"]
    (found,) = (f for f in file["functions"] if f["found_as"])
    assert (found["name"], found["found_as"], found["status"]) == ("sigmoid", "squash", "failed")


def test_a_given_name_goes_before_the_function_s_own(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(NAMES)
    (folder / "mine.py").write_text(f"{CODE}\ndef sigmoid(x):\n    return x\n")
    (file,) = document("--profile", "quick")["submissions"]
    assert [f["found_as"] for f in file["functions"] if f["name"] == "sigmoid"] == ["squash"]


@pytest.mark.full
def test_a_parameter_s_own_name_is_taken_for_the_contract_s(folder: Path) -> None:
    source = RIGHT.replace('"Waa"', '"hidden"').replace('"dWaa"', '"dhidden"')
    (folder / "mine.py").write_text(source)
    (folder / "pyproject.toml").write_text("")
    assert run("--profile", "quick").exit_code == 1, "Waa is not there"
    table = '[tool.cellcheck.names]\nhidden = "Waa"\n'
    (folder / "pyproject.toml").write_text(table)
    (file,) = document("--profile", "quick")["submissions"]
    assert file["status"] == "passed"
    assert "the parameter Waa is called hidden here" in file["notes"]
    (folder / "mine.py").write_text(source.replace("d @ a_prev.T", "d @ a_prev.T * 2"))
    done = run("--profile", "quick", "--function", "rnn_cell_backward")
    assert done.exit_code == 1 and "dhidden" in done.stdout and "dWaa" not in done.stdout


def test_the_profile_is_the_folder_s_unless_another_is_wanted(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(f'[tool.cellcheck]\nprofile = "quick"\n{NAMES}')
    assert document()["settings"]["profile"] == "quick"
    assert document("--profile", "default")["settings"]["profile"] == "default"


def test_an_expected_failure_fails_nothing_until_it_is_gone(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(NAMES + ENTRY)
    (folder / "mine.py").write_text(CODE + RIGHT)
    done = run("--profile", "quick")
    assert done.exit_code == 0 and "known (expected: it shows a wrong sign)" in done.stdout
    (folder / "mine.py").write_text(CODE.replace("exp(x)", "exp(-x)") + RIGHT)
    done = run("--profile", "quick")
    assert done.exit_code == 1 and "take the entry out" in done.stdout


def test_an_expected_failure_is_not_in_a_baseline(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(NAMES + ENTRY)
    run("--profile", "quick", "--write-baseline", "known.json")
    assert json.loads((folder / "known.json").read_text())["faults"] == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[tool.cellcheck]\nprofil = "quick"\n', "has 'profil'; it can have expected, hint,"),
        ('[tool.cellcheck]\nprofile = "slow"\n', "has profile = 'slow'; it can be 'quick',"),
        ('[tool.cellcheck]\nnames = "sigmoid"\n', "has names = 'sigmoid'; write my_step ="),
        (NAMES.replace('"sigmoid"', '"sigmiod"'), "names squash = 'sigmiod', and there is no such"),
        (NAMES.replace('"sigmoid"', '"sigmiod"'), "Did you mean sigmoid"),
        (NAMES.replace('"sigmoid"', "[1]"), "names squash = [1], and there is no such function"),
        ("[tool.cellcheck.expected]\na = 1\n", "[[tool.cellcheck.expected]] is no list"),
        (ENTRY.replace("reason", "why"), "expected]] 1 needs a text as its reason."),
        (ENTRY + 'line = "3"\n', "has 'line'; it has function, path, property and reason."),
        (ENTRY.replace('"it shows a wrong sign"', '" "'), "needs a text as its reason."),
        (ENTRY.replace("mine.py", "yours.py"), "names yours.py, which is not there."),
        (ENTRY.replace("values_", "value_"), "property = 'value_equal_the_reference', and there"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(folder: Path, text: str, told: str) -> None:
    (folder / "pyproject.toml").write_text(text)
    with pytest.raises(Misconfigured) as reason:
        configured(folder)
    assert told in str(reason.value)
    done = run()
    assert done.exit_code == 2 and done.stdout == ""
    assert told in done.stderr and len(done.stderr.splitlines()) == 1
