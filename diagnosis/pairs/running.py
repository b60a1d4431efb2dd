"""A failing backward function, run with changes made: what the repair search asks of a pair."""

from __future__ import annotations

import ast
import contextlib
import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import FunctionType
from typing import Any

import numpy as np

from ...pairs.cases import Array, PairCase, symmetric
from ...pairs.errors import Broken, Function, code_of
from ...pairs.function_text import definition
from ...pairs.in_process import LivePair
from ...pairs.laws import Reference
from ...pairs.protocol import Ran, copied
from ...pairs.returned import FORMS
from ...pairs.trial import Trial
from ...subject.budget import Budget, Work
from ...subject.definition import Definition
from ...subject.errors import Crash
from ...subject.limits import limited
from ..code.allowances import PAIR
from ..code.sites import Site, compiled, executed, sites_of, with_methods
from ..code.source import Source
from ..mutate.reference_values import Sums
from ..search.harness import Live, Trees

CLOSE, NOTHING = 1e-7, 1e-10
"""How far a right derivative along a direction may lie from the numerical one, as a part of the sum
of the sizes of its terms, and of those of the results.
"""

SINGLE = 1e-3
"""The same where the numbers are of single precision."""

VALUE = "(value {})"
"""What the results of a function are called that gives its gradients, too."""

POINTS = ((1, 3 / 4), (2, -3 / 20), (3, 1 / 60))
"""The differences of which a derivative is made, to the sixth order."""

STEP = 2.0**-8
"""The step for a direction of ordinary length; for a longer one it is shorter."""


def difference(f: Callable[[float], float], step: float) -> float:
    """The derivative of a function of one number at 0, from differences."""
    return sum(factor * (f(k * step) - f(-k * step)) for k, factor in POINTS) / step


def step_for(direction: Array) -> float:
    """How far an array is moved along a direction."""
    return STEP / max(1.0, float(np.linalg.norm(direction)))


@dataclass(frozen=True)
class Expected:
    """What a gradient should be: an array of this shape, with this derivative along a direction."""

    direction: Array
    value: float

    def is_met(self, gradient: object, size: float, close: float) -> bool:
        """Whether a gradient is that but for rounding, where the results have that ``size``."""
        if not isinstance(gradient, np.ndarray) or gradient.shape != self.direction.shape:
            return False
        if gradient.dtype.kind != "f" or not np.isfinite(gradient).all():
            return False
        terms = gradient * self.direction
        bound = close * (float(np.abs(terms).sum()) + NOTHING / CLOSE * size)
        return bool(abs(float(terms.sum()) - self.value) <= bound)


@dataclass(frozen=True)
class Sample:
    """A case with what the forward function gives and what the gradients should be."""

    trial: Trial
    expected: Mapping[str, Expected]
    size: float
    close: float

    @classmethod
    def of(
        cls,
        pair: LivePair,
        case: PairCase,
        examples: str | None,
        reference: Reference | None = None,
    ) -> Sample | None:
        """The sample of a case; nothing where it has no derivative, or is refused. With a reference
        it is the value that is looked at.
        """
        try:
            trial = Trial(pair, case, examples)
            values = trial.case.differentiated
            with contextlib.suppress(Broken):  # it raises
                values = trial.differentiated
            expected = {name: _expected(trial, name, array) for name, array in values.items()}
        except Exception:  # whatever the code raises
            return None
        right = trial.ran.results if reference is None else (reference(trial.case.values),)
        for number, result in enumerate(right if pair.alone else ()):
            weights = direction(result.shape)
            expected[VALUE.format(number)] = Expected(weights, float(np.sum(weights * result)))
        known = {name: one for name, one in expected.items() if one is not None}
        weighed = zip(trial.ran.results, trial.cotangents, strict=True)
        sizes = (np.abs(result * cotangent).sum() for result, cotangent in weighed)
        single = any(c.dtype == np.float32 for c in trial.cotangents)
        whole = len(known) == len(expected)
        return cls(trial, known, float(sum(sizes)), SINGLE if single else CLOSE) if whole else None


def direction(shape: tuple[int, ...]) -> Array:
    """The direction along which arrays of a shape are moved: the weights of their numbers."""
    return np.asarray(SUMS.weights(int(np.prod(shape))).reshape(shape))


SUMS = Sums()


def weighed(results: Iterable[Array], trial: Trial) -> float:
    """The sum of results, weighted with the cotangents."""
    return float(sum(np.sum(r * c) for r, c in zip(results, trial.cotangents, strict=True)))


def _expected(trial: Trial, name: str, array: Array) -> Expected | None:
    f, _ = trial.functions()
    given, by = array.astype(np.float64), direction(array.shape)

    def moved(step: float) -> float:
        return weighed(f(**{name: given + step * by}), trial)

    wide, near = (difference(moved, step_for(by) / part) for part in (1, 2))
    smooth = abs(near - wide) <= CLOSE / 10 * (abs(near) + 1.0)
    return Expected(by, wide) if smooth and np.isfinite(wide) else None


class PairRunner:
    """A backward function with its helpers, of which changed versions are run on samples.

    ``trees`` are the functions of the file that take part in a call of it and that the forward
    function does not use, the failing one first.
    """

    def __init__(self, pair: LivePair, sample: Sample, work: Work) -> None:
        self.pair, self.sample = pair, sample
        self.budget = Budget(work, PAIR)
        function = inspect.unwrap(pair.backward_function)
        self.main = function.__name__
        self.namespace = namespace_of(function)
        self.sources: dict[str, Source] = {}
        self._methods: set[str] = set()
        self._gather(function)
        forward = source_of(inspect.unwrap(pair.forward_function))
        self.forward_trees = [forward.tree] if forward else []
        self.live_pair = pair
        self.weight = 1
        """What one try counts for, by the statements that a run evaluates."""

    @property
    def trees(self) -> Trees:
        """The functions as they stand."""
        return {name: source.tree for name, source in self.sources.items()}

    def _gather(self, function: Function) -> None:
        """The text of a function, and of what it calls in the same file."""
        spared = {*_callees(self.pair.forward_function, self.pair.owner)} - {function.__name__}
        spared = set() if self.pair.alone else spared
        waiting = [function]
        while waiting:
            one = inspect.unwrap(waiting.pop(0))
            source = source_of(one)
            if source is None or one.__name__ in self.sources:
                continue
            self.sources[one.__name__] = source
            for name, (callee, is_method) in _callees(one, self.pair.owner).items():
                if name not in spared and callee is not self.pair.forward_function:
                    self._methods |= {name} if is_method else set()
                    waiting.append(callee)

    @property
    def keys(self) -> Sequence[str]:
        """How people may call the gradients."""
        return [f"d{one.key}" for one in self.pair.inputs.values() if one.has_gradient]

    @cached_property
    def known_names(self) -> Collection[str]:
        """The gradients' names, by which it is known what they should be."""
        return {f.format(one.key) for one in self.pair.inputs.values() for f in FORMS}

    def sites(self, trees: Trees) -> list[Site]:
        """Every place of the file's functions in which something can be changed."""
        own = [name for name in trees if name != self.main or not self.pair.backward.presented]
        sites = [site for name in own for site in sites_of(name, trees[name].body)]
        return [part for site in sites for part in (*_returned(site), site)]

    def spend(self) -> None:
        """Counts a try, by how much a run computes."""
        self.budget.spend(self.weight)

    def compiled(self, trees: Trees) -> Live:
        """Live functions of these trees."""
        return {name: self.executed(name, compiled(tree)) for name, tree in trees.items()}

    def executed(self, name: str, code: Any) -> Callable[..., object]:
        """The function that compiled code defines."""
        return executed(name, code, self.namespace)

    @contextlib.contextmanager
    def running(self, made: Live) -> Iterator[None]:
        """Puts live functions in the place of the author's."""
        pair, owner = self.live_pair, self.pair.owner
        before = {name: self.namespace.get(name) for name in made}
        methods = {name: made[name] for name in self._methods & made.keys()}
        self.namespace.update(made)
        self.live_pair = self.pair.having(backward=made[self.main])
        try:
            with with_methods(owner, methods):
                yield
        finally:
            self.live_pair = pair
            self.namespace.update(before)

    def changed(self, trees: Trees) -> set[int]:
        """The numbers of the sites of the functions as they stand that others have changed."""
        left = {id(node) for tree in trees.values() for node in ast.walk(tree)}
        sites = enumerate(self.sites(self.trees))
        return {number for number, site in sites if id(site.statement) not in left}

    # On the sample that shows what is wrong

    def given(self) -> list[Array]:
        """The arrays of numbers that the function is given."""
        trial = self.sample.trial
        return floats([*trial.cotangents, *trial.case.values.values(), trial.ran.state])

    def results_now(self) -> dict[str, Any]:
        """The gradients by name, and what else a function gives that gives both."""
        return self.results_on(self.sample)

    def results_on(self, sample: Sample) -> dict[str, Any]:
        """The same on another sample. Raises `Crash`."""
        trial, pair = sample.trial, self.live_pair
        try:
            with limited():
                ran = self._ran(sample)
                found = pair.gradients(ran, tuple(c.copy() for c in trial.cotangents))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            cause = error.__cause__ or error
            raise Crash(str(cause), type(cause).__name__) from cause
        alike = trial.case.symmetric
        values = {VALUE.format(k): np.array(r) for k, r in enumerate(ran.results)}
        return {**values, **{n: _seen(g, n in alike) for n, g in found.arrays.items()}}

    def _ran(self, sample: Sample) -> Ran:
        """A run of the forward function, whose cache a changed version may spoil."""
        ran, pair = sample.trial.ran, self.live_pair
        if pair.alone or pair.is_object:
            return pair.run(sample.trial.case.values)
        return Ran(ran.results, ran.returned, ran.given, duplicate(ran.state, {}))

    def score_now(self, wanted: Collection[str] | None = None) -> dict[str, bool]:
        """Which gradients are right."""
        found, expected = self.results_now(), self.sample.expected
        score = {n: self._is_met(self.sample, n, found) for n in wanted or expected}
        if wanted is None or not any(score.values()):
            return score
        rest = expected.keys() - score.keys()
        return score | {n: self._is_met(self.sample, n, found) for n in rest}

    def misshapen(self) -> tuple[str, ...]:
        """None: what a gradient is has the shape of its input, or nothing is known of it."""
        return ()

    def none_right(self) -> dict[str, bool]:
        """That none is."""
        return dict.fromkeys(self.sample.expected, False)

    def holds_on(self, sample: Sample) -> bool:
        """Whether the version that runs gives all that it should on a sample."""
        try:
            found = self.results_on(sample)
        except Crash:
            return False
        return all(self._is_met(sample, name, found) for name in sample.expected)

    def _is_met(self, sample: Sample, name: str, found: Mapping[str, Any]) -> bool:
        return sample.expected[name].is_met(found.get(name), sample.size, sample.close)


def _returned(site: Site) -> Iterator[Site]:
    """What is computed where several values are returned, each by itself."""
    if isinstance(site.statement, ast.Return) and isinstance(site.value, ast.Tuple | ast.List):
        for part in site.value.elts:
            if not isinstance(part, ast.Name | ast.Constant):
                yield replace(site, value=part)


def _seen(gradient: Array, is_symmetric: bool) -> Array:
    made = np.array(gradient)
    square = is_symmetric and made.ndim > 1 and made.shape[-1] == made.shape[-2]
    return symmetric(made) if square else made


def duplicate(thing: Any, made: dict[int, Any]) -> Any:
    """A deep copy, quicker for what holds arrays; ``made`` are those of parts that come again."""
    if id(thing) not in made:
        if isinstance(thing, np.ndarray) and thing.dtype != object:
            made[id(thing)] = thing.copy()
        elif type(thing) in (tuple, list):
            made[id(thing)] = type(thing)(duplicate(one, made) for one in thing)
        elif type(thing) is dict:
            made[id(thing)] = {key: duplicate(one, made) for key, one in thing.items()}
        else:
            made[id(thing)] = copied(thing)
    return made[id(thing)]


def floats(things: object, depth: int = 0) -> list[Array]:
    """The arrays of floating-point numbers in things, however they hold them."""
    if isinstance(things, np.ndarray):
        return [things] if things.dtype.kind == "f" else []
    parts: Collection[object] = ()
    if isinstance(things, Mapping):
        parts = things.values()
    elif isinstance(things, list | tuple):
        parts = things
    elif hasattr(things, "__dict__") and not callable(things):
        parts = vars(things).values()
    return [array for part in parts for array in floats(part, depth + 1)] if depth < 6 else []


def namespace_of(function: Function) -> dict[str, Any]:
    """The names that a function finds outside itself, with their values."""
    nonlocals = inspect.getclosurevars(function).nonlocals
    return {**getattr(function, "__globals__", {}), **nonlocals}


def source_of(function: Function) -> Source | None:
    """The text of a function from its ``def`` on."""
    found = definition(function)
    if found is None:
        return None
    first = found.node.lineno
    text = "".join(found.lines[first - found.start :])
    name = found.node.name
    return Source.of(Definition(name, function, first, None, found.node, text))


def _callees(function: Function, owner: object) -> dict[str, tuple[Function, bool]]:
    """The functions of the same file that one calls by name, and methods of its class, which come
    with True.
    """
    found: dict[str, tuple[Function, bool]] = {}
    code, text = code_of(function), definition(function)
    if code is None or text is None:
        return found
    names = getattr(function, "__globals__", {})
    for node in ast.walk(text.node):
        match node:
            case ast.Name(id=name):
                one, is_method = names.get(name), False
            case ast.Attribute(value=ast.Name(id="self" | "net"), attr=name) if isinstance(
                owner, type
            ):
                one, is_method = vars(owner).get(name), True
            case _:
                continue
        if isinstance(one, FunctionType) and one.__globals__ is names:
            found[name] = one, is_method
    return found
