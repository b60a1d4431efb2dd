"""The work on one file: what there is to know for it, the key of its result, and how it is done.

A task is complete in itself and its work has no other effect than its result. So it can be sent
anywhere, done twice, and done again after a loss.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory, gettempdir
from typing import Self, TypeAlias

import numpy as np

from ..diagnosis import diagnose
from ..engine import Settings, SubmissionReport
from ..engine.isolated import Isolated
from ..isolation.parent.frames import decode, encode
from ..reading.beside import beside
from ..reading.files import blocks_of
from ..reports import version
from ..submissions import Unreadable
from .code_layout import CodeLayout, Move
from .handed_in import put_down

_TOLD = {"hint", "verbose"}
"""Settings that change what is told of a result, and not the result."""

Tool: TypeAlias = tuple[str, str, str]


def tool() -> Tool:
    """The versions that a result depends on: those of cellcheck, Python and numpy."""
    return version(), platform.python_version(), np.__version__


@dataclass(frozen=True)
class Task:
    """A file to be judged, by its name among the ``files`` of its folder that it may import.

    Tasks of one ``key`` have the same result; the results of those of one ``shape`` differ by the
    places in the file at the most.
    """

    key: str
    shape: str
    name: str
    files: dict[str, bytes] = field(repr=False)
    settings: Settings

    def layout(self) -> CodeLayout:
        """How the file is laid out."""
        with TemporaryDirectory(prefix="cellcheck-") as folder:
            put_down({self.name: self.files[self.name]}, Path(folder))
            return CodeLayout.of(blocks_of(Path(folder, self.name)))


@dataclass(frozen=True)
class Result:
    """A report as JSON. One that is not ``final`` says that cellcheck failed, not the submission:
    it is worth another try.
    """

    report: str
    final: bool = True

    @classmethod
    def of(cls, report: SubmissionReport, *, final: bool = True) -> Self:
        """The result that holds a report."""
        return cls(json.dumps(encode(report)), final)

    def moved(self, move: Move) -> Self:
        """The same for another layout of the file. Raises `Unlike`."""
        return type(self).of(move.report(self.read()))

    def read(self) -> SubmissionReport:
        """The report that it holds."""
        report: SubmissionReport = decode(SubmissionReport, json.loads(self.report))
        return report


def tasks_of(files: dict[str, bytes], judged: list[str], settings: Settings) -> dict[str, Task]:
    """A task for each file to be judged, by the file's path among the student's."""
    with TemporaryDirectory(prefix="cellcheck-") as folder:
        root = Path(folder).resolve()
        put_down(files, root)
        return {name: _task(root, name, settings) for name in judged}


def _task(root: Path, name: str, settings: Settings) -> Task:
    main = root.joinpath(*name.split("/"))
    found = sorted(path for path in {main, *beside(main)} if path.is_file())
    files = {path.relative_to(main.parent).as_posix(): path.read_bytes() for path in found}
    parts = [(path.relative_to(main.parent).as_posix(), *_identity(path, main)) for path in found]
    key = _key(main, [(n, name, code) for n, name, code, _ in parts], settings)
    shape = _key(main, [(n, name, shape) for n, name, _, shape in parts], settings)
    return Task(key, shape, main.name, files, settings)


def _identity(path: Path, main: Path) -> tuple[str, str, str]:
    """What the report of a file can depend on: its name, and its code as it is written, by its
    places; and at last the same with the places left out.

    A notebook's outputs and the like make no difference, nor does the name of a file that no report
    mentions.
    """
    try:
        blocks = blocks_of(path)
    except (Unreadable, OSError, ValueError):
        data = hashlib.sha256(path.read_bytes()).hexdigest()
        return path.name, data, data
    named = path != main or (path.suffix == ".py" and path.stem.isidentifier())
    code = json.dumps([[block.cell, block.first_line, block.text] for block in blocks])
    shape = CodeLayout.of(blocks).shape if path == main else code
    return path.name if named else path.suffix, code, shape


def _key(main: Path, parts: list[tuple[str, str, str]], settings: Settings) -> str:
    """The same for the same work, and for no other."""
    chosen = {name: value for name, value in asdict(settings).items() if name not in _TOLD}
    names = [[known if n == main.name else n, known, text] for n, known, text in parts]
    return hashlib.sha256(json.dumps([tool(), chosen, names]).encode()).hexdigest()


@dataclass
class Judge:
    """Does tasks, one after the other, each behind walls of its own. To be closed at the end."""

    isolated: Isolated = field(default_factory=Isolated)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.isolated.close()

    def __call__(self, task: Task) -> Result:
        """What comes of a task; a failure of ours is told in its report. A judgement that was cut
        short is worth another try.
        """
        try:
            with TemporaryDirectory(prefix="cellcheck-") as folder:
                root = Path(folder).resolve()
                put_down(task.files, root)
                path = root / task.name
                report = self.isolated.check(str(path), task.settings, diagnose=diagnose)
                lost = any(function.is_lost for function in report.functions)
                result = _without_places(Result.of(report, final=not lost))
            result.read()  # or it would fail where all others are read
            return result
        except Exception as error:
            return failed(task, f"cellcheck itself failed ({type(error).__name__}: {error})")


def _without_places(result: Result) -> Result:
    """The result without the folders that it came about in, whose names are others each time."""
    above = {gettempdir(), os.path.realpath(gettempdir())}
    separator, *parents = (re.escape(json.dumps(text)[1:-1]) for text in (os.sep, *above))
    place = rf"(?:{'|'.join(parents)}){separator}cellcheck-\w+(?:{separator})?"
    return Result(re.sub(place, "", result.report), result.final)


def failed(task: Task, why: str) -> Result:
    """The result of a task that nobody could do."""
    name = PurePosixPath(task.name).name
    return Result.of(SubmissionReport(name, f"{name} could not be judged: {why}."), final=False)
