"""What is added where a function follows an error in print: its author has done what was asked."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from textwrap import dedent

from ..cells.spec import Misprint
from ..engine.outcome import Diagnosis
from .code.source import LEFT_OUT
from .faults.printed import NAMES
from .mutants.misprints import agree, followed
from .mutants.reference import values_of
from .search.harness import Harness


def with_misprints(harness: Harness, found: Sequence[Diagnosis]) -> list[Diagnosis]:
    """What is said of a function, with a sentence on each error in print that it follows.

    The sentence stands at the correction that puts its results right; where none does so alone,
    at the first; without a line where nothing is to be corrected.
    """
    misprints = followed(harness.subject, harness.spec, harness.cases)
    if not misprints:
        return list(found)
    if not any(one.suggestion for one in found):
        return [Diagnosis(NAMES[one.kind], one.note) for one in misprints]
    about = [[one for one in misprints if _mends(harness, diagnosis, one)] for diagnosis in found]
    if not any(about):
        about[0] = misprints
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
