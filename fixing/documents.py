"""The text of a file as it is stored, so that a change leaves all else untouched: line ends,
encoding, a mark at the beginning, the form of a notebook's JSON.
"""

from __future__ import annotations

import codecs
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

from ..reading.json_places import Placed, cells_of, placed

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""A line of a text with its end, as Python counts lines."""


def text_of(path: Path) -> Text:
    """The text of a ``.py``, ``.ipynb`` or ``.md`` file. Raises `OSError` and `ValueError`."""
    data = path.read_bytes()
    encoding = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    if path.suffix.lower() == ".py":
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    kind = _Notebook if path.suffix.lower() == ".ipynb" else Text
    return kind(data.decode(encoding), encoding)


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
class Text:
    """A script or a note, whose lines can be replaced. ``cell`` is the number of a notebook's cell,
    and None elsewhere.
    """

    text: str
    encoding: str

    def lines(self, cell: int | None) -> list[str]:
        """The lines of the file, or of a cell, with their ends."""
        return LINE.findall(self.text)

    def having(self, cell: int | None, lines: list[str]) -> Text:
        """The file with other lines there."""
        return self.written("".join(lines))

    def written(self, text: str) -> Text:
        """The file with another text in all."""
        return replace(self, text=text)

    def encoded(self) -> bytes:
        """What is to be stored."""
        return self.text.encode(self.encoding)


class _Notebook(Text):
    """A notebook: of its JSON only the texts of the lines that change become others."""

    def lines(self, cell: int | None) -> list[str]:
        """The lines of a cell."""
        return LINE.findall("".join(_parts(self._source(cell))))

    def having(self, cell: int | None, lines: list[str]) -> Text:
        """The notebook with these lines in a cell."""
        source = self._source(cell)
        old = _parts(source)
        by_line = isinstance(source, list) and LINE.findall("".join(old)) == [*old]
        new = lines if by_line else ["".join(lines)]
        start, end = old[0].start, old[-1].end
        between = {self.text[a.end : b.start] for a, b in pairwise(old)} or {", "}
        known = {str(one): self.text[one.start : one.end] for one in old}
        written = [known.get(line) or self._literal(line) for line in new]
        made = min(between, key=len).join(written)
        return self.written(self.text[:start] + made + self.text[end:])

    def _literal(self, line: str) -> str:
        return json.dumps(line, ensure_ascii=self.text.isascii())

    def _source(self, cell: int | None) -> list[Placed] | Placed:
        found: list[Placed] | Placed = cells_of(placed(self.text))[cell or 0]
        return found


def _parts(source: list[Placed] | Placed) -> list[Placed]:
    """The texts that the source of a cell is made of."""
    return source if isinstance(source, list) else [source]
