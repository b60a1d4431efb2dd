"""Submissions of every kind, one after the other in one process, each held to its known verdict."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Self

from cellcheck.engine import FunctionReport, Settings, Status, SubmissionReport
from cellcheck.engine.isolated import Isolated
from cellcheck.isolation.child.walls import MIB, Limits

from .hostile import BATTERY, CORRECT, Hostile
from .planted import FAULTS, plant

LIMITS = Limits(memory=256 * MIB, silence=3.0, total=30.0)
KINDS = ("correct", "faulty", "hostile", "faulty", "correct", "hostile", "faulty", "hostile",
         "correct", "faulty")  # fmt: skip
STYLES = sorted(Path(__file__).with_name("correct").glob("*.py"))


class Soak:
    """Checks submissions at one place; ``wrong`` counts the verdicts that should be others."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.with_name("secret.txt").write_text("x")
        self.isolated = Isolated(LIMITS)
        self.counts: Counter[str] = Counter()
        self.wrong = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.isolated.close()

    def one(self, number: int) -> str:
        """Checks one submission: what is wrong with the verdict, or nothing."""
        kind = KINDS[number % len(KINDS)]
        turn = self.counts[kind]
        self.counts[kind] += 1
        wrong: str = getattr(self, f"_{kind}")(turn)
        self.wrong += bool(wrong)
        return wrong

    def _report(self, source: str, *functions: str) -> SubmissionReport:
        self.file.write_text(source)
        settings = Settings(profile="quick", functions=functions)
        return self.isolated.check(str(self.file), settings)

    def _correct(self, turn: int) -> str:
        style = STYLES[turn // 4 % len(STYLES)]
        source = CORRECT.format(top=f"# {turn}", body="") if turn % 4 else style.read_text()
        report = self._report(source)
        return "" if report.status == "passed" else f"{style.name}: {report.status} {report.error}"

    def _faulty(self, turn: int) -> str:
        fault = FAULTS[turn * 7 % len(FAULTS)]
        report = self._report(plant(fault), fault.function)
        failed = [f.name for f in report.functions if f.findings]
        return "" if fault.function in failed else f"{fault.name}: not found {report.error}"

    def _hostile(self, turn: int) -> str:
        hostile = BATTERY[turn % len(BATTERY)]
        report = self._report(hostile.source)
        return "" if as_it_should_be(hostile, report) else f"{hostile.name}: {report}"[:500]


def by_name(report: SubmissionReport) -> dict[str, FunctionReport]:
    """What a report tells of each function."""
    return {function.name: function for function in report.functions}


def as_it_should_be(hostile: Hostile, report: SubmissionReport) -> bool:
    """Whether a hostile file's report tells what it should."""
    if hostile.error:
        return report.error is not None and re.search(hostile.error, report.error) is not None
    functions = by_name(report)
    judged = functions["rnn_cell_forward"]
    if hostile.breaks_itself:
        return True
    others = [functions[name] for name in ("softmax", "rnn_cell_backward")]
    told = judged.findings[0].message if judged.findings else ""
    right = bool(re.search(hostile.message, told)) if hostile.message else not told
    if hostile.reason and not told:
        right = bool(re.search(hostile.reason, judged.reason))
    return right and all(other.status is Status.PASSED for other in others)
