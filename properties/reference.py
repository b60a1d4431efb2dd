"""Reference: a forward function computes the contract's equations, and caches what it used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..cells.spec import RecurrentFamily, Role
from ..strategies.case import Array, Case
from ..subject.compare import require_equal, same, worst
from ..subject.errors import Crash, NotApplicable, Violation
from ..subject.inspection import NUMBERS, changed, snapshot
from ..subject.message import Message, Name
from ..subject.subject import Contents, Subject
from .law import law

ORDER = 2


@law(Role.HELPER, Role.STEP, Role.SEQUENCE)
def values_equal_the_reference(subject: Subject, case: Case) -> None:
    """Every result equals the contract's equations: gates, cell state, hidden state, prediction.

    The equations are the definition of the cell. What comes first in the computation is compared
    first, so that the first difference is where the fault is.

    A wrong activation, gate or weight; the rows of the concatenation; a state that is not carried
    from step to step; sigmoid for softmax, or softmax over the wrong axis.
    """
    found = dict(subject.run(case).values)
    expected = dict(subject.expected(case))
    order: Sequence[str] = ()
    if isinstance(subject.family, RecurrentFamily):
        order = subject.family.cell.computation
        if subject.function.role is Role.STEP and not _all_same(subject, case, found, expected):
            _require_gates(subject, case)
    require_equal(subject, case, found, expected, "by the contract's equations", order=order)


def _all_same(
    subject: Subject, case: Case, found: dict[str, Array], expected: Mapping[str, Array]
) -> bool:
    return all(same(subject, case, n, found[n], expected[n]) for n in found)


def _require_gates(subject: Subject, case: Case) -> None:
    """Names the first gate that differs, where the cache has the contract's form."""
    contents = subject.contents(case)
    for gate in subject.cell.gates if contents else ():
        expected = subject.expected_contents(case)[0][gate]
        found = contents[0][gate] if contents else expected
        if not _near(found, expected):
            raise Violation(
                Message(
                    "by the contract's equations, the cached gate ", worst(gate, found, expected)
                ),
                check="cached",
                tensor=gate,
                expected=expected,
                found=found,
                tolerance=1e-8,
            )


@law(Role.STEP, Role.SEQUENCE, every=4)
def the_cache_serves_the_backward_pass(subject: Subject, case: Case) -> None:
    """With the cache of this forward function a correct backward function gives the right
    gradients: it holds, for each step, the values that the step used.

    A cache is private: any form will do for a pair that belongs together. But what it holds must
    be what the step saw when it ran, not what later steps have written over it.

    A view of the results kept as first state, which the loop then overwrites; entries exchanged;
    a list of caches overwritten instead of appended to; a cache not stored.
    """
    backward = _own_backward(subject)
    if backward and gradients_are_right(backward(own_cache=True), case):
        return
    contents = subject.contents(case)
    expected = subject.expected_contents(case)
    if contents is not None:
        _require_contents(contents, expected)
    if backward:
        _require_pair(backward, case)
    if contents is None:
        if subject.alone:
            raise NotApplicable("a private cache tells nothing without its backward function")
        if not backward and not subject.functions.has_cache(subject.function):
            raise NotApplicable("it returns no cache, and no backward function needs one")
        _require_inputs(subject.functions.cached_arrays(subject.run(case).cache), expected, subject)


def _own_backward(subject: Subject) -> Callable[..., Subject] | None:
    """Makes the subject that is this forward function's own backward, where there is one."""
    names = [
        b.name for b in subject.family.functions.values() if b.forward == subject.function.name
    ]
    if subject.alone or not names or names[0] not in subject.functions:
        return None
    return partial(
        Subject, subject.functions, subject.family, names[0], reference=subject.reference
    )


def _require_pair(backward: Callable[..., Subject], case: Case) -> None:
    """Raises where the backward function is right, but for the cache that it is given here."""
    with_own, with_correct = backward(own_cache=True), backward(own_cache=False)
    if gradients_are_right(with_correct, case) and not _changes_its_cache(with_own, case):
        name, gradient = with_own.function.name, _first_wrong(with_own, case)
        what = Message("gives a wrong ", Name(gradient), ", and with a correct one the right one")
        try:
            with_own.run(case)
        except Crash as crash:
            what = Message("fails, and with a correct one it does not: ", crash.message)
        raise Violation(
            Message("with this cache ", Name(name), " ", what),
            check="pair",
            tensor=f"{name}:{gradient}",
            expected=with_own.expected(case)[gradient],
            tolerance=with_own.tolerance(case, gradient),
        )


def _changes_its_cache(backward: Subject, case: Case) -> bool:
    """Whether a backward function writes to its cache: then the forward is not to blame.

    A look at the call (`Subject.inspected`) would not tell it of one that raises.
    """
    cache = backward.cache(case)
    before = snapshot([backward.functions.cached_arrays(cache)])
    with suppress(Crash):
        backward.run(case)
    return any(changed(before, snapshot([backward.functions.cached_arrays(cache)])))


def gradients_are_right(backward: Subject, case: Case) -> bool:
    """Whether a backward function gives the reference's gradients for a case."""
    return not _first_wrong(backward, case)


def _first_wrong(backward: Subject, case: Case) -> str:
    """The first gradient that is not the reference's; nothing where all are."""
    expected = backward.expected(case)
    try:
        found = backward.run(case).values
    except (Crash, NotApplicable):
        return next(iter(expected))
    for name in backward.functions.results(backward.function):
        value = _numbers(found.get(name))
        wrong_shape = value.shape != expected[name].shape
        if wrong_shape or not same(backward, case, name, value, expected[name]):
            return name
    return ""


def _numbers(value: object) -> Array:
    """A value as an array, which tuples and lists of numbers can be read as; else not a number."""
    try:
        array = np.asarray(value)
    except ValueError:  # lists of unequal lengths
        return np.array(np.nan)
    return array if array.dtype.kind in NUMBERS else np.array(np.nan)


def _require_contents(contents: Contents, expected: Contents) -> None:
    if len(contents) != len(expected):
        raise Violation(
            f"the caches hold {len(contents)} steps of a sequence that has {len(expected)}",
            check="steps",
            expected=len(expected),
            found=len(contents),
        )
    for step, (found, wanted) in enumerate(zip(contents, expected, strict=True)):
        for name, value in wanted.items():
            if name in found and name != "parameters" and not _near(found[name], value):
                where = f"step {step}: " if len(expected) > 1 else ""
                raise Violation(
                    Message(
                        f"{where}the cache should hold what the step used: ",
                        worst(name, found[name], value),
                    ),
                    check="cached",
                    tensor=name,
                    expected=(step, value),
                    found=found[name],
                    tolerance=1e-8,
                )


def _require_inputs(cached: Sequence[Array], expected: Contents, subject: Subject) -> None:
    """A cache of another form must at least hold, somewhere, what each step was given."""
    needed = ["xt", *(state.previous for state in subject.cell.states)]
    for step, wanted in enumerate(expected):
        for name in needed:
            if not any(_holds(array, wanted[name]) for array in cached):
                where = f"of step {step} " if len(expected) > 1 else ""
                raise Violation(
                    Message(
                        f"the cache {where}does not hold ",
                        Name(name),
                        ", which a backward pass needs",
                    ),
                    check="cached",
                    tensor=name,
                    expected=(step, wanted[name]),
                )


def _holds(array: Array, wanted: Array) -> bool:
    """Whether an array has the wanted one as a part: a slice of any axis, or rows or columns of a
    concatenation, transposed or not.
    """
    if array.size < wanted.size:
        return False
    if array.ndim == wanted.ndim + 1:
        return any(
            _holds(np.take(array, i, axis), wanted)
            for axis in range(array.ndim)
            for i in range(array.shape[axis])
        )
    if array.ndim != wanted.ndim:
        return False
    return any(
        bool(_agree(sliding_window_view(turned, wanted.shape), wanted).all((-2, -1)).any())
        for turned in (array, array.T)
        if all(size >= least for size, least in zip(turned.shape, wanted.shape, strict=True))
    )


def _near(found: Array, expected: Array) -> bool:
    return np.shape(found) == expected.shape and bool(_agree(found, expected).all())


def _agree(found: Array, expected: Array) -> Any:
    return np.abs(found - expected) <= 1e-8 + 1e-4 * np.abs(expected)
