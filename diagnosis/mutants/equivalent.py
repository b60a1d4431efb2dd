"""Equivalent mutants: the mutant of the reference that gives just what a submission gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...cells.spec import Family, FunctionSpec
from ...strategies import Case
from ...subject.budget import Budget, Work
from ...subject.subject import Subject, flat
from ..code.allowances import EQUIVALENT
from ..faults.registry import UNNAMED
from ..search.harness import close
from .mutant import Mutant, References
from .reference_text import arguments, run, values_of

FARTHEST = 1.61
"""How far a change of the reference may go."""


def mutants_of(references: References, spec: FunctionSpec, case: Case) -> Iterator[Mutant]:
    """Every mutant of a function, the least changed first; ``case`` shows what is where."""
    given = arguments(references.family, spec, case)
    return references.mutants(spec.name, lambda functions: functions[spec.name](*given), FARTHEST)


def equivalent_mutant(
    family: Family, spec: FunctionSpec, subject: Subject, own: Case, cases: Sequence[Case]
) -> Mutant | None:
    """The least changed mutant whose results are a subject's on every case.

    None where there is none, where mistakes of different names behave so, or of none, and where not
    all could be tried.
    """
    budget = Budget(Work(), EQUIVALENT)
    target = _found(subject, own)
    if target is None:
        return None
    references = References(family)
    given = arguments(family, spec, own)
    found: list[Mutant] = []
    for mutant in mutants_of(references, spec, own):
        if budget.is_over:
            return None
        budget.spend()
        function = references.having(mutant)[spec.name]
        if _same(run(function, spec, given), target) and all(
            _same(run(function, spec, arguments(family, spec, case)), _found(subject, case))
            for case in cases[::5]
        ):
            found.append(mutant)
            if len(found) > 5:
                break
    names = {mutant.fault for mutant in found}
    return found[0] if len(names) == 1 and UNNAMED not in names else None


def _found(subject: Subject, case: Case) -> dict[str, Any] | None:
    values = values_of(subject, case)
    return None if values is None else flat(values)


def _same(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(close(one.get(name), value) for name, value in other.items())
