"""The search for what was meant: changes of a function, tried until it does what it should."""

from __future__ import annotations

import ast
import contextlib
import copy
import heapq
import itertools
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from ..cells.spec import Role
from ..engine import FunctionReport
from ..properties.subject import Crash
from ..strategies import Case
from .carries import CARRY, carries
from .edits import Edit, edits, extensions
from .meaning import Meaning, Translator, meaning_of
from .rewrites import exchanges, insertions, rewrites, throughout
from .scope import Scope, parsed, texts_in
from .sites import Changeable, Site, arguments_of, bodies, located, swapped
from .stage import HOLE, Broken, Hole, OutOfBudget, Stage, Trees, probed, with_hole

LEVELS = (1.26, 1.7, 2.1, 2.35, 2.8, 3.5, 99.0)
"""Up to which cost changes are tried before those found so far are looked at."""

PATIENT = 2
"""The level up to which a change must set everything right that its site has a part in."""

PART = 1.0
"""How much less a place is suspected that has a part in some of what is wrong only."""

COMPOSITE = 1.6
"""How much less a place is suspected that has a part in much, such as what is returned."""

TRANSLATED = 2.3
"""What it costs to write the reference's own expression in the place of the submission's."""

FILLED = 2.25
"""The same for an array that is filled part by part, where several statements become one."""

HELPERS = {
    "sigmoid": ("1 / (1 + NUMPY.exp(-X))", "0.5 * (1 + NUMPY.tanh(0.5 * X))"),
    "softmax": (
        "NUMPY.exp(X - NUMPY.max(X, axis=0))"
        " / NUMPY.sum(NUMPY.exp(X - NUMPY.max(X, axis=0)), axis=0)",
    ),
}
"""The activations in numpy's words; the references themselves are written with scipy."""

TIE = 0.051
"""Changes whose costs lie no farther apart are as likely."""

RIVAL = 1.0
"""How much less a place may be suspected than another, and still be looked at."""

AGAIN = 1.0
"""Seconds in which something shorter is looked for."""

LONGER = 60
"""How many letters a change that is only likely may add: what is longer explains nothing."""

CACHE_LAW = "the_cache_serves_the_backward_pass"


@dataclass(frozen=True)
class Candidate:
    """A change at a site: of its value alone, or of the whole statement."""

    cost: float
    site: Site
    edit: Edit
    of_value: bool


@dataclass(frozen=True)
class Repair:
    """A change that makes results right, and the functions before and after it."""

    site: Site
    edit: Edit
    before: Trees
    after: Trees
    gained: frozenset[str] = frozenset()
    parts: tuple[Edit, ...] = ()
    """The changes that were put together to this one, where it is not one alone."""


class Seen(Exception):
    """A value that has been tried before, and did not help."""


class Scopes(Mapping[int, Scope]):
    """What each site sees, put together when it is asked for."""

    def __init__(
        self, envs: Mapping[int, dict[str, Any]], make: Callable[[dict[str, Any]], Scope]
    ) -> None:
        self._envs, self._make = envs, make
        self._made: dict[int, Scope] = {}

    def __getitem__(self, number: int) -> Scope:
        if number not in self._made:
            self._made[number] = self._make(self._envs[number])
        return self._made[number]

    def __contains__(self, number: object) -> bool:
        return number in self._envs

    def __iter__(self) -> Iterator[int]:
        return iter(self._envs)

    def __len__(self) -> int:
        return len(self._envs)


@dataclass
class Round:
    """One state of the functions, and what is known of it."""

    trees: Trees
    sites: list[Site]
    right: Mapping[str, bool]
    crash: Crash | None
    scopes: Mapping[int, Scope] = field(default_factory=dict)
    ends: Mapping[int, Scope] = field(default_factory=dict)
    influence: dict[int, frozenset[str] | None] = field(default_factory=dict)

    @cached_property
    def changeable(self) -> dict[str, Changeable]:
        """The functions as trees that can be changed for a moment."""
        return {n: Changeable(ast.Module([tree], [])) for n, tree in self.trees.items()}

    @property
    def wrong(self) -> frozenset[str]:
        """The results that are not right."""
        return frozenset(name for name, right in self.right.items() if not right)


class Search:
    """The search on one failing function."""

    def __init__(self, stage: Stage, report: FunctionReport) -> None:
        self.stage, self.report = stage, report
        self.findings = {o.property for o in report.findings}
        faults = {o.property for o in report.findings if o.level == "fault"}
        self.allowed = self.findings - faults if faults else set()
        self.broken: list[Broken] = []
        self.tried = 0
        self.wanted: frozenset[str] | None = None
        self.right: list[Repair] = []
        """Changes with which the function is right, chosen or not."""

    @property
    def likeliest(self) -> Repair | None:
        """The least of those, for where none was chosen: another place may be meant."""
        short = [r for r in self.right if _size(r) < _size(replace(r, after=r.before)) + LONGER]
        least = min(short, key=lambda r: (r.edit.cost, _size(r)), default=None)
        return None if least is None or _is_renaming([least.edit]) else least

    def repairs(self) -> list[Repair]:
        """The changes that together make the function right; nothing, if none are found."""
        self._choose_cases()
        if not self.stage.quick:
            return []
        return self.fewest(self.onwards(self.stage.trees))

    def anew(self, trees: Trees) -> Search:
        """The search on what is still wrong when some mistakes are mended, with cases that show
        it.
        """
        stage = copy.copy(self.stage)
        stage.quick = []
        search = Search(stage, self.report)
        with stage.playing(stage.compiled(trees)):
            search.findings = {broken.law.name for broken in stage.broken_laws(self.allowed)}
            search._choose_cases()
        return search

    def onwards(self, trees: Trees) -> list[Repair]:
        """The changes, one after the other, that make these functions right; or nothing."""
        done: list[Repair] = []
        for _ in range(4):
            repair, whole = self._step(self._round(trees))
            if repair is None:
                return []
            done.append(repair)
            trees = repair.after
            if whole:
                return done
        return []

    def fewest(self, done: list[Repair]) -> list[Repair]:
        """The same without the changes that turn out not to be needed."""
        if not done:
            return []
        parts = [part for repair in done for part in repair.parts or (repair.edit,)]
        last = replace(done[-1], before=self.stage.trees)
        exchange = self._exchanged_above(parts)
        if exchange:
            parts, last = exchange, replace(last, after=self._after(exchange))
        elif _is_renaming(parts):
            return []
        if len(parts) < 2:
            return done if not exchange else [last]
        parts = self._shorter(parts)
        last = replace(last, after=self._after(parts))
        for part in parts[:]:
            without = [one for one in parts if one is not part]
            made = replace(last, after=self._after(without))
            if without and self._verified(made):
                parts, last = without, made
        return [last]

    def _shorter(self, parts: list[Edit]) -> list[Edit]:
        """The changes with less in the place of expressions of the reference, which were all that
        could be found before the other changes were made.
        """
        for part in parts[:]:
            others = [one for one in parts if one is not part]
            if part.cost not in (TRANSLATED, FILLED):
                continue
            done: list[Repair] = []
            with contextlib.suppress(OutOfBudget), self.stage.share(AGAIN):
                done = self.onwards(self._after(others))
            found = [one for repair in done for one in repair.parts or (repair.edit,)]
            if found and all(one.cost < part.cost for one in found):
                parts = [*others, *found]
        return parts

    def _exchanged_above(self, parts: Sequence[Edit]) -> list[Edit]:
        """The same with two names exchanged where they are stored, in the place of the changes
        that read each of them for the other; nothing, where that does not do.
        """
        nodes = {id(n): n for tree in self.stage.trees.values() for n in ast.walk(tree)}
        swaps = [
            {
                (old.id, new.id)
                for key, new in part.changes.items()
                if isinstance(old := nodes.get(key), ast.Name) and isinstance(new, ast.Name)
            }
            for part in parts
        ]
        read = set().union(*swaps)
        for one, other in sorted(read):
            concerned = [bool(swap & {(one, other), (other, one)}) for swap in swaps]
            if one > other or (other, one) not in read or sum(concerned) < 2:
                continue
            rest = [part for part, is_one in zip(parts, concerned, strict=True) if not is_one]
            for tree in self.stage.trees.values():
                for edit in exchanges(tree, one, other):
                    if self.verified(self._after([edit, *rest])):
                        return [edit, *rest]
        return []

    def _after(self, parts: Sequence[Edit]) -> Trees:
        """The submission's functions with some changes, one after the other."""
        trees = self.stage.trees
        for part in parts:
            trees = {name: swapped(tree, part.changes) for name, tree in trees.items()}
        return trees

    @property
    def keys(self) -> list[str]:
        """What the submission calls its results."""
        own_names = self.stage.functions.bound[self.stage.spec.name].form.own_names
        return [own_names.get(result, result) for result in self.stage.results]

    @cached_property
    def meaning(self) -> Meaning:
        """What the reference computes on the quick case."""
        return meaning_of(self.stage.family, self.stage.spec, self.stage.quick[0])

    def _choose_cases(self) -> None:
        """The cases that show the fault, the own one first if it does."""
        stage = self.stage
        own = stage.own_case()
        stage.spends_its_cache = self._spends_its_cache(own)
        stage.needs_cache = self._cache_is_comparable(own)
        for case in (own, *stage.cases):
            if self._fails(case):
                stage.quick.append(case)
                break
        if not stage.quick:
            self.find_broken()
            if self.broken:
                stage.quick.append(own)

    def _spends_its_cache(self, case: Case) -> bool:
        try:
            self.stage.observed(case)
        except Crash as crash:
            return "read-only" in crash.message
        return False

    def _cache_is_comparable(self, case: Case) -> bool:
        stage, spec = self.stage, self.stage.spec
        if not spec.role.is_forward:
            return False
        with contextlib.suppress(Crash):
            values = stage.functions.call(spec, case.arguments(spec))
            if stage.functions.contents(spec, values.cache) is not None:
                return CACHE_LAW in self.findings or self._fails(case)
        return False

    def _fails(self, case: Case) -> bool:
        try:
            return not all(self.stage.score(case).values())
        except Crash:
            return True

    def find_broken(self) -> None:
        """The laws that the version that plays breaks, with a small case for each."""
        laws = [law for law in self.stage.laws if law.name in self.findings]
        for law in laws:
            failing = [c for c in self.stage.cases if self.stage.breaks(law, c)]
            if failing:
                small = min(failing, key=lambda case: sum(case.dims.values()))
                self.broken.append(Broken(law, small))

    # One round: a state of the functions, looked at

    def _round(self, trees: Trees) -> Round:
        stage = self.stage
        sites = stage.sites(trees)
        seen, crash = probed(stage, trees, sites)
        right: Mapping[str, bool] = {}
        if crash is None:
            with stage.playing(stage.compiled(trees)):
                right = stage.score(stage.quick[0])
        else:
            right = dict.fromkeys(stage.expected(stage.quick[0]), False)
        round_ = Round(trees, sites, right, crash)
        self.give_scopes(round_, seen)
        if crash is None and round_.wrong:
            self._influences(round_)
        return round_

    def give_scopes(self, round_: Round, seen: Mapping[int, list[dict[str, Any]]]) -> None:
        """Gives each site what it sees when it is first reached, and the second time."""
        texts, keys = texts_in(round_.trees.values()), self.keys

        def make(env: dict[str, Any]) -> Scope:
            return Scope(env, self.stage.namespace, texts, keys)

        round_.scopes = Scopes({n: envs[0] for n, envs in seen.items()}, make)
        round_.ends = Scopes({n: envs[1] for n, envs in seen.items() if len(envs) > 1}, make)

    def _influences(self, round_: Round) -> None:
        """Which results change when the value of a site does."""
        stage, case = self.stage, self.stage.quick[0]
        with stage.playing(stage.compiled(round_.trees)):
            base = stage.observed(case)
        for number, site in enumerate(round_.sites):
            hole = Hole(stage)
            hole.code = _code(site.value)
            opaque: list[bool] = []
            hole.replace = lambda value, opaque=opaque: _perturbed(value, opaque)
            composite = isinstance(site.value, ast.Tuple | ast.List | ast.Dict)
            found = self._observed(round_.trees, site, hole, case)
            if found is None or composite:
                round_.influence[number] = None
                continue
            reached = frozenset(
                _result(name) for name, value in base.items() if not _equal(value, found.get(name))
            )
            whole = reached == frozenset(_result(name) for name in round_.wrong)
            round_.influence[number] = None if any(opaque) and not whole else reached

    def _observed(self, trees: Trees, site: Site, hole: Hole, case: Case) -> Any:
        stage = self.stage
        stage.namespace[HOLE] = hole
        try:
            with stage.playing(with_hole(stage, trees, site)):
                return stage.observed(case)
        except Exception:
            return None
        finally:
            stage.namespace.pop(HOLE, None)

    # One step: the least change that makes more of it right

    def _step(self, round_: Round) -> tuple[Repair | None, bool]:
        self.wanted = round_.wrong or None
        whole: list[tuple[float, Repair]] = []
        better: list[tuple[float, Repair]] = []
        level, far = 0, False
        holes: dict[int, _Trial] = {}
        try:
            for key, candidate in self._candidates(round_):
                if whole and key > self._far_enough(whole, round_):
                    far = True
                    if key > whole[0][0] + RIVAL:
                        break
                    if candidate.cost >= whole[0][1].edit.cost - TIE:
                        continue  # a lesser change elsewhere is likelier, however it is suspected
                while key > LEVELS[level]:
                    level += 1
                    if not better or whole:
                        continue
                    merged = self._merged(better, round_)
                    if merged is not None and merged.gained >= round_.wrong:
                        return self._at_one(round_, holes) or merged, True
                    ripe = [one for one in better if self._is_complete(round_, one[1])]
                    best = self._best(ripe, round_)
                    if best is None and level >= PATIENT:
                        whole = self._whole_at_once(round_, holes)
                        if whole:
                            return self._best(whole, round_), True
                        best = self._best(better, round_)
                    if best is not None:
                        return best, False
                self.stage.check_time()
                self.tried += 1
                gained = self._try(round_, candidate, holes)
                if gained is None:
                    continue
                repair = self._made(round_, candidate, gained)
                if gained >= round_.wrong:
                    if self._verified(repair):
                        whole.append((key, repair))
                elif gained:
                    better.append((key, repair))
        except OutOfBudget:
            if whole and not far:
                return None, False  # who knows what else would do
        if whole:
            return self._best(whole, round_), True
        merged = self._merged(better, round_)
        if merged is not None:
            return merged, merged.gained >= round_.wrong
        return self._best(better, round_), False

    def _at_one(self, round_: Round, holes: dict[int, _Trial]) -> Repair | None:
        """The one small change, where much is taken apart or put together, that does as well as
        several changes after it.
        """
        found = []
        for penalty, suspects in self._suspects(round_):
            if penalty >= COMPOSITE:
                for _, _, candidate in self.near(round_, suspects, 0.0):
                    if candidate.cost <= LEVELS[0] + 0.1:
                        self.stage.check_time()
                        gained = self._try(round_, candidate, holes)
                        if gained is not None and gained >= round_.wrong:
                            repair = self._made(round_, candidate, gained)
                            if self._verified(repair):
                                found.append((candidate.cost, repair))
        return self._best(found, round_)

    def _merged(self, better: list[tuple[float, Repair]], round_: Round) -> Repair | None:
        """Changes at several places that help each on its own, made together."""
        groups: dict[frozenset[str], list[tuple[float, Repair]]] = {}
        for key, repair in better:
            groups.setdefault(repair.gained, []).append((key, repair))
        best = [self._best(group, round_) for group in groups.values()]
        chosen: list[Repair] = []
        changes: dict[int, Any] = {}
        for repair in sorted(filter(None, best), key=lambda r: (-len(r.gained), r.edit.cost)):
            done = frozenset().union(*(one.gained for one in chosen))
            if not repair.gained & done and not repair.edit.changes.keys() & changes.keys():
                chosen.append(repair)
                changes |= repair.edit.changes
        if len(chosen) < 2 or _is_renaming([repair.edit for repair in chosen]):
            return None
        after = {name: swapped(tree, changes) for name, tree in round_.trees.items()}
        cost = sum(repair.edit.cost for repair in chosen)
        gained = self._gained(after, round_)
        parts = tuple(repair.edit for repair in chosen)
        made = Repair(chosen[0].site, Edit(cost, changes), round_.trees, after, gained, parts)
        if gained < frozenset().union(*(one.gained for one in chosen)):
            return None
        return made if gained < round_.wrong or self._verified(made) else None

    def _gained(self, trees: Trees, round_: Round) -> frozenset[str]:
        """What becomes right with other functions; nothing, if something becomes wrong."""
        try:
            with self.stage.playing(self.stage.compiled(trees)):
                score = self.stage.score(self.stage.quick[0])
        except Exception:
            return frozenset()
        if any(right and not score.get(name) for name, right in round_.right.items()):
            return frozenset()
        return frozenset(name for name in round_.wrong if score.get(name))

    def _whole_at_once(self, round_: Round, holes: dict[int, _Trial]) -> list[tuple[float, Repair]]:
        """The changes of several statements at once that make everything right."""
        found = []
        for make in (self.everywhere, self.carried, self._filled):
            for key, _, candidate in make(round_):
                self.stage.check_time()
                gained = self._try(round_, candidate, holes)
                if gained is not None and gained >= round_.wrong:
                    repair = self._made(round_, candidate, gained)
                    if self._verified(repair):
                        found.append((key, repair))
        return found

    def _best(self, found: Sequence[tuple[float, Repair]], round_: Round) -> Repair | None:
        """The least change of those that gain the most, if it stands at one place only.

        Of several places the one is meant whose value the reference does not know.
        """
        if not found:
            return None
        most = max(len(repair.gained) for _, repair in found)
        best = [one for one in found if len(one[1].gained) == most]
        least, first = min(best, key=lambda one: one[0])
        rivals = [r for cost, r in best if r.gained == first.gained]
        lesser = [r for r in rivals if r.edit.cost < first.edit.cost - TIE]
        if lesser:
            first = min(lesser, key=lambda repair: repair.edit.cost)
            best = [(r.edit.cost, r) for _, r in best]
            least = first.edit.cost
        if self._is_doubtful(first, round_) and any(
            r.edit.cost <= first.edit.cost + TIE and len(_places([r, first])) > 1 for r in rivals
        ):
            return None
        nearest = [r for cost, r in best if cost <= least + TIE and r.gained == first.gained]
        size = min(map(_size, nearest))
        for rule in (
            _is_alias,
            lambda repair: not self._has_right_value(repair, round_),
            lambda repair: _size(repair) == size,
        ):
            if len(_places(nearest)) > 1:
                nearest = [repair for repair in nearest if rule(repair)] or nearest
        if len(_places(nearest)) > 1:
            return None
        return min(nearest, key=lambda repair: (repair.edit.cost, _size(repair)))

    def _far_enough(self, whole: list[tuple[float, Repair]], round_: Round) -> float:
        """Up to where there may be another place that is as good as the one found."""
        key, first = whole[0]
        return key + TIE + (COMPOSITE if self._is_doubtful(first, round_) else 0.0)

    def _is_doubtful(self, repair: Repair, round_: Round) -> bool:
        """Whether a statement computes something right, so that its reader may be at fault: an
        activation left out where its result is read. A statement that gives the value a name of
        the contract's is no such, nor one whose name says that it is a prediction.
        """
        statement = repair.site.statement
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        stored = {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
        known = {*self.stage.spec.shapes, *self.stage.spec.returns}
        if not stored or stored & known or any(map(_names_a_prediction, stored)):
            return False
        return self._has_right_value(repair, round_)

    def _is_complete(self, round_: Round, repair: Repair) -> bool:
        """Whether all becomes right that the site has a part in."""
        influence = round_.influence.get(round_.sites.index(repair.site))
        left = {_result(name) for name in round_.wrong - repair.gained}
        return influence is not None and not influence & left

    def _has_right_value(self, repair: Repair, round_: Round) -> bool:
        number = round_.sites.index(repair.site)
        return self._is_right(round_, number)

    def _is_right(self, round_: Round, number: int) -> bool:
        """Whether the value that a site computes as it stands is one of the reference's."""
        scope, site = round_.scopes.get(number), round_.sites[number]
        value = site.value
        given = isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant)
        computed = given or isinstance(value, ast.BinOp | ast.Call)
        return computed and scope is not None and self.meaning.knows(scope.value(site.value))

    def _made(self, round_: Round, candidate: Candidate, gained: frozenset[str]) -> Repair:
        function = candidate.site.function
        tree = swapped(round_.trees[function], candidate.edit.changes)
        after = {**round_.trees, function: tree}
        return Repair(candidate.site, candidate.edit, round_.trees, after, gained)

    def _verified(self, repair: Repair) -> bool:
        """Whether the changed functions are right on every case, and keep every law."""
        right = self.verified(repair.after)
        self.right += [repair] if right else []
        return right

    def verified(self, trees: Trees) -> bool:
        """Whether functions are right on every case, and keep every law."""
        stage = self.stage
        try:
            made = stage.compiled(trees)
        except Exception:
            return False
        with stage.playing(made):
            holds = stage.holds(stage.cases) and stage.lawful(self.allowed)
            return holds and stage.serves()

    def _candidates(self, round_: Round) -> Iterator[tuple[float, Candidate]]:
        """Every change to be tried, the likeliest first; the many far ones are made when needed.

        How likely a change is depends on what it costs, and on how its site is suspected.
        """
        waiting: list[tuple[float, Callable[[], list[tuple[float, int, Candidate]]]]] = []
        for penalty, suspects in self._suspects(round_):
            for bound, make in (
                (0.9, self.near),
                (1.9, self.far),
                (TRANSLATED, self.translated),
            ):
                waiting.append((bound + penalty, partial(make, round_, suspects, penalty)))
        waiting.append((2.9, partial(self.inserted, round_)))
        waiting.append((CARRY, partial(self.carried, round_)))
        waiting.append((2.3, partial(self.everywhere, round_)))
        waiting.append((FILLED, partial(self._filled, round_)))
        waiting.sort(key=lambda one: one[0])
        heap: list[tuple[float, int, int, Candidate]] = []
        count = itertools.count()
        while waiting or heap:
            while waiting and (not heap or waiting[0][0] <= heap[0][0]):
                for key, rank, candidate in waiting.pop(0)[1]():
                    heapq.heappush(heap, (key, rank, next(count), candidate))
                self.stage.check_time()
            if heap:
                key, _, _, candidate = heapq.heappop(heap)
                yield key, candidate

    def near(
        self, round_: Round, suspects: Sequence[int], penalty: float
    ) -> list[tuple[float, int, Candidate]]:
        """Small changes of the value of a site, and of the statement."""
        found = []
        for rank, number in enumerate(suspects):
            site, scope = round_.sites[number], round_.scopes[number]
            for edit in edits(site.value, scope):
                found.append((edit.cost + penalty, rank, Candidate(edit.cost, site, edit, True)))
            for edit in rewrites(site, scope, round_.trees[site.function]):
                found.append((edit.cost + penalty, rank, Candidate(edit.cost, site, edit, False)))
        return found

    def far(
        self, round_: Round, suspects: Sequence[int], penalty: float
    ) -> list[tuple[float, int, Candidate]]:
        """A term or a factor more."""
        found = []
        for rank, number in enumerate(suspects):
            site, scope = round_.sites[number], round_.scopes[number]
            for edit in extensions(site.value, scope):
                found.append((edit.cost + penalty, rank, Candidate(edit.cost, site, edit, True)))
        return found

    def translated(
        self, round_: Round, suspects: Sequence[int], penalty: float
    ) -> list[tuple[float, int, Candidate]]:
        """The reference's own expressions in the place of a site's."""
        found = []
        for rank, number in enumerate(suspects):
            site, scope = round_.sites[number], round_.scopes[number]
            translator = Translator(self.meaning, scope)
            for part, shape in _whole_arrays(site.value, scope):
                for made in translator.all(shape):
                    edit = Edit(TRANSLATED, {id(part): made})
                    key = TRANSLATED + penalty
                    found.append((key, rank, Candidate(TRANSLATED, site, edit, True)))
            for part in _parts(site.value) if self.stage.spec.role is Role.HELPER else ():
                for text in HELPERS[self.stage.spec.name]:
                    written = _helper(text, scope)
                    if written is not None:
                        edit = Edit(TRANSLATED, {id(part): written})
                        found.append(
                            (TRANSLATED + 0.9, rank, Candidate(TRANSLATED, site, edit, True))
                        )
        return found

    def _filled(self, round_: Round) -> list[tuple[float, int, Candidate]]:
        """An array that is made and then filled part by part, written as the reference has it."""
        found = []
        by_statement = {id(site.statement): n for n, site in enumerate(round_.sites)}
        for tree in round_.trees.values():
            for body in bodies(tree):
                for run in _fillings(body):
                    number = by_statement.get(id(run[0]))
                    if number is None or number not in round_.scopes:
                        continue
                    site, scope = round_.sites[number], round_.scopes[number]
                    for made in Translator(self.meaning, scope).all(scope.shape(site.value)):
                        changes: dict[int, Any] = {id(s): [] for s in run[1:]}
                        changes[id(site.value)] = made
                        edit = Edit(FILLED, changes)
                        found.append((FILLED, 0, Candidate(FILLED, site, edit, False)))
        return found

    def inserted(self, round_: Round) -> list[tuple[float, int, Candidate]]:
        """Statements more."""
        return [
            (edit.cost, 0, Candidate(edit.cost, site, edit, False))
            for site, edit in self._insertions(round_)
        ]

    def carried(self, round_: Round) -> list[tuple[float, int, Candidate]]:
        """What is carried from step to step, carried otherwise."""
        found = []
        by_statement = {id(site.statement): n for n, site in enumerate(round_.sites)}
        for tree in round_.trees.values():
            for loop in ast.walk(tree):
                number = by_statement.get(id(loop))
                if not isinstance(loop, ast.For | ast.While) or number is None:
                    continue
                first = by_statement.get(id(loop.body[0]))
                if number not in round_.scopes or first is None or first not in round_.ends:
                    continue
                for edit in carries(
                    loop, round_.scopes[number], round_.ends[first], arguments_of(tree)
                ):
                    site = round_.sites[number]
                    found.append((edit.cost, 0, Candidate(edit.cost, site, edit, False)))
        return found

    def everywhere(self, round_: Round) -> list[tuple[float, int, Candidate]]:
        """One value for another in all of a function, and two exchanged."""
        found = []
        for function, tree in round_.trees.items():
            sites = [(n, s) for n, s in enumerate(round_.sites) if s.function == function]
            scopes = [round_.scopes[n] for n, _ in sites if n in round_.scopes]
            if scopes:
                for edit, statement in throughout(tree, scopes[-1]):
                    if edit.cost > 3.0:
                        continue  # so many places are not changed by one mistake
                    site = next((s for _, s in sites if id(s.statement) == statement), sites[0][1])
                    found.append((edit.cost, 0, Candidate(edit.cost, site, edit, False)))
        return found

    def _suspects(self, round_: Round) -> list[tuple[float, list[int]]]:
        """The sites to look at, with how unlikely they are: those first whose value reaches all
        that is wrong and nothing else; where the function raises, those by which it does.
        """
        wrong = frozenset(_result(name) for name in round_.wrong)
        reached = [n for n in range(len(round_.sites)) if n in round_.scopes]
        if round_.crash is not None:
            guilty = self.raising(round_, reached)
            return [(0.0, guilty), (0.6, [n for n in reached[::-1] if n not in guilty])]
        if not wrong:
            return [(0.0, reached[::-1])]
        groups: dict[float, list[int]] = {}
        influences = [round_.influence.get(number) for number in reached]
        some = any(influence == wrong for influence in influences)
        for number, influence in zip(reached, influences, strict=True):
            if influence is None:
                loop = isinstance(round_.sites[number].statement, ast.For)
                penalty = 0.3 if loop else COMPOSITE
            elif influence == wrong:
                penalty = 0.0
            elif influence and influence <= wrong:
                penalty = PART if some else 0.0
            elif _is_part(round_.sites[number]):
                penalty = COMPOSITE
            else:
                continue
            penalty += self._later(round_, number) if influence is not None else 0.0
            shared = self.stage.shared
            penalty += 0.7 if shared and round_.sites[number].function not in shared else 0.0
            groups.setdefault(penalty, []).append(number)
        return sorted(groups.items())

    def _later(self, round_: Round, number: int) -> float:
        """How much less a site is suspected for its values: the first difference arises where
        what is read is right and what is computed is not.
        """
        scope, value = round_.scopes[number], round_.sites[number].value
        made = scope.value(value)
        if isinstance(made, int):
            return 0.5  # a size is seldom wrong where it is read off an array
        if not isinstance(made, np.ndarray) or made.dtype.kind != "f" or not made.any():
            return 0.0
        if self._is_right(round_, number):
            return 0.9
        read = [scope.value(n) for n in ast.walk(value) if isinstance(n, ast.Name | ast.Subscript)]
        arrays = [one for one in read if isinstance(one, np.ndarray) and one.dtype.kind == "f"]
        return 0.0 if all(map(self.meaning.knows, arrays)) else 0.35

    def raising(self, round_: Round, reached: Sequence[int]) -> list[int]:
        """The sites on the line that raises, and those that make what it reads."""
        error = round_.crash.__cause__ if round_.crash else None
        frames = traceback.extract_tb(error.__traceback__) if error else []
        places = [(f.name, f.lineno) for f in frames if f.filename == "<changed>"]
        if not places:
            return []
        name, line = places[-1]
        found: list[int] = []
        read: set[str] = set()
        for number in reached[::-1]:
            site = round_.sites[number]
            if site.function != name:
                continue
            stored = {
                ast.unparse(n)
                for n in ast.walk(site.statement)
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            }
            here = site.first_line <= (line or 0) <= site.last_line
            if here or (stored & read and not isinstance(site.statement, ast.For)):
                found.append(number)
            if here:
                whole = site.value if isinstance(site.statement, ast.For) else site.statement
                read |= {n.id for n in ast.walk(whole) if isinstance(n, ast.Name)}
        return found

    def _insertions(self, round_: Round) -> Iterator[tuple[Site, Edit]]:
        by_statement = {id(site.statement): (n, site) for n, site in enumerate(round_.sites)}
        for tree in round_.trees.values():
            for body in bodies(tree):
                known = [by_statement[id(s)] for s in body if id(s) in by_statement]
                if not known:
                    continue
                number = known[0][0]
                scope = round_.ends.get(number) or round_.scopes.get(known[-1][0])
                if scope is None:
                    continue
                for edit in insertions(body, scope, number in round_.ends, arguments_of(tree)):
                    (key,) = edit.changes
                    if key in by_statement:
                        yield by_statement[key][1], edit

    # Trying one candidate

    def _try(
        self, round_: Round, candidate: Candidate, holes: dict[int, _Trial]
    ) -> frozenset[str] | None:
        """What becomes right with a change, if nothing becomes wrong; None if it is no help."""
        try:
            if candidate.of_value:
                score = self._with_value(round_, candidate, holes)
            else:
                score = self._with_statement(round_, candidate)
        except (Crash, Seen):
            return None
        if score is None:
            return None
        lost = [n for n, right in round_.right.items() if right and not score.get(n)]
        if lost:
            return None
        gained = frozenset(n for n in round_.wrong if score.get(n))
        left = {_whole(name) for name in round_.wrong - gained}
        if round_.wrong and not {_whole(name) for name in gained} - left:
            return None  # some steps of a result are right at times, and that tells nothing
        return gained

    def _with_value(
        self, round_: Round, candidate: Candidate, holes: dict[int, _Trial]
    ) -> Mapping[str, bool] | None:
        site = candidate.site
        trial = holes.get(id(site))
        if trial is None:
            trial = holes[id(site)] = _Trial(self, round_.trees, site)
        return trial.score(candidate.edit)

    def _with_statement(self, round_: Round, candidate: Candidate) -> Mapping[str, bool] | None:
        function = candidate.site.function
        try:
            with round_.changeable[function].having(candidate.edit.changes) as module:
                code = compile(module, "<changed>", "exec", dont_inherit=True)
            made = self.stage.executed(function, code)
        except Exception:
            return None
        with self.stage.playing({function: made}):
            return self.outcome()

    def outcome(self) -> Mapping[str, bool] | None:
        """The score of the version that plays; None where a law stays broken."""
        score = self.stage.score(self.stage.quick[0], self.wanted)
        if self.broken and any(self.stage.breaks(b.law, b.case) for b in self.broken):
            return None
        return score


def _parts(value: ast.expr) -> list[ast.expr]:
    return [value]


def _helper(text: str, scope: Scope) -> ast.expr | None:
    """An activation's text in the words of a place: of its one argument."""
    arrays = [own for own, value in scope.env.items() if isinstance(value, np.ndarray)]
    if not arrays or not scope.numpy():
        return None
    return parsed(text.replace("NUMPY", scope.numpy()).replace("X", arrays[0]))


def _fillings(body: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Runs of statements that make an array and store into parts of it."""
    for place, first in enumerate(body):
        if not (isinstance(first, ast.Assign) and isinstance(first.targets[0], ast.Name)):
            continue
        run: list[ast.stmt] = [first]
        for following in body[place + 1 :]:
            target = following.targets[0] if isinstance(following, ast.Assign) else None
            base = target.value if isinstance(target, ast.Subscript) else None
            if not (isinstance(base, ast.Name) and base.id == first.targets[0].id):
                break
            run.append(following)
        if len(run) > 1:
            yield run


def _whole_arrays(
    value: ast.expr, scope: Scope
) -> Iterator[tuple[ast.expr, tuple[int, ...] | None]]:
    """The arrays that an expression consists of: itself, or the entries of a tuple or dict."""
    if isinstance(value, ast.Tuple | ast.List):
        for part in value.elts:
            yield from _whole_arrays(part, scope)
    elif isinstance(value, ast.Dict):
        for part in value.values:
            yield from _whole_arrays(part, scope)
    elif scope.shape(value) is not None:
        yield value, scope.shape(value)
    elif scope.value(value) is None and isinstance(value, ast.Call | ast.BinOp):
        yield value, None


def _size(repair: Repair) -> int:
    """How long the function is with a change."""
    return len(ast.unparse(repair.after[repair.site.function]))


def _is_renaming(parts: Sequence[Edit]) -> bool:
    """Whether the same two values are exchanged again and again: they were given the wrong names
    somewhere above, and no place here is the one.
    """
    made = [[n for n in one.changes.values() if isinstance(n, ast.AST)] for one in parts]
    texts = [{ast.unparse(located(new)) for new in one} for one in made]
    places = sum(len(m) if len(t) > 1 else 1 for m, t in zip(made, texts, strict=True))
    return places > 4 and len(set().union(*texts)) <= 2


def _names_a_prediction(own: str) -> bool:
    """Whether a name says that a value is what is predicted: ``yhat``, ``y_t``, ``prediction``."""
    plain = own.lower()
    return plain in ("y", "yt") or plain.startswith(("yhat", "y_", "ypred", "pred", "prob"))


def _is_alias(repair: Repair) -> bool:
    """Whether the statement only gives a value, or a part of an array, another name."""
    return isinstance(repair.site.statement, ast.Assign) and (
        isinstance(repair.site.value, ast.Name) or _is_part(repair.site)
    )


def _is_part(site: Site) -> bool:
    """Whether a site gives a name to a part of an array, which may be a view of it."""
    value = site.value
    named = isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant)
    return isinstance(value, ast.Subscript) and not named


def _places(repairs: Sequence[Repair]) -> set[int]:
    return {id(repair.site.statement) for repair in repairs}


class _Trial:
    """One site with a hole in it, into which values are put."""

    def __init__(self, search: Search, trees: Trees, site: Site) -> None:
        self.search = search
        self.hole = Hole(search.stage)
        self.made: Mapping[str, Any] | None
        try:
            self.made = with_hole(search.stage, trees, site)
        except Exception:
            self.made = None
        self.failed: set[Any] = set()
        self.value = site.value
        self.tree = Changeable(ast.Expression(site.value))

    def _compiled(self, edit: Edit) -> Any:
        with self.tree.having(edit.changes) as changed:
            return compile(changed, "<changed>", "eval", dont_inherit=True)

    def score(self, edit: Edit) -> Mapping[str, bool] | None:
        if self.made is None:
            return None
        stage, hole = self.search.stage, self.hole
        try:
            hole.code = self._compiled(edit)
        except (SyntaxError, ValueError, TypeError, RecursionError):
            return None
        hole.count = 0
        digests: list[Any] = []
        known = self.failed if not self.search.broken else set()

        def first(value: Any) -> None:
            digests.append(_digest(value))
            if digests[0] is not None and digests[0] in known:
                raise Crash("seen", "Seen")

        hole.first = first
        stage.namespace[HOLE] = hole
        score: Mapping[str, bool] | None = None
        try:
            with stage.playing(self.made):
                score = self.search.outcome()
        finally:
            stage.namespace.pop(HOLE, None)
            if hole.count == 1 and digests and not (score and any(score.values())):
                self.failed.add(digests[0])
        return score


def _code(expression: ast.expr) -> Any:
    tree = located(ast.Expression(expression))
    return compile(tree, "<changed>", "eval", dont_inherit=True)


def _result(name: str) -> str:
    """The result that a step, or an entry, of it belongs to."""
    return name if name.startswith("cache[") else name.partition("[")[0]


def _whole(name: str) -> str:
    """The result that a step of it belongs to; an entry of a dictionary is one by itself."""
    return name if name.endswith("']") else _result(name)


def _equal(one: Any, other: Any) -> bool:
    try:
        return np.array_equal(one, other, equal_nan=True)
    except TypeError:  # no numbers
        return False


def _digest(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype != object:
        return value.shape, value.dtype.char, value.tobytes()
    return None


def _perturbed(value: Any, opaque: list[bool]) -> Any:
    """The value with every number in its arrays moved a little."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value * 1.001 + 1e-3 * (1 + np.arange(value.size).reshape(value.shape) % 7)
    if isinstance(value, float):
        return value * 1.001 + 1e-3
    if isinstance(value, int) and not isinstance(value, bool):
        return value + 1
    opaque.append(True)
    if isinstance(value, tuple):
        return tuple(_perturbed(one, []) for one in value)
    if type(value) is dict:
        return {key: _perturbed(one, []) for key, one in value.items()}
    return value
