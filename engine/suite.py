"""The laws as tests: of a cell that a test module defines, and for the words of a failing test."""

from __future__ import annotations

import unittest
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf
from textwrap import indent

from ..cells.spec import CellSpec, Family, FunctionSpec
from ..properties import PROPERTIES, Property
from ..strategies import Case
from ..strategies.literals import literal
from ..subject.budget import Budget, Work
from ..subject.live import LiveFunctions, quiet
from ..subject.subject import Subject
from .drawing import draw
from .judging import judge
from .outcome import Counterexample, Outcome, Verdict
from .snippet import Snippets


class Advice(UserWarning):
    """A law is broken that does not make a function wrong."""


@dataclass(frozen=True, repr=False)
class LawTest:
    """One law on one function of a cell, to be called without arguments."""

    family: Family
    function: FunctionSpec
    law: Property
    profile: str
    seed: int

    def __str__(self) -> str:
        return f"{self.function.name}: {self.law.sentence}"

    __repr__ = __str__

    def __call__(self) -> None:
        """Raises an `AssertionError` that tells the smallest failing case, if the law is broken,
        or `unittest.SkipTest` with the reason, if it does not apply.
        """
        __tracebackhide__ = True  # pytest then shows the test, not this
        functions = LiveFunctions.plain(self.family)
        subject = Subject(functions, self.family, self.function.name, reference=None)
        with quiet():
            cases = draw(self.family, self.profile, self.seed)
            outcome = tried(subject, self.law, cases, plain_snippets(functions))
        if outcome.verdict is Verdict.NOT_APPLICABLE:
            raise unittest.SkipTest(outcome.message)
        if outcome.verdict is not Verdict.HELD:
            raise AssertionError(failure_text(outcome))


def law_tests(cell: CellSpec, profile: str = "default", seed: int = 0) -> list[LawTest]:
    """Every law that speaks of a cell's functions, as tests: the cell needs no module of its own.

    Gradients are held against finite differences, and relations stand on their own, so that no
    second implementation is needed; laws that compare with one are skipped. ``profile`` says how
    many cases are tried (``quick``, ``default`` or ``thorough``), another ``seed`` draws others.
    For pytest::

        @pytest.mark.parametrize("law", law_tests(CELL), ids=str)
        def test_cell(law):
            law()
    """
    test = partial(LawTest, cell.family, profile=profile, seed=seed)
    return [
        test(function, law)
        for function in cell.family.functions.values()
        for law in PROPERTIES.values()
        if law.applies(function)
    ]


def tried(subject: Subject, law: Property, cases: Sequence[Case], snippets: Snippets) -> Outcome:
    """What becomes of one law on one function, tried on these cases, whatever becomes of others.

    A broken law is made small and gets a snippet from ``snippets``; nothing is raised for it.
    """
    return judge(subject, [law], cases, snippets, Budget(Work(), inf)).outcomes[0]


def plain_snippets(functions: LiveFunctions) -> Snippets:
    """Snippets for functions that have the contract's own names, in no file of their own."""
    return Snippets(functions, "", {name: name for name in functions.bound})


def failure_text(outcome: Outcome) -> str:
    """A broken law as a text: what was expected and found, the smallest case and the snippet."""
    law = PROPERTIES[outcome.property]
    lines = [f"{outcome.function}: {law.sentence}", "", outcome.message]
    if outcome.expected:
        lines.append(f"expected: {outcome.expected}")
    if outcome.found:
        lines.append(f"found:    {outcome.found}")
    if outcome.snippet:
        lines += ["", "to see it again:", "", indent(outcome.snippet.rstrip(), "    ")]
    elif outcome.counterexample:
        lines += ["", "the smallest case:", "", indent(_written(outcome.counterexample), "    ")]
    return "\n".join(lines)


def _written(case: Counterexample) -> str:
    dimensions = ", ".join(f"{symbol} = {size}" for symbol, size in case.dimensions.items())
    return "\n".join([f"# {dimensions}", *_assignments(case.arrays)])


def _assignments(arrays: Mapping[str, object]) -> list[str]:
    return [f"{name} = {literal(value)}" for name, value in arrays.items()]
