"""The recipes of docs/ci.md and docs/notebook.md, as they are printed there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cellcheck.cli import cli
from cellcheck.configuration import configured

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "ci.md").read_text("utf-8")
BEFORE = """\
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(x))


def softmax(x):
    return np.exp(x) / np.sum(np.exp(x))


def initialize_adam(parameters):
    v = {"d" + name: np.zeros(p.shape) for name, p in parameters.items()}
    return v, {name: array.copy() for name, array in v.items()}
"""
AFTER = BEFORE.replace("np.exp(x))\n\n\ndef softmax", "np.exp(-x))\n\n\ndef softmax")
AFTER = AFTER.replace("np.zeros", "np.ones")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "cells").mkdir()
    (tmp_path / "cells" / "lstm.py").write_text(BEFORE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path / "storage"))
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, catch_exceptions=False)


def block(name: str, document: str = DOCUMENT) -> list[str]:
    """The lines of the block between two marks."""
    between = document.partition(f"<!-- {name} -->")[2].partition(f"<!-- end of {name} -->")[0]
    return between.strip().splitlines()[1:-1]


def recipe(kind: str, word: str) -> str:
    """The fenced block of a kind that holds a word."""
    found: list[str] = [
        text for text in re.findall(rf"```{kind}\n(.*?)```", DOCUMENT, re.S) if word in text
    ]
    assert len(found) == 1
    return found[0]


def yaml(text: str) -> Any:
    return pytest.importorskip("yaml", reason="PyYAML reads the recipes").safe_load(text)


@pytest.mark.full
def test_a_baseline_s_report_is_the_one_shown(repository: Path) -> None:
    run("check", "cells/lstm.py", "--write-baseline", "cellcheck-baseline.json")
    (repository / "cells" / "lstm.py").write_text(AFTER, encoding="utf-8")
    done = run("check", "cells/lstm.py", "--baseline", "cellcheck-baseline.json")
    assert done.exit_code == 1
    shown = block("baseline")
    assert shown and [line for line in shown if line not in done.stdout.splitlines()] == []


def test_a_mistake_in_the_table_is_told_as_shown(repository: Path) -> None:
    table = '[tool.cellcheck.names]\nmy_step = "lstm_cell_foward"\n'
    (repository / "pyproject.toml").write_text(table)
    done = run("check", "cells/lstm.py")
    told = done.stderr.replace(f"{repository}{os.sep}", "")
    assert (done.exit_code, told.splitlines()) == (2, block("misconfigured"))


def test_the_table_shown_can_be_read(repository: Path) -> None:
    text = recipe("toml", "[tool.cellcheck]")
    assert tomllib.loads(text)
    (repository / "cells" / "no_forget.py").write_text("")
    (repository / "pyproject.toml").write_text(text)
    found = configured(repository)
    assert (found.profile, found.hint) == ("thorough", "place")
    assert (
        found.names == {"my_step": "lstm_cell_forward", "W_forget": "Wf"}
        and len(found.expected) == 1
    )


@pytest.mark.full
def test_the_workflow_runs(repository: Path) -> None:
    """Its own commands, in a repository with a correct cell: what is installed is installed."""
    steps = yaml(recipe("yaml", "runs-on:"))["jobs"]["laws"]["steps"]
    commands = [step["run"] for step in steps if "run" in step and "pip" not in step["run"]]
    assert [command.split()[0] for command in commands] == ["cellcheck", "pytest"]
    right = AFTER.replace("np.ones", "np.zeros").replace("(np.exp(x))", "(np.exp(x), axis=0)")
    (repository / "cells" / "lstm.py").write_text(right, encoding="utf-8")
    run(
        "check",
        "cells/lstm.py",
        "--profile",
        "quick",
        "--write-baseline",
        "cellcheck-baseline.json",
    )
    environment = {name: text for name, text in os.environ.items() if "PYTEST" not in name}
    environment.pop("HYPOTHESIS_STORAGE_DIRECTORY")
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment["GITHUB_STEP_SUMMARY"] = str(repository / "summary.md")
    for command in commands:
        if command.startswith("pytest"):
            command += " --cellcheck-profile=quick -k softmax -p no:cacheprovider"
        done = subprocess.run(
            ["bash", "-e", "-c", command],
            cwd=repository,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert (repository / "laws.xml").is_file() and (repository / "summary.md").is_file()
    kept = {step["with"]["path"] for step in steps if ".hypothesis" in str(step.get("with"))}
    assert kept == {".hypothesis/examples"}


@pytest.mark.full
def test_the_hook_is_the_command(repository: Path) -> None:
    (hook,) = yaml((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (used,) = yaml(recipe("yaml", "repos:"))["repos"]
    assert [one["id"] for one in used["hooks"]] == [hook["id"]]
    program, *command = hook["entry"].split()
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert program in scripts
    arguments = [*command, *used["hooks"][0]["args"], "cells/lstm.py"]
    assert run(*arguments).exit_code == 2, "there is no baseline yet"
    run("check", "cells/lstm.py", "--profile", "quick", "--write-baseline", arguments[2])
    assert run(*arguments).exit_code == 0
    (repository / "cells" / "lstm.py").write_text(AFTER)
    assert run(*arguments).exit_code == 1


def test_the_hook_s_manifest_is_one() -> None:
    pytest.importorskip("pre_commit", reason="pre-commit reads the manifest")
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.full
def test_the_notebook_shown_tells_what_is_shown(tmp_path: Path) -> None:
    for needed in ("nbclient", "ipykernel"):
        pytest.importorskip(needed, reason=f"a notebook is run with {needed}, which is not here")
    document = (ROOT / "docs" / "notebook.md").read_text("utf-8")
    cells = "\n".join(block("cell", document)).split("\n\n\n")
    (tmp_path / "cells.json").write_text(json.dumps(["%load_ext cellcheck", *cells]))
    command = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("run_notebook.py"))]
    done = subprocess.run(
        [*command, "cells.json"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[-1]["text/plain"].splitlines() == block("told", document)
