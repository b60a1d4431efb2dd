"""What a law sees of the code under test: one function, called with the contract's names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar

import numpy as np

from ..cells.spec import CellSpec, Family, FunctionSpec, RecurrentFamily, Role
from ..strategies.case import Array, Case, Tensor
from .budget import Work
from .errors import Crash, NotApplicable
from .tolerance import sensitivity

Value = TypeVar("Value")

Handle: TypeAlias = object
"""A cache as an opaque handle: from a forward call, to a backward call."""

Contents = Sequence[Mapping[str, Array]]
"""What a contract cache holds: for each step, the cached tensors by name."""

Answers: TypeAlias = dict[str, Any]
"""What came of a case, by what was asked: a `Returned` or a `Crash`, contents, or a cache."""

Asked: TypeAlias = tuple[Case, str]
"""What is asked of a function on a case: to ``run``, to run ``again`` with the same cache, to be
``inspected``, or what the cache of the run holds (``contents``).
"""


@dataclass(frozen=True)
class Returned:
    """What one call gave: results by the contract's names, and the cache.

    After an inspecting call, ``changed`` names the arguments whose contents are no longer what
    they were, ``shared`` the pairs of names that share memory, and ``overwritten`` the results of
    the inspecting call before that have changed since.
    """

    values: Mapping[str, Tensor]
    cache: Handle = None
    changed: tuple[str, ...] = ()
    shared: tuple[tuple[str, str], ...] = ()
    overwritten: tuple[str, ...] = ()


class Functions(Protocol):
    """The functions under test, wherever they live: arrays in, arrays out.

    Implementations turn the contract's names and order into the code's own and back. ``work``
    counts what their slow calls have cost.
    """

    work: Work

    def __contains__(self, name: object) -> bool:
        """Whether there is such a function."""

    def call(
        self,
        function: FunctionSpec,
        arguments: Mapping[str, Tensor],
        cache: Handle = None,
        *,
        inspect: bool = False,
    ) -> Returned:
        """Calls it. Raises `Crash` where it raises or returns something of another form."""

    def cache_of(self, function: FunctionSpec, arguments: Mapping[str, Tensor]) -> Handle:
        """The cache that a forward function makes, for a backward function to be called with."""

    def ahead(
        self, function: FunctionSpec, asked: Iterable[Asked]
    ) -> Iterator[tuple[Case, Answers]]:
        """The answers, by what was asked, for as many cases as it is simple to have them all at
        once; of a backward function also the ``cache`` of its own forward's that it was given.
        """

    def results(self, function: FunctionSpec) -> tuple[str, ...]:
        """The results that the code's own form of the function has, by the contract's names."""

    def order(self, function: FunctionSpec) -> tuple[str, ...]:
        """The same results in the order in which the code returns them."""

    def is_private(self, function: FunctionSpec) -> bool:
        """Whether its caches have a form of the code's own, which no other code can make."""

    def has_cache(self, function: FunctionSpec) -> bool:
        """Whether the code's own form of a forward function returns a cache."""

    def contents(self, function: FunctionSpec, cache: Handle) -> Contents | None:
        """What a forward function's cache holds, if it has the contract's form, else None."""

    def mended(
        self, function: FunctionSpec, cache: Handle, values: Mapping[str, Tensor]
    ) -> Iterator[Handle]:
        """For a backward function, the caches that differ from one in a single entry: what bears
        the name of one of these values, and is another, is that.
        """

    def steps_read(self, function: FunctionSpec, cache: Handle) -> int | None:
        """How many steps' caches the contract's backward function would find in a sequence's; None
        where it is not meant for that function.
        """

    def contract_cache(self, function: FunctionSpec, steps: Contents, x: Array | None) -> Handle:
        """A cache in the contract's form for a backward function; ``x`` for a sequence's."""

    def argument(self, function: FunctionSpec, name: str) -> str:
        """What the code itself calls an argument."""

    def presented(
        self, function: FunctionSpec, arguments: Mapping[str, Tensor]
    ) -> dict[str, Tensor]:
        """The arguments of a call, but for a cache, as the code has them, by its own names."""

    def suited(self, function: FunctionSpec, case: Case) -> Case:
        """The part of a case that the code's own form of the function can be called with."""

    def keeps_something(self, function: FunctionSpec) -> bool:
        """Whether its code writes to what outlives a call."""

    def departures(self, function: FunctionSpec) -> tuple[str, ...]:
        """Where a function that has the contract's name does otherwise, each a clause."""

    def remark(self, function: FunctionSpec) -> str:
        """What the message of a failure adds of how the code is written; mostly nothing."""

    def own_names(self, function: FunctionSpec) -> Mapping[str, str]:
        """What the code calls tensors that it has another name for than the contract."""

    def cached_arrays(self, cache: Handle) -> Sequence[Array]:
        """Every array that can be reached in a cache of whatever form."""

    def afresh(self) -> bool:
        """Loads the code anew, so that it knows of no earlier call; False where that cannot be."""

    def epsilon(self, function: FunctionSpec) -> float:
        """The rounding unit that the code works in (float64's, unless it says float32)."""


class Subject:
    """One function under test, with its reference if there is one.

    Calls are remembered for the latest case, so that laws share them. ``own_cache`` says whether
    a backward function gets the cache of its own forward, or a correct one in the contract's form.
    Where it is ``alone``, no other function of the code is called but those that it needs.
    """

    def __init__(
        self,
        functions: Functions,
        family: Family,
        name: str,
        *,
        reference: Functions | None,
        own_cache: bool = True,
        alone: bool = False,
    ) -> None:
        self.functions = functions
        self.family = family
        self.function = family.functions[name]
        self.reference = reference
        self.own_cache = own_cache
        self.alone = alone
        self._case: Case | None = None
        self._memory: dict[str, Any] = {}
        self._ready: dict[int, tuple[Case, Answers]] = {}

    def anew(self) -> Subject:
        """The same subject, that remembers no call."""
        return Subject(
            self.functions,
            self.family,
            self.function.name,
            reference=self.reference,
            own_cache=self.own_cache,
            alone=self.alone,
        )

    @property
    def cell(self) -> CellSpec:
        """The recurrent cell that the function belongs to; laws of other roles do not ask."""
        assert isinstance(self.family, RecurrentFamily)
        return self.family.cell

    def run(self, case: Case) -> Returned:
        """The function's results for a case."""
        _, ready = self._ready.pop(id(case), (case, None))
        if ready is not None:
            self._case, self._memory = case, {**ready}
        return self._remember(case, "run", lambda: self._call(case, self.cache(case)))

    def ahead(self, asked: Iterable[Asked]) -> None:
        """Has calls made before each of them is asked for, where that is faster."""
        if self.own_cache or not self.function.role.is_backward:
            answers = self.functions.ahead(self.function, asked)
            self._ready = {id(case): (case, answered) for case, answered in answers}

    def _call(self, case: Case, cache: Handle, *, inspect: bool = False) -> Returned:
        given = case.arguments(self.function)
        return self.functions.call(self.function, given, cache, inspect=inspect)

    def apart(self, case: Case) -> Returned:
        """The function's results for a case besides the one at hand, which stays remembered."""
        return self._apart(case, "run")

    def inspected_apart(self, case: Case) -> Returned:
        """The same of a call that is inspected."""
        return self._apart(case, "inspected")

    def _apart(self, case: Case, what: str) -> Returned:
        _, ready = self._ready.get(id(case), (case, {}))
        returned: Returned | Crash | None = ready.pop(what, None)  # given once
        if returned is None:
            returned = self._call(case, self.fresh_cache(case), inspect=what == "inspected")
        if isinstance(returned, Crash):
            raise returned
        return returned

    def again(self, case: Case) -> Returned:
        """What it returns when it is called once more, a backward function with the same cache."""
        return self._remember(case, "again", lambda: self._call(case, self.cache(case)))

    def often(self, case: Case, times: int) -> Iterator[Returned]:
        """What it returns in as many further calls."""
        for _ in range(times):
            yield self._call(case, self.cache(case))

    def inspected(self, case: Case) -> Returned:
        """A fresh call that is inspected: what it changed, and what shares memory."""

        def compute() -> Returned:
            return self._call(case, self.fresh_cache(case), inspect=True)

        return self._remember(case, "inspected", compute)

    def contents(self, case: Case) -> Contents | None:
        """What the cache of a forward function's run holds, if it has the contract's form."""

        def compute() -> Contents | None:
            return self.functions.contents(self.function, self.run(case).cache)

        return self._remember(case, "contents", compute)

    def cache(self, case: Case) -> Handle:
        """The cache that a backward function is to be called with; None for other functions."""
        return self._remember(case, "cache", lambda: self.fresh_cache(case))

    def fresh_cache(self, case: Case) -> Handle:
        """The same from a forward pass of its own."""
        if not self.function.role.is_backward:
            return None
        forward = self.family.functions[self.function.forward]
        if self.own_cache:
            return self.functions.cache_of(forward, case.arguments(forward))
        if self.functions.is_private(self.function):
            raise NotApplicable("only its own forward function makes its caches")
        steps = self.expected_contents(case)
        x = case["x"] if self.function.role is Role.SEQUENCE_BACKWARD else None
        return self.functions.contract_cache(self.function, steps, x)

    def inputs(self, case: Case) -> dict[str, Tensor]:
        """All that a call depends on, by the code's own names and in its layout; for a backward
        function, its forward's arguments too.
        """
        forward = self.family.functions.get(self.function.forward)
        called = [forward, self.function] if forward else [self.function]
        found: dict[str, Tensor] = {}
        for one in called:
            given = case.arguments(one)
            found |= self.functions.presented(one, given) if one.name in self.functions else given
        return found

    def expected(self, case: Case) -> Mapping[str, Tensor]:
        """The reference's results for a case; not applicable where there is no reference."""
        return self._recall(case, self.function, "run", lambda: self._expected(case)).values

    def _expected(self, case: Case) -> Returned:
        reference, function = self.need_reference(), self.function
        cache = self._reference_forward(case).cache if function.role.is_backward else None
        return reference.call(function, case.arguments(function), cache)

    def _reference_forward(self, case: Case) -> Returned:
        function = self.function
        forward = self.family.functions[function.forward or function.name]

        def call() -> Returned:
            return self.need_reference().call(forward, case.arguments(forward))

        return self._recall(case, forward, "run", call)

    def expected_contents(self, case: Case) -> Contents:
        """What a correct forward's cache holds for a case."""
        forward = self.family.functions[self.function.forward or self.function.name]
        contents = self.need_reference().contents(forward, self._reference_forward(case).cache)
        if contents is None:
            raise NotApplicable("the reference keeps a private cache")
        return contents

    def known(self, case: Case) -> dict[str, Tensor]:
        """What a correct forward is given for a case and gives back, and what a step caches."""
        forward = self.family.functions[self.function.forward or self.function.name]
        found = {**case.arguments(forward), **self._reference_forward(case).values}
        if forward.role is Role.STEP:
            (contents,) = self.expected_contents(case)
            found |= contents
        return found

    def need_reference(self) -> Functions:
        """The reference; not applicable where there is none."""
        if self.reference is None:
            raise NotApplicable("there is no reference to compare with")
        return self.reference

    def tolerance(self, case: Case, name: str) -> float:
        """How far two correct results may lie apart for this case, by rounding alone."""
        if self.reference is None:
            sizes = self._remember(case, "tolerance", lambda: self._sensitivity(case))
        else:
            sizes = self._recall(case, self.function, "tolerance", lambda: self._sensitivity(case))
        return float(sizes[name]) * self.functions.epsilon(self.function)

    def _sensitivity(self, case: Case) -> dict[str, float]:
        functions = self.reference or self.functions
        twin = Subject(functions, self.family, self.function.name, reference=None)
        return sensitivity(lambda changed: flat(twin.run(changed).values), case)

    def _recall(
        self, case: Case, function: FunctionSpec, what: str, compute: Callable[[], Value]
    ) -> Value:
        """What the reference's function tells, computed once a case for all that ask."""
        key = self.need_reference(), function.name, what
        if key not in case.memory:
            case.memory[key] = compute()
        value: Value = case.memory[key]
        return value

    def _remember(self, case: Case, what: str, compute: Callable[[], Value]) -> Value:
        if case is not self._case:
            self._case, self._memory = case, {}
        if what not in self._memory:
            try:
                self._memory[what] = compute()
            except Crash as crash:  # remembered as well: some take long
                self._memory[what] = crash
        kept: Value | Crash = self._memory[what]
        if isinstance(kept, Crash):
            raise kept
        return kept


def flat(values: Mapping[str, Tensor]) -> dict[str, Array]:
    """Results by name, with the entries of a dict as ``v['dW1']``."""
    arrays: dict[str, Array] = {}
    for name, value in values.items():
        if type(value) is not np.ndarray and isinstance(value, Mapping):
            arrays |= {f"{name}[{key!r}]": entry for key, entry in value.items()}
        else:
            arrays[name] = value
    return arrays
