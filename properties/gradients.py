"""Gradients: what a backward function returns is the derivative of the forward function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial

import numpy as np

from ..cells.spec import Role
from ..gradients import Comparison, fault
from ..strategies.case import Array, Case
from ..subject.compare import EXACT, differing_too, entry, same, worst, wrong_shape
from ..subject.derivative import TIME, Differentiated, pair_of
from ..subject.errors import Evidence, NotApplicable, Violation
from ..subject.message import Message, Name, joined
from ..subject.subject import Subject, flat
from ..subject.tolerance import largest
from .law import law

ORDER = 4

NEAR = (1e-1, -1e-1, 1e-3, -1e-3, 1e-6, -1e-6)
"""How far the inputs lie away at which two forward functions are compared."""

Others = Callable[[], Sequence[str]]
"""Gives the names of what is wrong besides."""

UNDECIDED = "no case decides: its rounding errors could hide a wrong gradient"


@law(Role.STEP_BACKWARD, Role.SEQUENCE_BACKWARD)
def gradients_equal_the_derivative_of_the_forward(subject: Subject, case: Case) -> None:
    """Every gradient is the vector-Jacobian product of the forward function: the derivative of
    the sum of its states, weighted with the upstream gradient, with respect to that input.

    This is the definition of the backward pass (Goodfellow, Bengio & Courville, Deep Learning,
    sections 6.5 and 10.2.2), so it holds for every cell and every input.

    A factor of a gate's derivative missing; carries that are not used or not updated in the loop
    over time; a mean for a sum; a weight's gradient in place of the weight; a lost transpose.
    """
    found = flat(subject.run(case).values)
    reference = None
    if subject.reference is not None:
        expected = flat(subject.expected(case))
        if all(same(subject, case, name, found[name], expected[name]) for name in found):
            return
        reference = Differentiated(case, subject.function, subject.reference, subject.reference)
    names = {g: name for g, name in subject.function.gradients.items() if g in found}
    pair = pair_of(subject, case)
    for gradient, name in names.items():
        shape = pair.input(name).shape
        if found[gradient].shape != shape:
            raise Violation(
                wrong_shape(gradient, found[gradient].shape, shape),
                check="shape",
                tensor=gradient,
                expected=shape,
            )
    comparison = pair.comparison(found, names, reference)
    wrong = _wrong(comparison)
    differing = next(wrong, "")
    if not differing:
        return
    others = cache(lambda: [f"d{name}" for name in wrong])  # decided only where they are told
    first = f"d{differing}"
    analytic = np.array(found[first])
    raise Violation(
        check="equal",
        tensor=first,
        found=analytic,
        evidence=partial(_evidence, comparison, differing, others, analytic),
        details=partial(_details, subject, comparison, differing, others, case.dims),
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
    if _agree_near(subject, case):
        return
    backward = backwards[0]
    gradients = Subject(reference, subject.family, backward.name, reference=None).run(case).values
    names = {f"d{name}": name for name in ("xt", "x") if f"d{name}" in gradients}
    pair = Differentiated(case, backward, subject.functions, reference, contract=reference)
    comparison = pair.comparison(gradients, names)
    for name in _wrong(comparison):
        numeric, bound = comparison.entries(name)
        analytic = gradients[f"d{name}"]
        place = np.unravel_index(int(np.argmax(np.abs(numeric - analytic))), numeric.shape)
        raise Violation(
            Message(
                entry(f"d{name}", place),
                f" is {analytic[place]:.6g} by the reference, and finite differences of the "
                f"forward function give {numeric[place]:.6g}",
            ),
            check="slope",
            tensor=f"d{name}",
            expected=numeric,
            found=analytic,
            tolerance=float(np.max(bound)),
        )


def _agree_near(subject: Subject, case: Case) -> bool:
    """Whether the results for inputs near this one are the reference's, to the last digits: then
    so is the slope, and no difference need be weighed against its rounding.
    """
    x = case["x"]
    assert isinstance(x, np.ndarray)
    direction = np.random.default_rng(0).choice((-1.0, 1.0), size=x.shape)
    near = (case.having(x=x + step * direction) for step in NEAR)
    return all(
        found.shape == expected.shape and largest(found - expected) <= EXACT * largest(expected)
        for one in near
        for found, expected in _both(subject, one)
    )


def _both(subject: Subject, case: Case) -> Iterator[tuple[Array, Array]]:
    """Each result besides the reference's."""
    expected = flat(subject.expected(case))
    for name, found in flat(subject.apart(case).values).items():
        yield found, expected[name]


def _wrong(comparison: Comparison) -> Iterator[str]:
    """The inputs whose gradients are wrong; not applicable where that cannot be told."""
    verdicts: set[str] = set()
    for name, direction in comparison.each_direction(np.random.default_rng(0)):
        verdicts.add(direction.verdict)
        if direction.verdict == "failed":
            yield name
    if "failed" not in verdicts and "undecided" in verdicts:
        raise NotApplicable(UNDECIDED)


def _evidence(comparison: Comparison, name: str, others: Others, found: Array) -> Evidence:
    """What each entry of the first wrong gradient should be, and which others are wrong."""
    numeric, bound = comparison.entries(name)
    text = worst(f"d{name}", found, numeric)
    too = differing_too(others())
    message = Message("by the derivative of the forward function, ", text, too)
    return Evidence(message, numeric, float(np.max(bound)))


def _details(
    subject: Subject,
    comparison: Comparison,
    name: str,
    others: Others,
    sizes: Mapping[str, int],
) -> Message:
    """How the gradient is wrong, for which cotangent, and from which time step on."""
    others()  # so that all of them are decided
    function = subject.function
    sequence = function.role is Role.SEQUENCE_BACKWARD
    found = fault(comparison, name, TIME if sequence else None, sizes)
    upstream = [n for n in function.takes if not n.startswith("cache")]
    ratio = found.reading.partition(":")[0]  # what it may come from is for the diagnosis to say
    gradient = Name(f"d{name}")
    said = [Message(gradient, f" {ratio.removeprefix('it ')}")] if ratio else []
    if len(set(found.results)) > 1:
        alone = zip(found.results, upstream, strict=True)
        parts = (Message(f"{what} with ", Name(given), " alone") for what, given in alone)
        said.append(joined(", ", parts))
    if found.step:
        before = f"the steps before {found.step}" if found.step > 1 else "step 0"
        said.append(
            Message(
                gradient,
                f" is right for an upstream gradient at {before} alone, and wrong for one at "
                f"step {found.step}, counted from 0",
            )
        )
    return joined("; ", said)
