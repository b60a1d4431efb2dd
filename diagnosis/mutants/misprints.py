"""Published errors: the reference with a misprint in it, and which of them a function follows.

They are known by what a function returns, never by its text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from ...cells.spec import Family, FunctionSpec, Misprint, RecurrentFamily
from ...strategies import Case
from ...subject.subject import Subject
from ..code.differences import same
from ..code.sites import compiled
from ..faults.printed import NAMES
from .mutant import Mutant, References
from .reference import Function, arguments, results, text_of, tree_in, values_of

DECIDING = 3
"""On so many cases, at least, the printed result must differ from the right one."""

NEAR, LEAST = 1e-5, 1e-12
"""How near two results must lie, relatively or at all: a saturated gate leaves nothing but rounding
of its gradients.
"""


def misprinted(references: References, name: str) -> Iterator[Mutant]:
    """A function with some of its published misprints in it."""
    known = misprints_of(references.family, name)
    readings = [[None, *((one, printed) for printed in one.printed)] for one in known]
    for chosen in product(*readings):
        followed = [one for one in chosen if one]
        if followed:
            yield _mutant(references, name, followed)


Reading = tuple[Misprint, str]
"""A misprint, and what stands in print, or what readers make of it."""


def misprints_of(family: Family, name: str) -> list[Misprint]:
    """The published misprints of a function."""
    cell = family.cell if isinstance(family, RecurrentFamily) else None
    if cell is None or not cell.misprints:
        return []
    text = text_of(family.reference[name])  # a variant of the cell may have other equations
    return [one for one in cell.misprints if one.function == name and one.right in text]


def _mutant(references: References, name: str, readings: Sequence[Reading]) -> Mutant:
    text = text_of(references.family.reference[name])
    for misprint, printed in readings:
        assert text.count(misprint.right) == 1
        text = text.replace(misprint.right, printed)
    tree, reference = tree_in(text), references.trees[name]
    statement, original = _first_that_differs(tree.body, reference.body)
    return Mutant(name, compiled(tree), statement, original, known=NAMES[readings[0][0].kind])


def _first_that_differs(
    one: Sequence[ast.stmt], other: Sequence[ast.stmt]
) -> tuple[ast.stmt, ast.stmt]:
    """The first statements of two bodies that differ; in a loop those inside it."""
    a, b = next(pair for pair in zip(one, other, strict=False) if not same(*pair))
    if isinstance(a, ast.For) and isinstance(b, ast.For):
        return _first_that_differs(a.body, b.body)
    return a, b


def followed(subject: Subject, spec: FunctionSpec, cases: Sequence[Case]) -> list[Misprint]:
    """The misprints whose results a function has."""
    known, references = misprints_of(subject.family, spec.name), References(subject.family)
    found = ((case, values_of(subject, case)) for case in cases if known)
    observed = [(case, values) for case, values in found if values is not None]

    def is_read(misprint: Misprint, printed: str) -> bool:
        mutant = _mutant(references, spec.name, [(misprint, printed)])
        function = references.having(mutant)[spec.name]
        return _acts_like(subject, spec, observed, misprint, function)

    return [one for one in known if any(is_read(one, printed) for printed in one.printed)]


Observed = Sequence[tuple[Case, Mapping[str, Any]]]


def _acts_like(
    subject: Subject, spec: FunctionSpec, observed: Observed, misprint: Misprint, function: Function
) -> bool:
    """Whether the results are the printed ones on every case, and on some not the right ones."""
    deciding = 0
    for case, found in observed:
        printed = results(spec, function(*arguments(subject.family, spec, case)))
        if not agree(found, printed, misprint.results):
            return False
        deciding += not agree(subject.expected(case), printed, misprint.results)
    return deciding >= DECIDING


def agree(found: Mapping[str, Any], wanted: Mapping[str, Any], names: Sequence[str]) -> bool:
    """Whether some results are equal but for rounding."""
    return all(_equal(found.get(name), wanted[name]) for name in names)


def _equal(found: Any, wanted: Any) -> bool:
    if np.shape(found) != np.shape(wanted):
        return False
    scale = np.max(np.abs(wanted), initial=0.0)
    return bool(np.allclose(found, wanted, rtol=NEAR, atol=max(NEAR * scale, LEAST)))
