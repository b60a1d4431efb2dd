"""A whole file: opened, its functions judged, and what is wrong added to the report."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ..reading.demonstrations import demonstrated
from ..subject.live import quiet
from ..submissions import Unreadable, open_submission
from ..submissions.document import Home, is_remote
from .checking import Check, Diagnose, Progress, Settings
from .outcome import Status, SubmissionReport

if TYPE_CHECKING:
    from .pairs import Pairs

CUT = "the search for the mistake in {} was given up: what is told of it is certain"
"""The note on a function of which not all could be tried."""


def check(
    path: str,
    settings: Settings,
    progress: Progress | None = None,
    diagnose: Diagnose | None = None,
    *,
    home: Home | None = None,
) -> SubmissionReport:
    """Checks one file. Bad input never raises: the report's ``error`` says what is wrong with it.

    ``progress`` is called with the name of each function as its turn comes; ``diagnose`` may add
    to the reports what the mistakes are. ``home`` is where the file's code lives, if not in this
    process.
    """
    started = time.monotonic()
    try:
        with quiet(here=home is None):
            submission = open_submission(path, home, settings.names, settings.adapter)
    except Unreadable as reason:
        return SubmissionReport(path, str(reason), time.monotonic() - started)
    done = Check(submission, path, settings, progress or (lambda name: None))
    return concluded(done, started, diagnose)


def concluded(done: Check, started: float, diagnose: Diagnose | None = None) -> SubmissionReport:
    """Runs the check of an opened submission, and has ``diagnose`` name the mistakes that it found.

    ``started`` is what the monotonic clock, in seconds, said when the file was opened.
    """
    settings, submission = done.settings, done.submission
    reports = done.run()
    if diagnose and any(report.is_lacking for report in reports):
        reports = diagnose(done, reports)
        for report in reports:
            if report.is_cut:
                submission.note(CUT.format(report.name))
    if settings.pictures:
        from .gradient import with_gradients

        reports = with_gradients(done, reports)
    with submission.with_correct(done.replaced):
        pairs = _judged_pairs(done)
        told = [report for one in pairs for report in one.reports]
        done.wrong = {name: pair for one in pairs for name, pair in one.wrong.items()}
        if diagnose and done.wrong:
            told = diagnose(done, told)
    here = {report.name for report in told}
    reports = [one for one in reports if one.name not in here or one.status is not Status.MISSING]
    seconds = time.monotonic() - started
    return SubmissionReport(
        done.path,
        None,
        seconds,
        tuple(submission.notes),
        (*reports, *told),
        (
            *(other for one in pairs for other in one.not_judged),
            *submission.not_judged({name for one in pairs for name in one.names}),
        ),
    )


def _judged_pairs(done: Check) -> list[Pairs]:
    """What became of the declared and the demonstrated pairs. Where a file has none, nothing that
    judges them is imported, which would take as long as judging a function.
    """
    submission, settings = done.submission, done.settings
    if settings.functions or settings.properties:  # of cells
        return []
    found = []
    if submission.pairs:
        from .pairs import judged_pairs

        found.append(judged_pairs(submission, settings, done.progress))
    if is_remote(submission.home):  # a demonstration is run behind walls only
        document = submission.document
        shown = demonstrated(document.statements, str(document.path), submission.judged)
        if shown:
            from .recorded_pairs import judged_recordings

            found.append(judged_recordings(submission, shown, settings.seed, done.progress))
    return found
