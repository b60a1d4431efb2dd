"""What is known to be wrong already: the faults of a baseline, and those that a folder expects.

A fault is known by its file, its function and the law that it breaks; not by its line or its
numbers, which move. One that is known is told in a note and fails nothing. One of the baseline that
is gone is told, too; where one was expected and the law holds, the function fails.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .configuration import ExpectedFault, Misconfigured
from .engine.outcome import FunctionReport, Level, Outcome, Status, SubmissionReport, Verdict

SCHEMA = 1

Key = tuple[Path, str, str]
"""A fault's file, function and law."""


@dataclass(frozen=True)
class Known:
    """The faults accepted in a baseline, whose file's name is ``baseline``, and those expected."""

    accepted: frozenset[Key] = frozenset()
    expected: tuple[ExpectedFault, ...] = ()
    baseline: str = ""

    def applied(self, report: SubmissionReport) -> SubmissionReport:
        """The report, in which what is known fails no function."""
        if report.error is not None:
            return report
        path = Path(report.path).resolve()
        accepted = {key[1:] for key in self.accepted if key[0] == path}
        expected = {(e.function, e.property): e.reason for e in self.expected if e.path == path}
        if not (accepted or expected):
            return report
        reasons = dict.fromkeys(accepted, f"in {self.baseline}")
        reasons |= {key: f"expected: {reason}" for key, reason in expected.items()}
        functions = [_without(f, reasons, expected) for f in report.functions]
        notes = [*report.notes, *_known(functions)]
        if gone := [*_gone(report, accepted - expected.keys())]:
            notes.append(f"no longer there, and still in {self.baseline}: {', '.join(gone)}")
        return replace(report, functions=tuple(functions), notes=tuple(notes))


def _without(
    report: FunctionReport,
    reasons: Mapping[tuple[str, str], str],
    expected: Mapping[tuple[str, str], str],
) -> FunctionReport:
    """A function's report without its known faults, and with those expected in vain."""
    outcomes = []
    for outcome in report.outcomes:
        key = report.name, outcome.property
        if outcome.verdict is Verdict.FAILED and key in reasons:
            outcome = replace(outcome, verdict=Verdict.EXPECTED, message=reasons[key])
        elif outcome.verdict is Verdict.HELD and key in expected:
            message = (
                f"this law was expected to be broken ({expected[key]}), and it holds: take the "
                "entry out of [[tool.cellcheck.expected]]"
            )
            outcome = replace(outcome, verdict=Verdict.FAILED, level=Level.FAULT, message=message)
        outcomes.append(outcome)
    changed = replace(report, outcomes=tuple(outcomes))
    if any(outcome.level is Level.FAULT for outcome in changed.findings):
        return replace(changed, status=Status.FAILED)
    if report.status is Status.FAILED:
        changed = replace(changed, status=Status.PASSED, reason="but for what is known")
    return changed if changed.findings else replace(changed, diagnosis=(), gradients=())


def _known(functions: Iterable[FunctionReport]) -> Iterator[str]:
    """A note for each reason, with the faults that it speaks of."""
    by_reason: dict[str, list[str]] = {}
    for outcome in (outcome for function in functions for outcome in function.outcomes):
        if outcome.verdict is Verdict.EXPECTED:
            by_reason.setdefault(outcome.message, []).append(_named(outcome))
    for reason, faults in by_reason.items():
        yield f"known ({reason}): {', '.join(dict.fromkeys(faults))}"


def _named(outcome: Outcome) -> str:
    return f"{outcome.function}: {outcome.property.replace('_', ' ')}"


def _gone(report: SubmissionReport, accepted: set[tuple[str, str]]) -> Iterator[str]:
    """The accepted faults whose law holds now, or whose function is there no more."""
    for function in report.functions:
        mine = sorted(law for name, law in accepted if name == function.name)
        if function.status is Status.MISSING:
            yield from (f"{function.name}: {law.replace('_', ' ')}" for law in mine)
        for outcome in function.outcomes:
            if outcome.verdict is Verdict.HELD and outcome.property in mine:
                yield _named(outcome)


def read(path: str) -> Known:
    """The faults of a baseline's file. Raises `Misconfigured` with one sentence."""
    folder = Path(path).resolve().parent
    try:
        document = json.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        hint = f": make it with --write-baseline {path}" if not Path(path).exists() else ""
        reason = error.strerror or error
        raise Misconfigured(f"The baseline {path} cannot be read ({reason}){hint}.") from None
    except (ValueError, RecursionError) as error:
        raise Misconfigured(f"The baseline {path} is not JSON: {error}.") from None
    try:
        if document["schema"] != SCHEMA:
            raise Misconfigured(f"The baseline {path} is one of another version of cellcheck.")
        accepted = frozenset(
            ((folder / file).resolve(), str(function), str(law))
            for file, functions in document["faults"].items()
            for function, laws in functions.items()
            for law in laws
        )
    except (LookupError, TypeError, AttributeError):
        raise Misconfigured(f"The baseline {path} is not one that cellcheck wrote.") from None
    return Known(accepted, baseline=Path(path).name)


def write(
    path: str, reports: Iterable[SubmissionReport], expected: Iterable[ExpectedFault], strict: bool
) -> None:
    """Writes all faults that are not expected to a file, for which paths count from its folder.

    Advice is among them where it counts as a fault. Raises `OSError`.
    """
    known = {(one.path, one.function, one.property) for one in expected}
    faults: dict[str, dict[str, list[str]]] = {}
    for report in reports:
        file = Path(report.path).resolve()
        for function in report.functions:
            for outcome in function.findings:
                counts = strict or outcome.level is Level.FAULT
                if counts and (file, function.name, outcome.property) not in known:
                    of_file = faults.setdefault(_from(Path(path).resolve().parent, file), {})
                    laws = of_file.setdefault(function.name, [])
                    laws += [outcome.property] if outcome.property not in laws else []
    document: dict[str, Any] = {"schema": SCHEMA, "faults": dict(sorted(faults.items()))}
    text = json.dumps(document, indent=2, ensure_ascii=False)
    Path(path).write_text(f"{text}\n", encoding="utf-8")


def _from(folder: Path, file: Path) -> str:
    """A file's path from a folder, alike on every system."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # another drive
        return file.as_posix()
