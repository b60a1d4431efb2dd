"""Arguments that are changed in place."""

from __future__ import annotations

from collections.abc import Iterator

from ...cells.spec import Role
from ...strategies import Case
from ...subject.errors import Crash
from ...subject.inspection import changed, snapshot
from ..mutate.in_place import made_anew
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
