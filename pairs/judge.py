"""Tries the laws on a pair, case after case, and makes the first failure small."""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..gradients import Comparison, Point
from ..strategies.reduce import smallest
from .blame import blamed
from .cases import PLANS, TRIES, Drawing, PairCase, symmetric
from .errors import Broken, CaseRefused, Undecided
from .laws import (
    LAWS,
    Law,
    Reference,
    arguments_are_left_alone,
    equal_to,
    examples_do_not_influence_each_other,
    gradients_are_the_derivative,
    gradients_have_the_shapes_of_the_inputs,
    the_backward_function_is_linear,
)
from .mending import Correction, Failure, corrections
from .protocol import Pair
from .report import PairReport
from .shape_strings import DOMAINS, Domain
from .snippets import shown_inputs, snippet
from .trial import ENDS, Trial, forward

REDRAWS = 3
"""How often a case is drawn anew that cannot decide."""

SHRINKING = 120
"""How many smaller cases are tried."""

SAID = 4
"""How many notes are given."""

BESIDES = {
    "the_forward_function_takes_its_inputs": "Inputs of the declared shapes are taken.",
    "each_call_comes_to_an_end": "A call ends in time, by itself, and leaves its process alive.",
}
"""What is told besides the laws, where no law can be tried."""


FOLLOWED = (gradients_have_the_shapes_of_the_inputs, gradients_are_the_derivative)
"""The laws whose failure is followed to the statement that makes the gradient."""


@dataclass
class PairJudge:
    """A pair under judgement: which gradients have been decided, and what was left out, and why."""

    pair: Pair
    drawing: Drawing
    examples: str | None
    seed: int
    count: int = len(PLANS)
    laws: tuple[Law, ...] = LAWS
    wanted: set[str] = field(default_factory=set)
    decided: set[str] = field(default_factory=set)
    refused: list[CaseRefused] = field(default_factory=list)
    distinct: int = 0
    judged: int = 0
    notes: dict[str, None] = field(default_factory=dict)
    mends: bool = True
    """Whether it is asked how a failure is mended."""
    shrinking: int = SHRINKING
    reference: Reference | None = None
    """What is right, of a function that only gives a value."""

    @classmethod
    def of_value(cls, pair: Pair, drawing: Drawing, count: int, reference: Reference) -> PairJudge:
        """What judges a function by what is right for the same inputs."""
        laws = (equal_to(reference), arguments_are_left_alone)
        return cls(pair, drawing, None, drawing.seed, count, laws, reference=reference)

    def anew(self, laws: tuple[Law, ...]) -> PairJudge:
        """Another judge of the same pair, by some of the laws."""
        return PairJudge(self.pair, self.drawing, self.examples, self.seed, self.count, laws)

    def says(self, law: Law) -> bool:
        """Whether a law says anything of such a pair."""
        if law is examples_do_not_influence_each_other:
            return self.examples is not None
        return law is not the_backward_function_is_linear or not self.pair.unit

    def fits(self) -> bool:
        """Whether the functions take inputs of these shapes, whatever the sizes, and give results
        that are not empty, and gradients of the same shapes.
        """
        with quietly():
            for self.drawing.domain in ("any", *DOMAINS.values()):
                taken = 0
                for attempt in range(4):
                    case = self.drawing.case(1000, attempt, "distinct", "plain")
                    try:
                        if case is not None:
                            trial = Trial(self.pair, case, None)
                            gradients_have_the_shapes_of_the_inputs(trial)
                            taken += all(result.size for result in trial.ran.results)
                    except (CaseRefused, Undecided):
                        continue
                    except Broken:
                        return False
                if taken:
                    return True
        return False

    def taken(self) -> int:
        """Of six cases whose dimensions are different, how many the forward function takes, with
        numbers of the kind of which it takes most.
        """
        with quietly():
            found = [self._taken_of(domain) for domain in ("any", *DOMAINS.values())]
        return max(found)

    def _taken_of(self, domain: Domain) -> int:
        self.drawing.domain = domain
        return sum(self._takes(2 * attempt) for attempt in range(6))

    def report(self) -> PairReport:
        """The verdict."""
        with quietly():
            try:
                return self._report()
            except Broken as broken:  # of a call that comes to no end, after which there is none
                return self._ended(broken)

    def _ended(self, broken: Broken) -> PairReport:
        code = self.pair.backward
        if broken.tensors[1:] == (self.pair.forward.name,):
            code = self.pair.forward
        law, path = "each_call_comes_to_an_end", Path(code.path).name
        return PairReport(
            "failed", code.name, self.seed, self.judged, law, broken.message,
            line=code.line, path=path, notes=self._said(),
        )  # fmt: skip

    def _report(self) -> PairReport:
        self._choose_domain()
        for number in range(self.count):
            found = self._slot(number)
            if found is not None:
                return found
        if not self.judged or (not self.distinct and self.refused):
            return self._refusal()
        left = [name for name in self.pair.inputs if name in self.wanted - self.decided]
        message = f"no case decides the gradient by {', '.join(left)}" if left else ""
        tested = gradients_are_the_derivative in self.laws
        return PairReport(
            "undecided" if left and tested else "held",
            self.pair.backward.name,
            self.seed,
            self.judged,
            message=message if tested else "",
            tensors=tuple(left),
            notes=self._said(),
        )

    def _choose_domain(self) -> None:
        """The numbers that the forward function takes: any, or else such as it takes."""
        taken: dict[Domain, int] = {}
        for domain in ("any", *DOMAINS.values()):
            self.drawing.domain = domain
            taken[domain] = sum(self._takes(attempt) for attempt in range(8))
            if taken[domain] == 8:
                break
        best = max(taken, key=lambda domain: taken[domain])
        self.drawing.domain = best if taken[best] > taken["any"] else "any"
        if self.drawing.domain != "any":
            words = {"positive": "positive numbers", "unit": "numbers between 0 and 1",
                     "definite": "symmetric positive definite matrices"}  # fmt: skip
            self.notes[f"drawn with {words[self.drawing.domain]}, which it takes"] = None

    def _takes(self, attempt: int) -> bool:
        case = self.drawing.case(
            1000, attempt // 2, "equal" if attempt % 2 else "distinct", "plain"
        )
        if case is None:
            return False
        try:
            forward(self.pair, case.values, case.label)
        except CaseRefused:
            return False
        return True

    def _slot(self, number: int) -> PairReport | None:
        """One case, drawn anew where it is refused or undecided; a report where it fails."""
        mode, regime = PLANS[number % len(PLANS)]
        redraws = REDRAWS if regime == "plain" else 1
        for attempt in range(TRIES):
            case = self.drawing.case(number, attempt, mode, regime)
            if case is None:
                continue
            try:
                trial = Trial(self.pair, case, self.examples)
            except CaseRefused as refused:
                self.refused.append(refused)
                self.notes[f"left out: {refused.message}"] = None
                if regime != "plain":
                    return None
                continue
            self.judged += 1
            self.distinct += case.all_different
            undecided = ""
            for law in self.laws:
                try:
                    law(trial)
                except Undecided as reason:
                    undecided = str(reason)
                    if law is gradients_have_the_shapes_of_the_inputs:
                        break  # no number is looked at
                except CaseRefused as refused:
                    self.notes[f"left out: {refused.message}"] = None
                except Broken as broken:
                    if broken.tensors[:1] == (ENDS,):
                        raise
                    return self._failure(law, trial, broken)
            if "report" in vars(trial):
                directions = trial.report.directions
                self.wanted |= directions.keys()
                self.decided |= {n for n, one in directions.items() if one.verdict == "held"}
            if not undecided:
                return None
            if regime == "plain" or "zero" not in undecided:
                self.notes[f"undecided for {case.label}: {undecided}"] = None
            redraws -= 1
            if not redraws:
                return None
        return None

    def _failure(self, law: Law, trial: Trial, broken: Broken) -> PairReport:
        small = smallest(trial.case, lambda case: self._still(law, case, broken), self.shrinking)
        right, access, given = broken.right, _accesses(trial), trial
        trial, broken = self._again(law, small) or (trial, broken)
        line = broken.line
        code = self.pair.backward
        if broken.line is None and _is_named(self.pair.forward.name, broken.message):
            code = self.pair.forward
        text = suggestion = match = ""
        if line is None and law in FOLLOWED:
            exchanged = " is that of " in broken.message or " equals that " in broken.message
            if broken.tensors and not exchanged:
                line = blamed(code, broken.tensors, right, self.pair.inputs, access)
        if line is not None:
            text, match = self._text(line), "likely"
        for one in self._corrections((given, trial))[:1] if code is self.pair.backward else ():
            line, text, suggestion, match = one.line, one.source, one.suggestion, "exact"
        return PairReport(
            "failed",
            code.name,
            self.seed,
            self.judged,
            law=law.__name__,
            message=broken.message,
            tensors=tuple(n for n in broken.tensors if n in self.pair.inputs),
            line=line if line is not None else code.line,
            path=Path(code.path).name,
            source=text,
            suggestion=suggestion,
            match=match,
            sizes=trial.case.sizes,
            inputs={n: np.asarray(a) for n, a in shown_inputs(trial, trial.case).items()},
            snippet=snippet(self.pair, trial, broken),
            notes=self._said(),
        )

    def _corrections(self, trials: tuple[Trial, ...]) -> list[Correction]:
        if not self.mends:
            return []
        given = self.drawing, self.examples, trials, self._holds, self.reference
        failure = Failure(self.pair, *given)
        return corrections(failure)

    def _holds(self, pair: Pair) -> bool:
        """Whether another pair is right on all cases that are judged."""
        fresh: dict[str, Any] = {"wanted": set(), "decided": set(), "refused": [], "notes": {}}
        judge = replace(self, pair=pair, mends=False, judged=0, distinct=0, **fresh)
        if judge._report().verdict != "held":
            return False
        special = sum(regime != "plain" for _, regime in PLANS)
        return self.reference is None or len(judge.refused) <= special

    def _text(self, line: int) -> str:
        for code in (self.pair.backward, self.pair.forward):
            found = code.definition
            if found is not None and found.has(line):
                return found.text(line)
        return ""

    def _again(self, law: Law, case: PairCase) -> tuple[Trial, Broken] | None:
        try:
            trial = Trial(self.pair, case, self.examples)
            law(trial)
        except Broken as broken:
            return trial, broken
        except (CaseRefused, Undecided):
            pass
        return None

    def _still(self, law: Law, case: PairCase, broken: Broken) -> bool:
        """Whether a smaller case breaks the law in the same way."""
        if not case.is_whole:
            return False
        try:
            trial = Trial(self.pair, case, self.examples)
            if law is gradients_are_the_derivative and broken.check:
                return _is_wrong(trial, broken.tensors[0])
            law(trial)
        except Broken as found:
            return found.tensors[:1] == broken.tensors[:1] and found.line == broken.line
        except (CaseRefused, Undecided):
            return False
        return False

    def _refusal(self) -> PairReport:
        """The forward function takes no case, or none whose dimensions are all different."""
        first = (
            self.refused[0] if self.refused else CaseRefused("no sizes fit the derived dimensions")
        )
        message = first.message + ", and at all other sizes that were tried"
        if self.judged:
            message = (
                f"{first.message}, and wherever all dimensions are different: give what has to be "
                f"equal the same name in the shapes"
            )
        code = self.pair.forward
        return PairReport(
            "failed",
            code.name,
            self.seed,
            self.judged,
            law="the_forward_function_takes_its_inputs",
            message=message,
            line=first.line or code.line,
            path=Path(code.path).name,
            source=self._text(first.line) if first.line else "",
        )

    def _said(self) -> tuple[str, ...]:
        notes = [*self.notes, *self.pair.notes()]
        more = len(notes) - SAID
        return (*notes[:SAID], f"and {more} more") if more > 0 else tuple(notes)


def _is_named(name: str, message: str) -> bool:
    """Whether a message speaks of a function: has its name as a word."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", message) is not None


def _accesses(trial: Trial) -> Mapping[str, str]:
    return trial.gradients.access if "gradients" in vars(trial) else {}


def _is_wrong(trial: Trial, name: str) -> bool:
    """Whether one gradient is wrong: all that a smaller case has to show."""
    inputs, (f, vjp) = trial.differentiated, trial.functions()
    found = {
        n: symmetric(g) if n in trial.case.symmetric else g
        for n, g in trial.gradients.arrays.items()
    }
    if any(g.shape != inputs[n].shape or not np.isfinite(g).all() for n, g in found.items()):
        return False
    point = Point(f, vjp, inputs, trial.cotangents, False, trial.ran.results, found)
    with np.errstate(all="ignore"):
        return Comparison(point).verdict(name, np.random.default_rng(0)).verdict == "failed"


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Without what the code prints or warns of; np.random is left as it was."""
    drawn = np.random.get_state()
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        np.random.set_state(drawn)
