"""What is true of planted faults: the lines they stand on, and whether a correction is one."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain, groupby, pairwise

from cellcheck.engine import Diagnosis

from .fault import Fault, correct_source, plant


def lines_of(faulty: str, correct: str) -> list[set[int]]:
    """The lines of each place in which a faulty source differs from the correct one.

    A place that only leaves lines out counts with the line before and the one after it, in a loop
    with all of the loop: what is missing there may come after any line that it can. A sum counts
    with the next line, where that adds to it: what is missing may be added in either.
    """
    places: list[set[int]] = []
    for kind, start, end in _changes(faulty, correct):
        if kind == "delete":
            places.append({start, start + 1} | _loop_around(faulty, start))
        else:
            places.append(set(range(start + 1, end + 1)))
    return [lines | _added_to(faulty, lines) for lines in places]


def _changes(faulty: str, correct: str) -> Iterator[tuple[str, int, int]]:
    """Each place in which a faulty source differs: how, and from which line to which."""
    before, after = correct.splitlines(), faulty.splitlines()
    for kind, _, _, start, end in SequenceMatcher(None, before, after, False).get_opcodes():
        if kind != "equal":
            yield kind, start, end


def _added_to(source: str, lines: set[int]) -> set[int]:
    """The lines of the statements that add to a name which one of these lines has just assigned."""
    found: set[int] = set()
    bodies = [node.body for node in ast.walk(ast.parse(source)) if hasattr(node, "body")]
    for one, after in chain.from_iterable(pairwise(b) for b in bodies if isinstance(b, list)):
        if isinstance(one, ast.Assign) and isinstance(after, ast.Assign) and one.lineno in lines:
            target = ast.unparse(one.targets[0])
            names = {ast.unparse(part) for part in ast.walk(after.value)}
            if target == ast.unparse(after.targets[0]) and target in names:
                found |= set(range(after.lineno, (after.end_lineno or 0) + 1))
    return found


def _loop_around(source: str, line: int) -> set[int]:
    """The lines of the innermost loop that a line, or the one after it, lies in."""
    found: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.For | ast.While):
            lines = set(range(node.lineno, (node.end_lineno or 0) + 1))
            if lines & {line, line + 1} and (not found or len(lines) < len(found)):
                found = lines
    return found


def touches(diagnosis: Diagnosis, lines: Iterable[int]) -> bool:
    """Whether a diagnosis stands on one of these lines."""
    last = diagnosis.end_line or diagnosis.line or 0
    return any((diagnosis.line or 0) <= line <= last for line in lines)


def corrected(source: str, diagnoses: Sequence[Diagnosis]) -> str:
    """The source with every suggestion in the place of what it is meant for."""
    lines = source.split("\n")
    for one in sorted(diagnoses, key=lambda one: one.line or 0, reverse=True):
        if one.line is None or one.end_line is None or not one.suggestion:
            continue
        first = lines[one.line - 1]
        margin = first[: len(first) - len(first.lstrip())]
        new = [margin + line for line in one.suggestion.split("\n")]
        if one.suggestion.startswith("# "):
            new.append(f"{margin}pass")  # the line may have been all that a block had
        lines[one.line - 1 : one.end_line] = new
    return "\n".join(lines)


def whole_correct(fault: Fault) -> str:
    """The correct source that a fault is planted into, with the demo that comes with it."""
    return correct_source(fault.style) + (f"\n\n{fault.demo}" if fault.demo else "")


def pairs(faults: Iterable[Fault]) -> Iterator[tuple[Fault, str]]:
    """Two faults in one function: each with the next in the catalogue, where both find room.

    The fault that is yielded has the changes of both.
    """
    kept = [fault for fault in faults if fault.level == "fault" and not fault.demo]
    kept.sort(key=lambda fault: (fault.function, fault.style))
    for _, group in groupby(kept, key=lambda fault: (fault.function, fault.style)):
        for one, other in pairwise(group):
            both = Fault(
                f"{one.name}_and_{other.name}",
                one.function,
                one.style,
                one.replacements + other.replacements,
            )
            try:
                source = plant(both)
            except ValueError:
                continue  # the second finds its place taken by the first
            correct = correct_source(one.style)
            if len([*_changes(source, correct)]) >= 2:
                yield both, source
