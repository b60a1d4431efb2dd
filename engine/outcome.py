"""What the engine says: an outcome for each law, gathered a function and a submission at a time.

Nothing here knows how a report looks, and no report knows how a law is run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import Any

import numpy as np

from ..reading.unjudged import NotJudged

ENDLESS = "OutOfTime"
"""The kind of error of a call that does not come to an end."""


class Verdict(StrEnum):
    """What became of one law on one function."""

    HELD = "held"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"
    ERRORED = "errored"
    EXPECTED = "expected"
    """Failed, as is known."""


class Level(StrEnum):
    """How much a broken law weighs: a fault fails the function, advice does not."""

    FAULT = "fault"
    ADVICE = "advice"


class Status(StrEnum):
    """What became of one function."""

    PASSED = "passed"
    FAILED = "failed"
    MISSING = "missing"
    INCOMPLETE = "incomplete"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Counterexample:
    """The smallest failing input found.

    ``dimensions`` gives the size of each symbol (``{"n_x": 1, "m": 2}``); ``arrays`` gives each
    argument by the name that the code has for it: an array, or a dict of arrays for ``parameters``
    and the like.
    """

    dimensions: Mapping[str, int]
    arrays: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """One law on one function: what was found, on how many cases, and the smallest that fails.

    ``message`` is one sentence for a failed law, or the reason why a law does not apply.
    ``expected`` and ``found`` are short texts, for a law that compares. ``snippet`` is code that
    reproduces the failure with numpy and the submission alone: it raises ``AssertionError`` (or
    the submission's own error) for as long as the fault is there. ``error`` is the kind of
    exception that a call ended with, where the law is that it does not; ``OutOfTime`` if it did not
    end.
    """

    function: str
    property: str
    verdict: Verdict
    level: Level = Level.FAULT
    cases: int = 0
    message: str = ""
    expected: str = ""
    found: str = ""
    counterexample: Counterexample | None = None
    snippet: str = ""
    error: str = ""


class Match(StrEnum):
    """How sure a diagnosis is: shown on every case tried, or only near."""

    EXACT = "exact"
    LIKELY = "likely"


@dataclass(frozen=True)
class Diagnosis:
    """A mistake by its name in the catalogue, its place, and what was meant there.

    ``line`` and ``end_line`` count from 1 in the file, or in the notebook's cell where ``cell`` is
    given; ``source`` is the statement as it stands, ``suggestion`` what should stand there, in the
    submission's own names. Either is empty where it is not known for sure.
    """

    fault: str
    message: str
    line: int | None = None
    end_line: int | None = None
    cell: int | None = None
    source: str = ""
    suggestion: str = ""
    match: Match = Match.EXACT

    @property
    def told(self) -> str:
        """The mistake in words, and how sure it is."""
        return self.message if self.match is Match.EXACT else f"likely: {self.message}"


@dataclass(frozen=True)
class Compared:
    """One gradient: the numerical derivative and what the function gives, shaped alike.

    ``name`` is the contract's, ``called`` the submission's. ``bound`` is how far the two may lie
    apart by truncation and rounding, infinite where the numerical derivative cannot tell. ``axes``
    are the names of the dimensions. With a ``problem``, a few words, ``analytic`` is no array of
    the right shape and is given as not a number. ``by_step`` is the error of plain central
    differences for the worst entry, at each of ``gradients.steps.STEPS``, where that was looked at.
    """

    name: str
    called: str
    axes: tuple[str, ...]
    numeric: Any
    analytic: Any
    bound: Any
    problem: str = ""
    by_step: tuple[float, ...] = ()

    @property
    def excess(self) -> Any:
        """The error over its bound, entry by entry; above 1 an entry is wrong."""
        with np.errstate(all="ignore"):
            ratio = np.abs(self.analytic - self.numeric) / self.bound
        ratio = np.where(self.analytic == self.numeric, 0.0, ratio)
        ratio = np.where(np.isfinite(self.analytic), ratio, inf)
        return np.where(np.isfinite(self.bound), ratio, 0.0)

    @property
    def worst(self) -> tuple[int, ...]:
        """The entry with the largest excess."""
        place = np.unravel_index(int(np.argmax(self.excess)), self.numeric.shape)
        return tuple(int(i) for i in place)

    @property
    def wrong(self) -> int:
        """How many entries are wrong."""
        return int(np.sum(self.excess > 1))

    @property
    def known(self) -> bool:
        """Whether the numerical derivative can tell of any entry."""
        return bool(np.any(np.isfinite(self.bound)))


@dataclass(frozen=True)
class FunctionReport:
    """One function of a submission, with every outcome.

    ``name`` is the contract's name, ``found_as`` the submission's; ``line`` counts from 1 in the
    file, or in the notebook's cell where ``cell`` (counted from 0 over all cells) is given;
    ``cases`` is the number of inputs the function was really run on; ``reason`` says in one
    sentence why it is blocked or incomplete, and is empty otherwise. ``is_cut`` says that the
    search for its mistake was given up before all was tried. ``gradients`` are those that differ
    from the numerical ones on a case of moderate size, where pictures are wanted.
    ``helper`` says that it is an activation, which is no cell by itself. ``is_lost`` says that its
    judgement was cut short or lost, which another try may not be. ``recorded`` says that it was
    judged as the calls of the file's own demonstration show it, and not as declared.
    """

    name: str
    status: Status
    found_as: str = ""
    line: int | None = None
    cell: int | None = None
    cases: int = 0
    reason: str = ""
    outcomes: tuple[Outcome, ...] = ()
    diagnosis: tuple[Diagnosis, ...] = ()
    is_cut: bool = False
    gradients: tuple[Compared, ...] = ()
    helper: bool = False
    is_lost: bool = False
    recorded: bool = False

    @property
    def findings(self) -> tuple[Outcome, ...]:
        """The laws that failed, faults before advice."""
        failed = [outcome for outcome in self.outcomes if outcome.verdict is Verdict.FAILED]
        return tuple(sorted(failed, key=lambda outcome: outcome.level is not Level.FAULT))

    @property
    def faults(self) -> tuple[Outcome, ...]:
        """Those of the findings that are no advice."""
        return tuple(one for one in self.findings if one.level is Level.FAULT)

    @property
    def is_corrected(self) -> bool:
        """Whether its mistakes are known, each with a correction that is proven."""
        exact = [one.match is Match.EXACT and bool(one.suggestion) for one in self.diagnosis]
        return bool(exact) and all(exact)

    @property
    def is_lacking(self) -> bool:
        """Whether there is something to tell: a broken law, or a part still to be written."""
        return bool(self.findings) or self.status is Status.INCOMPLETE


@dataclass(frozen=True)
class SubmissionReport:
    """One file. ``error`` is one sentence when it could not be read, else None.

    ``seconds`` is how long it took, ``notes`` are sentences about the file as a whole, and
    ``functions`` are in the order of the file; those that it lacks come last. ``not_judged`` is
    what looks like a function to be judged, and is none. ``fixed`` are sentences on what was
    corrected in the file before.
    """

    path: str
    error: str | None = None
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    functions: tuple[FunctionReport, ...] = field(default_factory=tuple)
    not_judged: tuple[NotJudged, ...] = ()
    fixed: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """``passed``, ``failed``, ``not_judged`` or ``unreadable``.

        A file passes if none of its functions failed, and one passed that is more than a helper.
        """
        if self.error is not None:
            return "unreadable"
        if any(function.status is Status.FAILED for function in self.functions):
            return "failed"
        judged = any(f.status is Status.PASSED and not f.helper for f in self.functions)
        return "passed" if judged else "not_judged"


def uses_failing(names: Sequence[str]) -> str:
    """Why a function is blocked that uses some which fail."""
    return (
        f"it uses {' and '.join(names)}, which {'fail' if names[1:] else 'fails'}: mend that first"
    )
