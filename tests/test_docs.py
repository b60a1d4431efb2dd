"""What the documents say is so."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from cellcheck.cells import families
from cellcheck.cli import cli
from cellcheck.engine import Settings, Status, check
from cellcheck.properties import PROPERTIES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


@pytest.mark.full
def test_generated_parts_are_those_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "docs")
    generated = runpy.run_path(str(ROOT / "docs" / "generate.py"))["documents"]()
    stale = [path.name for path, text in generated.items() if path.read_text("utf-8") != text]
    assert stale == [], "run: python docs/generate.py"


def test_every_law_is_in_the_readme_and_no_other() -> None:
    table = README.partition("| law | what it says |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \| \S", table, re.MULTILINE) == [*PROPERTIES]


def test_every_law_has_its_section_and_no_other() -> None:
    text = (ROOT / "docs" / "laws.md").read_text("utf-8")
    assert re.findall(r"^### `(\w+)`$", text, re.MULTILINE) == [*PROPERTIES]


def test_every_public_name_is_in_the_reference_and_no_other() -> None:
    named: dict[str, set[str]] = {}
    module = ""
    for directive, name in re.findall(
        r"^\.\. (\S+):: (\S+)", (ROOT / "docs" / "api.md").read_text("utf-8"), re.MULTILINE
    ):
        if directive == "currentmodule":
            module = name
        else:
            room, _, own = name.rpartition(".")
            named.setdefault(room or module, set()).add(own)
    rooms = ("cells", "diagnosis", "engine", "gradients", "properties", "strategies")
    public = {
        room: import_module(room) for room in ("cellcheck", *map("cellcheck.{}".format, rooms))
    }
    assert named == {room: {*contents.__all__} for room, contents in public.items()}
    for contents in public.values():
        things = {name: getattr(contents, name) for name in contents.__all__}
        assert [n for n, thing in things.items() if callable(thing) and not thing.__doc__] == []


@pytest.mark.full
def test_the_output_shown_is_the_command_s(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path))
    done = CliRunner().invoke(cli, ["check", "examples/faulty_lstm.py"], catch_exceptions=False)
    assert done.exit_code == 1
    shown = README.partition("```text\n")[2].partition("```")[0]
    beginning, end = shown.split("\n...\n")
    assert beginning and done.stdout.startswith(beginning)
    assert end and done.stdout.endswith(end)


@pytest.mark.full
def test_the_faulty_example_has_one_fault_in_each_of_three_functions() -> None:
    report = check(str(ROOT / "examples" / "faulty_lstm.py"), Settings("quick"))
    broken = {f.name: [o.property for o in f.findings] for f in report.functions if f.findings}
    assert broken == {
        "lstm_cell_backward": ["gradients_equal_the_derivative_of_the_forward"],
        "lstm_forward": ["the_cache_serves_the_backward_pass"],
        "lstm_backward": ["gradients_equal_the_derivative_of_the_forward"],
    }


def test_the_correct_example_has_all_functions_of_both_cells_and_no_finding() -> None:
    report = check(str(ROOT / "examples" / "correct_rnn_lstm.py"), Settings("quick"))
    passed = {f.name for f in report.functions if f.status is Status.PASSED}
    assert passed >= families()["rnn"].functions.keys() | families()["lstm"].functions.keys()
    assert [f.name for f in report.functions if f.findings] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_no_option_is_made_up(path: Path) -> None:
    text = path.read_text("utf-8")
    named = {
        option
        for line in re.findall(r"cellcheck (?:check|list|explain)[^\n`]*", text)
        for option in re.findall(r"--[a-z-]+", line)
    }
    known = {
        option for command in cli.commands.values() for p in command.params for option in p.opts
    }
    assert named <= known


def test_the_gradient_check_prints_what_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "docs" / "gradients.md").read_text("utf-8")
    code = text.partition("```python\n")[2].partition("```")[0]
    shown = text.partition("```text\n")[2].partition("```")[0]
    exec(compile(code, "docs/gradients.md", "exec"), {})
    # The excess is rounding over rounding, and differs from machine to machine.
    printed, expected = (
        re.sub(r"[\d.e+]+ times", "N times", t) for t in (capsys.readouterr().out, shown)
    )
    assert printed == expected


@pytest.mark.full
def test_check_pair_prints_what_is_shown(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "pairs.md").read_text("utf-8")
    code = text.partition("```python\n")[2].partition("```")[0]
    (tmp_path / "affine.py").write_text(code, "utf-8")
    shown = text.partition("$ python affine.py\n")[2].partition("```")[0]
    command = [sys.executable, "affine.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout == shown


@pytest.mark.full
def test_the_picture_shown_is_the_command_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = (ROOT / "docs" / "gradients.md").read_text("utf-8").partition("## Pictures")[2]
    shown = text.partition("```text\n")[2].partition("```")[0]
    arguments = ["gradient", "examples/faulty_lstm.py", "--function", "lstm_cell_backward"]
    drawn = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert drawn.exit_code == 1
    for line in shown.splitlines():
        assert line in drawn.stdout
