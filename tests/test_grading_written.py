"""What is written of a class: the pages, the tables, and what is judged once."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cellcheck.engine import FunctionReport, Settings, Status, SubmissionReport
from cellcheck.engine.outcome import ENDLESS
from cellcheck.grading import Course, Summary, grade
from cellcheck.grading.export_files import Refused
from cellcheck.grading.rubric import Rubric, Worth
from cellcheck.grading.store import Store
from cellcheck.grading.task import tasks_of
from cellcheck.reports import html

from .graded import Told, folder, outcome, zipped
from .reported import HOSTILE, MISTAKE, finding, hostile, submission
from .test_reports_gradescope import documented
from .test_reports_html import Page

RIGHT = SubmissionReport("a.py", functions=(FunctionReport("lstm_forward", Status.PASSED, line=1),))
WRONG = submission(finding(), diagnosis=(MISTAKE,))
OTHER = submission(finding(property="values_equal_the_reference"))
NOWHERE = SubmissionReport("b.py", "b.py does not exist.")
ERRORS = ("ValueError", "KeyError", ENDLESS)
HELPER = SubmissionReport(
    "a.py", functions=(FunctionReport("softmax", Status.PASSED, helper=True),)
)
REPORTS = {
    "helper": HELPER,
    "# right": RIGHT,
    "# wrong": WRONG,
    "# other": OTHER,
    "# hostile": hostile(),
    "nowhere": NOWHERE,
    **{f"# {error}": submission(finding(error=error)) for error in ERRORS},
}
RUBRIC = Rubric({"lstm_forward": Worth(4, 0.25)})


def graded(
    tmp_path: Path, files: dict[str, str], rubric: Rubric | None = RUBRIC, **told: Any
) -> tuple[Summary, Told]:
    judges = Told(REPORTS, **told)
    course = Course.read(folder(tmp_path / "in", files), Settings())
    output = tmp_path / "out"
    return grade(course, output, rubric, lambda work: judges, lambda *_: None, lambda: None), judges


def document(tmp_path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    return found


def test_the_same_text_is_judged_once_and_another_run_judges_nothing(tmp_path: Path) -> None:
    files = {"Ada/a.py": "# wrong\n", "Ben/a.py": "# wrong\r\n", "Cem/a.py": "# right"}
    summary, judges = graded(tmp_path, files)
    assert sorted(judges.asked) == ["# right", "# wrong"]
    assert [one.score for one in summary.students] == [1, 1, 4]
    before = outcome(tmp_path / "out")
    _, judges = graded(tmp_path, files)
    assert judges.asked == [] and outcome(tmp_path / "out") == before


def test_another_rubric_judges_nothing_anew(tmp_path: Path) -> None:
    files = {"Ada/a.py": "# wrong", "Ben/a.py": "# right"}
    graded(tmp_path, files)
    summary, judges = graded(tmp_path, files, Rubric({"lstm_forward": Worth(10)}))
    assert judges.asked == [] and [one.score for one in summary.students] == [0, 10]


def test_what_cellcheck_could_not_judge_is_tried_again(tmp_path: Path) -> None:
    files = {"Ada/a.py": "# wrong", "Ben/a.py": "# right"}
    graded(tmp_path, files, final=False)
    assert sorted(graded(tmp_path, files)[1].asked) == ["# right", "# wrong"]
    assert graded(tmp_path, files)[1].asked == []


def test_what_was_lost_is_judged_again_and_costs_nobody_a_point(tmp_path: Path) -> None:
    files = {"Ada/a.py": "# wrong", "Ben/a.py": "# right"}
    summary, judges = graded(tmp_path, files, final=False)
    assert sorted(judges.asked) == ["# right", "# right", "# wrong", "# wrong"]
    assert [(one.score, one.status) for one in summary.students] == [(None, "not_judged")] * 2
    assert all("no mark" in "".join(one.doubts) for one in summary.students)
    rows = list(csv.DictReader((tmp_path / "out" / "results.csv").read_text("utf-8").splitlines()))
    assert [(row["score"], row["lstm_forward"]) for row in rows] == [("", "")] * 2
    ada = document(tmp_path)["submissions"][0]
    assert (ada["score"], ada["status"]) == (None, "not_judged")
    assert "no mark" in of_gradescope(tmp_path, "Ada")["output"]
    assert "not judged" in (tmp_path / "out" / "students" / "Ada.html").read_text("utf-8")
    again, _ = graded(tmp_path, files)
    assert [one.score for one in again.students] == [1, 4]


def test_helpers_alone_get_no_mark(tmp_path: Path) -> None:
    summary, _ = graded(tmp_path, {"Ada/a.py": "helper", "Ben/a.py": "# right"})
    assert [(one.score, one.status) for one in summary.students] == [
        (None, "not_judged"),
        (4, "passed"),
    ]


def test_who_is_gone_has_no_page_any_more(tmp_path: Path) -> None:
    graded(tmp_path, {"Ada/a.py": "# wrong", "Ben/a.py": "# right"})
    (tmp_path / "in" / "Ada" / "a.py").rename(tmp_path / "in" / "Cem.py")
    (tmp_path / "in" / "Ada").rmdir()
    graded(tmp_path, {})
    assert {p.name for p in (tmp_path / "out" / "students").iterdir()} == {"Ben.html", "Cem.html"}
    assert {p.name for p in (tmp_path / "out" / "gradescope").iterdir()} == {"Ben.json", "Cem.json"}


def test_two_runs_at_once_do_not_meet(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with Store(tmp_path / "out"), pytest.raises(Refused, match="another run"):
        graded(tmp_path, {"Ada/a.py": "# right", "Ben/a.py": "# right"})


def test_a_damaged_store_is_told(tmp_path: Path) -> None:
    (folder(tmp_path / "out", {"state.sqlite": "no database, but long enough" * 9}))
    with pytest.raises(Refused, match="damaged: remove it"):
        graded(tmp_path, {"Ada/a.py": "# right", "Ben/a.py": "# right"})


def test_results_are_those_of_check_with_scores(tmp_path: Path) -> None:
    graded(tmp_path, {"Ada/lab/a.py": "# wrong", "Ben/b.docx": "no"})
    found = document(tmp_path)
    assert found["schema"] == 1
    ada, ben = found["submissions"]
    assert (ada["student"], ada["path"], ada["status"]) == ("Ada", "lab/a.py", "failed")
    assert (ada["score"], ada["max_score"]) == (1.0, 4.0)
    judged = next(one for one in ada["functions"] if one["name"] == "lstm_forward")
    assert (judged["path"], judged["score"], judged["max_score"]) == ("lab/a.py", 1.0, 4.0)
    assert judged["diagnosis"][0]["suggestion"] == MISTAKE.suggestion
    assert (ben["status"], ben["score"], ben["max_score"]) == ("unreadable", 0.0, 4.0)
    assert ben["functions"] == [] and "b.docx" in ben["error"]


def of_gradescope(tmp_path: Path, name: str) -> dict[str, Any]:
    return documented((tmp_path / "out" / "gradescope" / f"{name}.json").read_text("utf-8"))


def test_gradescope_gets_the_points_of_the_rubric(tmp_path: Path) -> None:
    files = {"Ada/a.py": "# wrong", "Ben/a.py": "# right", "Cem/a.py": "nowhere", "Dee/b.docx": ""}
    rubric = Rubric({**RUBRIC.functions, "rnn_forward": Worth(2, required=False)}, hint="place")
    graded(tmp_path, files, rubric)
    (sigmoid, wrong) = sorted(of_gradescope(tmp_path, "Ada")["tests"], key=lambda t: t["max_score"])
    assert (sigmoid["name"], sigmoid["max_score"], sigmoid["status"]) == ("sigmoid", 0, "passed")
    assert (wrong["score"], wrong["max_score"], wrong["status"]) == (1.0, 4.0, "failed")
    assert "look at these lines" in wrong["output"] and MISTAKE.suggestion not in wrong["output"]
    (right,) = of_gradescope(tmp_path, "Ben")["tests"]
    assert (right["score"], right["max_score"], right["status"]) == (4.0, 4.0, "passed")
    unreadable, missing = of_gradescope(tmp_path, "Cem")["tests"]
    assert unreadable["output"] == NOWHERE.error and unreadable["max_score"] == 0
    assert (missing["score"], missing["max_score"]) == (0.0, 4.0)
    nothing = of_gradescope(tmp_path, "Dee")
    assert "b.docx is no .py, .ipynb or .md file" in nothing["output"]
    assert [test["max_score"] for test in nothing["tests"]] == [4.0]


def test_gradescope_tells_the_file_where_there_are_several(tmp_path: Path) -> None:
    files = {
        "Ada/a.py": "# wrong",
        "Ada/b.py": "# right",
        "Ada/c.zip": "broken",
        "Ben/a.py": "# other",
    }
    graded(tmp_path, files)
    results = of_gradescope(tmp_path, "Ada")
    assert {test["name"]: test["score"] for test in results["tests"] if test["max_score"]} == {
        "b.py: lstm_forward": 4.0
    }
    assert results["output"].splitlines()[1] == "c.zip is left out: it is a damaged archive"


def test_the_autograder_shown_hands_out_what_was_graded(tmp_path: Path) -> None:
    names = ("submission_123", "submission_456")
    graded(
        tmp_path, {f"{name}/a.py": "# right" for name in names} | {"submission_metadata.yml": ""}
    )
    document = (Path(__file__).parents[1] / "docs" / "grading.md").read_text("utf-8")
    script = document.partition("```sh\n")[2].partition("```")[0]
    place = folder(tmp_path / "autograder", {"submission_metadata.json": '{"id": 456}'})
    (place / "results").mkdir()
    (place / "source").symlink_to(tmp_path / "out")
    moved = script.replace("/autograder", str(place))
    subprocess.run(["sh", "-e", "-c", moved], check=True)
    results = (place / "results" / "results.json").read_text("utf-8")
    assert documented(results) == of_gradescope(tmp_path, "submission_456")


def test_the_class_page_links_each_cell_to_its_function(tmp_path: Path) -> None:
    files = {
        "Ada/a.py": "# wrong",
        "Ben/a.py": "# wrong",
        "Cem/a.py": "# other",
        "Dee/a.py": "# right",
    }
    graded(tmp_path, files)
    page = Page((tmp_path / "out" / "index.html").read_text("utf-8"))
    cells = [link for link in page.attributes("href") if "#f-" in link]
    assert len(cells) == 4
    for link in cells:
        name, _, anchor = link.partition("#")
        student = Page((tmp_path / "out" / name).read_text("utf-8"))
        ids = student.attributes("id")
        assert anchor in ids and len(ids) == len(set(ids))
        inner = [target[1:] for target in student.attributes("href") if target.startswith("#")]
        assert set(inner) <= set(ids)
    text = " ".join(page.text.split())
    assert f"Ben: {MISTAKE.message.replace('`', '')}" in text
    assert "2 students" in text and "Mistakes that nobody shares in full: Cem" in text


def test_errors_of_different_kinds_are_different_mistakes(tmp_path: Path) -> None:
    names = {"Ada": "ValueError", "Ben": "KeyError", "Cem": "ValueError", "Dee": ENDLESS}
    graded(tmp_path, {f"{name}/a.py": f"# {error}" for name, error in names.items()})
    page = Page((tmp_path / "out" / "index.html").read_text("utf-8"))
    text = " ".join(page.text.split())
    assert "2 students lstm_forward: it raises ValueError Ada, Cem" in text
    assert "lstm_forward: it raises KeyError" in text
    assert "lstm_forward: it does not come to an end" in text


def test_a_student_s_page_tells_no_more_than_the_rubric_allows(tmp_path: Path) -> None:
    graded(
        tmp_path, {"Ada/a.py": "# wrong", "Ben/a.py": "# right"}, replace(RUBRIC, hint="concept")
    )
    page = (tmp_path / "out" / "students" / "Ada.html").read_text("utf-8")
    assert "later input" in page
    assert MISTAKE.suggestion not in page and "values were meant" not in page


def test_a_failure_to_show_one_file_costs_no_other_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown(report: SubmissionReport) -> Any:
        if report.status == "failed":
            raise RuntimeError("no way")
        return html.shown(report)

    monkeypatch.setattr("cellcheck.grading.written.shown", shown)
    graded(tmp_path, {"Ada/a.py": "# wrong", "Ben/a.py": "# right"})
    page = (tmp_path / "out" / "students" / "Ada.html").read_text("utf-8")
    assert "could not show what it found (RuntimeError: no way)" in page
    assert (tmp_path / "out" / "students" / "Ben.html").exists()


def test_nothing_of_a_submission_or_its_name_is_more_than_text(tmp_path: Path) -> None:
    name = "<title><script>pwned()<img src=x onerror=pwned()> & \"'{{ 7*7 }}"
    files = {f"{name}/a.py": "# hostile", "=1+1/a.py": "# wrong", "<b>x.docx": "x"}
    formulas = ("\uff1d2+2", "  =3+3")
    files |= {f"{formula}/a.py": "# wrong" for formula in formulas}
    graded(tmp_path, files)
    pages = [Page(p.read_text("utf-8")) for p in (tmp_path / "out").rglob("*.html")]
    assert len(pages) == 3 + len(formulas)
    for page in pages:
        assert sum(tag == "script" for tag, _ in page.tags) == 1
        assert not [a for _, attributes in page.tags for a in attributes if a.startswith("on")]
        assert not page.attributes("style") and not page.attributes("src")
        assert not {"img", "b"} & {tag for tag, _ in page.tags}
        assert all(re.match(r"#|students/|\w", link) for link in page.attributes("href"))
        assert not any(":" in link.partition("#")[0] for link in page.attributes("href"))
        policy = next(c for c in page.attributes("content") if "default-src" in c)
        assert "default-src 'none'" in policy and "unsafe" not in policy
    with (tmp_path / "out" / "results.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    names = [row[0] for row in rows]
    assert "'=1+1" in names
    assert all(any(n.startswith("'") and n.endswith(f[-3:]) for n in names) for f in formulas)
    assert HOSTILE not in (tmp_path / "out" / "results.csv").read_text("utf-8")
    for path in (tmp_path / "out" / "gradescope").iterdir():
        for test in of_gradescope(tmp_path, path.stem)["tests"]:
            assert all(char.isprintable() for char in test["output"].replace("\n", ""))


def test_names_of_every_kind_are_graded(tmp_path: Path) -> None:
    odd = zipped({"a.py": "# right", "a.py/b.py": "# right", "é\n.py": "# right"})
    source = folder(tmp_path / "in", {"Ada/a.zip": odd, "B\udcff\n\u202e/a.py": "# right"})
    course = Course.read(source, Settings())
    done = grade(course, tmp_path / "out", RUBRIC, lambda _: Told(REPORTS), lambda *_: None, int)
    assert [one.score for one in done.students] == [4, 4]
    assert len(list((tmp_path / "out" / "students").iterdir())) == 2


def test_the_key_of_a_file_is_that_of_all_it_may_depend_on() -> None:
    def key(files: dict[str, str], name: str = "a.py", **chosen: Any) -> str:
        data = {path: text.encode() for path, text in files.items()}
        return tasks_of(data, [name], Settings(**chosen))[name].key

    one = key({"a.py": "import b\nx = 1\n"})
    assert key({"a.py": "import b\r\nx = 1\r\n", "c.py": "other"}) == one
    assert key({"a.py": "import b\nx = 1\n"}, hint="place") == one
    assert key({"a.py": "import b\nx = 2\n"}) != one
    assert key({"a.py": "import b\nx = 1 # float32\n"}) != one
    assert key({"a.py": "\nimport b\nx = 1\n"}) != one
    assert key({"a.py": "import b\nx = 1\n"}, seed=1) != one
    assert key({"a.py": "import b\nx = 1\n", "b.py": "y = 1"}) != one
    assert key({"z.py": "import b\nx = 1\n"}, "z.py") != one  # which a snippet imports from
    assert key({"lab/a.py": "import b\nx = 1\n"}, "lab/a.py") == one


def test_outputs_of_a_notebook_make_no_other_work() -> None:
    def key(**cell: Any) -> str:
        cells = [{"cell_type": "code", "source": "x = 1", "metadata": {}, **cell}]
        text = json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells})
        name = f"{len(text)}.ipynb"
        return tasks_of({name: text.encode()}, [name], Settings())[name].key

    one = key(outputs=[], execution_count=1)
    assert key(outputs=[{"output_type": "stream", "name": "stdout", "text": "1"}]) == one
    assert key(source="x = 2", outputs=[]) != one
