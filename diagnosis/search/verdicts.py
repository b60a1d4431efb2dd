"""The whole verdict on the version that plays: every case, every law, and who reads its cache."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...properties import NotApplicable, Property
from ...strategies import Case
from ...subject.compare import same
from ...subject.errors import Crash
from ...subject.subject import Subject, flat
from .harness import Stage


@dataclass(frozen=True)
class Broken:
    """A law that does not hold, and a case which shows it."""

    law: Property
    case: Case


def holds(stage: Stage) -> bool:
    """Whether the version that plays gives the right results on all cases."""
    for case in stage.cases:
        stage.check_time()
        try:
            if not _is_right(stage.subject.anew(), case, stage.results):
                return False
        except NotApplicable:
            return True
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
    if not isinstance(found, np.ndarray):
        return False
    try:
        return same(subject, case, name, found, expected)
    except Exception:
        return False


def breaks(stage: Stage, law: Property, case: Case) -> bool:
    """Whether the version that plays breaks a law on a case."""
    try:
        law.check(stage.subject.anew(), case)
    except NotApplicable:
        return False
    except Exception:
        return True
    return False


def lawful(stage: Stage, allowed: Collection[str]) -> bool:
    """Whether the version that plays keeps every law, but for advice broken before."""
    return next(broken_laws(stage, allowed), None) is None


def broken_laws(stage: Stage, allowed: Collection[str]) -> Iterator[Broken]:
    """The laws that the version that plays breaks, each with the cases that show it."""
    for number, case in enumerate(stage.cases):
        stage.check_time()
        subject = stage.subject.anew()
        for law in stage.laws:
            if number % law.every or law.name in allowed:
                continue
            try:
                law.check(subject, case)
            except NotApplicable:
                continue
            except Exception:
                yield Broken(law, case)


def serves(stage: Stage) -> bool:
    """Whether the backward functions that read the private cache of the version hold with it.

    Nothing else tells whether what a private cache holds is right.
    """
    partners = [
        name
        for name, other in stage.family.functions.items()
        if other.forward == stage.spec.name and name in stage.functions
    ]
    if not partners or not _keeps_a_private_cache(stage):
        return True
    return all(_partner_holds(stage, name) for name in partners)


def _keeps_a_private_cache(stage: Stage) -> bool:
    spec, case = stage.spec, stage.quick[0]
    try:
        cache = stage.functions.call(spec, case.arguments(spec)).cache
    except Crash:
        return False
    return cache is not None and stage.functions.contents(spec, cache) is None


def _partner_holds(stage: Stage, name: str) -> bool:
    reference = stage.subject.reference
    subject = Subject(stage.functions, stage.family, name, reference=reference)
    results = stage.functions.results(subject.function)
    for case in (*stage.quick, *stage.cases[::4]):
        stage.check_time()
        try:
            if not _is_right(subject, case, results):
                return False
        except NotApplicable:
            continue
    return True
