"""The words that reports share: what became of functions, where things are, names of laws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ..engine.outcome import Diagnosis, FunctionReport, Status
from ..reading.unjudged import NotJudged


def facts(function: FunctionReport) -> str:
    """Where the function is, what it is called there, and why it could not be judged."""
    other = function.found_as not in ("", function.name)
    known = [place(function), f"found as {function.found_as}" if other else ""]
    known += ["from recorded calls" if function.recorded else ""]
    where = ", ".join(filter(None, known))
    return ": ".join(filter(None, (where, " ".join(function.reason.split()))))


def verdict(functions: Sequence[FunctionReport], status: str = "") -> str:
    """One line: what became of the functions that a file of this status has."""
    total = len(functions)
    if not total:
        return "Nothing is judged."
    counts = Counter(function.status for function in functions)
    if counts[Status.PASSED] == total:
        start = f"All {total} functions pass" if total > 1 else "The function passes"
    elif total == 1 and counts[Status.FAILED]:
        start = "The function fails"
    elif failed := counts[Status.FAILED]:
        start = f"{failed} of {count(total, 'function')} fail{'s' if failed == 1 else ''}"
    elif passed := counts[Status.PASSED]:
        start = f"{passed} of {count(total, 'function')} pass{'es' if passed == 1 else ''}"
    else:
        start = "No function passes"
    rest = [
        f"{counts[status]} {'is' if counts[status] == 1 else 'are'} {status}"
        for status in (Status.INCOMPLETE, Status.BLOCKED)
        if counts[status]
    ]
    if status == "not_judged" and counts[Status.PASSED]:
        rest.append("helpers alone are no cell, so the file is not judged")
    return "; ".join([start, *rest]) + "."


def sentence(name: str) -> str:
    """The name of a law as the sentence that it is."""
    return name.replace("_", " ")


def place(one: FunctionReport | Diagnosis | NotJudged) -> str:
    """Where a function or a mistake is: ``cell 4, line 31``."""
    cell = f"cell {one.cell}" if one.cell is not None else ""
    line = f"line {one.line}" if one.line is not None else ""
    return ", ".join(filter(None, (cell, line)))


def place_of(diagnosis: Diagnosis, function: FunctionReport) -> str:
    """Where a function's mistake is; its cell is named where it is another than the function's."""
    same = diagnosis.cell == function.cell
    return place(replace(diagnosis, cell=None) if same else diagnosis)


def count(number: int, noun: str) -> str:
    """``1 case``, ``2 cases``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
