"""Loops that do not come to an end: which one it is, and what would end it."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator
from types import FrameType

from ...strategies import Case
from ...subject.limits import OutOfTime
from ..code.edit import Edit, replaced
from ..code.source import Source
from .runs import Runs, Sign

ENOUGH = 20_000
"""Lines that a call may run before it counts as endless; on a drawn case it runs some hundreds."""

LAST = 2_000
"""Of so many lines, at the end of them, all stand in the loop that is not left."""


def endless(runs: Runs) -> Iterator[Sign]:
    """The loop that is never left, where one is."""
    lines = next(filter(None, (_endless_lines(runs, case) for case in runs.cases)), None)
    if lines is None:
        return
    source = next(one for one in runs.sources if any(one is other for other, _ in lines))
    rows = {line for other, line in lines if other is source}
    loops = [s for s in source.statements if isinstance(s, ast.For | ast.While)]
    around = [loop for loop in loops if all(_covers(source, loop, row) for row in rows)]
    if around:
        what = f"`{source.segment(around[-1])}` does not come to an end"
        for step, edit in _ending(around[-1]):
            yield Sign(source, "endless_loop", f"{what}: `{step}` was meant in it", [edit])
        yield Sign(source, "endless_loop", what, statement=around[-1])


def _endless_lines(runs: Runs, case: Case) -> set[tuple[Source, int]]:
    """The lines that a call has come to again and again, if it does not end."""
    last: deque[tuple[Source, int]] = deque(maxlen=LAST)
    count = 0

    def watch(frame: FrameType, event: str, source: Source) -> bool:
        nonlocal count
        if event == "line":
            last.append((source, frame.f_lineno))
            count += 1
            if count > ENOUGH:
                raise OutOfTime
        return False

    _, call = runs.prepared(case)
    ended_by = runs.watched(call, watch)
    return set(last) if isinstance(ended_by, OutOfTime) else set()


def _covers(source: Source, loop: ast.stmt, line: int) -> bool:
    return source.line(loop) <= line <= source.line(loop) + (loop.end_lineno or 0) - loop.lineno


def _ending(loop: ast.For | ast.While) -> Iterator[tuple[str, Edit]]:
    """A step that is left out, or goes the wrong way, of a number in the loop's condition."""
    if not isinstance(loop, ast.While):
        return
    names = [n.id for n in ast.walk(loop.test) if isinstance(n, ast.Name)]
    for name in dict.fromkeys(names):
        steps = [
            s for s in loop.body if isinstance(s, ast.AugAssign) and ast.unparse(s.target) == name
        ]
        for step in (f"{name} += 1", f"{name} -= 1"):
            yield from ((step, replaced(one, step)) for one in steps)
            if not steps:
                yield step, replaced(loop.body[-1], loop.body[-1], step)
