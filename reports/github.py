"""For a step of GitHub Actions: annotations at the lines, the whole report as the job's summary.

GitHub shows ten annotations of a kind for a step, and takes a summary of up to 1 MiB for it. What
is beyond the first ten is told in the summary alone, which ends where there is no more room.

Source: GitHub's documentation, "Workflow commands for GitHub Actions".
"""

from __future__ import annotations

import html
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ..engine.outcome import FunctionReport, Level, Status, SubmissionReport
from . import escape
from ._places import from_root
from ._remarks import remarks
from ._words import count, facts, verdict
from .text import findings_text

if TYPE_CHECKING:
    from ..engine import Settings

MOST = 10
"""Annotations of a kind that GitHub shows for a step."""

ROOM = 2**20
"""Bytes that a step's summary may have."""

_LEFT_OUT = "\n*{} not shown: a summary has no more room.*\n"
_KINDS = {Level.FAULT: "error", Level.ADVICE: "warning"}


def render(reports: Iterable[SubmissionReport], settings: Settings, out: TextIO) -> None:
    """Write the annotations, and the summary to the file that ``GITHUB_STEP_SUMMARY`` names."""
    written: Counter[str] = Counter()
    parts: list[str] = []
    for report in reports:
        for kind, line in _annotations(report):
            written[kind] += 1
            if written[kind] <= MOST:
                out.write(line + "\n")
        out.flush()
        parts += _summary(report)
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        _append(Path(path), parts)


def _annotations(report: SubmissionReport) -> Iterator[tuple[str, str]]:
    """Each annotation's kind and command, in the order of the file."""
    file = from_root(report.path)
    if report.error is not None:
        yield "error", _command("error", report.error, file=file, title="cannot be read")
    for remark in remarks(report):
        kind = _KINDS[remark.level]
        place = {"file": file, "line": remark.line, "endLine": remark.end_line}
        yield kind, _command(kind, remark.message, **place, title=remark.title)


def _command(kind: str, message: str, **properties: str | int | None) -> str:
    given = {name: value for name, value in properties.items() if value is not None}
    written = ",".join(f"{name}={_property(str(value))}" for name, value in given.items())
    return f"::{kind} {written}::{_data(message)}"


def _data(text: str) -> str:
    lines = "\n".join(map(escape, text.splitlines()))
    return lines.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _summary(report: SubmissionReport) -> Iterator[str]:
    """The summary of a file in parts: a table of its functions, and each that has a finding."""
    head = f"## {_plain(from_root(report.path))}\n"
    if report.error is not None:
        yield f"{head}\n{_plain(report.error)}\n"
        return
    present = [f for f in report.functions if f.status is not Status.MISSING]
    rows = "".join(map(_row, present))
    table = f"\n| function | verdict | cases | |\n|---|---|---:|---|\n{rows}" if rows else ""
    yield f"{head}\n{verdict(present)}\n{table}"
    for function in present:
        if function.findings:
            yield _details(function)


def _row(function: FunctionReport) -> str:
    cases = count(function.cases, "case") if function.cases else ""
    status = f"**{function.status}**" if function.status is Status.FAILED else function.status
    return f"| `{function.name}` | {status} | {cases} | {_plain(facts(function))} |\n"


def _details(function: FunctionReport) -> str:
    text = findings_text(function)
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)  # which no text inside can close
    head = html.escape(escape(f"{function.name}, {facts(function)}".rstrip(", ")))
    inside = f"<summary>{head}</summary>\n\n{fence}text\n{text}\n{fence}\n"
    return f"\n<details>{inside}\n</details>\n"


def _plain(text: str) -> str:
    """The text in Markdown without a sign that has a meaning there."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&@-])", r"\\\1", escape(" ".join(text.split())))


def _append(path: Path, parts: list[str]) -> None:
    """Add as many parts as there is room for after what the step has written before."""
    room = ROOM - (path.stat().st_size if path.exists() else 0)
    room -= len(_LEFT_OUT.format(f"{len(parts)} parts are").encode())
    shown: list[str] = []
    for part in parts:
        room -= len(part.encode("utf-8", "backslashreplace"))
        if room < 0:
            shown.append(_LEFT_OUT.format(f"{len(parts) - len(shown)} parts are"))
            break
        shown.append(part)
    with path.open("a", encoding="utf-8", errors="backslashreplace") as out:
        out.write("".join(shown))
