"""What printed numbers come from, in words."""

from __future__ import annotations

from ..diagnosis.faults.registry import faults
from ..matching.match import Answer, Matched

MOST = 4
"""Mistakes that give the same numbers and are named; the rest are counted."""


def beside(matched: Matched) -> list[str]:
    """What else was read: values that are expected, and names of none."""
    said = []
    if matched.expected:
        names = ", ".join(dict.fromkeys(map(str, matched.expected)))
        said.append(f"Taken for the expected values, and left aside: {names}.")
    if matched.unknown:
        said.append(f"No example prints these: {', '.join(matched.unknown)}.")
    return said


def answered(answer: Answer) -> str:
    """One answer: which values it is about, and that they are right, or the mistakes."""
    told = ", ".join(map(str, answer.said))
    head = f"{answer.function}: {told}"
    one = len(answer.said) == 1
    if answer.right:
        return f"{head} {'is' if one else 'are'} right."
    if not answer.mistakes:
        return f"{head} {'is' if one else 'are'} not right, and no known mistake gives this."
    which = "one of these mistakes" if len(answer.mistakes) > 1 else "this mistake"
    lines = [f"{head} {'comes' if one else 'come'} from {which}:"]
    for mistake in answer.mistakes[:MOST]:
        where = "" if mistake.function == answer.function else f" (in {mistake.function})"
        lines += [
            f"  {faults()[mistake.fault].what}{where}",
            f"    written  {mistake.wrong}",
            f"    meant    {mistake.meant}",
        ]
    if len(answer.mistakes) > MOST:
        lines.append(f"  and {len(answer.mistakes) - MOST} more like these")
    kinds = dict.fromkeys(mistake.fault for mistake in answer.mistakes[:MOST])
    lines += [f"  More: cellcheck explain {kind}" for kind in kinds]
    return "\n".join(lines)
