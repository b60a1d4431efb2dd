"""The check of a stranger's file: in a child process behind walls, with the same verdicts.

What ends the child costs the function that was being judged its verdict, and no other one: the
others are judged by another child, with a correct function in the place of that one.
"""

from __future__ import annotations

import mmap
import os
import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

from ..cells import families
from ..properties import PROPERTIES
from ..submissions.beside import beside, words_of
from ..submissions.walls import Limits, Wall, needed
from ..submissions.worker import Send, Worker, can_fork
from .checking import Progress, Settings, Watch, check, lost_report
from .drawing import draw
from .frames import Forged, decode, encode
from .outcome import FunctionReport, Status, SubmissionReport

_MEMORY = "it used up the memory that it may have"
MOST_CHILDREN = 40
"""More than there are functions that can each end one or two."""


@dataclass
class Isolated:
    """Checks files, each in children of its own.

    ``walls`` tells after a check what its last child was shut in by.
    """

    limits: Limits = field(default_factory=Limits)
    walls: tuple[Wall, ...] = ()

    def check(
        self, path: str, settings: Settings, progress: Progress | None = None, **options: Any
    ) -> SubmissionReport:
        """As `engine.check`, with its options; what the file does ends with the child."""
        if not can_fork():
            self.walls = (Wall("walls", "there are none for this platform"),)
            return check(path, settings, progress, **options)
        _draw_for(path, settings)
        run = _Run(path, settings, progress or (lambda name: None), self.limits, options)
        report = run.report()
        self.walls = run.walls
        return report

    @property
    def missing(self) -> tuple[Wall, ...]:
        """The walls that did not stand."""
        return tuple(wall for wall in self.walls if wall.missing)


def _draw_for(path: str, settings: Settings) -> None:
    """Draws the cases of what the file names: here, once for all files, and out of its reach."""
    words = words_of(Path(path))
    for family in families().values():
        if words & family.functions.keys():
            draw(family, settings.profile, settings.seed)


@dataclass
class _Run:
    """One file, and what is known of it so far."""

    path: str
    settings: Settings
    progress: Progress
    limits: Limits
    options: dict[str, Any]
    lost: dict[str, str] = field(default_factory=dict)
    untried: set[str] = field(default_factory=set)
    judged: dict[str, FunctionReport] = field(default_factory=dict)
    walls: tuple[Wall, ...] = ()
    trying: str = ""
    judging: str = ""
    raised: str = ""
    whole: SubmissionReport | None = None

    def report(self) -> SubmissionReport:
        """The file's report: by the first child that comes to its end, or of what there is."""
        started = time.monotonic()
        deadline = started + self.limits.total
        for _ in range(MOST_CHILDREN):
            left = deadline - time.monotonic()
            cause = self._attempt(replace(self.limits, total=max(left, 1.0)))
            if self.whole is not None:
                return replace(self.whole, path=self.path, seconds=time.monotonic() - started)
            again = self._learn(cause) and time.monotonic() < deadline
            if not again:
                break
        return self._what_there_is(cause, time.monotonic() - started)

    def _attempt(self, limits: Limits) -> str:
        """One child: why it came to no report, or nothing."""
        self.trying = self.judging = self.raised = ""
        worker = Worker(self._task, [*needed(), *beside(Path(self.path))], limits)
        try:
            with closing(worker.messages()) as messages:
                for message in messages:
                    self._take(message)
        except Forged:
            worker.ending = "it sent what is no report"
        self.walls = worker.walls or self.walls
        if worker.ending or self.whole is None:
            self.whole = None
            return self.raised or worker.ending or "it came to no report"
        return ""

    def _learn(self, cause: str) -> bool:
        """Takes note of what ended a child; whether another one may do better."""
        if self.judging and self.judging not in self.lost:
            self.lost[self.judging] = cause
            return True
        if self.trying and self.trying not in self.untried:
            self.untried.add(self.trying)
            return True
        if self.judged and self.options:  # all were judged: it was a part that comes after
            self.options = {}
            return True
        return False

    def _what_there_is(self, cause: str, seconds: float) -> SubmissionReport:
        """The report where no child came to its end."""
        if not self.judged and not self.lost:
            reason = f"{self.path} cannot be judged: while it is read, {cause}."
            return SubmissionReport(self.path, reason, seconds)
        ended = {name: lost_report(name, reason) for name, reason in self.lost.items()}
        note = f"what is not listed was not judged: {cause}"
        reports = tuple((self.judged | ended).values())
        return SubmissionReport(self.path, None, seconds, (note,), reports)

    def _task(self, send: Send) -> None:
        """What the child does."""
        room = self.limits.memory
        watch = Watch(
            trying=lambda name: _send_with_room(send, room, "trying", name),
            judged=lambda report: _send_judged(send, report, room),
            untried=frozenset(self.untried),
            lost=self.lost,
        )
        try:
            report = check(
                self.path,
                self.settings,
                lambda name: _send_with_room(send, room, "judging", name),
                watch=watch,
                **self.options,
            )
        except BaseException as error:  # a person's Ctrl-C does not come here: it is the file's
            _send_raised(send, type(error).__name__)
        send({"report": encode(report)})

    def _take(self, message: Any) -> None:
        """Takes one message in, if it is one that can be."""
        if len(message) != 1:
            raise Forged("one entry expected")
        ((kind, value),) = message.items()
        if kind in ("judging", "trying"):
            name = _known(value)
            self.trying, self.judging = (name, "") if kind == "trying" else ("", name)
            self.progress(name)
        elif kind == "judged":
            report = _valid(decode(FunctionReport, value))
            self.judged[report.name] = report
            self.judging = ""
        elif kind == "report" and self.whole is None:
            self.whole = decode(SubmissionReport, value)
            names = [_valid(report).name for report in self.whole.functions]
            if len(set(names)) < len(names):
                raise Forged("each function once expected")
        elif kind == "raised" and isinstance(value, str):
            self.raised = _MEMORY if value == "MemoryError" else f"it raises {value[:100]}"
        else:
            raise Forged("a message expected")


def _send_with_room(send: Send, memory: int, kind: str, value: Any) -> None:
    """One message, unless what was done before it has left too little memory to go on."""
    try:
        mmap.mmap(-1, memory // 16).close()
    except OSError:
        _send_raised(send, "MemoryError")
    send({kind: value})


def _send_judged(send: Send, report: FunctionReport, memory: int) -> None:
    if report.status is Status.BLOCKED and "(MemoryError" in report.reason:
        _send_raised(send, "MemoryError")
    _send_with_room(send, memory, "judged", encode(report))


def _send_raised(send: Send, name: str) -> NoReturn:
    send({"raised": name})
    os._exit(1)


def _known(name: Any) -> str:
    if not isinstance(name, str) or not any(name in f.functions for f in families().values()):
        raise Forged("a function's name expected")
    return name


def _valid(report: FunctionReport) -> FunctionReport:
    """The report, if it tells of functions and laws that there are."""
    _known(report.name)
    for outcome in report.outcomes:
        if outcome.function != report.name or outcome.property not in PROPERTIES:
            raise Forged("a known law expected")
    return report
