"""Gradients: what a backward function returns is the derivative of the forward function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from ..cells.spec import FunctionSpec, RecurrentFamily, Role
from ..gradients import Derivative, derivative
from ..strategies.case import Array, Case
from .compare import require_equal
from .law import Violation, law
from .subject import Functions, Subject

ORDER = 3

DECIDES = 1e-5
"""A numerical derivative decides where its bound is below this part of the derivative's size."""


@law(Role.STEP_BACKWARD, Role.SEQUENCE_BACKWARD)
def gradients_equal_the_derivative_of_the_forward(subject: Subject, case: Case) -> None:
    """Every gradient is the vector-Jacobian product of the forward function: the derivative of
    the sum of its states, weighted with the upstream gradient, with respect to that input.

    This is the definition of the backward pass (Goodfellow, Bengio & Courville, Deep Learning,
    sections 6.5 and 10.2.2), so it holds for every cell and every input.

    A factor of a gate's derivative missing; carries that are not used or not updated in the loop
    over time; a mean for a sum; a weight's gradient in place of the weight; a lost transpose.
    """
    if subject.reference is None:
        _require_derivative(subject, case)
        return
    found = subject.run(case).values
    require_equal(
        subject, case, found, subject.expected(case), "by the derivative of the forward function"
    )


@law(Role.STEP, Role.SEQUENCE, every=20)
def the_forward_has_the_derivative_of_the_reference(subject: Subject, case: Case) -> None:
    """The numerical derivative of this forward function, in a random direction, is what the
    reference's backward function gives.

    Two functions that agree in their values agree in their derivatives; this looks at the slope
    near an input as well as at the input.

    A forward function with a branch, a rounding or a lookup that is right only at some inputs.
    """
    reference = subject.need_reference()
    backwards = [b for b in subject.family.functions.values() if b.forward == subject.function.name]
    if not backwards or subject.functions.epsilon(subject.function) > 1e-15:
        return
    twin = Subject(reference, subject.family, backwards[0].name, reference=None)
    gradients = twin.run(case).values
    for name in ("xt", "x"):
        if f"d{name}" in gradients:
            _compare(
                subject.functions,
                backwards[0],
                case,
                name,
                gradients[f"d{name}"],
                told_by=subject.function,
            )


def _require_derivative(subject: Subject, case: Case) -> None:
    """Holds every gradient against central differences of the subject's own forward function."""
    for gradient, value in subject.run(case).values.items():
        name = subject.function.gradients[gradient]
        _compare(subject.functions, subject.function, case, name, value)


def _compare(
    functions: Functions,
    backward: FunctionSpec,
    case: Case,
    name: str,
    gradient: Array,
    told_by: FunctionSpec | None = None,
) -> None:
    """One direction first; the entries only where it disagrees."""
    random = np.random.default_rng(0)
    shape = gradient.shape
    direction = random.choice((-1.0, 1.0), shape) * random.uniform(0.5, 1.5, shape)
    slope = _slope(functions, backward, case, name)
    numeric = slope(direction)
    if _agree(numeric, float(np.sum(gradient * direction))):
        return
    entries = np.zeros(shape)
    for index in np.ndindex(shape):
        unit = np.zeros(shape)
        unit[index] = 1.0
        entries[index] = slope(unit).value
    place = np.unravel_index(int(np.argmax(np.abs(entries - gradient))), shape)
    where = f"d{name}[{', '.join(map(str, place))}]"
    what = "" if told_by is None else " by the reference"
    raise Violation(
        f"{where} is {gradient[place]:.6g}{what}, and finite differences of the forward function "
        f"give {entries[place]:.6g}",
        check="equal" if told_by is None else "slope",
        tensor=f"d{name}",
        expected=entries,
        found=gradient,
        tolerance=max(numeric.bound, 1e-9 * float(np.max(np.abs(entries)))),
    )


def _agree(numeric: Derivative, analytic: float) -> bool:
    """Whether they are equal within the bound, or the bound is too wide to tell."""
    undecided = not numeric.bound < DECIDES * max(abs(numeric.value), abs(analytic))
    return undecided or abs(numeric.value - analytic) <= numeric.bound


def _slope(
    functions: Functions, backward: FunctionSpec, case: Case, name: str
) -> Callable[[Array], Derivative]:
    """The derivative of the cotangents' sum over the forward's results, along a direction."""
    assert isinstance(case.family, RecurrentFamily)
    forward = case.family.functions[backward.forward]
    cotangents = {n.removeprefix("d"): case[n] for n in backward.takes if not n.startswith("cache")}

    def loss(arguments: Mapping[str, Any]) -> float:
        values = functions.call(forward, arguments).values
        return float(sum(np.sum(values[n] * d) for n, d in cotangents.items()))

    arguments = case.arguments(forward)
    noise = 1e-15 * (1.0 + abs(loss(arguments)))

    def along(direction: Array) -> Derivative:
        return derivative(lambda step: loss(_moved(arguments, name, step * direction)), noise)

    return along


def _moved(arguments: Mapping[str, Any], name: str, by: Array) -> Mapping[str, Any]:
    if name in arguments:
        return {**arguments, name: arguments[name] + by}
    parameters = arguments["parameters"]
    moved = MappingProxyType({**parameters, name: parameters[name] + by})
    return {**arguments, "parameters": moved}
