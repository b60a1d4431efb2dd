"""The text of a file as it is stored, so that a change leaves all else untouched: line ends,
encoding, a mark at the beginning, the form of a notebook's JSON.
"""

from __future__ import annotations

import io
import json
import os
import re
import stat
import tempfile
import tokenize
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

from ..reading.json_places import Placed, cells_of, placed

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""A line of a text with its end, as Python counts lines."""


class Text(Protocol):
    """A file whose lines can be replaced. ``cell`` is the number of a notebook's cell."""

    @property
    def text(self) -> str:
        """All of it, as characters."""

    def lines(self, cell: int | None) -> list[str]:
        """The lines of the file, or of a cell, with their ends."""

    def having(self, cell: int | None, lines: list[str]) -> Text:
        """The file with other lines there."""

    def written(self, text: str) -> Text:
        """The file with another text in all."""

    def encoded(self) -> bytes:
        """What is to be stored."""


def text_of(path: Path) -> Text:
    """The text of a ``.py``, ``.ipynb`` or ``.md`` file. Raises `OSError` and `ValueError`."""
    data = path.read_bytes()
    if path.suffix.lower() == ".ipynb":
        return _Notebook(data.decode("utf-8"), "utf-8")
    encoding = "utf-8"
    if path.suffix.lower() == ".py":
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return _Plain(data.decode(encoding), encoding)


def stored(path: Path, data: bytes) -> None:
    """Puts something in the place of a file at once: the file is as it was, or whole.

    What a link leads to is replaced, and not the link. Raises `OSError`.
    """
    target = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(name, stat.S_IMODE(target.stat().st_mode))
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


@dataclass(frozen=True)
class _Plain:
    """A script or a note."""

    text: str
    encoding: str

    def lines(self, cell: int | None) -> list[str]:
        """The lines of the file."""
        return LINE.findall(self.text)

    def having(self, cell: int | None, lines: list[str]) -> _Plain:
        """The file with these lines."""
        return replace(self, text="".join(lines))

    def written(self, text: str) -> _Plain:
        """The file with this text."""
        return replace(self, text=text)

    def encoded(self) -> bytes:
        """In its own encoding."""
        return self.text.encode(self.encoding)


class _Notebook(_Plain):
    """A notebook: of its JSON only the texts of the lines that change become others."""

    def lines(self, cell: int | None) -> list[str]:
        """The lines of a cell."""
        return LINE.findall("".join(self._parts(cell)))

    def having(self, cell: int | None, lines: list[str]) -> _Notebook:
        """The notebook with these lines in a cell."""
        old = self._parts(cell)
        is_list = [*old] == self.lines(cell) and isinstance(self._source(cell), list)
        new = lines if is_list else ["".join(lines)]
        start, end = old[0].start, old[-1].end
        between = {self.text[a.end : b.start] for a, b in pairwise(old)} or {", "}
        known = {str(one): self.text[one.start : one.end] for one in old}
        written = [known.get(line) or self._literal(line) for line in new]
        made = min(between, key=len).join(written)
        return replace(self, text=self.text[:start] + made + self.text[end:])

    def _literal(self, line: str) -> str:
        return json.dumps(line, ensure_ascii=self.text.isascii())

    def _source(self, cell: int | None) -> Any:
        return cells_of(placed(self.text.removeprefix("\ufeff")))[cell or 0]

    def _parts(self, cell: int | None) -> list[Placed]:
        source = self._source(cell)
        parts: list[Placed] = source if isinstance(source, list) else [source]
        moved = len(self.text) - len(self.text.removeprefix("\ufeff"))
        for one in parts if moved else ():
            one.start, one.end = one.start + moved, one.end + moved
        return parts
