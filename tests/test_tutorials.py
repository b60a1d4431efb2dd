"""The tutorials, done as a reader does them: what they show is what is printed.

A fenced block after ``<!-- file: NAME -->`` is a file, after ``printed file`` one that a command
has printed; other marks put a block at a file's end, or have it change the file. After ``cells``
come those of a notebook, and then, as ``shown``, what the last one gives. ``<!-- copy: NAME -->``
has a folder of this repository. In a ``console`` block what follows ``$`` is run. Three dots alone
on a line stand for any lines.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cellcheck.engine.isolated import standing
from cellcheck.isolation.parent.fork_server import ForkServer

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    *sorted(ROOT.glob("docs/tutorial-*.md")),
    *(ROOT / "docs" / name for name in ("api.md", "pairs.md", "proving.md")),
]
BLOCK = re.compile(r"<!-- (copy): (.*?) -->|(?:<!-- (.*?) -->\n)?```(\w+)\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Part:
    """One thing to do: what, with which file, and the block's text."""

    what: str
    name: str
    text: str


def parts(document: str) -> Iterator[Part]:
    """What a document has its reader do, in order."""
    for copied, path, mark, fence, text in BLOCK.findall(document):
        what, _, name = mark.partition(": ")
        if copied:
            yield Part("copy", path, "")
        elif mark:
            yield Part(what, name, text)
        else:
            yield Part(fence, "", text)


def environment(folder: Path) -> dict[str, str]:
    left_out = "PYTEST", "CI", "BUILD_NUMBER", "GITHUB", "FORCE_COLOR", "NO_COLOR", "COLUMNS"
    kept = {name: text for name, text in os.environ.items() if not name.startswith(left_out)}
    kept["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), kept["PATH"]])
    kept["HYPOTHESIS_STORAGE_DIRECTORY"] = str(folder / ".hypothesis")
    return kept


def run(command: list[str], folder: Path, errors: int = subprocess.STDOUT) -> str:
    """What a command prints, as it comes."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        check=False,
    )
    return done.stdout


def same(shown: str, printed: str) -> None:
    """Holds what is shown, with dots for what is left out, against what was printed."""
    lines = lines_of(shown)
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else f"{re.escape(line)}\n" for line in lines
    )
    text = "".join(f"{line}\n" for line in lines_of(printed))
    assert re.fullmatch(pattern, text), f"{shown}\nPRINTED:\n{printed}"


def lines_of(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


class Reader:
    """Does a tutorial in a folder, and remembers what was printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.printed = ""

    def do(self, part: Part) -> None:
        """Does one thing; raises where something else is printed than shown."""
        file = self.folder / part.name
        if part.what == "copy":
            shutil.copytree(ROOT / part.name, file)
        elif part.what.endswith("file"):
            if part.what == "printed file":
                assert all(line in self.printed for line in part.text.splitlines())
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(part.text, encoding="utf-8")
        elif part.what == "at the end of":
            file.write_text(f"{file.read_text('utf-8')}\n\n{part.text}", encoding="utf-8")
        elif part.what == "change":
            change(file, part.text)
        elif part.what == "cells":
            self.printed = last_shown(part.text.rstrip("\n").split("\n\n\n"), self.folder)
        elif part.what == "shown":
            same(part.text, self.printed)
        elif part.what == "console":
            for command, shown in re.findall(r"^\$ (.*)\n((?:[^$].*\n|\n)*)", part.text, re.M):
                printed = run(["bash", "-c", command], self.folder)
                same(shown, printed)
                self.printed += printed


def change(file: Path, difference: str) -> None:
    """Replaces the lines that a difference takes away, which have to be there once."""
    lines = difference.splitlines(keepends=True)
    old, new = ("".join(line[1:] for line in lines if line[0] in signs) for signs in (" -", " +"))
    text = file.read_text("utf-8")
    assert text.count(old) == 1, f"{file.name} does not have once:\n{old}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def last_shown(cells: list[str], folder: Path) -> str:
    """What the last cell of a notebook shows."""
    (folder / "cells.json").write_text(json.dumps(cells), encoding="utf-8")
    notebook = str(Path(__file__).with_name("run_notebook.py"))
    command = [sys.executable, "-W", "ignore", notebook, "cells.json"]
    return str(json.loads(run(command, folder, subprocess.DEVNULL))[-1]["text/plain"])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
@pytest.mark.full
def test_what_is_shown_is_what_is_printed(document: Path, tmp_path: Path) -> None:
    todo = [*parts(document.read_text("utf-8"))]
    if any(part.what == "cells" for part in todo):
        for needed in ("nbclient", "ipykernel"):
            pytest.importorskip(needed, reason=f"a notebook is run with {needed}, not here")
    if any("cellcheck doctor" in part.text for part in todo):
        with ForkServer() as fork_server:
            if any(wall.missing for wall in standing(fork_server)):
                pytest.skip("not all walls stand here")
    assert any(part.what == "console" for part in todo)
    reader = Reader(tmp_path)
    for part in todo:
        reader.do(part)
