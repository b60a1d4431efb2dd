"""Caches: what a forward function keeps serves the backward function that reads it.

A private cache is no evidence. Only a backward function can show that it does not serve: the
file's own, or the contract's, where the file has none and the cache has, or was to have, the
contract's form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..cells.spec import RecurrentFamily, Role
from ..strategies import seeded_case
from ..strategies.case import Array, Case
from ..subject.compare import agreeing, near, same, worst
from ..subject.errors import Crash, NotApplicable, Violation
from ..subject.inspection import NUMBERS, changed, snapshot
from ..subject.message import Message, Name
from ..subject.subject import Contents, Handle, Subject
from .law import law

ORDER = 3

PRIVATE = "a private cache tells nothing without its backward function"


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
    if contents is not None:
        _require_contents(contents, subject.expected_contents(case), backward, case)
    if backward:
        _require_pair(backward, case)
    elif contents is None:
        _require_form(subject, case)


def _require_form(subject: Subject, case: Case) -> None:
    """Raises where the contract's backward function is to read the cache of a sequence, and does
    not find every step's; or where a private one lacks what the pass could be run again from.
    """
    if subject.alone or subject.function.role is Role.STEP:
        raise NotApplicable(PRIVATE)
    if not subject.functions.has_cache(subject.function):
        raise NotApplicable("it returns no cache, and no backward function needs one")
    cache, steps = subject.run(case).cache, case.dims["T_x"]
    read = subject.functions.steps_read(subject.function, cache)
    if read not in (None, steps):
        raise Violation(
            f"a backward pass that takes each step's cache from the caches finds {read} of the "
            f"{steps}",
            check="steps",
            expected=steps,
            found=read,
        )
    _require_inputs(subject.functions.cached_arrays(cache), case, subject)


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
    with_own = backward(own_cache=True)
    if any(_others_serve(backward, case)) and not _changes_its_cache(with_own, case):
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


def _others_serve(backward: Callable[..., Subject], case: Case) -> Iterator[bool]:
    """Whether the backward function is right with caches that a correct forward may make it: one
    of the contract's form; those of the file's own step for the inputs of each step; and its own,
    where one entry has the value that its name says.
    """
    yield gradients_are_right(backward(own_cache=False), case)
    with_own = backward(own_cache=True)
    for cache in _of_own_steps(with_own, case):
        yield not _first_wrong(with_own, case, cache)
    for place, cache in enumerate(_mended(with_own, case)):
        yield not _first_wrong(with_own, case, cache) and _is_mended(with_own, place)


def _is_mended(backward: Subject, place: int) -> bool:
    """Whether the cache is right with the entry at a place mended where nothing is zero, or equal
    by chance.
    """
    family = backward.family
    assert isinstance(family, RecurrentFamily)
    probe = seeded_case(family, family.cell.dimensions, seed=1)
    cache = next(islice(_mended(backward, probe), place, None), None)
    return cache is not None and not _first_wrong(backward, probe, cache)


def _mended(backward: Subject, case: Case) -> Iterator[Handle]:
    with suppress(Crash):
        values, cache = backward.known(case), backward.cache(case)
        yield from backward.functions.mended(backward.function, cache, values)


def _of_own_steps(backward: Subject, case: Case) -> Iterator[Handle]:
    """Caches of a sequence, in the forms that people give them, made of those that the file's own
    step makes of what each step is given.
    """
    functions, family = backward.functions, backward.family
    step = next((s for s in family.functions.values() if s.role is Role.STEP), None)
    is_sequence = backward.function.role is Role.SEQUENCE_BACKWARD
    if not is_sequence or step is None or step.name not in functions:
        return
    with suppress(Crash):
        caches = [
            functions.call(step, {name: used[name] for name in step.takes}).cache
            for used in backward.expected_contents(case)
        ]
        yield caches
        yield caches, np.array(case["x"])


def _changes_its_cache(backward: Subject, case: Case) -> bool:
    """Whether a backward function writes to its cache: then the forward is not to blame.

    An inspected call (`Subject.inspected`) would not tell it of one that raises.
    """
    cache = backward.cache(case)
    before = snapshot([backward.functions.cached_arrays(cache)])
    with suppress(Crash):
        backward.run(case)
    return any(changed(before, snapshot([backward.functions.cached_arrays(cache)])))


def gradients_are_right(backward: Subject, case: Case) -> bool:
    """Whether a backward function gives the reference's gradients for a case."""
    return not _first_wrong(backward, case)


def _first_wrong(backward: Subject, case: Case, cache: Handle = None) -> str:
    """The first gradient that is not the reference's, with its own cache or another; nothing where
    all are.
    """
    expected, given = backward.expected(case), case.arguments(backward.function)
    try:
        if cache is None:
            found = backward.run(case).values
        else:
            found = backward.functions.call(backward.function, given, cache).values
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


def _require_contents(
    contents: Contents, expected: Contents, backward: Callable[..., Subject] | None, case: Case
) -> None:
    """Raises where a cache in the contract's form holds anything else than what a step used.

    Entries that have each other's places may be the author's own order: then only a backward
    function that is right with the contract's shows that they are not.
    """
    if len(contents) != len(expected):
        raise Violation(
            f"the caches hold {len(contents)} steps of a sequence that has {len(expected)}",
            check="steps",
            expected=len(expected),
            found=len(contents),
        )
    for step, (found, wanted) in enumerate(zip(contents, expected, strict=True)):
        for name, value in wanted.items():
            if name == "parameters" or near(found[name], value):
                continue
            exchanged = _is_among(found[name], wanted) and _is_among(value, found)
            if not (exchanged and backward) or gradients_are_right(backward(own_cache=False), case):
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


def _is_among(value: Array, contents: Mapping[str, Array]) -> bool:
    """Whether one of a step's cached entries is a value."""
    return any(near(one, value) for name, one in contents.items() if name != "parameters")


def _require_inputs(cached: Sequence[Array], case: Case, subject: Subject) -> None:
    """A cache of another form must at least hold, somewhere, all inputs and the first states: the
    pass can be run again from these.
    """
    expected = subject.expected_contents(case)
    exposed = [state.previous for state in subject.cell.states if state.exposed]
    for step, wanted in enumerate(expected):
        for name in ["xt", *(exposed if step == 0 else ())]:
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
        bool(agreeing(sliding_window_view(turned, wanted.shape), wanted).all((-2, -1)).any())
        for turned in (array, array.T)
        if all(size >= least for size, least in zip(turned.shape, wanted.shape, strict=True))
    )
