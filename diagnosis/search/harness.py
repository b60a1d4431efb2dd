"""A failing function on a harness: changed versions of it are run and held against the reference.

What the version that runs does on one case is seen here, what it is worth in `goal`.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...cells.spec import Family, FunctionSpec, RecurrentFamily, Role
from ...engine import Check
from ...engine.drawing import draw
from ...properties import PROPERTIES, NotApplicable
from ...strategies import Case, seeded_case
from ...subject.budget import Budget
from ...subject.definition import Definition
from ...subject.errors import Crash
from ...subject.inspection import plain
from ...subject.limits import limited
from ...subject.live import arrays_in
from ...subject.subject import Subject, flat
from ...submissions.functions import SubmittedFunctions
from ..code.allowances import FUNCTION
from ..code.sites import Site, compiled, executed, inner_bodies, sites_of, with_body, with_methods
from ..code.source import Source

NODES = 200
"""So many nodes of a syntax tree are compiled in one try; most expressions have fewer."""

CLOSE = 1e-7

Trees = Mapping[str, ast.FunctionDef]
"""Functions of the submission, by their own names."""

Live = Mapping[str, Callable[..., object]]
"""The same, compiled."""


class Harness:
    """One failing function with all that is needed to try changed versions of it.

    ``trees`` are the functions of the file that take part in a call and are no contract's own,
    the failing one first. What is ``judged`` by itself, by the contract's names, is left as it is.
    """

    def __init__(
        self,
        done: Check,
        subject: Subject,
        family: Family,
        spec: FunctionSpec,
        judged: Collection[str],
    ) -> None:
        assert isinstance(subject.functions, SubmittedFunctions)
        self.functions: SubmittedFunctions = subject.functions
        self.family, self.spec, self.subject = family, spec, subject
        self.document, self.namespace = done.submission.document, done.submission.document.namespace
        self.definition = done.submission.found[spec.name]
        self.budget = Budget(done.submission.work, FUNCTION)
        drawn = draw(family, done.settings.profile, done.settings.seed)
        self.cases: Sequence[Case] = [self.functions.suited(spec, case) for case in drawn]
        self.laws = [law for law in PROPERTIES.values() if law.applies(spec)]
        self.sources: dict[str, Source] = {}
        self.maker = self._maker(done)
        """The forward function, where what it puts into the cache is a function of its own."""
        fixed = {d.name for name, d in done.submission.found.items() if name in judged}
        self.trees = self._trees(done, fixed, self.definition, *filter(None, [self.maker]))
        sizes = [sum(1 for _ in ast.walk(site.value)) for site in self.sites(self.trees)]
        calls = 2 if self.maker else 1
        self.weight = max([1, *(size // NODES for size in sizes)]) * calls
        """What one try counts for, by the largest expression, and by what is called for it: the
        forward function too.
        """
        self.quick: list[Case] = []
        """The case on which changes are tried, once there is one."""
        self.spends_its_cache = False
        """Whether the function changes what its cache holds, and so needs a new one each time."""
        self._locked: Any = None
        """The cache that was last given, whose arrays cannot be changed."""
        self.needs_cache = False
        """Whether the caches are in the contract's form, and so can be compared by entry."""

    def _maker(self, done: Check) -> Definition | None:
        case, found = self.own_case(), done.submission.found
        if not self.spec.role.is_backward or self.spec.forward not in found:
            return None
        with contextlib.suppress(Crash, NotApplicable):
            if inspect.isfunction(self.subject.cache(case)):
                return found[self.spec.forward]
        return None

    def _trees(
        self, done: Check, fixed: Collection[str], *first: Definition
    ) -> dict[str, ast.FunctionDef]:
        """These functions, and the file's own that they use but for those that are ``fixed``.

        A module's assignment of small functions stands at the head of what reads it first.
        """
        given = {definition.name: definition for definition in first}
        definitions = {**done.submission.document.definitions, **given}
        trees: dict[str, ast.FunctionDef] = {}
        seen, waiting = {*fixed} - given.keys(), [(name, name) for name in given]
        while waiting:
            name, reader = waiting.pop(0)
            if name in seen:
                continue
            seen.add(name)
            definition = definitions.get(name) or done.submission.document.assigned(name)
            source = self.sources.get(name) or (Source.of(definition) if definition else None)
            if source is None:
                continue
            self.sources[name], tree = source, source.tree
            if source.is_table:
                trees[reader] = with_body(trees[reader], [*tree.body, *trees[reader].body])
            else:
                trees[name], reader = tree, name
            read = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
            waiting += [(other, reader) for other in read]
        return trees

    def sites(self, trees: Trees) -> list[Site]:
        """Every place of the functions in which something can be changed."""
        maker = self.maker.name if self.maker else ""
        return [
            site
            for name, tree in trees.items()
            for body in (inner_bodies(tree) if name == maker else [tree.body])
            for site in sites_of(name, body)
        ]

    def spend(self) -> None:
        """Counts a try, by the size of what is tried. Raises `OutOfBudget` where none is left."""
        self.budget.spend(self.weight)

    # Running a changed version

    def compiled(self, trees: Trees) -> Live:
        """Live functions of these trees; raises `SyntaxError` and the like."""
        return {name: self.executed(name, compiled(tree)) for name, tree in trees.items()}

    def executed(self, name: str, code: Any) -> Callable[..., object]:
        """The function that compiled code defines."""
        return executed(name, code, self.namespace)

    @contextlib.contextmanager
    def running(self, made: Live) -> Iterator[None]:
        """Puts live functions in the place of the submission's."""
        name = self.spec.name
        self.functions.work.late.pop(name, None)  # a changed version is another function
        bound_before = self.functions.bound
        methods = [one for one in made if "." in one]
        plain = {one: function for one, function in made.items() if one not in methods}
        before = {one: self.namespace.get(one) for one in plain}
        bound, presented = dict(bound_before), self.document.presented
        for one, definition in ((name, self.definition), (self.spec.forward, self.maker)):
            if definition and definition.name in plain.keys() - presented.keys():
                bound[one] = replace(bound[one], function=plain[definition.name])
        self.functions.bound = bound
        self.namespace.update(plain)
        try:
            with contextlib.ExitStack() as stack:
                for one in methods:
                    owner, _, method = one.partition(".")
                    stack.enter_context(with_methods(self.namespace[owner], {method: made[one]}))
                yield
        finally:
            self.functions.bound = bound_before
            self.namespace.update(before)

    def score(self, case: Case, wanted: Collection[str] | None = None) -> dict[str, bool]:
        """Which results are right for a case, in the version that runs. Raises `Crash`.

        Where some are ``wanted`` and none of them is right, the others are not looked at.
        """
        found, expected = self.observed(case), self.expected(case)
        score = {n: close(found.get(n), expected[n]) for n in wanted or expected}
        if any(score.values()):
            rest = expected.keys() - score.keys()
            score |= {n: close(found.get(n), expected[n]) for n in rest}
        return score

    def _cache(self, case: Case) -> Any:
        """A backward function's cache, which what is tried cannot spoil for what comes after."""
        if self.spends_its_cache or self.maker:
            return self.subject.fresh_cache(case)
        cache = self.subject.cache(case)
        if cache is not self._locked:
            for array in arrays_in(cache):
                array.setflags(write=False)
            self._locked = cache
        return _rebuilt(cache)

    def returned(self, case: Case) -> Any:
        """What one call gives back, as it is. It may raise whatever it likes."""
        spec, bound = self.spec, self.functions.bound[self.spec.name]
        cache = self._cache(case) if spec.role.is_backward else None
        places, named = bound.arguments(case.arguments(spec), cache)
        with limited():
            return plain(bound.function(*places, **named), self.functions.coerced)

    def observed(self, case: Case) -> dict[str, Any]:
        """The results of one call by name, those over time split into steps. Raises `Crash`."""
        spec, convention = self.spec, self.functions.bound[self.spec.name].convention
        try:
            returned, cache = convention.unpack(self.returned(case))
        except (KeyboardInterrupt, Crash):
            raise
        except BaseException as error:
            raise Crash(str(error), type(error).__name__) from error
        values = flat(returned)
        if self.needs_cache:
            values |= _cached(self.functions.contents(spec, cache) or ())
        return self._split(values)

    def expected(self, case: Case) -> dict[str, Any]:
        """The same of the reference."""
        wanted = tuple(self.functions.results(self.spec))  # which a file may have fewer of
        key = "diagnosis", self.subject.reference, self.spec.name, self.needs_cache, wanted
        if key not in case.memory:
            values = flat({n: v for n, v in self.subject.expected(case).items() if n in wanted})
            if self.spec.role.is_forward and self.needs_cache:
                values |= _cached(self.subject.expected_contents(case))
            case.memory[key] = self._split(values)
        known: dict[str, Any] = case.memory[key]
        return known

    def _split(self, values: Mapping[str, Any]) -> dict[str, Any]:
        if self.spec.role not in (Role.SEQUENCE, Role.SEQUENCE_BACKWARD):
            return dict(values)
        made: dict[str, Any] = {}
        for name, value in values.items():
            if isinstance(value, np.ndarray) and value.ndim == 3:
                made |= {f"{name}[{t}]": value[:, :, t] for t in range(value.shape[2])}
            else:
                made[name] = value
        return made

    @property
    def is_sequence(self) -> bool:
        """Whether the function goes over all steps."""
        return "sequence" in self.spec.role.value

    # What the search asks of it, on the case on which changes are tried: see `Runner`.

    @property
    def keys(self) -> Sequence[str]:
        """The results' names, as the code writes them."""
        own_names = self.functions.bound[self.spec.name].convention.own_names
        return [own_names.get(result, result) for result in self.functions.results(self.spec)]

    @property
    def known_names(self) -> Collection[str]:
        """The contract's names."""
        return {*self.spec.shapes, *self.spec.returns}

    def given(self) -> Sequence[np.ndarray]:
        """The arrays of numbers that the function is given."""
        case = self.quick[0]
        given: list[object] = [self.functions.presented(self.spec, case.arguments(self.spec))]
        if self.spec.role.is_backward:
            given.append(self.subject.cache(case))
        return [array for array in arrays_in(given) if array.dtype.kind == "f"]

    def results_now(self) -> dict[str, Any]:
        """The results by name."""
        return self.observed(self.quick[0])

    def score_now(self, wanted: Collection[str] | None = None) -> dict[str, bool]:
        """Which results are right."""
        return self.score(self.quick[0], wanted)

    def misshapen(self) -> set[str]:
        """The results that have another shape than they should."""
        found, expected = self.results_now(), self.expected(self.quick[0])
        arrays = {n: one for n, one in found.items() if isinstance(one, np.ndarray)}
        return {n for n in expected if n in arrays and arrays[n].shape != expected[n].shape}

    def none_right(self) -> dict[str, bool]:
        """That none is."""
        return dict.fromkeys(self.expected(self.quick[0]), False)

    def own_case(self) -> Case:
        """A case of middling size on which unlike things have unlike sizes and values."""
        if isinstance(self.family, RecurrentFamily):
            return seeded_case(self.family, self.family.cell.dimensions, seed=3)
        plain = [case for case in self.cases if case.regime == "plain"] or list(self.cases)
        return max(plain, key=_variety)


def _variety(case: Case) -> tuple[int, int]:
    """How different the sizes are, and how many unlike numbers there are."""
    arrays = flat(case.tensors).values()
    numbers = np.concatenate([np.ravel(np.asarray(a, float)) for a in arrays])
    sizes = [size for size in case.dims.values() if size > 1]
    return len(set(sizes)) + len(sizes), len(np.unique(numbers[numbers != 0]))


def _cached(contents: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    values = {
        f"cache[{step}].{name}": value
        for step, entries in enumerate(contents)
        for name, value in entries.items()
        if isinstance(value, np.ndarray)
    }
    return {**values, "cached": np.array(len(contents))}


def close(found: Any, expected: Any) -> bool:
    """Whether two arrays agree but for rounding."""
    if not isinstance(found, np.ndarray | float) or np.shape(found) != expected.shape:
        return False
    if isinstance(found, np.ndarray) and found.dtype.kind not in "fiub":
        return False
    largest = np.abs(expected).max(initial=0.0)
    return bool(np.abs(found - expected).max(initial=0.0) <= CLOSE * largest + 1e-300)


def _rebuilt(value: Any) -> Any:
    """The same arrays in lists, tuples and dicts of their own."""
    if type(value) is tuple:
        return tuple(map(_rebuilt, value))
    if type(value) is list:
        return list(map(_rebuilt, value))
    if type(value) is dict:
        return {key: _rebuilt(one) for key, one in value.items()}
    return value


def result_of(name: str) -> str:
    """The result that a step, or an entry, of it belongs to."""
    return name if name.startswith("cache[") else name.partition("[")[0]


def whole_of(name: str) -> str:
    """The result that a step of it belongs to; an entry of a dictionary is one by itself."""
    return name if name.endswith("']") else result_of(name)
