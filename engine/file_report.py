"""A whole file: opened, its functions judged, and what is wrong added to the report."""

from __future__ import annotations

import time

from ..subject.live import quiet
from ..submissions import Unreadable, open_submission
from ..submissions.document import Home
from .checking import Check, Diagnose, Progress, Settings
from .outcome import SubmissionReport
from .pairs import judged_pairs
from .recorded_pairs import judged_recordings

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
    pairs = judged_pairs(submission, settings, done.progress)
    shown = judged_recordings(submission, settings, done.progress)
    told = [*pairs.reports, *shown.reports]
    done.wrong = {**pairs.wrong, **shown.wrong}
    if diagnose and done.wrong:
        told = diagnose(done, told)
    seconds = time.monotonic() - started
    return SubmissionReport(
        done.path,
        None,
        seconds,
        tuple(submission.notes),
        (*reports, *told),
        (*pairs.not_judged, *shown.not_judged, *submission.not_judged(shown.names)),
    )
