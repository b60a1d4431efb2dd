"""One line a fault, with its column."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cellcheck.engine.outcome import FunctionReport, Level, Match, Status, SubmissionReport
from cellcheck.reading.unjudged import NotJudged
from cellcheck.reports import escape

from .reported import HOSTILE, MISTAKE, finding, hostile, written

FILE = "def f(x):\n    return np.tanh(x) * x  # and so on\n"
WRONG = replace(
    MISTAKE,
    line=2,
    end_line=2,
    cell=None,
    message="it is squared",
    source="return np.tanh(x) * x",
    suggestion="return np.tanh(x) * y",
)


def of(path: Path, *functions: FunctionReport, not_judged: tuple[NotJudged, ...] = ()) -> list[str]:
    report = SubmissionReport(str(path), functions=functions, not_judged=not_judged)
    return written("concise", report).splitlines()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "own.py"
    path.write_text(FILE, "utf-8")
    return path


def test_a_fault_is_a_line_with_the_column_of_what_differs(file: Path) -> None:
    failed = FunctionReport(
        "f", Status.FAILED, "f", 1, outcomes=(finding(), finding()), diagnosis=(WRONG,)
    )
    (line,) = of(file, failed)
    assert line == f"{file}:2:{4 + len('return np.tanh(x) * ') + 1}: f: it is squared"
    likely = replace(failed, diagnosis=(replace(WRONG, match=Match.LIKELY, suggestion=""),))
    assert of(file, likely) == [f"{file}:2:5: f: likely: it is squared"]


def test_a_fault_without_a_line_is_told_where_the_function_begins(file: Path) -> None:
    failed = FunctionReport("f", Status.FAILED, "f", 1, outcomes=(finding(), finding()))
    (line,) = of(file, failed)
    assert line.startswith(f"{file}:1:1: f: a later input changes no earlier output: c[:, :, 0]")


def test_what_passes_is_silent_and_what_is_not_judged_is_not(file: Path) -> None:
    advised = finding(level=Level.ADVICE, message="mind\nthis")
    functions = (
        FunctionReport("f", Status.PASSED, "f", 1),
        FunctionReport("g", Status.PASSED, "g", 1, outcomes=(advised,)),
        FunctionReport("h", Status.BLOCKED, "h", 1, reason="it uses f"),
        FunctionReport("i", Status.MISSING),
    )
    listed = NotJudged("k", 2, None, "it is another")
    assert of(file, *functions, not_judged=(listed,)) == [
        f"{file}:1:1: g: advice: mind this",
        f"{file}:1:1: h: blocked: it uses f",
        f"{file}:2:1: k: not judged: it is another",
    ]


def test_nothing_that_a_submission_wrote_makes_a_line_of_its_own() -> None:
    text = written("concise", hostile())
    assert HOSTILE not in text
    assert all(line.startswith(escape(f"{HOSTILE}.py:")) for line in text.splitlines())
    assert not [char for char in text if char != "\n" and not char.isprintable()]
