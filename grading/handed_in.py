"""From an export to students, and from a student to files that can be judged."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from . import gradescope_export
from .export_files import LIMITS, Entry, Refused, entries_of, inside
from .platforms import Owner, owner

READABLE = tuple(suffix for suffix in LIMITS if suffix != ".zip")

MOST_FILES = 100
"""Files of one student that are read."""

MOST_JUDGED = 20
"""Files of one student that are judged; more are a library, not a submission."""

LONGEST_NAME = 200
"""Bytes of the path of one file, which any file system takes."""

MOST_BYTES = 100 * 2**20
_NOT_HANDED_IN = {"readme.md", "license.md"}


@dataclass
class Student:
    """One who handed something in: the name, the platform's number, the files, and whether the
    platform says that they came late.
    """

    name: str
    number: str = ""
    entries: list[Entry] = field(default_factory=list)
    is_late: bool = False


@dataclass(frozen=True)
class HandedIn:
    """What a student's files hold, by their paths, and what there is to say of the others."""

    files: dict[str, bytes]
    notes: tuple[str, ...]

    @property
    def judged(self) -> list[str]:
        """The files to be judged, in order."""
        return list(self.files)[:MOST_JUDGED]


def students_in(source: Path) -> tuple[list[Student], list[str]]:
    """Everybody who handed something in, by name, and what belongs to nobody.

    A folder at the top is a student, and so is a file, with all that has the same name. Raises
    `Refused` where the export cannot be read at all.
    """
    found: dict[tuple[str, str], list[tuple[Owner, Entry]]] = {}
    left_out: list[str] = []
    entries = _from_the_top(list(entries_of(source)))
    known = gradescope_export.owners(entries)
    for entry in entries:
        whose, of_student = _whose(entry, known)
        if whose is None:
            left_out.append(entry.name)
        else:
            key = whose.name, whose.number
            found.setdefault(key, []).append((whose, of_student))
    students = []
    for (name, number), handed in sorted(found.items(), key=lambda item: item[0]):
        last = max(owner.attempt for owner, _ in handed)
        counted = [(owner, entry) for owner, entry in handed if owner.attempt == last]
        kept = sorted((entry for _, entry in counted), key=lambda one: one.parts)
        students.append(Student(name, number, kept, any(owner.is_late for owner, _ in counted)))
    return students, left_out


def _from_the_top(entries: list[Entry]) -> list[Entry]:
    """The files from the folder on in which the students are: an export may lie in one itself.

    That is the first folder that holds several things. One student alone cannot be told from such
    a folder, unless the platform's name tells.
    """
    below = entries
    while below and all(len(entry.parts) > 1 for entry in below):
        tops = {entry.parts[0] for entry in below}
        if len(tops) > 1 or owner(*tops):
            return below
        below = [entry.below(1) for entry in below]
    handed = [entry for entry in below if entry.parts[0].lower() not in _NOT_HANDED_IN]
    return below if len({entry.parts[0] for entry in handed}) > 1 else entries


def _whose(entry: Entry, known: Mapping[str, Owner]) -> tuple[Owner | None, Entry]:
    """The owner of a file, None where it is nobody's, and the file as it is in what they sent."""
    top = entry.parts[0]
    told = known.get(top) or owner(top)
    if len(entry.parts) > 1:
        return told or Owner(top), entry.below(1)
    if top.lower() in _NOT_HANDED_IN or (told is None and entry.suffix not in LIMITS):
        return None, entry
    if told is None:
        return Owner(PurePosixPath(top).stem), entry
    return told, Entry((told.file or top,), entry.read)


def handed_in(student: Student) -> HandedIn:
    """What can be read of a student's files, within limits that no honest one comes near."""
    files: dict[str, bytes] = {}
    notes = ["it was handed in late"] if student.is_late else []
    others: list[str] = []
    for entry in student.entries:
        try:
            for one in inside(entry):
                if one.suffix not in READABLE:
                    others.append(one.name)
                    continue
                _take(one, files, notes)
        except Refused as reason:
            notes.append(f"{entry.name} is left out: {reason}")
    if not files and others:
        notes += [f"{name} is no .py, .ipynb or .md file" for name in others[:MOST_JUDGED]]
    if len(files) > MOST_JUDGED:
        notes.append(f"only the first {MOST_JUDGED} of {len(files)} files are judged")
    return HandedIn(dict(sorted(files.items())), tuple(notes))


def _take(entry: Entry, files: dict[str, bytes], notes: list[str]) -> None:
    """Adds a file to the others; what it cannot be is told."""
    if len(os.fsencode(entry.name)) > LONGEST_NAME:
        notes.append(f"{entry.name[:40]}... is left out: its path is too long")
        return
    if len(files) >= MOST_FILES:
        raise Refused(f"more than {MOST_FILES} files")
    try:
        data = entry.read()
    except Refused as reason:
        notes.append(f"{entry.name} is left out: {reason}")
        return
    if sum(map(len, files.values())) + len(data) > MOST_BYTES:
        raise Refused(f"more than {MOST_BYTES // 2**20} MB altogether")
    name = entry.name
    if name in files:
        notes.append(f"{name} was handed in twice: the last one counts")
    if entry.parts[-1].lower() not in _NOT_HANDED_IN:
        files[name] = data


def put_down(files: dict[str, bytes], folder: Path) -> None:
    """Writes files into an empty folder, each under a path that stays in it."""
    for name, data in files.items():
        path = folder.joinpath(*name.split("/"))
        with suppress(OSError, ValueError):  # a name too long, a file for a folder
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def pages_of(students: Iterable[Student]) -> dict[tuple[str, str], str]:
    """For each student the name of a page, safe for any file system and like no other's."""
    names: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for student in students:
        kept = "".join(c if c.isalnum() or c in "-_" else "_" for c in student.name)[:60]
        wanted = kept.strip("_") or "student"
        name, number = wanted, 1
        while name.casefold() in taken:
            number += 1
            name = f"{wanted}-{number}"
        taken.add(name.casefold())
        names[student.name, student.number] = f"{name}.html"
    return names
