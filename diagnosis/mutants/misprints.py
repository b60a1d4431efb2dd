"""Published errors: the reference with a misprint in it, which of them a function follows, and what
is added to a diagnosis then: its author has done what was asked.

They are known by what a function returns, never by its text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from textwrap import dedent
from typing import Any

import numpy as np

from ...cells.spec import Family, FunctionSpec, Misprint, RecurrentFamily
from ...engine.outcome import Diagnosis
from ...strategies import Case
from ...subject.subject import Subject
from ..code.differences import same
from ..code.sites import compiled
from ..code.source import LEFT_OUT
from ..faults.printed import NAMES
from ..search.harness import Harness
from .mutant import Mutant, References
from .reference_text import arguments, results, text_of, tree_in, values_of

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
        """Whether the results are the printed ones on every case, on some not the right ones."""
        mutant = _mutant(references, spec.name, [(misprint, printed)])
        function, deciding = references.having(mutant)[spec.name], 0
        for case, values in observed:
            given = results(spec, function(*arguments(subject.family, spec, case)))
            if not agree(values, given, misprint.results):
                return False
            deciding += not agree(subject.expected(case), given, misprint.results)
        return deciding >= DECIDING

    return [one for one in known if any(is_read(one, printed) for printed in one.printed)]


def agree(found: Mapping[str, Any], wanted: Mapping[str, Any], names: Sequence[str]) -> bool:
    """Whether some results are equal but for rounding."""
    return all(_equal(found.get(name), wanted[name]) for name in names)


def _equal(found: Any, wanted: Any) -> bool:
    if np.shape(found) != np.shape(wanted):
        return False
    scale = np.max(np.abs(wanted), initial=0.0)
    return bool(np.allclose(found, wanted, rtol=NEAR, atol=max(NEAR * scale, LEAST)))


def with_misprints(
    harness: Harness, found: Sequence[Diagnosis], misprints: Sequence[Misprint]
) -> list[Diagnosis]:
    """What is said of a function, with a sentence on each error in print that it follows.

    The sentence stands at the correction that puts its results right; where none does so alone,
    at the first; without a line where nothing is to be corrected.
    """
    if not misprints:
        return list(found)
    if not any(one.suggestion for one in found):
        return [Diagnosis(NAMES[one.kind], one.note) for one in misprints]
    about = [[one for one in misprints if _mends(harness, diagnosis, one)] for diagnosis in found]
    if not any(about):
        about[0] = [*misprints]
    return [_noted(diagnosis, prints) for diagnosis, prints in zip(found, about, strict=True)]


def _noted(diagnosis: Diagnosis, misprints: Sequence[Misprint]) -> Diagnosis:
    if not misprints:
        return diagnosis
    notes = [one.note for one in misprints]
    return replace(
        diagnosis, fault=NAMES[misprints[0].kind], message=" ".join([diagnosis.message, *notes])
    )


def _mends(harness: Harness, diagnosis: Diagnosis, misprint: Misprint) -> bool:
    """Whether the results that a misprint makes wrong are right with one correction."""
    tree = _corrected(harness, diagnosis)
    if tree is None:
        return False
    case = harness.own_case()
    with harness.running(harness.compiled({harness.definition.name: tree})):
        found = values_of(harness.subject.anew(), case)
    return found is not None and agree(found, harness.subject.expected(case), misprint.results)


def _corrected(harness: Harness, diagnosis: Diagnosis) -> ast.FunctionDef | None:
    """The function with one correction; None where that stands in another."""
    definition = harness.definition
    lines = definition.source.split("\n")
    if diagnosis.line is None or diagnosis.end_line is None or not diagnosis.suggestion:
        return None
    first, last = diagnosis.line - definition.line, diagnosis.end_line - definition.line
    if diagnosis.cell != definition.cell or not 0 <= first <= last < len(lines):
        return None
    margin = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    meant = "pass" if diagnosis.suggestion == LEFT_OUT else diagnosis.suggestion
    lines[first : last + 1] = [margin + line for line in meant.split("\n")]
    tree = ast.parse(dedent("\n".join(lines))).body[0]
    return tree if isinstance(tree, ast.FunctionDef) else None
