"""Gradients beside the numerical derivative, entry by entry, for a subject and a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from ..cells.spec import FunctionSpec, RecurrentFamily
from ..gradients.finite_differences import Array
from ..gradients.steps import StepErrors, derivative_by_entry, error_by_step
from ..strategies import Case
from ..subject.budget import Budget
from ..subject.errors import Crash
from ..subject.subject import Functions, Subject
from .outcome import Compared

ROUNDINGS = 8
"""How many rounding units of its terms the weighted sum of a forward's results may be off by."""

WORK = 10.0
"""Seconds of work (see `subject.budget`) after which a forward function is called no more; an
ordinary one takes one of them.
"""


@dataclass
class JudgedPair:
    """A forward function and its backward function, one of which is ``subject``'s.

    ``differentiated`` has the forward whose numerical derivative is taken. Where the subject is a
    forward function, its derivative is held against the reference's backward function.
    """

    subject: Subject
    family: RecurrentFamily
    backward: FunctionSpec
    differentiated: Functions
    forward: FunctionSpec = field(init=False)
    judged: Subject = field(init=False)
    budget: Budget = field(init=False)

    def __post_init__(self) -> None:
        self.forward = self.family.functions[self.backward.forward]
        self.judged = self.subject
        self.budget = Budget(self.differentiated.work, WORK)
        if self.subject.function is self.forward:
            reference = self.subject.need_reference()
            self.judged = Subject(reference, self.family, self.backward.name, reference=None)

    @property
    def words(self) -> tuple[str, str]:
        """Where the numeric and the analytic gradients come from."""
        numeric, analytic = f"central differences of {self.forward.name}", self.backward.name
        if self.differentiated is self.subject.reference:
            numeric += ", a correct one"
        if self.judged is not self.subject:
            analytic += ", a correct one"
        return numeric, analytic

    def compared(self, case: Case) -> tuple[Compared, ...]:
        """Every gradient on a case, wrong ones first; raises `Crash` where a call does."""
        found = self.judged.run(case).values
        names = self.judged.functions.results(self.backward)
        return tuple(sorted((self._one(case, n, found.get(n)) for n in names), key=_rank))

    def by_step(self, case: Case, tensor: Compared) -> StepErrors:
        """The error of plain central differences for one gradient, step by step."""
        loss, x = self._loss(case, tensor.name)
        return error_by_step(loss, x, tensor.numeric)

    def _one(self, case: Case, name: str, found: Any) -> Compared:
        loss, x = self._loss(case, name)
        numeric, bound = derivative_by_entry(loss, x, self._noise(case))
        bound = bound + self.judged.tolerance(case, name)
        analytic, problem = _fitting(found, x.shape)
        called = self.judged.functions.own_names(self.backward).get(name, name)
        axes = tuple(self.backward.shapes[name])
        return Compared(name, called, axes, numeric, analytic, bound, problem)

    def _loss(self, case: Case, gradient: str) -> tuple[Callable[[Array], float], Array]:
        """The weighted sum of the forward's results as a function of one input, and that input."""
        name = self.backward.gradients[gradient]
        arguments = case.arguments(self.forward)
        if name in arguments:
            return lambda x: float(sum(self._terms(case, {**arguments, name: x}))), arguments[name]
        parameters = arguments["parameters"]

        def loss(x: Array) -> float:
            moved = MappingProxyType({**parameters, name: x})
            return float(sum(self._terms(case, {**arguments, "parameters": moved})))

        return loss, parameters[name]

    def _noise(self, case: Case) -> float:
        """What the weighted sum may be off by, by rounding."""
        size = sum(self._terms(case, case.arguments(self.forward), np.abs))
        return float(ROUNDINGS * self.differentiated.epsilon(self.forward) * (1.0 + size))

    def _terms(
        self, case: Case, arguments: Mapping[str, Any], taken: Callable[[Array], Array] = np.asarray
    ) -> list[Any]:
        """For each state, the sum of its entries times their upstream gradient's."""
        if self.budget.is_over:
            raise Crash(f"{self.forward.name} takes too long to be differentiated numerically")
        self.budget.spend()
        values = self.differentiated.call(self.forward, arguments).values
        upstream = [name for name in self.backward.takes if not name.startswith("cache")]
        sums = []
        for name in upstream:
            state = name.removeprefix("d")
            value, problem = _fitting(values.get(state), case[name].shape)
            if problem:
                raise Crash(f"{state} of {self.forward.name} {problem}")
            sums.append(np.sum(taken(value * case[name])))
        return sums


def _rank(tensor: Compared) -> tuple[bool, bool, float]:
    """Wrong ones first, the worst before the others; the rest stays in the contract's order."""
    wrong = bool(tensor.wrong or tensor.problem)
    return not wrong, not tensor.known, -float(np.max(tensor.excess)) if wrong else 0.0


def _fitting(found: Any, shape: tuple[int, ...]) -> tuple[Array, str]:
    """A gradient as an array of the shape, or one of NaN and what is wrong with it."""
    nothing = np.full(shape, np.nan)
    if found is None:
        return nothing, "is missing"
    try:
        array = np.asarray(found, np.float64)
    except Exception:  # whatever numpy, or the object itself, has against it
        return nothing, "is no array of real numbers"
    if array.shape != shape:
        return nothing, f"should have the shape {shape} and has {array.shape}"
    return array, ""
