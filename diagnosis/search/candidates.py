"""What may be tried in a round: every kind of change, and all of them, the likeliest first."""

from __future__ import annotations

import ast
import heapq
import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from ..code.edit import Edit
from ..code.sites import arguments_of, bodies
from ..localise.suspicion import suspects
from ..mutate.carries import CARRY, carries
from ..mutate.edits import edits, extensions
from ..mutate.reference_expressions import FILLED, TRANSLATED, activations, fillings, translations
from ..mutate.statements import insertions, rewrites
from ..mutate.whole_names import throughout
from .patches import Candidate
from .rounds import Round

Ranked = tuple[float, int, Candidate]
"""A candidate after how unlikely it is, and among its likes after its place."""

MANY_PLACES = 3.0
"""Up to which cost changes of many places are tried: no more are changed by one mistake."""


def likeliest_first(round_: Round) -> Iterator[tuple[float, Candidate]]:
    """Every change to be tried, the likeliest first; the many far ones are made when needed.

    How likely a change is depends on what it costs, and on how its site is suspected.
    """
    waiting: list[tuple[float, Callable[[], list[Ranked]]]] = []
    for penalty, numbers in suspects(round_):
        for bound, make in ((0.9, near), (1.9, far), (TRANSLATED, translated)):
            waiting.append((bound + penalty, partial(make, round_, numbers, penalty)))
    for bound, whole in ((2.9, inserted), (CARRY, carried), (2.3, everywhere), (FILLED, filled)):
        waiting.append((bound, partial(whole, round_)))
    waiting.sort(key=lambda one: one[0])
    heap: list[tuple[float, int, int, Candidate]] = []
    count = itertools.count()
    while waiting or heap:
        while waiting and (not heap or waiting[0][0] <= heap[0][0]):
            for key, rank, candidate in waiting.pop(0)[1]():
                heapq.heappush(heap, (key, rank, next(count), candidate))
            round_.goal.harness.check_time()
        if heap:
            key, _, _, candidate = heapq.heappop(heap)
            yield key, candidate


def near(round_: Round, numbers: Sequence[int], penalty: float = 0.0) -> list[Ranked]:
    """Small changes of the values of some sites, and of the statements."""
    found = []
    for rank, number in enumerate(numbers):
        site, scope = round_.sites[number], round_.scopes[number]
        for edit in edits(site.value, scope):
            found.append((edit.cost + penalty, rank, Candidate(site, edit, True)))
        for edit in rewrites(site, scope, round_.trees[site.function]):
            found.append((edit.cost + penalty, rank, Candidate(site, edit, False)))
    return found


def far(round_: Round, numbers: Sequence[int], penalty: float = 0.0) -> list[Ranked]:
    """A term or a factor more."""
    return [
        (edit.cost + penalty, rank, Candidate(round_.sites[number], edit, True))
        for rank, number in enumerate(numbers)
        for edit in extensions(round_.sites[number].value, round_.scopes[number])
    ]


def translated(round_: Round, numbers: Sequence[int], penalty: float = 0.0) -> list[Ranked]:
    """The reference's own expressions in the place of the sites'."""
    found = []
    for rank, number in enumerate(numbers):
        site = round_.sites[number]
        for edit in translations(round_, number):
            found.append((edit.cost + penalty, rank, Candidate(site, edit, True)))
        for edit in activations(round_, number):
            found.append((edit.cost + 0.9, rank, Candidate(site, edit, True)))
    return found


def filled(round_: Round) -> list[Ranked]:
    """An array that is made and then filled part by part, written as the reference has it."""
    return [_ranked(round_, number, edit) for number, edit in fillings(round_)]


def inserted(round_: Round) -> list[Ranked]:
    """Statements more."""
    found = []
    for tree in round_.trees.values():
        for body in bodies(tree):
            known = [round_.numbers[id(s)] for s in body if id(s) in round_.numbers]
            if not known:
                continue
            again = known[0] in round_.ends
            scope = round_.ends[known[0]] if again else round_.scopes.get(known[-1])
            if scope is None:
                continue
            for edit in insertions(body, scope, again, arguments_of(tree)):
                (key,) = edit.changes
                if key in round_.numbers:
                    found.append(_ranked(round_, round_.numbers[key], edit))
    return found


def carried(round_: Round) -> list[Ranked]:
    """What is carried from step to step, carried otherwise."""
    found = []
    for tree in round_.trees.values():
        for loop in ast.walk(tree):
            number = round_.numbers.get(id(loop))
            if not isinstance(loop, ast.For | ast.While) or number is None:
                continue
            first = round_.numbers.get(id(loop.body[0]))
            if number not in round_.scopes or first is None or first not in round_.ends:
                continue
            before, after = round_.scopes[number], round_.ends[first]
            for edit in carries(loop, before, after, arguments_of(tree)):
                found.append(_ranked(round_, number, edit))
    return found


def everywhere(round_: Round) -> list[Ranked]:
    """One value for another in all of a function, and two exchanged."""
    found = []
    for function, tree in round_.trees.items():
        numbers = [n for n, site in enumerate(round_.sites) if site.function == function]
        reached = [n for n in numbers if n in round_.scopes]
        if not reached:
            continue
        for edit, statement in throughout(tree, round_.scopes[reached[-1]]):
            if edit.cost <= MANY_PLACES:
                number = round_.numbers.get(statement, numbers[0])
                found.append(_ranked(round_, number, edit))
    return found


def _ranked(round_: Round, number: int, edit: Edit) -> Ranked:
    """A change of whole statements, which stands by itself."""
    return edit.cost, 0, Candidate(round_.sites[number], edit, False)
