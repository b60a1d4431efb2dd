"""What may be tried on a version: every kind of change, and all of them, the likeliest first."""

from __future__ import annotations

import ast
import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from ..code.costs import CARRY, FILLED, SIMPLE, TRANSLATED, UNREAD
from ..code.edit import put_before
from ..code.sites import arguments_of, bodies, holds
from ..code.source import heads, names_of
from ..mutate.carries import carries, fed_on
from ..mutate.edits import edits, extensions
from ..mutate.reference_expressions import fillings, operations, translations
from ..mutate.statements import first_values, insertions, rewrites
from ..mutate.whole_names import throughout
from .version import Candidate, Version

MANY_PLACES = 3.0
"""Up to which cost changes of many places are tried: no more are changed by one mistake."""


LEVELS = (1.26, 1.7, 2.1, 2.35, 2.8, 3.5, 99.0)
"""Up to which cost changes are tried before those found so far are looked at."""


def likeliest_first(
    version: Version, places: Iterable[tuple[float, int]]
) -> Iterator[tuple[float, Candidate]]:
    """Every change to be tried, the likeliest first; the many far ones are made when needed.

    How likely a change is depends on what it costs, and on how its site is suspected: ``places``
    are sites with how unlikely they are, as `suspects` has them.
    """
    waiting: list[tuple[float, float, Callable[[], Iterable[Candidate]]]] = []
    if version.trace.missing:
        waiting.append((SIMPLE, 0.0, partial(given, version)))
    for penalty, number in places:
        for bound, make in ((UNREAD, near), (1.9, far), (TRANSLATED, translated)):
            waiting.append((bound + penalty, penalty, partial(make, version, number)))
    for bound, whole in ((2.9, inserted), (CARRY, carried), (2.3, everywhere), (FILLED, filled)):
        waiting.append((bound, 0.0, partial(whole, version)))
    waiting.sort(key=lambda one: one[0])
    heap: list[tuple[float, int, Candidate]] = []
    count = itertools.count()
    while waiting or heap:
        while waiting and (not heap or waiting[0][0] <= heap[0][0]):
            _, penalty, made = waiting.pop(0)
            for candidate in made():
                heapq.heappush(heap, (candidate.edit.cost + penalty, next(count), candidate))
            version.goal.harness.check_time()
        if heap:
            key, _, candidate = heapq.heappop(heap)
            yield key, candidate


def near(version: Version, number: int) -> Iterator[Candidate]:
    """Small changes of the value of a site, and of the statement."""
    site, scope = version.sites[number], version.scopes[number]
    for edit in edits(site.value, scope):
        yield Candidate(site, edit, True)
    for edit in rewrites(site, scope, version.trees[site.function]):
        yield Candidate(site, edit, False)


def far(version: Version, number: int) -> Iterator[Candidate]:
    """A term or a factor more, or what the reference does next."""
    site = version.sites[number]
    for edit in (*extensions(site.value, version.scopes[number]), *operations(version, number)):
        yield Candidate(site, edit, True)


def translated(version: Version, number: int) -> Iterator[Candidate]:
    """The reference's own expressions in the place of a site's."""
    for edit in translations(version, number):
        yield Candidate(version.sites[number], edit, True)


def filled(version: Version) -> Iterator[Candidate]:
    """An array that is made and then filled part by part, written as the reference has it."""
    for number, edit in fillings(version):
        yield Candidate(version.sites[number], edit, False)


def inserted(version: Version) -> Iterator[Candidate]:
    """Statements more."""
    for tree in version.trees.values():
        for body in bodies(tree):
            known = [version.numbers[id(s)] for s in body if id(s) in version.numbers]
            if not known:
                continue
            again = known[0] in version.ends
            scope = version.ends[known[0]] if again else version.scopes.get(known[-1])
            if scope is None:
                continue
            for edit in insertions(body, scope, again, arguments_of(tree)):
                (key,) = edit.changes
                if key in version.numbers:
                    yield Candidate(version.sites[version.numbers[key]], edit, False)


def carried(version: Version) -> Iterator[Candidate]:
    """What is carried from step to step, carried otherwise."""
    for tree in version.trees.values():
        for loop in ast.walk(tree):
            number = version.numbers.get(id(loop))
            if not isinstance(loop, ast.For | ast.While) or number is None:
                continue
            first = version.numbers.get(id(loop.body[0]))
            if number not in version.scopes or first is None or first not in version.ends:
                continue
            before, after = version.scopes[number], version.ends[first]
            for edit in (
                *carries(loop, before, after, arguments_of(tree)),
                *fed_on(tree, loop, before),
            ):
                yield Candidate(version.sites[number], edit, False)


def everywhere(version: Version) -> Iterator[Candidate]:
    """One value for another in all of a function, and two exchanged."""
    for function, tree in version.trees.items():
        numbers = [n for n, site in enumerate(version.sites) if site.function == function]
        reached = [n for n in numbers if n in version.scopes]
        if not reached:
            continue
        for edit, statement in throughout(tree, version.scopes[reached[-1]]):
            if edit.cost <= MANY_PLACES:
                number = version.numbers.get(statement, numbers[0])
                yield Candidate(version.sites[number], edit, False)


def given(version: Version) -> Iterator[Candidate]:
    """Assignments to names that have no value, before the statement or the loop that reads them."""
    last = max(version.scopes)
    raising, tree = version.sites[last].statement, version.trees[version.sites[last].function]
    read, stored = names_of(heads(raising)), names_of([tree], ast.Store)
    lacking = {n for n in read if n in stored and n not in version.scopes[last].env}
    names = sorted({version.trace.missing, *lacking})
    around = (
        number
        for number, site in enumerate(version.sites)
        if isinstance(loop := site.statement, ast.For | ast.While)
        and loop is not raising
        and holds(loop, raising)
    )
    number = next(around, last)
    values = [*first_values(version.scopes[number], version.trace.missing, len(names) == 1)]
    site = version.sites[number]
    for chosen in itertools.product(values, repeat=len(names)):
        lines = [f"{own} = {value}" for own, (_, value) in zip(names, chosen, strict=True)]
        cost = sum(cost for cost, _ in chosen) / len(names)
        yield Candidate(site, put_before(site.statement, "\n".join(lines), cost), False)
