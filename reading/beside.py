"""What a submission is made of besides its own file: the modules of its folder that it names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from .files import NOTEBOOK_LIMIT

_WORD = re.compile(rb"[^\W\d]\w*")
MOST_FILES = 100


def beside(path: Path) -> Iterator[Path]:
    """The file, and Python files in its folder (and in folders there) whose names occur in it.

    Those that occur in these count as well; a file that is named and not imported does no harm.
    """
    yield path
    root = Path(os.path.abspath(path)).parent
    waiting, seen = [path], {path}
    while waiting and len(seen) < MOST_FILES:
        for file in _named(waiting.pop(), root):
            if file not in seen:
                seen.add(file)
                waiting.append(file)
                yield file


def words_of(path: Path) -> set[str]:
    """Every word of a file, comments and texts included.

    The first `NOTEBOOK_LIMIT` bytes are read; there is none where it is no file or cannot be read.
    """
    if not path.is_file():  # a pipe would wait for ever
        return set()
    try:
        with path.open("rb") as stream:
            text = stream.read(NOTEBOOK_LIMIT)
    except OSError:
        return set()
    return {word.decode("utf-8", "replace") for word in set(_WORD.findall(text))}


def _named(path: Path, root: Path) -> Iterator[Path]:
    words = words_of(path)
    with suppress(OSError):
        for entry in os.scandir(root):
            if entry.name.endswith(".py") and entry.name[:-3] in words:
                yield root / entry.name
            elif entry.name in words and entry.is_dir():
                yield from sorted((root / entry.name).rglob("*.py"))[:MOST_FILES]
