"""What is added where a function follows an error in print: its author has done what was asked."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from textwrap import dedent

from ..cells.spec import Misprint
from ..engine.outcome import Diagnosis
from ..subject.errors import Crash
from .code.source import LEFT_OUT
from .faults.printed import NAMES
from .mutants.misprints import agree, followed
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
    about = [[one for one in misprints if _mends(harness, told, one)] for told in found]
    if not any(about):
        about[0] = misprints
    return [_noted(told, prints) for told, prints in zip(found, about, strict=True)]


def _noted(told: Diagnosis, misprints: Sequence[Misprint]) -> Diagnosis:
    if not misprints:
        return told
    notes = [one.note for one in misprints]
    return replace(told, fault=NAMES[misprints[0].kind], message=" ".join([told.message, *notes]))


def _mends(harness: Harness, told: Diagnosis, misprint: Misprint) -> bool:
    """Whether the results that a misprint makes wrong are right with one correction."""
    tree = _corrected(harness, told)
    if tree is None:
        return False
    case = harness.own_case()
    with harness.running(harness.compiled({harness.definition.name: tree})):
        try:
            found = harness.subject.anew().run(case).values
        except Crash:
            return False
    return agree(found, harness.subject.expected(case), misprint.results)


def _corrected(harness: Harness, told: Diagnosis) -> ast.FunctionDef | None:
    """The function with one correction; None where that stands in another."""
    definition = harness.definition
    lines = definition.source.split("\n")
    if told.line is None or told.end_line is None or not told.suggestion:
        return None
    first, last = told.line - definition.line, told.end_line - definition.line
    if told.cell != definition.cell or not 0 <= first <= last < len(lines):
        return None
    margin = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    meant = "pass" if told.suggestion == LEFT_OUT else told.suggestion
    lines[first : last + 1] = [margin + line for line in meant.split("\n")]
    tree = ast.parse(dedent("\n".join(lines))).body[0]
    return tree if isinstance(tree, ast.FunctionDef) else None
