"""Writes what the documents tell of the code: run ``python docs/generate.py`` after a change.

It rewrites ``docs/laws.md``, ``docs/faults.md``, ``docs/conventions.md``, ``docs/cli.md`` and
``docs/rooms.svg``, and in ``README.md``, ``docs/gradients.md`` and ``docs/reports.md`` what stands
between the marks
``<!-- name -->`` and ``<!-- end of name -->``.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterable
from contextlib import chdir
from dataclasses import replace
from functools import cache
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TypedDict, TypeVar
from unittest.mock import patch

from commands import commands, plain
from rooms import picture

from cellcheck.cells import Role
from cellcheck.diagnosis import diagnose
from cellcheck.diagnosis.faults.fault import MODULES, Fault
from cellcheck.diagnosis.faults.registry import faults
from cellcheck.engine import Settings, SubmissionReport, check
from cellcheck.properties import PROPERTIES, Property
from cellcheck.reports import renderer
from cellcheck.subject.forms import Form, forms

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = "examples/faulty_lstm.py"
TOLD = "lstm_forward"
"""The function of the example whose reports are shown."""


def documents() -> dict[Path, str]:
    """The text of each document, as it should be."""
    readme = (ROOT / "README.md").read_text("utf-8")
    readme = _between(readme, "output", f"```text\n{_first_fault(_printed())}\n```")
    readme = _between(readme, "laws", _table())
    gradients = (ROOT / "docs" / "gradients.md").read_text("utf-8")
    gradients = _between(gradients, "benchmark", _benchmark())
    reports = (ROOT / "docs" / "reports.md").read_text("utf-8")
    for name, example in _examples().items():
        reports = _between(reports, name, example)
    return {
        ROOT / "README.md": readme,
        ROOT / "docs" / "laws.md": _laws(),
        ROOT / "docs" / "faults.md": _faults(),
        ROOT / "docs" / "conventions.md": _conventions(),
        ROOT / "docs" / "cli.md": commands(),
        ROOT / "docs" / "gradients.md": gradients,
        ROOT / "docs" / "reports.md": reports,
        ROOT / "docs" / "rooms.svg": picture(),
    }


Outcome = Literal["failed", "undecided"]
Measured = TypeVar("Measured")


class Tried(TypedDict):
    """What one tool made of a function: milliseconds, tries, and how many ended so."""

    ms: float
    of: int
    failed: int
    undecided: int


class Row(TypedDict):
    """What was measured of one function: by ``benchmarks/gradients.py``."""

    size: str
    kind: str
    scale: float
    fault: str
    tools: dict[str, Tried]


def _between(text: str, name: str, new: str) -> str:
    """The text with something new between two marks."""
    before, start, rest = text.partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- end of {name} -->\n")
    if not (start and end):
        raise ValueError(f"a document has lost its marks around {name}")
    return f"{before}{start}{new}\n{end}{after}"


@cache
def _checked() -> SubmissionReport:
    """The faulty example, checked."""
    with chdir(ROOT):
        return check(EXAMPLE, Settings(), diagnose=diagnose)


def _written(name: str, report: SubmissionReport) -> str:
    """What a format writes."""
    out = io.StringIO()
    with chdir(ROOT):
        renderer(name)([report], Settings(), out)
    return out.getvalue().rstrip("\n")


def _printed() -> str:
    """What the command prints for the faulty example."""
    return _written("text", _checked())


def _examples() -> dict[str, str]:
    """What each format for programs writes for one function of the example."""
    told = tuple(function for function in _checked().functions if function.name == TOLD)
    report = replace(_checked(), functions=told, seconds=1.5)
    with TemporaryDirectory() as folder, patch.dict(os.environ):
        summary = Path(folder, "summary.md")
        os.environ["GITHUB_STEP_SUMMARY"] = str(summary)
        os.environ.pop("GITHUB_WORKSPACE", None)
        found = {"github": f"```text\n{_written('github', report)}\n```"}
        found["summary"] = f"````markdown\n{summary.read_text('utf-8').strip()}\n````"
        found["concise"] = f"```text\n{_written('concise', report)}\n```"
        found["junit"] = f"```xml\n{_written('junit', report)}\n```"
        for name in ("json", "gradescope", "sarif"):
            excerpt = _excerpt(json.loads(_written(name, report)))
            found[name] = f"```json\n{_dumped(excerpt)}\n```"
    return found


def _dumped(value: object, indent: str = "") -> str:
    """A document as JSON, with whatever fits on a line on one."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent + flat) <= 90 or not isinstance(value, dict | list):
        return flat
    inner = indent + "  "
    if isinstance(value, list):
        lines = [inner + _dumped(item, inner) for item in value]
    else:
        lines = [
            f"{inner}{json.dumps(name)}: {_dumped(item, inner)}" for name, item in value.items()
        ]
    start, end = "[]" if isinstance(value, list) else "{}"
    return "\n".join([start, ",\n".join(lines), indent + end])


def _excerpt(value: object) -> object:
    """A document with its long texts and lists cut short."""
    if isinstance(value, dict):
        return {name: _excerpt(item) for name, item in value.items()}
    if isinstance(value, list):
        return [*map(_excerpt, value[:1]), *(["..."] if len(value) > 1 else [])]
    if isinstance(value, str) and len(value) > 80:
        return f"{value[:60].rstrip()} ..."
    return value


def _first_fault(printed: str) -> str:
    """The report down to the end of its first fault, and its last lines."""
    overview, first, *_ = printed.split("\n\n✗ ")
    end = "\n\n".join(printed.split("\n\n")[-2:])
    return f"{overview}\n\n✗ {first}\n\n...\n\n{end}"


def _table() -> str:
    rows = [f"| `{law.name}` | {plain(law.law)} |" for law in PROPERTIES.values()]
    return "\n".join(["| law | what it says |", "|---|---|", *rows])


def _laws() -> str:
    parts = [
        "# The laws\n\nWritten by `python docs/generate.py` from the docstrings in `properties/`. "
        "A law that is *advice* does not fail a function.\n`cellcheck explain NAME` prints one of "
        "these."
    ]
    for family, laws in groupby(PROPERTIES.values(), key=lambda law: law.family):
        parts += [f"## {family.capitalize()}", *map(_entry, laws)]
    return "\n\n".join(parts) + "\n"


def _entry(law: Property) -> str:
    scope = "every function" if set(law.roles) == set(Role) else law.applies_to
    level = " (advice)" if law.level == "advice" else ""
    return "\n".join(
        [
            f"### `{law.name}`\n",
            f"{plain(law.law)}\n",
            f"- Applies to: {scope}{level}",
            f"- Why it holds: {plain(law.why)}",
            f"- What usually breaks it: {plain(law.breaks)}",
        ]
    )


def _faults() -> str:
    head = (
        "# The faults\n\nWritten by `python docs/generate.py` from the registry in "
        f"`diagnosis/faults/`. How often each was seen is counted in {MODULES} public\nmodules. "
        "`cellcheck list faults` prints the names, and `cellcheck explain NAME` one of these."
    )
    return "\n\n".join([head, *map(_fault, faults().values())]) + "\n"


def _fault(fault: Fault) -> str:
    return "\n".join(
        [
            f"## `{fault.name}`\n",
            f"{plain(fault.what[0].upper() + fault.what[1:])}.\n",
            f"```python\n{fault.wrong}\n```\n",
            f"Right:\n\n```python\n{fault.right}\n```\n",
            f"- How it shows: {plain(fault.shows)}",
            f"- Why it is tempting: {plain(fault.why)}",
            f"- Where it is found: {fault.functions}; {fault.frequency}.",
        ]
    )


def _conventions() -> str:
    head = (
        "# The conventions\n\nWritten by `python docs/generate.py` from the modules in "
        "`subject/forms/`. These are the ways\nin which people write a cell down that "
        "are read without a word about them. `cellcheck explain NAME` prints one of these."
    )
    return "\n\n".join([head, *map(_convention, forms().values())]) + "\n"


def _convention(form: Form) -> str:
    return "\n".join(
        [
            f"## `{form.name}`\n",
            f"{form.what[0].upper()}{form.what[1:]}.\n",
            f"```python\n{form.example}```\n",
            "Read, too:\n",
            *(f"- {one}" for one in form.variants),
            "\nNot read:\n",
            *(f"- {one}" for one in form.not_read),
        ]
    )


def _benchmark() -> str:
    """What ``benchmarks/gradients.py`` measured, in words and tables."""
    measured = json.loads((ROOT / "benchmarks" / "gradients.json").read_text("utf-8"))
    versions = ", ".join(f"{name} {number}" for name, number in measured["versions"].items())
    return "\n\n".join(
        [
            f"Measured on {measured['date']} with `python benchmarks/gradients.py`; {versions}; "
            f"{measured['machine']}. All tools check the same hand-written backward function with "
            "their own tolerances; where a tool has none, its name here tells the one used. What "
            "took long was tried less often: the tables then say out of how many.",
            *_times(measured["times"]),
            *_right_ones(measured["false alarms"]),
            *_wrong_ones(measured["detection"]),
        ]
    )


def _times(rows: list[Row]) -> list[str]:
    def ratio(row: Row, tool: str) -> str:
        ms = row["tools"][tool]["ms"]
        bases = (row["tools"][name]["ms"] for name in ("cellcheck, with a reference", "cellcheck"))
        return " / ".join(_short(ms / base) if ms else f"> {60000 / base:.0f}" for base in bases)

    def milliseconds(row: Row, tool: str) -> str:
        ms = row["tools"][tool]["ms"]
        return _short(ms) if ms else "> 60 s"

    tools, sizes = rows[0]["tools"], [row["size"] for row in rows]
    return [
        "### Times",
        "Medians of the processor's time in milliseconds, for an LSTM with these n_x, n_a and m; "
        "from 1 s on, of one run.",
        _by_tool(tools, sizes, rows, milliseconds),
        "As multiples of cellcheck's time with a reference / without one.",
        _by_tool(tools, sizes, rows, ratio),
    ]


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 100 else f"{number:.2g}"


def _right_ones(rows: list[Row]) -> list[str]:
    cells, sequences = ([row for row in rows if row["kind"] == k] for k in ("cell", "sequence"))
    pairs = list(zip(cells, sequences, strict=True))
    scales = [f"x {row['scale']:g}" if row["scale"] else "mixed" for row in cells]

    def table(what: Outcome, tools: list[str]) -> str:
        return _by_tool(tools, scales, pairs, lambda p, tool: _counts(p, tool, what, _most(rows)))

    every = list(rows[0]["tools"])
    undecided = [tool for tool in every if any(row["tools"][tool]["undecided"] for row in rows)]
    return [
        "### False alarms",
        f"Right backward functions that were failed, cells / sequences, {_most(rows)} of each.",
        table("failed", every),
        "Right backward functions that were left undecided; by other tools, none.",
        table("undecided", undecided),
    ]


def _wrong_ones(rows: list[Row]) -> list[str]:
    ordinary, small = ([row for row in rows if row["scale"] == scale] for scale in (1.0, 1e-3))
    tools = list(rows[0]["tools"])
    lines = [
        [
            f"{pair[0]['kind']}: {pair[0]['fault']}",
            *(_counts(pair, tool, "failed", _most(rows)) for tool in tools),
        ]
        for pair in zip(ordinary, small, strict=True)
    ]
    return [
        "### Faults found",
        f"Out of {_most(rows)} draws, with inputs x 1 / x 0.001. Found is a fault where the wrong "
        "backward function is failed and the right one is not.",
        _grid(["", *tools], lines),
    ]


def _most(rows: list[Row]) -> int:
    """The number of tries that tools without a limit of their own had."""
    return max(int(tool["of"]) for row in rows for tool in row["tools"].values())


def _counts(rows: Iterable[Row], tool: str, what: Outcome, most: int) -> str:
    """How often in each row, and out of how many where that is not the number that most had."""
    found = [row["tools"][tool] for row in rows]
    return " / ".join(str(f[what]) if f["of"] == most else f"{f[what]} of {f['of']}" for f in found)


def _by_tool(
    tools: Iterable[str],
    columns: list[str],
    rows: list[Measured],
    cell: Callable[[Measured, str], str],
) -> str:
    """A table with a line for each tool and a column for each row of what was measured."""
    return _grid(["", *columns], [[tool, *(cell(row, tool) for row in rows)] for tool in tools])


def _grid(head: list[str], lines: list[list[str]]) -> str:
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, rule, *lines])


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
