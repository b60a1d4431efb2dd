from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import cellcheck.cli
import cellcheck.engine
import cellcheck.properties
from cellcheck.cli import cli
from cellcheck.engine.outcome import (
    FunctionReport,
    Level,
    Outcome,
    Status,
    SubmissionReport,
    Verdict,
)

Run = Callable[..., Result]


def judged(
    path: str, settings: Any = None, progress: Any = None, diagnose: Any = None
) -> SubmissionReport:
    """Stands in for the engine: what becomes of a file is told by its name."""
    if progress:
        progress("lstm_forward")
    if "gone" in path:
        return SubmissionReport(path, error="there is no such file.")
    if "breaks" in path:
        raise RuntimeError("of our own")
    if "interrupt" in path:
        raise KeyboardInterrupt
    level = Level.ADVICE if "advice" in path else Level.FAULT
    broken = Outcome("lstm_forward", "it_holds", Verdict.FAILED, level, message="Not \x1b[31mso é.")
    failed = "faulty" in path
    function = FunctionReport(
        "lstm_forward",
        Status.FAILED if failed else Status.PASSED,
        outcomes=(broken,) if failed or "advice" in path else (),
    )
    return SubmissionReport(path, functions=(function,))


@pytest.fixture(autouse=True)
def _storage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path / "storage"))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(cellcheck.engine, "check", judged)
    monkeypatch.setattr(
        cellcheck.cli.check, "isolated", lambda settings: cellcheck.cli.check.in_this_process
    )

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(cli, arguments, catch_exceptions=False)

    return invoke


DRIVER = f"""
import sys
sys.path[:0] = {[str(Path(__file__).parent)]!r}
import cellcheck.engine
from test_cli import judged
cellcheck.engine.check = judged
import cellcheck.cli
cellcheck.cli.check.isolated = lambda settings: cellcheck.cli.check.in_this_process
from cellcheck.cli import main
main()
"""


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ("good.py", 0),
        ("faulty.py", 1),
        ("advice.py", 0),
        ("advice.py --strict", 1),
        ("good.py --strict", 0),
        ("gone.py", 2),
        ("gone.py good.py", 0),
        ("gone.py faulty.py good.py", 1),
        ("gone.py interrupt.py", 130),
        ("breaks.py", 2),
        ("breaks.py faulty.py good.py", 1),
    ],
)
def test_the_exit_status_sums_up(run: Run, arguments: str, status: int) -> None:
    assert run("check", *arguments.split()).exit_code == status
    in_json = run("check", *arguments.split(), "--format", "json")
    assert in_json.exit_code == status


def test_a_bad_path_does_not_cost_the_others_their_results(run: Run) -> None:
    result = run("check", "gone.py", "faulty.py", "good.py")
    assert result.stderr == "gone.py: there is no such file.\n"
    assert "faulty.py" in result.stdout and "good.py" in result.stdout
    files = json.loads(run("check", "gone.py", "good.py", "--format", "json").stdout)["submissions"]
    assert [file["error"] for file in files] == ["there is no such file.", None]


def test_the_settings_reach_the_engine(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def check(path: str, settings: Any, progress: Any, diagnose: Any) -> SubmissionReport:
        seen.append(settings)
        return SubmissionReport(path)

    monkeypatch.setattr(cellcheck.engine, "check", check)
    run("check", "a.py", "--profile", "quick", "--seed", "7", "--function", "lstm_forward")
    (settings,) = seen
    assert (settings.profile, settings.seed) == ("quick", 7)
    assert (settings.functions, settings.properties) == (("lstm_forward",), ())


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ("check a.py --function lstm_foward", "Did you mean lstm_forward"),
        ("check a.py --function \x1b[31m", "\\x1b[31m"),
        ("check a.py --property qqqqq", "'cellcheck list' shows all names"),
        ("check a.py --format yaml", "'json'"),
        ("check a.py --seed -1", "-1"),
        ("check", "PATH"),
        ("explain lstm_foward", "Did you mean lstm_forward"),
        ("explain soft", "softmax"),
        ("list faces", "'cells'"),
    ],
)
def test_a_mistyped_name_is_a_usage_error(run: Run, arguments: str, hint: str) -> None:
    result = run(*arguments.split())
    assert result.exit_code == 2
    assert hint in result.stderr and not result.stdout


def test_an_interrupt_is_one_sentence(run: Run) -> None:
    result = run("check", "good.py", "interrupt.py")
    assert result.exit_code == 130
    assert len(result.stderr.splitlines()) == 1 and "Interrupted" in result.stderr
    assert "good.py" in result.stdout


class TestOutput:
    def test_is_a_file_and_nothing_else(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "report.json"
        result = run("check", "faulty.py", "--format", "json", "--output", str(file))
        assert result.exit_code == 1 and result.output == ""
        assert json.loads(file.read_text("utf-8"))["submissions"][0]["status"] == "failed"
        assert os.listdir(tmp_path) == ["report.json"]

    def test_is_whole_or_not_there(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "report.txt"
        file.write_text("the last one")
        run("check", "good.py", "interrupt.py", "--output", str(file))
        assert file.read_text() == "the last one"
        assert os.listdir(tmp_path) == ["report.txt"]

    def test_a_link_stays_one(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(tmp_path / "report.txt")
        run("check", "good.py", "--output", str(tmp_path / "link"))
        assert (tmp_path / "link").is_symlink()
        assert "good.py" in (tmp_path / "report.txt").read_text("utf-8")

    @pytest.mark.parametrize("name", ["", "no/such/folder.txt"])
    def test_that_cannot_be_written_is_one_sentence(
        self, run: Run, tmp_path: Path, name: str
    ) -> None:
        result = run("check", "good.py", "--output", str(tmp_path / name))
        assert result.exit_code == 2 and not result.stdout
        assert len(result.stderr.splitlines()) == 1 and str(tmp_path / name) in result.stderr

    def test_never_overwrites_what_is_checked(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "a.py"
        file.write_text("x = 1")
        assert run("check", str(file), "--output", f"{tmp_path}/./a.py").exit_code == 2
        assert file.read_text() == "x = 1"


class TestNames:
    def test_list_is_a_table_of_what_there_is(self, run: Run) -> None:
        cells = run("list", "cells").stdout.splitlines()
        assert any(line.split()[:2] == ["lstm_backward", "lstm"] for line in cells)
        laws = run("list", "properties").stdout.splitlines()
        assert {line.split()[0] for line in laws[1:]} == set(cellcheck.properties.PROPERTIES)
        faults = run("list", "faults").stdout.splitlines()
        forms = run("list", "conventions").stdout.splitlines()
        whole = [*cells, "", *laws, "", *faults, "", *forms]
        assert run("list").stdout.splitlines() == whole

    def test_every_name_can_be_explained(self, run: Run) -> None:
        for law in cellcheck.properties.PROPERTIES.values():
            text = run("explain", law.name).stdout
            assert all(part in text for part in ("What it says", "Why it holds", "usually breaks"))
            assert run("explain", law.name.replace("_", " ")).stdout == text
        assert "a_next, c_next, yt_pred, cache" in run("explain", "lstm_cell_forward").stdout
        assert "rnn_cell_backward(da_next, cache)" in run("explain", "rnn").stdout
        assert "rests on the line" in run("explain", "wrong_gradient").stdout


@pytest.mark.full
class TestProcess:
    """What only a real process shows."""

    def start(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-c", DRIVER, *arguments]
        return subprocess.run(command, capture_output=True, timeout=300, check=False, **options)

    def test_an_ascii_terminal_is_served(self) -> None:
        environment = os.environ | {"PYTHONIOENCODING": "ascii"}
        done = self.start("check", "faulty_é.py", env=environment)
        assert done.returncode == 1 and not done.stderr
        assert b"\nx lstm_forward" in done.stdout and b"so \\xe9." in done.stdout

    def test_nobody_reading_is_silent(self) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        command = [sys.executable, "-c", DRIVER, "check", "good.py"]
        with os.fdopen(writer, "wb") as out:
            done = subprocess.run(
                command, stdout=out, stderr=subprocess.PIPE, timeout=300, check=False
            )
        assert done.stderr == b"" and done.returncode == 141

    def test_a_terminal_sees_colours_and_progress(self) -> None:
        environment = os.environ | {"TERM": "xterm-256color"}
        for name in ("NO_COLOR", "FORCE_COLOR"):
            environment.pop(name, None)
        seen = self.on_terminal(environment)
        assert b"good.py: lstm_forward" in seen and b"\x1b[32m" in seen

    def test_a_pipe_sees_neither(self) -> None:
        done = self.start("check", "faulty.py")
        assert b"\x1b" not in done.stdout and not done.stderr

    def test_a_pipe_pays_for_no_colours(self) -> None:
        tell = (
            "import atexit; atexit.register(lambda: print({'rich', 'nbformat'} & {*sys.modules}))"
        )
        code = DRIVER.replace("main()\n", f"{tell}\nmain()\n")
        command = [sys.executable, "-c", code, "check", "faulty.py"]
        done = subprocess.run(command, capture_output=True, timeout=300, check=False)
        assert done.returncode == 1 and done.stdout.endswith(b"set()\n")

    def test_a_folder_that_is_gone_is_one_sentence(self, tmp_path: Path) -> None:
        work = tmp_path / "work"
        work.mkdir()
        command = f"cd {work}; rmdir {work}; {sys.executable} -m cellcheck check {__file__}"
        done = subprocess.run(
            ["sh", "-c", command], capture_output=True, text=True, timeout=300, check=False
        )
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "current folder is not there any more" in done.stderr

    @pytest.mark.parametrize("cache", ["cache", "mine.py"])  # one that can be made, one that not
    def test_leaves_the_folder_as_it_was(self, tmp_path: Path, cache: str) -> None:
        work = tmp_path / "work"
        work.mkdir()
        mine = tmp_path / "mine.py"
        mine.write_text("import numpy as np\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n")
        environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / cache)}
        del environment["HYPOTHESIS_STORAGE_DIRECTORY"]
        command = [sys.executable, "-m", "cellcheck", "check", str(mine), "--profile", "quick"]
        done = subprocess.run(
            command, cwd=work, env=environment, capture_output=True, timeout=300, check=False
        )
        assert done.returncode == 2 and b"sigmoid" in done.stdout, done.stderr
        assert os.listdir(work) == []

    def on_terminal(self, environment: dict[str, str]) -> bytes:
        master, slave = pty.openpty()
        command = [sys.executable, "-c", DRIVER, "check", "good.py"]
        with subprocess.Popen(command, stdout=slave, stderr=slave, env=environment):
            os.close(slave)
            seen = b""
            try:
                while chunk := os.read(master, 4096):
                    seen += chunk
            except OSError:  # Linux ends a terminal so
                pass
        os.close(master)
        return seen


def test_help_and_version_need_no_engine() -> None:
    code = (
        "import sys; from cellcheck.cli import cli; cli(['--help'], standalone_mode=False); "
        "print({'numpy', 'rich', 'hypothesis', 'nbformat'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=300, check=True
    )
    assert done.stdout.endswith(b"set()\n") and b"my_lstm.py" in done.stdout


def test_version_is_told(run: Run) -> None:
    assert run("--version").stdout.split()[0] == "cellcheck"
