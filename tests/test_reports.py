from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

import numpy as np
import pytest

from cellcheck.engine import Settings
from cellcheck.engine.outcome import (
    Diagnosis,
    FunctionReport,
    Level,
    Match,
    Status,
    SubmissionReport,
    Verdict,
)
from cellcheck.reports import escape, formats, renderer
from cellcheck.reports._case import describe
from cellcheck.reports._marks import differing

from .reported import CASE, MISTAKE, finding, submission, written


def no_constant(name: str) -> NoReturn:
    raise AssertionError(f"{name} is no JSON")


def document(*reports: SubmissionReport) -> Any:
    return json.loads(written("json", *reports), parse_constant=no_constant)


def test_each_module_is_a_format() -> None:
    assert {"text", "json"} <= set(formats())
    assert not [name for name in formats() if name.startswith("_")]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain é ✓", "plain é ✓"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\rb\nc", "a\\rb\\nc"),
        ("\u202egnp", "\\u202egnp"),
        ("\udcff", "\\udcff"),
    ],
)
def test_escape_spells_out_what_steers_a_terminal(raw: str, shown: str) -> None:
    assert escape(raw) == shown


class TestJson:
    def test_has_the_fields_of_the_schema(self) -> None:
        whole = document(submission(finding(), notes=("cell 7 left out",)))
        assert whole["schema"] == 1
        assert set(whole["tool"]) == {"name", "version"}
        assert whole["settings"]["profile"] == "default" and whole["settings"]["seed"] == 0
        (file,) = whole["submissions"]
        assert file["path"] == "a.ipynb" and file["status"] == "failed" and file["error"] is None
        assert file["seconds"] == 1.235 and file["notes"] == ["cell 7 left out"]
        loop = file["functions"][1]
        named = ("name", "found_as", "line", "cell", "status", "cases", "diagnosis")
        expected = ["lstm_forward", "lstm_loop", 31, 4, "failed", 212, []]
        assert [loop[name] for name in named] == expected
        (fault,) = loop["findings"]
        assert fault["property"] == finding().property and fault["level"] == "fault"
        assert fault["message"] == finding().message and fault["snippet"] == finding().snippet

    def test_arrays_are_nested_lists_and_nan_is_text(self) -> None:
        (file,) = document(submission(finding()))["submissions"]
        case = file["functions"][1]["findings"][0]["counterexample"]
        assert case["dims"] == {"n_x": 1, "m": 2}
        assert case["arrays"]["x"] == [[1.0, "nan"]]
        assert case["arrays"]["a0"] == [[0.0, 0.1 + 0.2]]
        assert case["arrays"]["parameters"]["Wax"] == [[0.0], [0.0]]
        assert np.array_equal(case["arrays"]["big"], CASE.arrays["big"])

    def test_an_unreadable_file_keeps_its_place(self) -> None:
        bad = SubmissionReport("b\udcff.py", error="it is empty")
        files = document(bad, submission())["submissions"]
        assert [file["status"] for file in files] == ["unreadable", "passed"]
        assert files[0]["error"] == "it is empty" and files[0]["path"] == "b\\udcff.py"

    def test_only_failed_laws_are_findings(self) -> None:
        outcomes = (
            finding(property="kept", verdict=Verdict.HELD),
            finding(property="odd", verdict=Verdict.ERRORED, message="why"),
            finding(property="mild", level=Level.ADVICE),
            finding(property="broken"),
        )
        loop = document(submission(*outcomes))["submissions"][0]["functions"][1]
        assert [each["property"] for each in loop["findings"]] == ["broken", "mild"]
        assert loop["held"] == ["kept"]
        assert loop["errored"] == [{"property": "odd", "message": "why"}]


Told = Callable[[SubmissionReport], str]


def verbose(report: SubmissionReport) -> str:
    out = io.StringIO()
    renderer("text")([report], Settings(verbose=True), out)
    return out.getvalue()


def brief(report: SubmissionReport) -> str:
    return written("text", report)


class TestBrief:
    """What is shown of a fault without --verbose."""

    def test_a_fault_takes_ten_lines(self) -> None:
        wrong = replace(
            MISTAKE, source="c = f * c0 + x", suggestion="c = f * c0 + i * g", line=40, end_line=40
        )
        text = brief(submission(finding(), diagnosis=(wrong,)))
        told = text[text.index("\n✗") :].strip().split("\n\n")[0]
        assert told.splitlines() == [
            "✗ lstm_forward  cell 4, line 31, found as lstm_loop",
            f"  {MISTAKE.message}",
            "     40 | c = f * c0 + x",
            "        |              ^",
            "  meant | c = f * c0 + i * g",
            "        |              ^^^^^",
            "  breaks: a later input changes no earlier output",
            "    c[:, :, 0] changes with x[:, :, 1].",
            "    expected 0.5, found 0.25",
        ]
        assert "cellcheck check a.ipynb --verbose" in text
        assert "smallest case  n_x" not in text and "np.ones" not in text

    def test_mistakes_of_one_kind_are_shown_once(self) -> None:
        others = [replace(MISTAKE, line=line, end_line=line, cell=4) for line in (42, 44)]
        another = replace(MISTAKE, fault="another", message="It is another.", line=50)
        text = brief(submission(finding(), diagnosis=(MISTAKE, *others, another)))
        assert text.count(MISTAKE.message) == text.count("It is another.") == 1
        assert "  The same: cell 4, line 42; cell 4, line 44.\n" in text

    def test_what_passes_shares_a_line_and_what_is_missing_has_none(self) -> None:
        text = brief(submission(finding()))
        (line,) = [line for line in text.splitlines() if "sigmoid" in line]
        assert line == "  ✓ sigmoid: passed"
        assert "not in this file" not in text

    def test_without_a_line_the_smallest_case_is_shown(self) -> None:
        text = brief(submission(finding()))
        assert "    smallest case  n_x = 1, m = 2\n" in text

    def test_other_laws_are_counted(self) -> None:
        text = brief(submission(finding(), finding(property="another")))
        assert "earlier output, and 1 other law\n" in text

    @pytest.mark.parametrize(("cell", "shown"), [(4, "  40 | "), (2, "  cell 2, 40 | ")])
    def test_a_mistake_in_another_cell_is_told_with_its_cell(self, cell: int, shown: str) -> None:
        mistake = replace(MISTAKE, cell=cell, suggestion="")
        assert shown in brief(submission(finding(), diagnosis=(mistake,)))


@pytest.mark.parametrize(
    ("one", "other", "marks"),
    [
        ("a = b + c", "a = b - c", ("      ^", "      ^")),
        ("d.mean(axis=1)", "d.sum(axis=1)", ("  ^^^^", "  ^^^")),
        ("f(x)", "f(x, y)", ("   ^", "   ^^^")),
        ("x", "x.T", (" ^", " ^^")),
    ],
)
def test_what_differs_is_marked_word_by_word(one: str, other: str, marks: tuple[str, str]) -> None:
    assert tuple(span.marks for span in differing(one, other)) == marks


class TestText:
    def test_tells_the_fault_with_its_smallest_case(self) -> None:
        text = verbose(submission(finding()))
        for part in (
            "Broken law: a later input changes no earlier output",
            "c[:, :, 0] changes with x[:, :, 1].",
            "expected  0.5",
            "found     0.25",
            "n_x = 1, m = 2",
            "assert np.ones(1) == 2",
            "cell 4, line 31, found as lstm_loop",
            "cellcheck explain a_later_input_changes_no_earlier_output",
        ):
            assert part in text

    @pytest.mark.parametrize(("cell", "shown"), [(4, "    line 40 "), (2, "    cell 2, line 40 ")])
    def test_a_mistake_in_another_cell_is_told_with_its_cell(self, cell: int, shown: str) -> None:
        mistake = replace(MISTAKE, cell=cell)
        assert shown in verbose(submission(finding(), diagnosis=(mistake,)))

    @pytest.mark.parametrize(
        ("diagnosis", "cases"),
        [
            ((), 2),
            ((MISTAKE,), 1),
            ((MISTAKE, MISTAKE), 2),
            ((replace(MISTAKE, match=Match.LIKELY),), 2),
        ],
    )
    def test_one_mistake_that_breaks_two_laws_has_one_case(
        self, diagnosis: tuple[Diagnosis, ...], cases: int
    ) -> None:
        laws = finding(message="one"), finding(message="another")
        text = verbose(submission(*laws, diagnosis=diagnosis))
        assert text.count("smallest case") == text.count("to reproduce") == cases
        assert "    one\n" in text and "    another\n" in text

    def test_a_function_that_passes_has_one_line(self) -> None:
        text = verbose(submission(finding()))
        (line,) = [line for line in text.splitlines() if "sigmoid" in line]
        assert line.split() == ["✓", "sigmoid", "passed", "120", "cases", "line", "3"]

    def test_missing_functions_of_the_cells_at_hand_share_one_line(self) -> None:
        text = verbose(submission())
        (line,) = [line for line in text.splitlines() if "not in this file" in line]
        assert line.endswith(": lstm_cell_backward, lstm_backward")

    def test_a_long_snippet_is_left_to_json(self) -> None:
        text = verbose(submission(finding(snippet="pass\n" * 41)))
        assert "pass\n" not in text and "41 lines of code, given by --format json" in text

    def test_advice_fails_nothing_and_is_brief(self) -> None:
        text = written("text", submission(finding(level=Level.ADVICE)))
        assert "(advice)" in text and "All 2 functions pass." in text
        assert "smallest case" not in text and "np.ones" not in text

    @pytest.mark.parametrize("told", [brief, verbose])
    def test_what_a_submission_wrote_cannot_steer_the_terminal(self, told: Told) -> None:
        odd = finding(found="\x1b[2J", message="one\x07two", snippet="x = '\x1b]0;'")
        text = told(submission(odd, path="\x1b[31m.py", notes=("\x9b5m",)))
        assert not [char for char in text if char != "\n" and not char.isprintable()]
        assert "\\x1b[2J" in text and "one\\x07two" in text

    def test_several_files_are_counted(self) -> None:
        bad = SubmissionReport("b.py", error="it is empty")
        text = written("text", submission(finding()), bad, submission())
        assert "3 files: 1 failed, 1 unreadable, 1 passed" in text
        assert "it is empty" not in text

    def test_each_file_is_written_before_the_next_is_judged(self) -> None:
        out = io.StringIO()
        seen: list[str] = []

        def stream() -> Any:
            for path in ("one.py", "two.py"):
                seen.append(out.getvalue())
                yield submission(path=path)

        renderer("text")(stream(), Settings(), out)
        assert "one.py" not in seen[0] and "one.py" in seen[1]

    def test_is_ascii_where_the_stream_is(self) -> None:
        raw = io.BytesIO()
        out = io.TextIOWrapper(raw, encoding="ascii")
        renderer("text")([submission(finding())], Settings(), out)
        out.flush()
        assert b"\nx lstm_forward" in raw.getvalue()

    def test_a_law_that_could_not_be_judged_is_noted(self) -> None:
        text = written("text", submission(finding(verdict=Verdict.ERRORED, message="why")))
        assert "note: lstm_forward: could not tell whether a later input" in text


@pytest.mark.parametrize(
    ("statuses", "verdict"),
    [
        ("passed", "The function passes."),
        ("failed", "The function fails."),
        ("passed passed", "All 2 functions pass."),
        ("failed passed", "1 of 2 functions fails."),
        ("failed failed incomplete", "2 of 3 functions fail; 1 is incomplete."),
        ("passed blocked blocked", "1 of 3 functions passes; 2 are blocked."),
        ("incomplete", "No function passes; 1 is incomplete."),
        ("missing", "Nothing is judged."),
    ],
)
def test_the_verdict_is_one_sentence(statuses: str, verdict: str) -> None:
    functions = tuple(FunctionReport("f", Status(status)) for status in statuses.split())
    text = written("text", SubmissionReport("a.py", functions=functions))
    assert text.splitlines()[-1] == verdict


class TestSmallestCase:
    def lines(self, **arrays: Any) -> list[str]:
        return [f"{label}{value}".rstrip() for label, value in describe(arrays, 0)]

    def test_numbers_are_exact_and_short(self) -> None:
        assert self.lines(x=np.array([[1.0, 0.1 + 0.2, -0.0]])) == [
            "x  [[                  1, 0.30000000000000004,                  -0]]"
        ]

    def test_what_is_printed_is_the_array(self) -> None:
        array = np.arange(12.0).reshape(2, 3, 2) / 4
        rows = [value for _, value in describe({"x": array}, 0)]
        assert np.array_equal(json.loads("".join(rows)), array)

    def test_zeros_share_a_line_and_one_value_is_said_once(self) -> None:
        arrays = {"W": np.zeros((9, 9)), "b": np.zeros(1), "c": np.full((3, 2), 0.5), "t": 0}
        assert self.lines(**arrays) == ["c      0.5 everywhere", "t      0", "all 0  W, b"]

    def test_a_big_array_is_only_described(self) -> None:
        assert self.lines(x=np.arange(42.0).reshape(6, 7)) == ["x  42 values, 6 x 7"]

    def test_an_empty_array_is_shown(self) -> None:
        assert self.lines(x=np.zeros((0, 2))) == ["x  []"]

    def test_dicts_are_indented(self) -> None:
        lines = self.lines(parameters={"W": np.ones(1)}, s={"dW": np.zeros(1)})
        assert lines == ["parameters", "  W         [1]", "s", "  all 0     dW"]


class TestColour:
    @pytest.fixture
    def stdout(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
        """What is written to a standard output that is a terminal, or is none."""
        for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLORTERM"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("TERM", "xterm-256color")

        def write(*, terminal: bool, **environment: str) -> str:
            out = io.StringIO()
            monkeypatch.setattr(out, "isatty", lambda: terminal)
            with monkeypatch.context() as patch:
                patch.setattr(sys, "stdout", out)
                for name, value in environment.items():
                    patch.setenv(name, value)
                renderer("text")([submission(finding())], Settings(), out)
            return out.getvalue()

        return write

    def test_is_for_terminals(self, stdout: Callable[..., str]) -> None:
        assert "\x1b[" in stdout(terminal=True)
        assert "\x1b" not in stdout(terminal=False)

    def test_is_left_out_when_asked(self, stdout: Callable[..., str]) -> None:
        assert "\x1b" not in stdout(terminal=True, NO_COLOR="1", FORCE_COLOR="1")

    def test_can_be_forced(self, stdout: Callable[..., str]) -> None:
        assert "\x1b[" in stdout(terminal=False, FORCE_COLOR="1")

    def test_is_never_written_to_a_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert "\x1b" not in written("text", submission(finding()))
