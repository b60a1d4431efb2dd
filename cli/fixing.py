"""``cellcheck check --fix`` and ``--propose``: what is proven is put into the file, or shown as a
difference; and others than cellcheck propose what is to be proven.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from difflib import unified_diff
from typing import TYPE_CHECKING

import click

from ..reports import escape

if TYPE_CHECKING:
    from ..engine import Settings
    from ..engine.outcome import SubmissionReport
    from ..fixing import Fixed
    from .judges import Judge


def fixing(judge: Judge, *, diff: bool) -> Judge:
    """The same, with the file fixed before what is left is told; with ``diff`` nothing is written.

    A correction counts as proven by every law of every function, whatever the settings ask for.
    """

    def judged(path: str, settings: Settings, progress: Callable[[str], None]) -> SubmissionReport:
        from ..fixing import fixed, write

        report = judge(path, settings, progress)
        if report.status != "failed":
            return report
        whole = replace(settings, functions=(), properties=(), pictures=False)
        at_first = report if whole == settings else judge(path, whole, progress)
        try:
            done = fixed(
                path, at_first, lambda one: judge(one, whole, progress), settings.functions
            )
            if diff:
                click.echo(_difference(path, done), nl=False)
            elif done.told:
                write(path, done)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            note = f"nothing is fixed: {path} cannot be written ({reason})"
            return replace(report, notes=(note, *report.notes))
        if not done.told or diff:
            return report
        return replace(judge(path, settings, progress), fixed=done.told)

    return judged


def proposing(judge: Judge, command: str) -> Judge:
    """The same, with what a command proposes for functions that have no proven correction."""

    def judged(path: str, settings: Settings, progress: Callable[[str], None]) -> SubmissionReport:
        from ..fixing import Proposer, proposed

        report = judge(path, settings, progress)
        if report.status != "failed":
            return report
        try:
            return proposed(
                path, report, lambda one: judge(one, settings, progress), Proposer(command)
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            note = f"nothing is proposed: no file can be written beside {path} ({reason})"
            return replace(report, notes=(note, *report.notes))

    return judged


def _difference(path: str, done: Fixed) -> str:
    """A unified difference of the file, as patches are; empty where nothing is changed."""
    before, after = (one.text.splitlines(keepends=True) for one in (done.before, done.after))
    lines = unified_diff(before, after, path, path)
    return "".join(escape(line.rstrip("\r\n")) + "\n" for line in lines)
