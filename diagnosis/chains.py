"""Several mistakes in one function, the later hidden by the earlier: each is looked for where a
value first differs from all that the reference computes, and mended before the next is sought.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..properties import Property
from ..properties.live import arrays_in
from ..properties.subject import Crash
from ..strategies import Case
from .costs import called_name
from .edits import SIMPLE, Edit
from .rewrites import first_values
from .scope import name
from .search import TIE, Candidate, Repair, Round, Search
from .sites import Changeable, Site, arguments_of, sites_of, swapped
from .stage import Broken, OutOfBudget, Trees, copied
from .unknown import name_in

SEEN = "__cellcheck_event__"

DEEPEST, WIDEST, PLACES = 4, 3, 5
"""Mistakes in a row; repairs of one that are followed; places that are tried for each."""

NEAREST = 1.7

REST, LIKELIEST = 0.35, 1.5
"""Seconds for what is left when one mistake is mended; for the likeliest of several, and where only
laws are still broken.
"""

MOST_EVENTS = 400

UNCHANGED = "arguments_are_left_unchanged"


@dataclass
class Look:
    """What a version of the functions computes, statement by statement."""

    right: Mapping[str, bool]
    crash: Crash | None
    events: list[tuple[int, int]]
    """The places of the sites in the order of their evaluation, with their unknown arrays."""

    envs: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    known: frozenset[Any] = frozenset()
    """What the reference computes of what is computed, each value once."""

    @property
    def missing(self) -> str:
        """The name without a value that ends the call, if one does."""
        error = self.crash.__cause__ if self.crash else None
        return name_in(error) if isinstance(error, NameError) else ""

    @property
    def wrong(self) -> int:
        """How many results are not right."""
        return sum(1 for right in self.right.values() if not right)

    @property
    def badness(self) -> int:
        """How much is wrong, on the way and in the end."""
        return self.wrong + sum(unknown for _, unknown in self.events)

    def improves(self, other: Look) -> bool:
        """Whether more is right than in another, and nothing that was right there is wrong."""
        if self.crash and not other.crash:
            return False
        further = bool(other.crash) and len(self.events) > len(other.events)
        if self.crash and other.crash:
            return further and (not self.missing or self.missing != other.missing)
        if any(right and not self.right.get(result) for result, right in other.right.items()):
            return False
        if self.wrong < other.wrong:
            return True
        return further or len(self.known) > len(other.known)


@dataclass
class State:
    """The functions with some changes made."""

    trees: Trees
    parts: tuple[Edit, ...]
    places: tuple[Site, ...]
    look: Look

    def with_more(self, trees: Trees, parts: Sequence[Edit], places: Sequence[Site]) -> State:
        """The state with further changes made."""
        return State(trees, (*self.parts, *parts), (*self.places, *places), self.look)

    @property
    def cost(self) -> float:
        """What all changes cost together."""
        return sum(part.cost for part in self.parts)

    @property
    def size(self) -> int:
        """How long the functions are."""
        return sum(len(ast.dump(tree)) for tree in self.trees.values())


class Chains:
    """The search for several mistakes of one function, one after the other."""

    def __init__(self, search: Search) -> None:
        self.search, self.stage = search, search.stage
        self.sums = search.meaning.sums
        self.known: set[Any] = set()
        spec, case = self.stage.spec, self.stage.quick[0]
        given = [case.arguments(spec)]
        if spec.role.is_backward:
            given.append(self.stage.subject.cache(case))
        self.given = {self.sums.which(a) for a in arrays_in(given) if a.dtype.kind == "f"}

    def repairs(self) -> list[Repair]:
        """The changes that together make the function right, as one; nothing, if none are found."""
        trees = self.stage.trees
        start = State(trees, (), (), self.look(trees))
        found = None
        with contextlib.suppress(OutOfBudget):
            found = next(filter(None, map(self._followed, self._starts(start))), None)
        if found is None:
            return []
        changes = {key: new for part in found.parts for key, new in part.changes.items()}
        edit = Edit(found.cost, changes)
        return [Repair(found.places[0], edit, trees, found.trees, frozenset(), found.parts)]

    def _starts(self, state: State) -> Iterator[State]:
        """The functions with what changes an argument mended, if something does; and as they are.

        What an argument holds tells nothing while it is changed on the way.
        """
        laws = [law for law in self.stage.laws if law.name == UNCHANGED]
        broken = [Broken(law, c) for law in laws for c in self._breaking(state.trees, law)[:2]]
        if broken:
            for trees, edit, site in _anew(state.trees):
                if not any(self._breaks(trees, one) for one in broken):
                    yield State(trees, (edit,), (site,), self.look(trees))
                    break
        yield state

    def _breaking(self, trees: Trees, law: Property) -> list[Case]:
        if law.name not in self.search.findings:
            return []
        return [case for case in self.stage.cases if self._breaks(trees, Broken(law, case))]

    def _breaks(self, trees: Trees, broken: Broken) -> bool:
        with self.stage.playing(self.stage.compiled(trees)):
            return self.stage.breaks(broken.law, broken.case)

    def _followed(self, state: State) -> State | None:
        """The first that is wholly right, of those that are reached from one by mending."""
        states = [state]
        for _ in range(DEEPEST):
            following: list[State] = []
            for one in states:
                mended = bool(one.parts)
                plain = mended and one.look.badness == one.look.wrong
                alone = one is states[0] or not (one.look.wrong or one.look.crash)
                seconds = LIKELIEST if alone else REST
                rest = self._rest(one, seconds) if plain else None
                if rest is not None:
                    return rest
                one.look = self.look(one.trees, True)
                children = _unlike(sorted(self._children(one), key=_order))
                whole = [c for c in children if not c.look.wrong and not c.look.crash]
                ends = [end for child in whole[:6] for end in self._lawful(child)]
                if ends:
                    return _least(ends)
                rest = self._rest(one, seconds) if mended and not plain else None
                if rest is not None:
                    return rest
                if mended and not one.look.wrong and not one.look.crash:
                    rest = self._elsewhere(one)
                    if rest is not None:
                        return rest
                following += children[:WIDEST]
            states = sorted(following, key=_order)[:WIDEST]
        return None

    def _rest(self, state: State, seconds: float) -> State | None:
        """What is still to be done where one mistake is mended, if it shows now on its own."""
        self.stage.check_time()
        with self.stage.share(seconds), contextlib.suppress(OutOfBudget):
            search = self.search.anew(state.trees)
            done = search.onwards(state.trees) if search.stage.quick else []
            if done:
                parts = [part for repair in done for part in repair.parts or (repair.edit,)]
                places = [repair.site for repair in done]
                return state.with_more(done[-1].after, parts, places)
        return None

    def _elsewhere(self, state: State) -> State | None:
        """What is still to be done where all is right on the case that was looked at so far."""
        search = self.search.anew(state.trees)
        if not search.stage.quick or search.stage.quick[0] is self.stage.quick[0]:
            return None
        others = Chains(search)
        found = others._followed(State(state.trees, (), (), others.look(state.trees)))
        return found and state.with_more(found.trees, found.parts, found.places)

    def _lawful(self, state: State) -> Iterator[State]:
        """The state if it keeps every law, or with what it changes in place made anew."""
        if self._holds(state.trees):
            yield state
            return
        for trees, edit, site in _anew(state.trees):
            if self._holds(trees):
                yield State(trees, (*state.parts, edit), (*state.places, site), state.look)
                return

    def _holds(self, trees: Trees) -> bool:
        self.stage.check_time()
        return self.search.verified(trees)

    # Looking at a version

    def look(self, trees: Trees, deep: bool = False) -> Look:
        """What a version computes; ``deep``: with what each statement sees as it is reached."""
        made = self._watched(trees, deep)
        return self._seen(lambda: self.stage.compiled(made))

    def _watched(self, trees: Trees, deep: bool = False) -> dict[str, ast.FunctionDef]:
        sites = list(enumerate(self.stage.sites(trees)))
        return {
            function: swapped(
                tree,
                {id(s.value): _event(n, s.value, deep) for n, s in sites if s.function == function},
            )
            for function, tree in trees.items()
        }

    def _look_at(self, round_: Round, candidate: Candidate) -> Look:
        """What a version computes with one change more."""
        function, changes = candidate.site.function, candidate.edit.changes
        if not candidate.of_value:
            return self.look({**round_.trees, function: swapped(round_.trees[function], changes)})
        key = f"watched {function}"
        if key not in round_.changeable:
            for own, tree in self._watched(round_.trees).items():
                round_.changeable[f"watched {own}"] = Changeable(ast.Module([tree], []))
        with round_.changeable[key].having(changes) as module:
            code = compile(module, "<changed>", "exec", dont_inherit=True)
        others = {n: t for n, t in round_.trees.items() if n != function}
        made = self.stage.compiled(self._watched(others)) if others else {}
        return self._seen(lambda: {**made, function: self.stage.executed(function, code)})

    def _seen(self, make: Callable[[], Mapping[str, Any]]) -> Look:
        stage = self.stage
        events: list[tuple[int, int]] = []
        envs: dict[int, list[dict[str, Any]]] = {}

        def seen(number: int, value: Any) -> Any:
            if len(events) < MOST_EVENTS:
                events.append((number, self.unknown(value)))
            return value

        def reached(number: int, env: Mapping[str, Any]) -> int:
            kept = envs.setdefault(number, [])
            if len(kept) < 4:
                kept.append({n: copied(v) for n, v in env.items()})
            return number

        self.known, crash = set(), None
        stage.namespace[SEEN], stage.namespace[SEEN + "at"] = seen, reached
        right: Mapping[str, bool] = dict.fromkeys(stage.expected(stage.quick[0]), False)
        try:
            with stage.playing(make()):
                right = stage.score(stage.quick[0])
        except Crash as error:
            crash = error
        finally:
            del stage.namespace[SEEN], stage.namespace[SEEN + "at"]
        return Look(right, crash, events, envs, frozenset(self.known - self.given))

    def unknown(self, value: Any, depth: int = 0) -> int:
        """How many arrays of a value the reference does not compute."""
        if isinstance(value, np.ndarray):
            if value.dtype.kind != "f" or not value.size or not value.any():
                return 0
            which = self.sums.which(value)
            self.known.add(which)
            return int(which is None)
        if depth > 1:
            return 0
        if type(value) is dict and not depth:
            return sum(self.unknown(one, depth + 1) for one in value.values())
        if type(value) is tuple or (type(value) is list and not depth):
            return sum(self.unknown(one, depth + 1) for one in value)
        return 0

    # The next mistake

    def _children(self, state: State) -> list[State]:
        sites = self.stage.sites(state.trees)
        round_ = Round(state.trees, sites, state.look.right, state.look.crash)
        self.search.give_scopes(round_, state.look.envs)
        done = {id(site.statement) for site in state.places}
        targets = [
            n for n in self._targets(state.look, round_) if id(sites[n].statement) not in done
        ]
        found: list[State] = []
        seen: set[Any] = set()
        for tier in self._tiers(round_, targets, state.look):
            for candidate in tier():
                if (
                    found
                    and not found[-1].look.wrong
                    and candidate.cost > found[-1].parts[-1].cost + 0.051
                ):
                    break
                child = self._child(state, round_, candidate, seen)
                if child is not None:
                    found.append(child)
            if found:
                break
        return found

    def _child(
        self, state: State, round_: Round, candidate: Candidate, seen: set[Any]
    ) -> State | None:
        """The functions with one change more, if that is an improvement."""
        self.stage.check_time()
        if candidate.of_value and not self._helps(state.look, round_, candidate, seen):
            return None
        try:
            look = self._look_at(round_, candidate)
        except Exception:
            return None
        if not look.improves(state.look) or look.missing in _concerned(candidate):
            return None
        function = candidate.site.function
        tree = swapped(state.trees[function], candidate.edit.changes)
        trees = {**state.trees, function: tree}
        parts = (*state.parts, candidate.edit)
        return State(trees, parts, (*state.places, candidate.site), look)

    def _targets(self, look: Look, round_: Round) -> list[int]:
        """Where a difference first arises: what is read is known, what is computed is not."""
        targets: list[int] = []
        if look.crash is not None:
            targets = self.search.raising(round_, sorted(round_.scopes))[: PLACES - 1]
            targets += [n for n in _headers(round_, targets) if n not in targets]
        doubtful: list[int] = []
        reads: dict[int, set[str]] = {}
        for number, unknown in look.events:
            if not unknown or number in reads or number in doubtful or number in targets:
                continue
            scope = round_.scopes[number]
            nodes = [n for n in ast.walk(round_.sites[number].value) if isinstance(n, ast.Name)]
            unknown_names = {n.id for n in nodes if self.unknown(scope.value(n))}
            if unknown_names:
                doubtful.append(number)
                for earlier in self._stores(round_, number, unknown_names):
                    if earlier not in doubtful and not _is_unknown(look, earlier):
                        doubtful.append(earlier)
            else:
                reads[number] = {n.id for n in nodes}
        shared = {n for own in reads.values() for n in own if _count(reads, n) > 1}
        stores = list(dict.fromkeys(e for n in reads for e in self._stores(round_, n, shared)))
        common = [*stores[:1], *list(reads)[:2], *stores[1:], *list(reads)[2:]]
        found = [*targets, *(common if stores else reads), *doubtful]
        found += [n for n in round_.scopes if _is_of_integers(round_, n)]
        found[2:2] = _headers(round_, found[:2]) if not look.crash else []
        ends = [n for n, s in enumerate(round_.sites) if isinstance(s.statement, ast.Return)]
        ends = [n for n in ends if n in round_.scopes and not look.crash]
        if look.crash is not None and not targets:  # what it returns is none of the contract's
            ends = sorted(round_.scopes)[-2:]
        ends += self._unpackings(round_, found[:2]) if not look.crash else []
        return list(dict.fromkeys([*dict.fromkeys(found[:PLACES]), *ends]))

    @staticmethod
    def _unpackings(round_: Round, numbers: Sequence[int]) -> list[int]:
        """Where several names get their values at once that some sites read."""
        read = {
            n.id
            for number in numbers
            for n in ast.walk(round_.sites[number].statement)
            if isinstance(n, ast.Name)
        }
        return [
            number
            for number, site in enumerate(round_.sites)
            if number in round_.scopes
            and isinstance(site.statement, ast.Assign)
            and isinstance(target := site.statement.targets[0], ast.Tuple)
            and read & {n.id for n in target.elts if isinstance(n, ast.Name)}
        ]

    def _stores(self, round_: Round, number: int, names: set[str]) -> Iterator[int]:
        for earlier, site in enumerate(round_.sites[:number]):
            stored = {
                n.id
                for target in getattr(site.statement, "targets", [site.statement])
                for n in ast.walk(target)
                if isinstance(n, ast.Name)
            }
            composite = isinstance(site.statement, ast.For | ast.If | ast.While)
            if stored & names and not composite and earlier in round_.scopes:
                yield earlier

    def _tiers(
        self, round_: Round, targets: Sequence[int], look: Look
    ) -> Iterator[Callable[[], Iterable[Candidate]]]:
        """What to try, the likeliest first, made when it is needed."""
        search, loops = self.search, any(site.depth for site in round_.sites)

        def sorted_(made: list[tuple[float, int, Candidate]]) -> list[Candidate]:
            return [one[2] for one in sorted(made, key=lambda one: one[0])]

        def near() -> list[Candidate]:
            made = search.near(round_, targets, 0.0)
            made += [(SIMPLE, 0, c) for n in targets for c in _dropped_by_numpy(round_, n)]
            made = [one for one in made if one[0] <= NEAREST]
            return sorted_([*made, *(_given_values(round_, look.missing) if look.missing else ())])

        yield near
        if loops:
            yield lambda: sorted_([*search.inserted(round_), *search.carried(round_)])
        yield lambda: sorted_(search.far(round_, targets[:2], 0.0))
        yield lambda: sorted_(search.translated(round_, targets[:2], 0.0))
        yield lambda: sorted_(search.everywhere(round_))

    def _helps(self, look: Look, round_: Round, candidate: Candidate, seen: set[Any]) -> bool:
        """Whether a value, computed in place, is one that the reference has."""
        number = round_.sites.index(candidate.site)
        envs = look.envs[number]
        before = [unknown for place, unknown in look.events if place == number]
        at = next((k for k, unknown in enumerate(before) if unknown), None)
        if at is None or at >= len(envs):
            return True  # it raises, or is wrong in a way that its value does not show
        try:
            with _changeable(round_, candidate.site).having(candidate.edit.changes) as changed:
                code = compile(changed, "<changed>", "eval", dont_inherit=True)
            value = eval(code, {**self.stage.namespace, **_apart(envs[at])})
        except Exception:
            return False
        digest = (number, _digest(value))
        if digest[1] is not None and digest in seen:
            return False
        seen.add(digest)
        return self.unknown(value) < before[at]


def _unlike(states: Iterable[State]) -> list[State]:
    """Of those that change the same statement and compute the same, the first."""
    kept: dict[Any, State] = {}
    for state in states:
        look = state.look
        behaviour = tuple(look.events), tuple(look.right.values()), look.known
        kept.setdefault((id(state.places[-1].statement), behaviour), state)
    return list(kept.values())


def _order(state: State) -> tuple[Any, ...]:
    """Those first in which most is right; of such that raise, where that is latest."""
    look = state.look
    if look.crash is not None:
        return True, -len(look.events), state.cost, state.size
    known = len(look.known) if look.wrong else 0
    return False, look.wrong, -known, look.badness, state.cost, state.size


def _is_unknown(look: Look, number: int) -> bool:
    return any(place == number and unknown for place, unknown in look.events)


def _headers(round_: Round, numbers: Sequence[int]) -> list[int]:
    """The loops that some sites stand in."""
    inside = {id(round_.sites[number].statement) for number in numbers}
    return [
        number
        for number, site in enumerate(round_.sites)
        if isinstance(site.statement, ast.For | ast.While)
        and number in round_.scopes
        and any(id(part) in inside for one in site.statement.body for part in ast.walk(one))
    ]


def _is_of_integers(round_: Round, number: int) -> bool:
    """Whether a site makes an array that can hold no fractions."""
    made = round_.scopes[number].value(round_.sites[number].value)
    return isinstance(made, np.ndarray) and made.dtype.kind in "iub"


def _concerned(candidate: Candidate) -> set[str]:
    """The names that a change writes, and those that the statement assigned before it."""
    statement = candidate.site.statement
    news = [n for n in candidate.edit.changes.values() if isinstance(n, ast.AST)]
    targets = getattr(statement, "targets", [getattr(statement, "target", statement)])
    names = [n for one in (*news, *targets) for n in ast.walk(one) if isinstance(n, ast.Name)]
    return {node.id for node in names}


def _given_values(round_: Round, missing: str) -> Iterator[tuple[float, int, Candidate]]:
    """Assignments to a name that has no value, before the statement or the loop that reads it."""
    raising = max(round_.scopes)
    place = next(iter(_headers(round_, [raising])), raising)
    site, scope = round_.sites[place], round_.scopes[place]
    for cost, value in first_values(scope, missing):
        made = ast.Assign([ast.Name(missing, ast.Store())], value)
        edit = Edit(cost, {id(site.statement): [made, site.statement]})
        yield cost, 0, Candidate(cost, site, edit, False)


def _count(reads: Mapping[int, set[str]], own: str) -> int:
    return sum(own in names for names in reads.values())


def _changeable(round_: Round, site: Site) -> Changeable:
    key = f"value {id(site)}"
    if key not in round_.changeable:
        round_.changeable[key] = Changeable(ast.Expression(site.value))
    return round_.changeable[key]


def _event(number: int, value: ast.expr, deep: bool) -> ast.expr:
    place: ast.expr = ast.Constant(number)
    if deep:
        here = ast.Call(name("locals"), [], [])
        place = ast.Call(name(SEEN + "at"), [place, here], [])
    return ast.copy_location(ast.Call(name(SEEN), [place, value], []), value)


def _apart(env: Mapping[str, Any]) -> dict[str, Any]:
    """The names with containers of their own, which may be changed."""
    return {n: type(v)(v) if type(v) in (dict, list) else v for n, v in env.items()}


def _digest(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype != object:
        return value.shape, value.tobytes()
    if type(value) is tuple:
        parts = tuple(map(_digest, value))
        return None if None in parts else parts
    return None


def _dropped_by_numpy(round_: Round, number: int) -> Iterator[Candidate]:
    """Python's own types in the place of names that numpy no longer has."""
    site, scope = round_.sites[number], round_.scopes[number]
    for node in ast.walk(site.value):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = scope.value_of_name(node.value.id)
            if owner is np and node.attr in ("float", "int", "bool"):
                edit = Edit(SIMPLE, {id(node): name(node.attr)})
                yield Candidate(SIMPLE, site, edit, False)


def _anew(trees: Trees) -> Iterator[tuple[Trees, Edit, Site]]:
    """The functions with one statement that changes an array in place making a new one."""
    for function, tree in trees.items():
        for site in sites_of(function, tree.body):
            for key, new in _made_anew(site, arguments_of(tree)):
                edit = Edit(SIMPLE, {key: new})
                yield {**trees, function: swapped(tree, edit.changes)}, edit, site


def _made_anew(site: Site, given: set[str]) -> Iterator[tuple[int, Any]]:
    statement = site.statement
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        whole = ast.BinOp(name(statement.target.id), statement.op, statement.value)
        yield id(statement), [ast.Assign([statement.target], whole)]
    stored = getattr(statement, "targets", [None])[0]
    if isinstance(statement, ast.AugAssign) or isinstance(stored, ast.Subscript):
        yield id(statement), [ast.Pass()]
    for node in ast.walk(site.value):
        if isinstance(node, ast.Call) and any(k.arg == "out" for k in node.keywords):
            kept = [k for k in node.keywords if k.arg != "out"]
            yield id(node), ast.Call(node.func, node.args, kept)
        if isinstance(node, ast.Call) and called_name(node.func) == "pop" and len(node.args) == 1:
            owner = node.func.value  # type: ignore[attr-defined]
            yield id(node), ast.Subscript(owner, node.args[0], ast.Load())


def _least(ends: Sequence[State]) -> State | None:
    """The least of several repairs; none, where as little would do elsewhere."""
    least = min(end.cost for end in ends)
    nearest = [end for end in ends if end.cost <= least + TIE]
    places = {frozenset(id(site.statement) for site in end.places) for end in nearest}
    return nearest[0] if len(places) == 1 else None
