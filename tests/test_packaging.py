"""The house: what the wheel holds, and what cellcheck costs those who merely have it installed."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OUTSIDE_THE_WHEEL = {"tests", "benchmarks", "docs", "examples"}


def test_the_wheel_holds_every_room() -> None:
    rooms = {
        ".".join(("cellcheck", *init.parent.relative_to(ROOT).parts))
        for pattern in ("__init__.py", "[!.]*/__init__.py", "[!.]*/*/__init__.py")
        for init in ROOT.glob(pattern)
        if init.relative_to(ROOT).parts[0] not in OUTSIDE_THE_WHEEL | {"build"}
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert rooms == set(project["tool"]["setuptools"]["packages"])


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a statement loads in a fresh interpreter."""
    code = f"import sys\n{statement}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_the_plugin_is_cheap_to_load() -> None:
    heavy = {"numpy", "scipy", "hypothesis", "rich", "nbformat", "click"}
    assert not heavy & loaded_by("import cellcheck.plugin")


@pytest.mark.full
def test_other_suites_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "test_theirs.py").write_text(
        textwrap.dedent(
            """
            import sys
            from hypothesis import given, settings, strategies

            @given(strategies.integers())
            def test_settings(n):
                assert settings().max_examples == settings.get_profile("default").max_examples
                assert not [name for name in settings._profiles if name.startswith("cellcheck")]

            def test_modules():
                assert "cellcheck.plugin" in sys.modules
                assert "numpy" not in sys.modules
            """
        ),
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


@pytest.mark.full
def test_a_submission_that_is_not_there_costs_one_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "--pyargs", "cellcheck.properties"]
    command += ["--submission", "nowhere.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 4
    assert "nowhere.py" in run.stderr
    assert "Traceback" not in run.stdout + run.stderr
