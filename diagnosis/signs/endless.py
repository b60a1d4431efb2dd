"""Loops that do not come to an end: which one it is, and what would end it."""

from __future__ import annotations

import ast
import sys
from collections import deque
from collections.abc import Iterator
from types import FrameType
from typing import Any

from ...engine.outcome import Diagnosis
from ...subject.limits import OutOfTime, shorter
from ..code.source import Edit, Source
from ..search.trials import LONGEST_CALL, PATIENCE, Trial

ENOUGH = 20_000
"""Lines that a call may run before it counts as endless; on a drawn case it runs some hundreds."""

LAST = 2_000
"""Of so many lines, at the end of them, all stand in the loop that is not left."""


def endless(trial: Trial) -> list[Diagnosis]:
    """The loop that is never left, where one is."""
    with shorter(LONGEST_CALL):
        for case in trial.cases:
            run = _lines_of_an_endless_call(trial, case)
            if run:
                trial.budget.allow(PATIENCE)  # what is over was no trying
                return _told(trial, run)
    return []


Line = tuple[Source, int]


def _lines_of_an_endless_call(trial: Trial, case: Any) -> set[Line]:
    """The lines that a call has come to again and again, if it does not end."""
    last: deque[Line] = deque(maxlen=LAST)
    count = 0

    def watch(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        source = next((one for one in trial.helpers if _runs(frame, one)), None)
        if source is None:
            return None
        if event == "line":
            last.append((source, frame.f_lineno))
            count += 1
            if count > ENOUGH:
                raise OutOfTime
        return watch

    _, call = trial.prepared(case)
    before = sys.gettrace()
    sys.settrace(watch)
    try:
        call()
    except OutOfTime:
        return set(last)
    except KeyboardInterrupt:
        raise
    except BaseException:  # it ends, and how is looked at elsewhere
        return set()
    finally:
        sys.settrace(before)
    return set()


def _runs(frame: FrameType, source: Source) -> bool:
    code = getattr(source.definition.function, "__code__", None)
    return code is not None and frame.f_code is code


def _told(trial: Trial, run: set[Line]) -> list[Diagnosis]:
    source = next(one for one in trial.helpers if any(one is other for other, _ in run))
    lines = {line for other, line in run if other is source}
    loops = [s for s in source.statements if isinstance(s, ast.For | ast.While)]
    around = [loop for loop in loops if all(_covers(source, loop, line) for line in lines)]
    if not around:
        return []
    loop = around[-1]
    head = source.segment(loop)
    what = f"`{head}` does not come to an end"
    edit = trial.first(source, _ending(source, loop)) if isinstance(loop, ast.While) else None
    if edit is None:
        return [source.told("endless_loop", what, loop)]
    step = edit.new.rpartition("\n")[2]
    return [source.told("endless_loop", f"{what}: `{step}` was meant in it", loop, edit)]


def _covers(source: Source, loop: ast.stmt, line: int) -> bool:
    return source.line(loop) <= line <= source.line(loop) + (loop.end_lineno or 0) - loop.lineno


def _ending(source: Source, loop: ast.While) -> Iterator[Edit]:
    """A step that is left out, or goes the wrong way, of a number in the loop's condition."""
    names = [n.id for n in ast.walk(loop.test) if isinstance(n, ast.Name)]
    for name in dict.fromkeys(names):
        steps = [s for s in loop.body if isinstance(s, ast.AugAssign) and _is(s.target, name)]
        for sign in "+-":
            for one in steps:
                yield Edit(one, one, f"{name} {sign}= 1")
            last = loop.body[-1]
            if not steps and source.begins_its_line(last):
                yield Edit(last, last, f"{source.text_of(last, last)}\n{name} {sign}= 1")


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
