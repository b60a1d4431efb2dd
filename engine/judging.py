"""One function against all the laws that apply to it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from ..properties import NotApplicable, Property, Violation
from ..strategies import Case, smallest
from ..subject.budget import Budget
from ..subject.errors import ENDED, Crash
from ..subject.message import Message, joined
from ..subject.subject import Asked, Subject
from .outcome import Counterexample, Level, Outcome, Verdict
from .snippet import Snippets

TOGETHER = 100
"""Cases whose calls are made together, where that is faster; the first case is tried alone."""

SLOW, PART, SMALLER = 2.0, 0.5, 0.3
"""What slow calls may count for (see `subject.budget`) until no more cases are tried on a function,
what part of that which is left for the file, and until a failing one is made no smaller. The calls
of ordinary functions count for nothing.
"""

FEWEST = 2
"""The cases that a slow function must have come through to have passed."""

MOST_ENDS = 3
"""How many processes a function may end until no more cases are tried on it."""

TOO_SLOW = (
    "it is too slow to be judged: on a few numbers, a call takes tenths of a second, or leaves "
    "threads behind that go on"
)

REPLAYS = 3
"""How often a failure is tried again; one that comes and goes is named as such."""


@dataclass
class LawTrial:
    """What has become of one law so far."""

    law: Property
    cases: int = 0
    reason: str = ""
    failure: tuple[Case, Violation] | None = None
    error: str = ""

    @property
    def is_fault(self) -> bool:
        """Whether the law is broken, and that makes the function fail."""
        return self.failure is not None and self.law.level == "fault"


@dataclass
class Judgement:
    """What has become of one function: the outcome of every law, and on how many cases.

    It ``is_doubtful`` where what was called before may have had a part in it: what was found did
    not come again when the file had been loaded anew, or its process has ended. It ``is_slow``
    where too few cases could be tried, and ``is_refuted`` where it was given up at a fault.
    """

    outcomes: tuple[Outcome, ...]
    cases: int
    crash: Crash | None = None
    crashes: int = 0
    is_doubtful: bool = False
    is_slow: bool = False
    is_refuted: bool = False

    @property
    def is_right(self) -> bool:
        """Whether the function was judged, and has no fault."""
        return not (self.is_refuted or self.faults or self.unjudged)

    @property
    def faults(self) -> list[Outcome]:
        """The laws broken that make the function fail."""
        return [o for o in self.outcomes if o.verdict is Verdict.FAILED and o.level is Level.FAULT]

    @property
    def advice(self) -> list[Outcome]:
        """The laws broken that do not."""
        return [o for o in self.outcomes if o.verdict is Verdict.FAILED and o.level is Level.ADVICE]

    @property
    def is_cut_short(self) -> bool:
        """Whether the function is not judged because too few cases, or not every law, could be
        tried.
        """
        weighty = [o for o in self.outcomes if o.level is Level.FAULT]
        return self.is_slow or any(one.verdict is Verdict.ERRORED for one in weighty)

    @property
    def unjudged(self) -> str:
        """Why the function is not judged: a law that could fail it ended in an error, or none of
        them held; empty for one that is judged. Advice alone suffices where no other is asked for.
        """
        if self.is_slow:
            return TOO_SLOW
        weighty = [o for o in self.outcomes if o.level is Level.FAULT]
        for one in weighty:
            if one.verdict is Verdict.ERRORED:
                sentence = one.property.replace("_", " ")
                return f"could not tell whether {sentence}: {one.message}"
        outcomes = weighty or self.outcomes
        if any(one.verdict in (Verdict.HELD, Verdict.FAILED) for one in outcomes):
            return ""
        return f"no law could be tried: {next(one.message for one in outcomes)}"


@dataclass
class _Run:
    """One function's run over the cases."""

    subject: Subject
    trials: list[LawTrial]
    limit: int
    file: Budget
    budget: Budget = field(init=False)
    cases: int = 0
    whole: int = 0
    crashes: int = 0
    ends: int = 0
    crash: Crash | None = None
    others: dict[Crash, Case] = field(default_factory=dict)
    """Of the exceptions one of each kind and line, with the case that showed it first."""
    is_doubtful: bool = False

    def __post_init__(self) -> None:
        self.budget = self.file.part(min(SLOW, PART * self.file.left))

    @property
    def is_over(self) -> bool:
        """Whether no more cases are to be tried."""
        late = self.crash is not None and self.crash.is_late
        return late or self.ends >= MOST_ENDS or self.budget.is_over

    @property
    def is_broken(self) -> bool:
        """Whether a law is broken that makes the function fail."""
        return any(trial.is_fault for trial in self.trials)


def judge(
    subject: Subject,
    laws: Iterable[Property],
    cases: Sequence[Case],
    snippets: Snippets,
    file: Budget,
    *,
    wholly: bool = True,
) -> Judgement:
    """Tries every law on the cases, and makes the first failing case of each small.

    ``file`` is what the slow calls of a whole file may count for. What is not judged ``wholly`` is
    given up as soon as it is at fault without a doubt: for what is not told, no case is made small.

    Laws are tried in the order of the computation. Where one is broken, those that follow from it
    are not tried any more; those before it still are, on the cases that remain.
    """
    trials = [LawTrial(law) for law in laws if law.applies(subject.function)]
    run = _Run(subject, trials, len(trials), file)
    for number, case in enumerate(cases):
        if run.is_over:
            break
        if number % TOGETHER == 1 and not run.crash:
            subject.ahead(_asked(run, cases, number))
        _try_case(run, case, number)
        if not wholly and run.is_broken:
            if not run.is_doubtful and _comes_again(run):
                return Judgement((), run.cases, run.crash, run.crashes, is_refuted=True)
            wholly = True
    outcomes = tuple(
        outcome
        for index, trial in enumerate(run.trials)
        for outcome in (_outcome(run, index, trial, snippets), *_of_others(run, trial, snippets))
    )
    is_slow = run.budget.is_over and not run.crash and run.whole < FEWEST
    return Judgement(outcomes, run.cases, run.crash, run.crashes, run.is_doubtful, is_slow)


def _comes_again(run: _Run) -> bool:
    """Whether each fault comes again on its case once the code is loaded anew, where it can be."""
    failures = [
        (trial.law, trial.failure[0]) for trial in run.trials if trial.is_fault and trial.failure
    ]
    return not any(
        run.subject.functions.afresh() and _try(run.subject, LawTrial(law), case.having()) is None
        for law, case in failures
    )


def _try_case(run: _Run, case: Case, number: int) -> None:
    run.cases += 1
    # Results of a strange kind can break what looks at them; each law then says so itself.
    with contextlib.suppress(Exception):
        try:
            run.subject.run(case)
        except Crash as crash:
            run.crash = crash
            run.crashes += 1
            if all(crash.is_another(one) for one in run.others):
                run.others[crash] = case
            run.ends += crash.error == ENDED
            run.is_doubtful |= crash.error == ENDED
    for index, trial in enumerate(run.trials):
        if run.budget.is_over and not run.crash:
            return
        if not _is_due(run, index, number):
            continue
        law, failure = trial.law, _try(run.subject, trial, case)
        if failure:
            trial.failure = (case, failure)
            if law.consequence and law.level == "fault":
                run.limit = min(run.limit, index)
    run.whole += 1


def _is_due(run: _Run, index: int, number: int) -> bool:
    """Whether a law is to be tried on the case of a number."""
    trial = run.trials[index]
    if trial.failure or trial.error or number % trial.law.every:
        return False
    return index <= run.limit or not trial.law.consequence


def _asked(run: _Run, cases: Sequence[Case], first: int) -> Iterator[Asked]:
    """What will be asked of the function on the next cases, if no more laws are broken."""
    for number, case in enumerate(cases[first : first + TOGETHER], first):
        yield case, "run"
        for index, trial in enumerate(run.trials):
            if _is_due(run, index, number):
                yield from trial.law.asks(run.subject, case)


def _try(subject: Subject, trial: LawTrial, case: Case) -> Violation | None:
    """Tries one law on one case, and keeps count."""
    try:
        trial.law.check(subject, case)
    except Violation as violation:
        trial.cases += 1
        return violation
    except NotApplicable as reason:
        trial.reason = str(reason)
        return None
    except Crash:
        return None  # told by the law that the function returns at all
    except Exception as error:  # a law that breaks must not take the others along
        trial.error = f"the law could not be tried: {type(error).__name__}: {error}"
        return None
    trial.cases += 1
    return None


def _outcome(run: _Run, index: int, trial: LawTrial, snippets: Snippets) -> Outcome:
    law, function = trial.law, run.subject.function
    level = Level(law.level)
    outcome = partial(Outcome, function.name, law.name, level=level)
    if trial.failure and (index <= run.limit or not law.consequence):
        try:
            return _failed(run, trial, snippets)
        except Crash as crash:  # from a call that the evidence needs
            trial.error = f"the law could not be tried: {crash}"
    follows = law.consequence and index > run.limit
    if trial.error and not follows:
        run.is_doubtful = True
        return outcome(Verdict.ERRORED, cases=trial.cases, message=trial.error)
    if follows:
        broken = run.trials[run.limit].law.name
        return outcome(Verdict.NOT_APPLICABLE, message=f"not tried, because {broken} is broken")
    if not trial.cases:
        reason = trial.reason or "it came to a result on no case"
        return outcome(Verdict.NOT_APPLICABLE, message=reason)
    return outcome(Verdict.HELD, cases=trial.cases)


def _of_others(run: _Run, trial: LawTrial, snippets: Snippets) -> Iterator[Outcome]:
    """What there is to tell of other exceptions, from other lines, that break the same law: each is
    a mistake of its own.
    """
    first = trial.failure[1].crash if trial.failure else None
    for crash, case in run.others.items():
        if first and first.is_another(crash) and crash.line:
            again = LawTrial(trial.law, trial.cases)
            violation = _try(run.subject, again, case)
            if violation is not None:
                again.failure = case, violation
                yield _failed(run, again, snippets)


def _failed(run: _Run, trial: LawTrial, snippets: Snippets) -> Outcome:
    """What there is to tell of a broken law, by a failing case that is as small as can be."""
    assert trial.failure is not None
    subject, law = run.subject, trial.law
    small, violation, replays = _made_small(subject, trial, run.file.part(SMALLER))
    remark = Message(subject.functions.remark(subject.function) if law.level == "fault" else "")
    said = joined("; ", filter(None, (violation.message, _details(trial.failure[1]), remark)))
    message = said.worded(subject.functions.own_names(subject.function))
    doubt = ""
    if not any(replays):
        doubt = "not when it is tried again: it depends on earlier calls"
    elif not all(replays):
        doubt = f"it fails now and then: {sum(replays)} of {len(replays)} times on the same input"
    elif subject.functions.afresh() and _try(subject, LawTrial(law), small.having()) is None:
        doubt = "not in its first call after the file is loaded: it depends on earlier calls"
    run.is_doubtful |= bool(doubt)
    shown = violation.case or small
    return Outcome(
        function=subject.function.name,
        property=law.name,
        verdict=Verdict.FAILED,
        level=Level(law.level),
        cases=trial.cases,
        message=f"{message} ({doubt})" if doubt else message,
        expected=_text(violation.expected),
        found=_text(violation.found),
        counterexample=counterexample(subject, shown),
        snippet=snippets.render(subject, shown, violation),
        error=violation.crash.error if violation.crash else "",
    )


def _made_small(
    subject: Subject, trial: LawTrial, budget: Budget
) -> tuple[Case, Violation, list[bool]]:
    """A smaller failing case, what it shows, and in which of its replays it failed again."""
    assert trial.failure is not None
    case, violation = trial.failure
    seen = [(case, violation)]

    def tried(candidate: Case) -> Violation | None:
        return _try(subject, LawTrial(trial.law), candidate)

    def fails(candidate: Case) -> bool:
        if budget.is_over:
            return False
        found = tried(candidate)
        if found is None or not found.is_like(violation):
            return False
        seen.append((candidate, found))
        return True

    smallest(case, fails)
    while len(seen) > 1 and not _has_evidence(seen[-1][1]):
        seen.pop()
    small, shown = seen[-1]
    replays = [tried(small.having()) is not None for _ in range(REPLAYS) if not budget.is_over]
    return small, shown, replays


def _has_evidence(violation: Violation) -> bool:
    """Whether what is told of a broken law can be found, of a case near others that may raise."""
    with contextlib.suppress(Crash):
        return bool(violation.evidence)
    return False


def _details(violation: Violation) -> Message:
    """What else there is to tell, from the case as it was drawn: a small one shows less."""
    if violation.details is None:
        return Message()
    try:
        return violation.details()
    except Crash:  # an input near by may break the submission
        return Message()


def counterexample(subject: Subject, case: Case) -> Counterexample:
    """What of a case the function is given, a backward function's forward pass included."""
    function, forward = subject.function, subject.family.functions.get(subject.function.forward)
    dims = case.dims_of(forward) if forward else {}
    return Counterexample({**dims, **case.dims_of(function)}, subject.inputs(case))


def _text(value: object) -> str:
    """A value as a line or two of text, if it is short enough to read."""
    if value is None or type(value).__repr__ is object.__repr__:  # which tells nothing but a place
        return ""
    if isinstance(value, tuple) and len(value) == 2 and hasattr(value[1], "shape"):
        value = value[1]  # the step, and the value cached for it
    text = str(value.tolist()) if hasattr(value, "tolist") else str(value)
    return text if len(text) <= 200 else ""
