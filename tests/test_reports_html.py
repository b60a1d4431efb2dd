"""The page: what is on it, and that nothing of a submission's is more than text on it."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from cellcheck.engine import Settings, check
from cellcheck.engine.outcome import Compared, FunctionReport, Level, Status, SubmissionReport
from cellcheck.properties import PROPERTIES
from cellcheck.reports._case import tables
from cellcheck.reports._curve import BOTTOM, LEFT, RIGHT, TOP, curve
from cellcheck.reports._hints import hinted
from cellcheck.reports._listing import AROUND, SourceText
from cellcheck.reports._picture import drawn

from .reported import CASE, HOSTILE, MISTAKE, finding, hostile, submission, written

ROOT = Path(__file__).parents[1]
LAW = "gradients_equal_the_derivative_of_the_forward"
VOID = {"meta", "rect", "path", "polyline"}


class Page(HTMLParser):
    """Tags with their attributes, the text, and what is wrong with how they nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.append((self.open[-1], data))

    def inside(self, tag: str) -> list[str]:
        return [text for around, text in self.texts if around == tag]

    def attributes(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.tags if name in attributes]

    @property
    def text(self) -> str:
        return "".join(text for tag, text in self.texts if tag not in ("style", "script"))


def page(*reports: SubmissionReport) -> Page:
    return Page(written("html", *reports))


def test_tells_each_function_with_its_verdict() -> None:
    text = " ".join(page(submission(finding(), diagnosis=(MISTAKE,))).text.split())
    for part in (
        "1 of 2 functions fails.",
        "✓ passed sigmoid",
        "✗ failed lstm_forward",
        "cell 4, line 31, found as lstm_loop",
        "Not in this file: lstm_cell_backward, lstm_backward.",
        "concat holds sizes; values were meant.",
        "a later input changes no earlier output",
        PROPERTIES[finding().property].why[:40],
        "z = [a_prev; xt]",
        "n_x = 1, m = 2",
        finding().message,
    ):
        assert part in text
    assert "dcct" not in text  # the gradients' equations are for backward functions


def test_a_snippet_is_there_to_be_copied_as_it_is() -> None:
    shown = page(submission(finding()))
    assert finding().snippet in shown.inside("pre")
    (button,) = (a for tag, a in shown.tags if tag == "button")
    assert button["data-copies"] in shown.attributes("id") and "hidden" in button


def test_one_that_passes_has_no_section() -> None:
    shown = page(submission())
    assert "All 2 functions pass." in shown.text and "section" not in dict(shown.tags)


def test_advice_is_told_and_fails_nothing() -> None:
    shown = page(submission(finding(level=Level.ADVICE)))
    assert "with advice" in shown.text and finding().message in shown.text
    assert "failed" not in shown.text


def test_several_files_are_listed_with_the_unreadable_ones() -> None:
    bad = SubmissionReport("b.py", error="it is empty.")
    shown = page(submission(finding(), path="a.py"), bad)
    assert "2 files" in shown.text and "it is empty." in shown.text
    assert {"#s1", "#s2"} <= set(shown.attributes("href"))


def test_links_and_labels_lead_somewhere() -> None:
    shown = page(submission(finding(), diagnosis=(MISTAKE,)), hostile())
    ids = shown.attributes("id")
    assert len(ids) == len(set(ids))
    for name in ("aria-labelledby", "aria-describedby"):
        assert {id for value in shown.attributes(name) for id in value.split()} <= set(ids)
    assert all(link[0] == "#" and link[1:] in ids for link in shown.attributes("href"))


@pytest.mark.parametrize("report", [submission(finding()), hostile()], ids=["plain", "hostile"])
def test_allows_its_own_script_and_style_and_nothing_else(report: SubmissionReport) -> None:
    shown = page(report)
    (policy,) = (
        attributes["content"] for _, attributes in shown.tags if "http-equiv" in attributes
    )
    rules = dict(rule.split(" ", 1) for rule in (policy or "").split("; "))
    assert rules["default-src"] == "'none'"
    for tag in ("style", "script"):
        (text,) = shown.inside(tag)
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert rules[f"{tag}-src"] == f"'sha256-{digest}'"


def test_no_text_of_a_submission_is_markup() -> None:
    shown, plain = page(hostile()), page(submission(finding(), diagnosis=(MISTAKE,)))
    tags = [tag for tag, _ in shown.tags]
    assert tags.count("script") == tags.count("style") == 1 and "img" not in tags
    assert set(tags) <= {tag for tag, _ in plain.tags} | {"ul", "li"}
    names = {name for _, attributes in shown.tags for name in attributes}
    assert not [name for name in names if name.startswith("on") or name in ("style", "src")]
    assert shown.text.count("</script><script>pwned()</script>") >= 8
    assert "{{ 7 * 7 }}" in shown.text and "\\u202e" in shown.text and "\u202e" not in shown.text


@pytest.fixture(scope="module")
def faulty() -> SubmissionReport:
    return check(str(ROOT / "examples" / "faulty_lstm.py"), Settings("quick", pictures=True))


@pytest.mark.full
class TestPictures:
    @pytest.mark.full
    def test_are_of_gradients_that_differ(self, faulty: SubmissionReport) -> None:
        found = {f.name: {t.called for t in f.gradients} for f in faulty.functions}
        gradients = {name: names for name, names in found.items() if names}
        assert gradients.keys() == {"lstm_cell_backward", "lstm_backward"}
        assert gradients["lstm_cell_backward"] == {"dbf", "dbi", "dbc", "dbo"}
        shown = page(faulty)
        labels = [label for label in shown.attributes("aria-label") if label.startswith("dbf is")]
        assert any("should be" in label for label in labels)

    def test_tell_too_much_for_a_concept(self, faulty: SubmissionReport) -> None:
        assert not any(function.gradients for function in hinted(faulty, "concept").functions)

    def test_are_gathered_only_where_they_are_wanted(self) -> None:
        path = str(ROOT / "examples" / "faulty_lstm.py")
        settings = Settings("quick", functions=("lstm_cell_backward",))
        assert [f.gradients for f in check(path, settings).functions] == [()]

    def test_show_signs_sizes_and_what_is_wrong(self) -> None:
        numeric = np.array([[1.0, -2.0], [0.0, np.nan]])
        analytic = np.array([[1.0, -1.0], [0.0, 4.0]])
        bound = np.array([[0.1, 0.1], [0.1, np.inf]])
        gradient = drawn(Compared("dW", "dW", ("n_a", "n_x"), numeric, analytic, bound))
        assert gradient.wrong == "wrong in 1 of 4 entries" and "dW[0, 1]" in gradient.worst
        expected, found = (drawing.squares for drawing in gradient.drawings)
        assert [s.size for s in expected] == [0.25, 0.5, 0.0, 0.0]
        assert [s.size for s in found] == [0.25, 0.25, 0.0, 1.0]
        assert [s.negative for s in found] == [False, True, False, False]
        assert [s.wrong for s in found] == [False, True, False, False]
        assert not any(s.wrong for s in expected)

    def test_one_shows_the_error_by_step(self, faulty: SubmissionReport) -> None:
        cell = next(f for f in faulty.functions if f.name == "lstm_cell_backward")
        shown = [curve(tensor) for tensor in cell.gradients]
        assert shown[0] is not None and not any(shown[1:])
        best = min(shown[0].points, key=lambda place: -place[1])
        assert LEFT < best[0] < RIGHT  # a V: neither the smallest step nor the largest
        bound, error = shown[0].levels
        assert best[1] > bound.y > error.y  # in a drawing, y grows downwards
        assert error.words.startswith("error of dbf[0, 0]: 1")
        labels = page(faulty).attributes("aria-label")
        assert sum(f"{bound.words}; {error.words}" == label for label in labels) == 1

    def test_an_error_by_step_stays_in_its_drawing(self) -> None:
        ones = np.ones((1, 1))
        compared = Compared("dW", "dW", ("n_a", "n_x"), ones, -ones, ones / 8)
        assert curve(compared) is None and curve(replace(compared, by_step=(np.nan, 0.0))) is None
        steps = (1e308, 5e-324, np.inf, *[1e-3] * 99)
        shown = curve(replace(compared, by_step=steps, bound=ones * np.inf))
        assert shown is not None and [level.name for level in shown.levels] == ["error"]
        assert len(shown.points) == 26
        places = [*shown.points, *((x, TOP) for x, _ in shown.across)]
        places += [(LEFT, y) for y, _ in shown.upwards]
        assert all(LEFT <= x <= RIGHT and TOP <= y <= BOTTOM for x, y in places)

    def test_a_gradient_that_is_wrong_throughout_needs_no_mark(self) -> None:
        ones = np.ones((2, 2))
        gradient = drawn(Compared("dW", "dW", ("n_a", "n_x"), ones, -ones, ones / 8))
        assert gradient.wrong == "wrong in all 4 entries"
        assert not any(square.wrong for drawing in gradient.drawings for square in drawing.squares)

    def test_steps_stand_side_by_side(self) -> None:
        array = np.zeros((2, 3, 4))
        compared = Compared("dx", "dx", ("n_x", "m", "T_x"), array, array + 1, array + 0.1)
        drawing = drawn(compared).drawings[0]
        assert (drawing.width, drawing.height) == (4 * 3 + 3, 2)

    def test_of_the_wrong_form_are_told_in_words(self) -> None:
        array = np.zeros((2, 2))
        compared = Compared("dW", "dW", ("n_a", "n_x"), array, array, array, "is missing")
        gradient = drawn(compared)
        assert gradient.wrong == "is missing" and len(gradient.drawings) == 1


class TestListing:
    def source(self, tmp_path: Path, text: str, name: str = "a.py") -> SourceText:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return SourceText(str(tmp_path / name))

    def function(self, line: int, *mistakes: int) -> FunctionReport:
        found = tuple(
            type(MISTAKE)("f", "m", line=one, end_line=one, suggestion="y = 2") for one in mistakes
        )
        return FunctionReport("sigmoid", Status.FAILED, line=line, diagnosis=found)

    def test_is_the_function_with_its_mistake_and_what_was_meant(self, tmp_path: Path) -> None:
        source = self.source(tmp_path, "x = 1\ndef f():\n    y = 1\n\n    return y\nz = 2\n")
        (listing,) = source.of(self.function(2, 3))
        assert [line.number for line in listing.lines] == [2, 3, 4, 5]
        assert [line.number for line in listing.lines if line.marked] == [3]
        assert listing.lines[1].meant == ("    y = 2",)

    def test_a_long_function_is_shortened(self, tmp_path: Path) -> None:
        body = "".join(f"    y = {n}\n" for n in range(60))
        (listing,) = self.source(tmp_path, f"def f():\n{body}").of(self.function(1, 30))
        around = [*range(30 - AROUND, 31 + AROUND)]
        assert [line.number for line in listing.lines if not line.left_out] == [1, *around]
        assert sum(line.left_out or 1 for line in listing.lines) == 61

    def test_a_mistake_elsewhere_has_its_own(self, tmp_path: Path) -> None:
        source = self.source(tmp_path, "def g():\n    return 1\n\ndef f():\n    return g()\n")
        main, other = source.of(self.function(4, 2))
        assert main.place == "lines 4 to 5" and other.place == "lines 1 to 2"
        assert other.is_marked and not main.is_marked

    def test_what_is_not_python_is_cut_by_its_indentation(self, tmp_path: Path) -> None:
        text = "%magic\ndef f(\n    x,\n):\n    y = 1\n\n    return y\n\nprint 1\n"
        (listing,) = self.source(tmp_path, text).of(self.function(2, 5))
        assert listing.place == "lines 2 to 7"

    def test_a_file_that_is_gone_has_none(self, tmp_path: Path) -> None:
        source = SourceText(str(tmp_path / "gone.py"))
        assert source.of(self.function(1, 2)) == [] and source.whole([]) == []

    def test_lines_of_a_note_are_the_file_s(self, tmp_path: Path) -> None:
        source = self.source(tmp_path, "# Note\n\n```python\ndef f():\n    y = 1\n```\n", "a.md")
        (listing,) = source.of(self.function(4, 5))
        assert listing.place == "lines 4 to 5"

    def test_text_cannot_leave_it(self, tmp_path: Path) -> None:
        text = f"def sigmoid(x):\n    return {HOSTILE.splitlines()[0]!r}\n"
        self.source(tmp_path, text.replace("\\u202e", "\u202e"))
        function = self.function(1, 2)
        shown = page(SubmissionReport(str(tmp_path / "a.py"), functions=(function,)))
        assert "</script><script>pwned()" in shown.text and "\u202e" not in shown.text


def test_arrays_are_matrices_and_zeros_are_words() -> None:
    shown, zeros = tables(CASE.arrays)
    assert [(table.name, table.size, table.words) for table in shown] == [
        ("x", "1 × 2", ""),
        ("a0", "1 × 2", ""),
        ('parameters["ba"]', "3 × 2", "0.5 everywhere"),
        ("big", "6 × 7", "42 values"),
        ("t", "", "3"),
    ]
    assert zeros == ["Wax, by in parameters"]
    assert shown[1].matrices == ((("-0", "0.30000000000000004"),),)


def test_a_sequence_is_a_matrix_for_each_step() -> None:
    (table,), _ = tables({"x": np.arange(8.0).reshape(2, 2, 2)})
    assert table.matrices == ((("0", "2"), ("4", "6")), (("1", "3"), ("5", "7")))


def test_marked_words_are_code() -> None:
    shown = page(submission(finding(message="use `<b>`, not `x`; a single ` is not")))
    assert "<b>" not in shown.inside("code")
    shown = page(submission(finding(message="use `<b>`, not `x`")))
    assert {"<b>", "x"} <= set(shown.inside("code"))
    assert not re.search(r"<b>", written("html", submission(finding(message="`<b>`"))))


def test_a_mistake_is_marked_in_its_own_block_of_a_note(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("```python\nx = 1\n```\n\n```python\ny = 2\n```\n", encoding="utf-8")
    mistake = replace(MISTAKE, line=6, end_line=6, source="y = 2", suggestion="y = 3")
    report = submission(finding(), diagnosis=(mistake,)).functions[1]
    first, second = SourceText(str(note)).whole([report])
    assert not first.is_marked and [line.meant for line in second.lines] == [("y = 3",)]
