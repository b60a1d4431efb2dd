"""``check --jobs N``: the same reports in the same order, whatever becomes of a process."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cellcheck.cli import cli
from cellcheck.cli.ahead import ahead
from cellcheck.engine import Settings
from cellcheck.engine.outcome import SubmissionReport

SOFTMAX = "import numpy as np\n\n\ndef softmax(x):\n    e = np.exp(x - x.max(axis=0))\n    return "
RIGHT, WRONG = SOFTMAX + "e / e.sum(axis=0)\n", SOFTMAX + "e / e.sum()\n"


def told(*arguments: str) -> Any:
    command = ["check", *arguments, "--profile", "quick", "--format", "json"]
    document = json.loads(CliRunner().invoke(cli, command, catch_exceptions=False).stdout)
    for one in document["submissions"]:
        one["seconds"] = 0
    return document["submissions"]


@pytest.mark.full
def test_reports_are_the_same_and_in_order(tmp_path: Path) -> None:
    texts = {"a.py": RIGHT, "b.py": WRONG, "c.py": "def f(", "d.py": RIGHT}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    paths = [str(tmp_path / name) for name in (*texts, "a.py", "none.py")]
    assert told(*paths, "--jobs", "3") == told(*paths)
    told(*paths, "--jobs", "2", "--fix")
    assert (tmp_path / "b.py").read_text("utf-8") == RIGHT


def naming(main: int, ends: bool, stack: ExitStack) -> Callable[..., SubmissionReport]:
    """Judges a file by the process that does it; one that is not ``main`` ends at b."""

    def judge(path: str, settings: Settings, progress: Callable[[str], None]) -> SubmissionReport:
        if ends and os.getpid() != main and path == "b":
            os._exit(1)
        return SubmissionReport(path, error="here" if os.getpid() == main else "there")

    return judge


@pytest.mark.parametrize("ends", [False, True])
def test_what_a_process_cannot_do_this_one_does(ends: bool) -> None:
    making = partial(naming, os.getpid(), ends)
    with ahead(["a", "b", "c"], Settings(), 1, making) as judge:
        found = [judge(path, Settings(), lambda name: None) for path in "abc"]
    assert [one.path for one in found] == ["a", "b", "c"]
    assert [one.error for one in found][1:] == (2 * ["here"] if ends else 2 * ["there"])


def test_a_difference_is_shown_of_one_file_at_a_time() -> None:
    arguments = ["check", "a.py", "b.py", "--fix", "--diff", "--jobs", "2"]
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 2 and "--jobs do not go together" in done.output
