"""The whole verdict on the version that runs: every case, every law, and who reads its cache."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...properties import NotApplicable, Property
from ...strategies import Case
from ...subject.compare import same
from ...subject.errors import Crash
from ...subject.subject import Subject, flat
from .harness import Harness


class Broken(NamedTuple):
    """A law that does not hold, and a case which shows it."""

    law: Property
    case: Case


def holds(harness: Harness) -> bool:
    """Whether the version that runs gives the right results on all cases."""
    return _is_right_on(harness, harness.cases, harness.subject, harness.results)


def _is_right_on(
    harness: Harness, cases: Iterable[Case], subject: Subject, results: Sequence[str]
) -> bool:
    """Whether the results are right on every case that the function is for."""
    for case in cases:
        harness.budget.spend()
        with contextlib.suppress(NotApplicable):
            if not _is_right(subject.anew(), case, results):
                return False
    return True


def _is_right(subject: Subject, case: Case, results: Sequence[str]) -> bool:
    """Whether the results on one case are right."""
    try:
        found = flat(subject.run(case).values)
        expected = flat(subject.expected(case))
    except Crash:
        return False
    names = [n for n in expected if n.partition("[")[0] in results]
    return all(_same(subject, case, n, found.get(n), expected[n]) for n in names)


def _same(subject: Subject, case: Case, name: str, found: Any, expected: Any) -> bool:
    with contextlib.suppress(Exception):
        return isinstance(found, np.ndarray) and same(subject, case, name, found, expected)
    return False


def breaks(subject: Subject, law: Property, case: Case) -> bool:
    """Whether what runs breaks a law on a case."""
    try:
        law.check(subject, case)
    except NotApplicable:
        return False
    except Exception:
        return True
    return False


def lawful(harness: Harness, allowed: Collection[str]) -> bool:
    """Whether the version that runs keeps every law, but for advice broken before."""
    return next(broken_laws(harness, allowed), None) is None


def broken_laws(harness: Harness, allowed: Collection[str]) -> Iterator[Broken]:
    """The laws that the version that runs breaks, each with the cases that show it."""
    for number, case in enumerate(harness.cases):
        harness.budget.spend()
        subject = harness.subject.anew()
        for law in harness.laws:
            is_due = number % law.every == 0 and law.name not in allowed
            if is_due and breaks(subject, law, case):
                yield Broken(law, case)


def serves(harness: Harness) -> bool:
    """Whether the backward functions that read the private cache of the version hold with it, and
    the forward function that makes what is called.

    Nothing else tells whether what a private cache holds is right.
    """
    if harness.maker:
        return _partner_holds(harness, harness.spec.forward)
    partners = [
        name
        for name, other in harness.family.functions.items()
        if other.forward == harness.spec.name and name in harness.functions
    ]
    if not partners or not _keeps_a_private_cache(harness):
        return True
    return all(_partner_holds(harness, name) for name in partners)


def _keeps_a_private_cache(harness: Harness) -> bool:
    spec, case = harness.spec, (*harness.quick, *harness.cases)[0]
    try:
        cache = harness.functions.call(spec, case.arguments(spec)).cache
    except Crash:
        return False
    return cache is not None and harness.functions.contents(spec, cache) is None


def _partner_holds(harness: Harness, name: str) -> bool:
    reference = harness.subject.reference
    subject = Subject(harness.functions, harness.family, name, reference=reference)
    results = harness.functions.results(subject.function)
    return _is_right_on(harness, (*harness.quick, *harness.cases[::4]), subject, results)
