"""Arguments that are changed in place, results that a later call writes over, and results that are
one array.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import chain

from ...cells.spec import Role
from ...properties.purity import other_inputs
from ...strategies import Case
from ...subject.errors import Crash
from ...subject.inspection import changed, snapshot
from ..mutate.in_place import copied, made_anew, made_apart
from .runs import Runs, Sign


def arguments_changed(runs: Runs) -> Iterator[Sign]:
    """The statement after which an argument is another one, and how to leave it alone."""
    allowed = runs.spec.returns if runs.spec.role is Role.UPDATE else ()
    for case in runs.cases:
        try:
            names = runs.subject.inspected(case).changed
        except Crash:
            continue
        for name in names:
            if name not in allowed:
                yield from _changing(runs, case, name)
                return


def results_overwritten(runs: Runs) -> Iterator[Sign]:
    """The statement by which a call changes what an earlier one returned, and how to make a new
    array there, or to return a copy.
    """
    for case in runs.cases:
        for other in other_inputs(runs.subject, case):
            with suppress(Crash):
                yield from _overwriting(runs, case, other)


def _overwriting(runs: Runs, case: Case, other: Case) -> Iterator[Sign]:
    _, first = runs.prepared(case)
    _, later = runs.prepared(other)
    kept: list[object] = []
    runs.watched(lambda: kept.append(first()), lambda *_: True)
    before = snapshot(kept)
    found = runs.line_after_which(later, lambda: any(changed(before, snapshot(kept))))
    statement = found and found[0].at(found[1])
    if found and statement:
        source = found[0]
        what = "the array that is written to here is the one that an earlier call returned"
        edits = (edit for at, edit in made_anew(source.tree) if at is statement)
        yield Sign(source, "result_overwritten", what, chain(edits, copied(source.tree)), statement)


def results_shared(runs: Runs) -> Iterator[Sign]:
    """Each way to make a result anew that is another one, or a copy."""
    for case in runs.cases:
        with suppress(Crash):
            for name, other in runs.subject.inspected(case).shared:
                what = f"`{name}` shares its memory with `{other}`: what changes one changes both"
                yield Sign(runs.source, "arrays_aliased", what, made_apart(runs.source.tree))
                return


def _changing(runs: Runs, case: Case, name: str) -> Iterator[Sign]:
    places, call = runs.prepared(case)
    given = [places[runs.functions.bound[runs.spec.name].convention.places.index(name)]]
    before = snapshot(given)
    found = runs.line_after_which(call, lambda: any(changed(before, snapshot(given))))
    statement = found and found[0].at(found[1])
    if found and statement:
        source, own = found[0], runs.argument(name)
        what = f"the argument `{own}` is changed in place here, and with it the caller's own"
        edits = (edit for at, edit in made_anew(source.tree) if at is statement)
        yield Sign(source, "argument_changed", what, edits, statement)
