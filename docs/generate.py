"""Writes what the documents tell of the code: run ``python docs/generate.py`` after a change.

It rewrites ``docs/laws.md``, and in ``README.md`` what stands between the marks ``<!-- name -->``
and ``<!-- end of name -->``.
"""

from __future__ import annotations

import io
import re
from contextlib import chdir
from itertools import groupby
from pathlib import Path

from cellcheck.cells import Role
from cellcheck.engine import Settings, check
from cellcheck.properties import PROPERTIES, Property
from cellcheck.reports import renderer

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = "examples/faulty_lstm.py"


def documents() -> dict[Path, str]:
    """The text of each document, as it should be."""
    readme = (ROOT / "README.md").read_text("utf-8")
    readme = _between(readme, "output", f"```text\n{_first_fault(_printed())}\n```")
    readme = _between(readme, "laws", _table())
    return {ROOT / "README.md": readme, ROOT / "docs" / "laws.md": _laws()}


def _between(text: str, name: str, new: str) -> str:
    """The text with something new between two marks."""
    before, start, rest = text.partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- end of {name} -->\n")
    if not (start and end):
        raise ValueError(f"README.md has lost its marks around {name}")
    return f"{before}{start}{new}\n{end}{after}"


def _printed() -> str:
    """What the command prints for the faulty example."""
    out = io.StringIO()
    settings = Settings()
    with chdir(ROOT):
        renderer("text")([check(EXAMPLE, settings)], settings, out)
    return out.getvalue().rstrip("\n")


def _first_fault(printed: str) -> str:
    """The report down to the end of its first fault, and its last lines."""
    overview, first, *_ = printed.split("\n\n✗ ")
    end = "\n\n".join(printed.split("\n\n")[-2:])
    return f"{overview}\n\n✗ {first}\n\n...\n\n{end}"


def _table() -> str:
    rows = [f"| `{law.name}` | {_plain(law.law)} |" for law in PROPERTIES.values()]
    return "\n".join(["| law | what it says |", "|---|---|", *rows])


def _plain(text: str) -> str:
    """Text of a docstring in Markdown: code as it is, and no sign elsewhere with a meaning."""
    parts = text.split("``")
    parts[::2] = [re.sub(r"([\\|*_<])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


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
            f"{_plain(law.law)}\n",
            f"- Applies to: {scope}{level}",
            f"- Why it holds: {_plain(law.why)}",
            f"- What usually breaks it: {_plain(law.breaks)}",
        ]
    )


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
