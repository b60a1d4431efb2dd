"""What is written of a course: results for programs and for a gradebook, and pages for people."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self, TextIO

from ..engine import SubmissionReport
from ..reports import escape, gradescope
from ..reports._hints import hinted
from ..reports._template import template
from ..reports.html import ShownSubmission, shown
from ..reports.json import described, head, plain
from .classroom import classroom
from .course import Course, Summary
from .graded import Findings, Graded
from .handed_in import handed_in, put_down
from .rubric import Rubric
from .scores import Score, scored
from .store import Store

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class StudentResult:
    """What a student is told: no more than the rubric's hint allows."""

    found: Findings
    reports: list[SubmissionReport]
    scores: list[Score]

    @classmethod
    def of(cls, found: Findings, rubric: Rubric) -> Self:
        """The reports as far as they are told, and the functions that count or are there."""
        reports = [hinted(report, rubric.hint) for report in found.reports]
        readable = [report for report in reports if report.error is None]
        scores = [
            s for s in scored(readable, rubric) if s.path or s.report.name in rubric.functions
        ]
        return cls(found, reports, scores)


def write(course: Course, store: Store, summary: Summary, output: Path) -> None:
    """Writes all of it; what an earlier run wrote is replaced file by file."""
    with _replaced(output / "results.json") as out:
        _json(course, store, summary, out)
    with _replaced(output / "results.csv") as out:
        _csv(summary, out)
    wanted = set()
    for found, one in zip(course.findings(store), summary.students, strict=True):
        result = StudentResult.of(found, summary.rubric)
        page = output / "students" / found.page
        results = (output / "gradescope" / found.page).with_suffix(".json")
        wanted |= {page, results}
        with _replaced(page) as out:
            out.write(_page(course, result, one, summary))
        with _replaced(results) as out:
            gradescope.write(_gradescope(result), out)
    for path in [*output.glob("students/*.html"), *output.glob("gradescope/*.json")]:
        if path not in wanted:  # of who is not in the class any more
            path.unlink()
    with _replaced(output / "index.html") as out:
        out.write(template("class.html").render(room=classroom(summary), summary=summary))


@contextmanager
def _replaced(path: Path) -> Iterator[TextIO]:
    """A file that is there as a whole, or as it was before."""
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("w", encoding="utf-8", errors="backslashreplace", newline="") as out:
        yield out
    draft.replace(path)


def _json(course: Course, store: Store, summary: Summary, out: TextIO) -> None:
    """The document of ``check``, an entry a student, written student by student."""
    start = json.dumps(plain(head(course.settings)), indent=2)
    out.write(start.removesuffix("\n}") + ',\n  "submissions": [')
    for number, found in enumerate(course.findings(store)):
        text = json.dumps(plain(_entry(found, summary)), indent=2, allow_nan=False)
        out.write(",\n" if number else "\n")
        out.write("\n".join(f"    {line}" for line in text.splitlines()))
    out.write("\n  ]\n}\n")


def _entry(found: Findings, summary: Summary) -> dict[str, object]:
    """One student, as if all functions were in one file; each names the file that it is in."""
    scores = found.scores(summary.rubric) if found.error is None else []
    graded = found.graded(summary.rubric)
    notes = [note for report in found.readable for note in report.notes]
    whole = SubmissionReport(
        found.readable[0].path if len(found.readable) == 1 else found.student.name,
        found.error,
        sum(report.seconds for report in found.reports),
        (*notes, *found.said),
        tuple(score.report for score in scores),
    )
    entry = described(whole)
    for function, score in zip(entry["functions"], scores, strict=True):
        function |= {"path": score.path or None, "score": score.points, "max_score": score.of}
    if not graded.is_marked:
        entry["status"] = graded.status
    return entry | {
        "student": found.student.name,
        "number": found.student.number,
        "files": [report.path for report in found.reports],
        "score": graded.score,
        "max_score": graded.max_score,
        "review": graded.doubts,
        "page": f"students/{found.page}",
    }


def _csv(summary: Summary, out: TextIO) -> None:
    """A line a student, for a gradebook; no cell that a spreadsheet would take for a formula."""
    functions = list(summary.rubric.functions)
    table = csv.writer(out)
    table.writerow(["student", "number", "score", "max_score", "status", *functions, "review"])
    for one in summary.students:
        points = [one.points[name][0] if one.is_marked else "" for name in functions]
        score = "" if one.score is None else one.score
        row = [one.name, one.number, score, one.max_score, one.status, *points]
        table.writerow([_cell(value) for value in [*row, "; ".join(one.doubts)]])


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    text = escape(str(value))
    # Spreadsheets skip white space, and take full-width signs for the plain ones.
    begins = unicodedata.normalize("NFKC", text).lstrip(" \u200b\ufeff")
    return f"'{text}" if begins.startswith(_FORMULA) else text


def _page(course: Course, result: StudentResult, one: Graded, summary: Summary) -> str:
    """A student's page."""
    files = _shown(result)
    settings = replace(course.settings, hint=summary.rubric.hint)
    return template("student.html").render(
        graded=one,
        scores=result.scores,
        files=files,
        anchors=_anchors(result.scores, files),
        said=result.found.said,
        settings=settings,
    )


def _gradescope(result: StudentResult) -> dict[str, object]:
    """What Gradescope shows a student: each function that is there, or costs points."""
    several = len(result.reports) > 1
    points = (
        gradescope.Points(s.report, s.points, s.of, s.path if several else "")
        for s in result.scores
        if s.path or s.of
    )
    notes = list(result.found.notes) if result.reports else [result.found.error or ""]
    if not result.found.is_marked:
        notes.append("This is no mark: nothing could be judged.")
    return gradescope.results(result.reports, points, notes)


def _anchors(scores: Iterable[Score], files: list[ShownSubmission]) -> dict[str, str]:
    """Where on the page a function is told of, if it is."""
    return {
        score.report.name: f"s{number}-{score.report.name}"
        for score in scores
        for number, file in enumerate(files, start=1)
        if file.report.path == score.path
        and any(one.report.name == score.report.name for one in file.lacking)
    }


def _shown(result: StudentResult) -> list[ShownSubmission]:
    """The files as pages show them: with their source, as it was handed in."""
    with TemporaryDirectory(prefix="cellcheck-") as folder:
        root = Path(folder).resolve()
        put_down(handed_in(result.found.student).files, root)
        return [_file(report, str(root / report.path)) for report in result.reports]


def _file(report: SubmissionReport, path: str) -> ShownSubmission:
    """One file; a failure of ours costs what is told of it, and no other page."""
    try:
        return replace(shown(replace(report, path=path)), report=report)
    except Exception as error:
        note = f"cellcheck itself could not show what it found ({type(error).__name__}: {error})"
        return replace(shown(SubmissionReport(path, report.error, notes=(note,))), report=report)
