"""The files of an export, be it a folder or a zip archive: looked at without trust, never unpacked.

A file of an archive is read into memory, up to a limit, and only if something is to be read from
it. Its name is no path then, but a label; one that would lead out of the archive is refused.
"""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from ..reading.files import NOTEBOOK_LIMIT, SOURCE_LIMIT

MOST_ENTRIES = 100_000
"""Files in an export, or in an archive within it."""

INNER_LIMIT = 100 * 2**20
"""Bytes of an archive within another, or handed in by a student."""

RATIO = 200
"""How many times its size a file may grow when it is unpacked, if it is a large one."""

LARGE = 2**20
DEEPEST = 2
"""Archives within each other: the export, and what a student handed in."""

LIMITS = {".py": SOURCE_LIMIT, ".md": SOURCE_LIMIT, ".ipynb": NOTEBOOK_LIMIT, ".zip": INNER_LIMIT}
"""What is read at all, and how many bytes of it."""

_CENTRAL = b"PK\x01\x02"
_DRIVE = re.compile(r"[A-Za-z]:")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)


class Refused(Exception):
    """Something is not read; the text says why, in a few words."""


@dataclass(frozen=True)
class Entry:
    """A file by the parts of its path; ``read`` gives its bytes, or raises `Refused`."""

    parts: tuple[str, ...]
    read: Callable[[], bytes]

    @property
    def name(self) -> str:
        """Its path, as it is shown."""
        return "/".join(self.parts)

    @property
    def suffix(self) -> str:
        """``.py`` and the like, in small letters."""
        return PurePosixPath(self.parts[-1]).suffix.lower()

    def below(self, depth: int) -> Entry:
        """The file, as seen from a folder that it lies in."""
        return replace(self, parts=self.parts[depth:])


def entries_of(source: Path) -> Iterator[Entry]:
    """Every file of a folder or of a zip archive, hidden ones left out. Raises `Refused`."""
    if source.is_dir():
        return _limited(_in_folder(source, ()), source.name)
    if not source.is_file():
        raise Refused(f"{source} does not exist")
    if not zipfile.is_zipfile(source):
        raise Refused(f"{source} is neither a folder nor a zip archive")
    return _limited(_in_zip(source), source.name)


def inside(entry: Entry, depth: int = 1) -> Iterator[Entry]:
    """The file itself, or every file of the archive that it is. Raises `Refused`."""
    if entry.suffix != ".zip":
        yield entry
        return
    if depth >= DEEPEST:
        raise Refused("archives lie too deep in each other")
    data = entry.read()
    if data.count(_CENTRAL) > MOST_ENTRIES:
        raise Refused("the archive has too many files")
    for one in _limited(_in_zip(io.BytesIO(data)), entry.name):
        yield from inside(one, depth + 1)


def _limited(entries: Iterator[Entry], name: str) -> Iterator[Entry]:
    for number, entry in enumerate(entries):
        if number >= MOST_ENTRIES:
            raise Refused(f"{name} has more than {MOST_ENTRIES} files")
        if not any(map(_is_hidden, entry.parts)):
            yield entry


def _is_hidden(part: str) -> bool:
    """Whether a name is one that systems keep for themselves; one of dots alone is a person's."""
    return part.startswith((".", "__")) and bool(part.strip("."))


def _in_folder(folder: Path, above: tuple[str, ...]) -> Iterator[Entry]:
    with os.scandir(folder) as found:
        listed = sorted(found, key=lambda one: one.name)
    for one in listed:
        parts = (*above, one.name)
        if one.is_dir(follow_symlinks=False):
            yield from _in_folder(Path(one.path), parts)
        elif one.is_file(follow_symlinks=False):
            yield Entry(parts, partial(_file, Path(one.path)))
        else:
            yield Entry(parts, partial(_refuse, "it is no ordinary file"))


def _file(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return _bounded(stream, path.suffix.lower())
    except OSError as error:
        raise Refused(f"it cannot be read: {error.strerror}") from None


def _in_zip(file: Path | IO[bytes]) -> Iterator[Entry]:
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN:
        raise Refused("it is a damaged archive") from None
    for info in archive.infolist():
        if not info.is_dir():
            name = info.filename.replace("\\", "/")
            parts = tuple(part for part in name.split("/") if part not in ("", "."))
            outside = name.startswith("/") or ".." in parts or _DRIVE.match(name)
            if outside or not parts:
                shown = tuple(part for part in parts if part != "..") or ("?",)
                yield Entry(shown, partial(_refuse, "its path leads out of the archive"))
            else:
                yield Entry(parts, partial(_member, archive, info))


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        raise Refused("it is no ordinary file")
    if info.flag_bits & 1:
        raise Refused("it is encrypted")
    if info.file_size > LARGE and info.file_size > RATIO * max(info.compress_size, 1):
        raise Refused("it would be too large when unpacked")
    try:
        with archive.open(info) as stream:
            return _bounded(stream, PurePosixPath(info.filename).suffix.lower())
    except (*_BROKEN, RuntimeError):
        raise Refused("it is damaged") from None


def _bounded(stream: IO[bytes], suffix: str) -> bytes:
    """What is there, unless it is more than there may be, whatever its size is said to be."""
    limit = LIMITS.get(suffix, SOURCE_LIMIT)
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise Refused(f"it is too large: at most {limit // 2**20} MB are read")
    return data


def _refuse(why: str) -> bytes:
    raise Refused(why)
