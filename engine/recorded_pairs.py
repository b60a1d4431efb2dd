"""The pairs of a file that its own demonstration calls, judged as those that are declared.

A recording says what is likely meant. So a pair is failed only where that is sure: by its
gradients alone, at the sizes that were recorded if they are not too large, and with numbers of the
recorded kind. What is not sure is listed, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..isolation.parent.recording import recorded
from ..isolation.parent.remote import RemoteModule
from ..pairs.errors import CaseRefused, PairCrash
from ..pairs.judge import FOLLOWED, PairJudge
from ..pairs.report import PairReport
from ..pairs.shape_strings import DOMAINS, Input
from ..reading.adapting import Proposal
from ..reading.declared import DeclaredPair
from ..reading.demonstrations import compiled, demonstration
from ..reading.recorded import Recorded, recordings
from ..reading.unjudged import NotJudged
from ..submissions import Submission
from .meant import meant
from .outcome import Status
from .pairs import Pairs, add, judge_declared, unjudged

if TYPE_CHECKING:
    from .checking import Progress

TAKEN = 4
"""Of six cases with different dimensions, how many the forward function takes if these are free."""

ADVICE = '@cellcheck.pair(x="N D")  # before it, with the shapes that are meant'


def judged_recordings(
    submission: Submission, pairs: Sequence[Proposal], seed: int, progress: Progress
) -> Pairs:
    """Judges the ``pairs`` that the demonstration of a file calls and that are not judged already.

    The demonstration is run behind walls only.
    """
    found = Pairs()
    document = submission.document
    if not isinstance(document.module, RemoteModule):
        return found
    path = str(document.path)
    codes = compiled(demonstration(document.statements), path)
    names = [(one.forward, one.backward or "") for one in pairs]
    calls, reason = recorded(document.module, codes, names)
    if reason:
        submission.note(f"the demonstration of the file tells nothing: {reason}")
    told: dict[str, list[Pairs]] = {}
    for one in recordings(calls, pairs, document.statements, path):
        progress(one.name)
        found.names |= {*one.names} if isinstance(one, Recorded) else {one.name}
        told.setdefault(one.name, []).append(_judged(submission, one, seed))
    for forms in told.values():
        _add_one(found, forms)
    return found


def _judged(submission: Submission, one: Recorded | NotJudged, seed: int) -> Pairs:
    """What becomes of one form of the calls of a pair."""
    found = Pairs()
    if isinstance(one, NotJudged):
        found.not_judged.append(replace(one, advice=ADVICE))
        return found
    try:
        with submission.quiet():
            _Case(submission, one, seed).judge_into(found)
    except (ValueError, PairCrash, CaseRefused) as error:
        found.not_judged.append(_unclear(one.choices[0], str(error)))
    except Exception as error:
        why = f"cellcheck itself could not judge it ({type(error).__name__}: {error})"
        found.not_judged.append(_unclear(one.choices[0], why))
    return found


def _add_one(found: Pairs, forms: Sequence[Pairs]) -> None:
    """Adds a pair once, of which several forms were judged: a failed one, if there is any."""
    reports = [report for form in forms for report in form.reports]
    failed = [report for report in reports if report.status is Status.FAILED]
    for form in reversed(forms):
        found.wrong |= form.wrong
    if reports:
        cases = sum(report.cases for report in reports)
        found.reports.append(failed[0] if failed else replace(reports[0], cases=cases))
    found.not_judged += [] if failed else [one for form in forms for one in form.not_judged][:1]


@dataclass
class _Case:
    """One pair that was recorded."""

    submission: Submission
    recorded: Recorded
    seed: int

    def judge_into(self, found: Pairs) -> None:
        """Adds what becomes of it."""
        chosen = self._chosen()
        settled = self._settled(chosen)
        cases, at_its_sizes = 0, "right"
        for declared in filter(None, (settled, chosen)):
            judge, report = self._judged(declared)
            cases += report.cases
            if report.verdict == "failed" and self.recorded.domain:
                declared = _within(declared, self.recorded.domain)
                judge, report = self._judged(declared)
            if report.verdict == "failed" and {*self.recorded.unsure} & {*report.tensors}:
                declared = _without(declared, self.recorded.unsure)
                judge, report = self._judged(declared)
                if report.verdict != "failed":
                    unsure = ", ".join(self.recorded.unsure)
                    why = f"{unsure} may change by more than the gradient"
                    found.not_judged.append(_unclear(declared, why))
                    return
            if report.verdict == "failed":
                why = self._not_sure(declared, report, settled, at_its_sizes)
                if why:
                    found.not_judged.append(_unclear(declared, why))
                    return
            if report.verdict == "failed":
                break
            if report.verdict == "undecided":  # large arrays in single precision, say
                at_its_sizes = "not decided"
        if chosen is None and settled is None:
            raise ValueError(f"{self.recorded.choices[0].names[0]} takes no redrawn numbers")
        add(found, declared, judge, replace(report, cases=cases))
        if found.reports:
            self.submission.note(
                f"{declared.name} is judged from its recorded calls, as "
                f"@cellcheck.pair({_shapes(declared.inputs.values())}) would have it"
            )

    def _judge(self, declared: DeclaredPair) -> PairJudge:
        judge = judge_declared(self.submission, declared, self.seed).anew(FOLLOWED)
        judge.mends = False
        return judge

    def _judged(self, declared: DeclaredPair) -> tuple[PairJudge, PairReport]:
        judge = self._judge(declared)
        return judge, judge.report()

    def _chosen(self) -> DeclaredPair | None:
        """The declaration whose dimensions are free, as far as the forward function says."""
        if self.recorded.is_fixed:
            return None
        best: tuple[int, DeclaredPair | None] = (0, None)
        for declared in self.recorded.choices:
            taken = self._judge(declared).taken()
            if taken >= TAKEN:
                return declared
            best = max(best, (taken, declared), key=lambda one: one[0])
        return best[1]

    def _settled(self, chosen: DeclaredPair | None) -> DeclaredPair | None:
        """The declaration with the recorded sizes, where they can be drawn."""
        if not self.recorded.is_small:
            return None
        sizes = self.recorded.sizes
        for declared in [chosen] if chosen else self.recorded.choices:
            fixed = replace(declared, sizes={n: sizes[n] for n in sizes}, cases=2)
            if self._judge(fixed).taken():
                return fixed
        return None

    def _not_sure(
        self,
        declared: DeclaredPair,
        report: PairReport,
        settled: DeclaredPair | None,
        at_its_sizes: str,
    ) -> str:
        """Why a pair that seems to be wrong is not failed; empty where it is."""
        said = report.message
        if not report.tensors:  # no gradient is wrong, but a call
            return said
        if self.recorded.doubts:
            return f"{self.recorded.doubts[0]}; if it is, {said}"
        if settled is not None and declared.sizes != settled.sizes:
            sizes = ", ".join(f"{name} = {size}" for name, size in report.sizes.items())
            return (
                f"it is {at_its_sizes} at the sizes of its demonstration, and with {sizes} {said}"
            )
        why = meant(self._judge(declared))
        return f"{why}, which may be meant" if why else ""


def _within(declared: DeclaredPair, domain: str) -> DeclaredPair:
    """The declaration with numbers of a domain."""
    return _having(
        declared,
        {
            name: replace(one, domain=DOMAINS[domain]) if one.has_gradient else one
            for name, one in declared.inputs.items()
        },
    )


def _without(declared: DeclaredPair, names: Sequence[str]) -> DeclaredPair:
    """The declaration, but that some inputs have no gradient.

    Raises `ValueError` where none has one then.
    """
    inputs = {n: replace(one, fixed=one.fixed or n in names) for n, one in declared.inputs.items()}
    if not any(one.has_gradient for one in inputs.values()):
        raise ValueError(f"{', '.join(names)} may change by more than the gradient")
    return _having(declared, inputs)


def _having(declared: DeclaredPair, inputs: dict[str, Input]) -> DeclaredPair:
    making = replace(declared.making, inputs=tuple(inputs.values()))
    return replace(declared, inputs=inputs, making=making)


def _shapes(inputs: Iterable[Input]) -> str:
    """Shapes as they are declared."""
    words = {name: word for word, name in DOMAINS.items()}
    texts: list[tuple[str, str]] = []
    for one in inputs:
        kinds = {"int": f"int<{one.below}", "bool": "bool", "float": words.get(one.domain, "")}
        parts = [*one.axes, kinds[one.kind], "const" if one.fixed else ""]
        texts.append((one.name, " ".join(filter(None, parts))))
    flat = [f'{name}="{text}"' for name, text in texts if "." not in name]
    groups: dict[str, dict[str, str]] = {}
    for name, text in texts:
        head, dot, key = name.partition(".")
        if dot:
            groups.setdefault(head, {})[key] = text
    return ", ".join((*flat, *(f"{head}={inner}" for head, inner in groups.items())))


def _unclear(declared: DeclaredPair, reason: str) -> NotJudged:
    said = unjudged(declared, f"its recorded calls do not settle it: {reason}")
    shapes = _shapes(declared.inputs.values())
    return replace(said, advice=f"@cellcheck.pair({shapes})  # before it, if that is meant")
