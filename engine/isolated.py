"""The check of a stranger's file: its code in a process behind walls, the verdict in this one.

Here are the cases, the correct functions, the laws and what comes of them. There is the code, and
numpy. What is not decided here is what a mistake may be called: that is sought in another process
behind walls, and changes no verdict.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Self, TypeAlias

from ..cells import families
from ..isolation.child.walls import OWN, Limits, Wall, needed
from ..isolation.child.wire import Malformed
from ..isolation.parent.fork_server import ForkServer, possible
from ..isolation.parent.frames import decode, encode
from ..isolation.parent.process import NoProcess
from ..isolation.parent.remote import Ended
from ..isolation.parent.session import Session
from ..isolation.worker import Send, Worker, WorkerMessage, can_fork
from ..reading.beside import beside, words_of
from ..subject.live import quiet
from ..submissions import open_submission
from .checking import Check, Diagnose, Progress, Settings
from .drawing import draw
from .file_report import check
from .outcome import Diagnosis, FunctionReport, SubmissionReport

MOST_DIAGNOSES = 20
LONGEST_TEXT = 4_000


class ReducedIsolation(Exception):
    """Some walls do not stand here; the text says which, in a sentence."""


@dataclass
class Isolated:
    """Checks files, the code of each in a process of its own. To be closed at the end.

    ``walls`` tells after a check what its last process was shut in by.
    """

    limits: Limits = field(default_factory=Limits)
    fork_server: ForkServer = field(default_factory=ForkServer)
    walls: tuple[Wall, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def close(self) -> None:
        """Leaves no process and no file behind."""
        self.fork_server.close()

    def check(
        self,
        path: str,
        settings: Settings,
        progress: Progress | None = None,
        diagnose: Diagnose | None = None,
    ) -> SubmissionReport:
        """As `engine.check`; what the file does ends with its process."""
        if not possible():
            self.walls = (Wall("a process of its own", "there is none for this platform"),)
            return self._with_notes(check(path, settings, progress, diagnose))
        started = time.monotonic()
        _draw_for(path, settings)
        session = Session(self.fork_server, self.limits)
        apart = _Apart(diagnose, session, self.limits) if diagnose else None
        try:
            report = check(path, settings, progress, apart, home=session)
        except (Ended, Malformed, NoProcess) as reason:
            error = f"{path} cannot be judged: while it is read, {reason}."
            report = SubmissionReport(path, error, time.monotonic() - started)
        finally:
            session.close()
            self.walls = session.walls or self.walls
        return self._with_notes(report)

    def _with_notes(self, report: SubmissionReport) -> SubmissionReport:
        """The report, which says what walls were missing."""
        if not self.missing:
            return report
        names = ", ".join(wall.name for wall in self.missing)
        note = f"reduced isolation ({names}): cellcheck doctor tells more"
        return replace(report, notes=(*report.notes, note))

    @property
    def missing(self) -> tuple[Wall, ...]:
        """The walls that did not stand."""
        return tuple(wall for wall in self.walls if wall.missing)


def require_walls(fork_server: ForkServer, *, allow_reduced: bool = False) -> tuple[Wall, ...]:
    """The walls that do not stand here, for who is about to run the code of strangers.

    Raises `ReducedIsolation` where there are such, unless they are allowed to be missing.
    """
    missing = tuple(wall for wall in standing(fork_server) if wall.missing)
    if missing and not allow_reduced:
        names = ", ".join(wall.name for wall in missing)
        raise ReducedIsolation(
            f"Some walls around strangers' code do not stand here ({names}); cellcheck doctor "
            "tells more. With --allow-reduced-isolation it is run all the same."
        )
    return missing


def standing(fork_server: ForkServer) -> tuple[Wall, ...]:
    """The walls as they come to stand here, and why some do not."""
    if not possible():
        return (Wall("a process of its own", "there is none for this platform"),)
    try:
        process = fork_server.process(Limits())
    except NoProcess as reason:
        return (Wall("a process of its own", str(reason)),)
    process.end()
    return process.walls


def _draw_for(path: str, settings: Settings) -> None:
    """Draws the cases of what the file names: once for all files, while its process gets ready."""
    words = words_of(Path(path))
    for family in families().values():
        if words & family.functions.keys():
            draw(family, settings.profile, settings.seed)


@dataclass
class _Apart:
    """The search for the mistakes, in a walled copy of this process, once the verdict stands.

    The submission lives in that process together with changed copies of it and with the correct
    functions. So what comes out of it is what a stranger may have written: texts about lines of
    the file. They are tested for that, and added to reports that stay as they are.
    """

    diagnose: Diagnose
    session: Session
    limits: Limits

    def __call__(self, done: Check, reports: list[FunctionReport]) -> list[FunctionReport]:
        found: dict[str, _Found] = {}
        wanted = [r for r in reports if not self._is_harmful(done, r.name)]
        if not any(report.is_lacking for report in wanted):
            return reports
        with suppress(Malformed):
            for message in self._messages(done, wanted):
                found |= _texts_of(message, done, {report.name for report in wanted})
        return [_having(report, found.get(report.name)) for report in reports]

    def _is_harmful(self, done: Check, name: str) -> bool:
        """Whether calls of a function have ended the process, or left threads at work in it."""
        found = done.submission.found.get(name)
        restless = found is not None and found.name in self.session.restless
        return restless or name in self.session.ended

    def _messages(self, done: Check, wanted: list[FunctionReport]) -> Iterable[WorkerMessage]:
        """What the search tells. Without walls to be had, this process is as good as another,
        unless the file has ended one before.
        """
        if can_fork():
            adapter = [Path(done.settings.adapter)] if done.settings.adapter else []
            readable = [OWN, *needed(), *beside(Path(done.path)), *adapter]
            task = partial(self._seek, done, wanted)
            return Worker(task, readable, self.limits).messages()
        messages: list[WorkerMessage] = []
        if not self.session.ended:
            self._seek(done, wanted, messages.append)
        return messages

    def _seek(self, done: Check, reports: list[FunctionReport], send: Send) -> None:
        """What the process does: it opens the file anew, to find it as it was judged."""
        with quiet():
            settings = done.settings
            submission = open_submission(done.path, None, settings.names, settings.adapter)
        submission.untried = frozenset(self.session.ended)
        again = replace(done, submission=submission, progress=lambda name: None)
        again.surroundings = done.surroundings
        for report in self.diagnose(again, reports):
            if report.diagnosis or report.is_cut:
                diagnosis = encode(report.diagnosis)
                send({"of": report.name, "diagnosis": diagnosis, "cut": report.is_cut})


_Found: TypeAlias = tuple[tuple[Diagnosis, ...], bool]
"""The mistakes of a function, and whether the search for them was cut."""


def _having(report: FunctionReport, found: _Found | None) -> FunctionReport:
    diagnosis, is_cut = found or (report.diagnosis, report.is_cut)
    return replace(report, diagnosis=diagnosis, is_cut=is_cut)


def _texts_of(message: WorkerMessage, done: Check, wanted: Collection[str]) -> dict[str, _Found]:
    """What was found of one function, if it is of the form that it should have."""
    name = message.get("of")
    if not isinstance(name, str) or name not in wanted:
        raise Malformed("a function of the file expected")
    if message.keys() != {"of", "diagnosis", "cut"}:
        raise Malformed("a diagnosis expected")
    diagnoses = decode(tuple[Diagnosis, ...], message["diagnosis"])[:MOST_DIAGNOSES]
    lines = done.submission.document.lines
    for one in diagnoses:
        texts = (one.fault, one.message, one.source, one.suggestion)
        first, last = one.line, one.end_line
        inside = first is None or 1 <= first <= (last or first) <= lines.get(one.cell, 0)
        if not inside or any(len(text) > LONGEST_TEXT for text in texts):
            raise Malformed("a place in the file expected")
    return {name: (diagnoses, message["cut"] is True)}
