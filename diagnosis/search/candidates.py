"""What may be tried on a version: every kind of change, and all of them, the likeliest first."""

from __future__ import annotations

import ast
import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from ..code.costs import CARRY, FILLED, NEXT, SIMPLE, TRANSLATED, UNREAD
from ..code.edit import Edit, replaced
from ..code.sites import Site, arguments_of, bodies, holds
from ..code.source import heads, names_of
from ..mutate.carries import carries, fed_on
from ..mutate.closures import bound_early
from ..mutate.edits import edits, extensions
from ..mutate.reference_expressions import fillings, operations, translations
from ..mutate.reference_values import Translator
from ..mutate.starts import starts
from ..mutate.statements import appends, first_values, insertions, rewrites
from ..mutate.whole_names import renamed, throughout
from .version import Candidate, Version

MANY_PLACES = 3.0
"""Up to which cost changes of many places are tried: no more are changed by one mistake."""

LEVELS = (1.26, 1.7, 2.1, 2.35, 2.8, 3.5, 99.0)
"""Up to which cost changes are tried before those found so far are looked at."""


def likeliest_first(
    version: Version, places: Iterable[tuple[float, Site]]
) -> Iterator[tuple[float, Candidate]]:
    """Every change to be tried, the likeliest first; the many far ones are made when needed.

    How likely a change is depends on what it costs, and on how its site is suspected: ``places``
    are sites with how unlikely they are, as `suspects` has them.
    """
    waiting: list[tuple[float, float, Callable[[], Iterable[Candidate]]]] = []
    if version.trace.missing and version.reached:
        waiting.append((SIMPLE, 0.0, partial(given, version)))
    for penalty, site in places:
        for bound, make in ((UNREAD, near), (1.9, far), (TRANSLATED, translated)):
            waiting.append((bound + penalty, penalty, partial(make, version, site)))
    wholes = (2.9, inserted), (CARRY, carried), (2.3, everywhere), (FILLED, filled)
    for bound, whole in (*wholes, (CARRY, begun), (SIMPLE, named_apart), (SIMPLE, appended)):
        waiting.append((bound, 0.0, partial(whole, version)))
    waiting.sort(key=lambda one: one[0])
    heap: list[tuple[float, int, Candidate]] = []
    count = itertools.count()
    while waiting or heap:
        while waiting and (not heap or waiting[0][0] <= heap[0][0]):
            _, penalty, made = waiting.pop(0)
            for candidate in made():
                heapq.heappush(heap, (candidate.edit.cost + penalty, next(count), candidate))
            version.goal.harness.spend()
        if heap:
            key, _, candidate = heapq.heappop(heap)
            yield key, candidate


def near(version: Version, site: Site) -> Iterator[Candidate]:
    """Small changes of the value of a site, and of the statement."""
    scope = version.scopes[site]
    for edit in edits(site.value, scope):
        yield Candidate(site, edit, True)
    for edit in rewrites(site, scope, version.trees[site.function]):
        yield Candidate(site, edit, False)
    for edit, of_value in version.goal.proposals(site, scope, version.trees):
        yield Candidate(site, edit, of_value)


def far(version: Version, site: Site) -> Iterator[Candidate]:
    """A term or a factor more, or what the reference does next."""
    for edit in (*extensions(site.value, version.scopes[site]), *operations(version, site)):
        yield Candidate(site, edit, True)


def translated(version: Version, site: Site) -> Iterator[Candidate]:
    """The reference's own expressions in the place of a site's."""
    for edit in translations(version, site):
        yield Candidate(site, edit, True)


def filled(version: Version) -> Iterator[Candidate]:
    """An array that is made and then filled part by part, written as the reference has it."""
    for site, edit in fillings(version):
        yield Candidate(site, edit, False)


def inserted(version: Version) -> Iterator[Candidate]:
    """Statements more."""
    for tree in version.trees.values():
        for body in bodies(tree):
            known = [version.at[id(s)] for s in body if id(s) in version.at]
            if not known:
                continue
            again = known[0] in version.ends
            scope = version.ends[known[0]] if again else version.scopes.get(known[-1])
            for edit in insertions(body, scope, again, arguments_of(tree)) if scope else ():
                (key,) = edit.changes
                if key in version.at:
                    yield Candidate(version.at[key], edit, False)


def appended(version: Version) -> Iterator[Candidate]:
    """What is put into a list at the end of what is done for each step, before its result."""
    for tree in version.trees.values():
        for body in bodies(tree):
            known = [version.at[id(s)] for s in body if id(s) in version.at]
            if not known or known[0] not in version.ends:
                continue
            gives_back = isinstance(body[-1], ast.Return)
            scope = version.scopes.get(known[-1]) if gives_back else version.ends[known[0]]
            for edit in appends(body[-1], scope) if scope else ():
                yield Candidate(known[-1], edit, False)


def carried(version: Version) -> Iterator[Candidate]:
    """What is carried from step to step, carried otherwise."""
    for tree in version.trees.values():
        for loop in ast.walk(tree):
            if not isinstance(loop, ast.For | ast.While) or id(loop) not in version.at:
                continue
            site, first = version.at[id(loop)], version.at.get(id(loop.body[0]))
            if site not in version.scopes or first is None or first not in version.ends:
                continue
            before, after = version.scopes[site], version.ends[first]
            for edit in (
                *carries(loop, before, after, arguments_of(tree)),
                *fed_on(tree, loop, before),
            ):
                yield Candidate(site, edit, False)


def begun(version: Version) -> Iterator[Candidate]:
    """Other values for what a loop renews and fills to begin with."""
    for tree in version.trees.values():
        for body in bodies(tree):
            for number, loop in enumerate(body):
                site = version.at.get(id(loop))
                if isinstance(loop, ast.For | ast.While) and site and site in version.scopes:
                    scope = version.scopes[site]
                    for edit in starts(body[:number], loop, scope, arguments_of(tree)):
                        yield Candidate(site, edit, False)


def everywhere(version: Version) -> Iterator[Candidate]:
    """One value for another in all of a function, and two exchanged."""
    for function, tree in version.trees.items():
        sites = [site for site in version.sites if site.function == function]
        reached = [site for site in sites if site in version.scopes]
        for edit, key in throughout(tree, version.scopes[reached[-1]]) if reached else ():
            if edit.cost <= MANY_PLACES:
                yield Candidate(version.at.get(key, sites[0]), edit, False)


def named_apart(version: Version) -> Iterator[Candidate]:
    """A name of its own for a value that has taken another's; the value of its step for a function
    that is made in a loop.
    """
    for function, tree in version.trees.items():
        sites = [site for site in version.sites if site.function == function]
        reached = [site for site in sites if site in version.scopes]
        scope = version.scopes[reached[-1]] if reached else None
        for edit, key in (*bound_early(tree), *(renamed(tree, scope) if scope else ())):
            if sites:
                yield Candidate(version.at.get(key, sites[0]), edit, False)


def _given_there(version: Version, last: Site, names: Sequence[str]) -> Iterator[Candidate]:
    """What is added to a name without a value as its first value; and what the reference computes,
    given the name before the statement that reads it.
    """
    for site in version.sites:
        match site.statement:
            case ast.AugAssign(target=ast.Name(id=own), value=value) if own in names:
                first = ast.Assign([ast.Name(own, ast.Store())], value)
                yield Candidate(site, replaced(site.statement, first, cost=SIMPLE), False)
    scope = version.scopes[last]
    if names == [version.trace.missing]:
        for made in Translator(version.goal.meaning, scope).all(None):
            first = ast.Assign([ast.Name(names[0], ast.Store())], made)
            edit = Edit(NEXT, {id(last.statement): [first, last.statement]})
            yield Candidate(last, edit, False)


def given(version: Version) -> Iterator[Candidate]:
    """Assignments to names that have no value, before the statement or the loop that reads them."""
    last = version.reached[-1]
    raising, tree = last.statement, version.trees[last.function]
    read, stored = names_of(heads(raising)), names_of([tree], ast.Store)
    lacking = {n for n in read if n in stored and n not in version.scopes[last].env}
    names = sorted({version.trace.missing, *lacking})
    around = (
        site
        for site in version.sites
        if isinstance(loop := site.statement, ast.For | ast.While)
        and loop is not raising
        and holds(loop, raising)
    )
    yield from _given_there(version, last, names)
    site = next(around, last)
    values = [*first_values(version.scopes[site], version.trace.missing, len(names) == 1)]
    for chosen in itertools.product(values, repeat=len(names)):
        lines = [f"{own} = {value}" for own, (_, value) in zip(names, chosen, strict=True)]
        cost = sum(cost for cost, _ in chosen) / len(names)
        yield Candidate(
            site, replaced(site.statement, "\n".join(lines), site.statement, cost=cost), False
        )
