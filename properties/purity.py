"""Purity: a function reads its arguments, leaves them alone, and returns what is its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from ..cells.spec import Role
from ..strategies.case import Array, Case, frozen
from ..subject.errors import Crash, Violation
from ..subject.inspection import own
from ..subject.live import identical
from ..subject.message import Message, Name
from ..subject.subject import Asked, Returned, Subject, flat
from .law import law, related

ORDER = 0

OFTEN = 40
"""How often code that keeps something from call to call is called again: of a hundred cases, a
thousand times.
"""


@law(*Role)
def it_reads_no_variable_of_the_notebook(subject: Subject, case: Case) -> None:
    """The results depend on the arguments alone, not on a variable that only a notebook's
    demonstration, or a script's, assigns.

    With such a variable the function works where it was written and nowhere else, and even there
    only for that one input.

    ``parameters_tmp`` read for ``parameters``; ``Wf`` or ``m`` taken from a cell that ran before.
    """
    try:
        subject.run(case)
    except Crash as crash:
        if crash.notebook_name:
            raise Violation(crash.message, check="runs", tensor=crash.notebook_name) from None


@law(*Role, every=4, consequence=False, asks=lambda subject, case: [(case, "again")])
def the_same_input_gives_the_same_output(subject: Subject, case: Case) -> None:
    """Called again with the same arguments, a function returns the same results, to the last bit.

    Nothing in a cell is random, and nothing is kept from one call to the next.

    A gradient added onto an array of the cache, which the second call finds changed; a default
    argument or a global that collects; random numbers.
    """
    first = flat(subject.run(case).values)
    try:
        second = flat(_latest(subject, case, first).values)
    except Crash as crash:
        if crash.is_late:
            raise
        message = Message("it returns, and called again with the same input ", crash.message)
        raise Violation(message, check="repeatable") from crash
    for name, value in first.items():
        # What is no array is told of by the laws of forms.
        if isinstance(value, np.ndarray) and not identical(value, second.get(name)):
            raise Violation(
                Message(
                    Name(name),
                    " is another one when the function is called again with the same input",
                ),
                check="repeatable",
                tensor=name,
                expected=value,
                found=second.get(name),
            )


def _latest(subject: Subject, case: Case, first: Mapping[str, Array]) -> Returned:
    """What a further call returns; of code that keeps something from one call to the next, what one
    of many does, the first that is another one.
    """
    again = subject.again(case)
    if subject.functions.keeps_something(subject.function):
        for later in subject.often(case, OFTEN):
            values = flat(later.values)
            if not all(identical(value, values.get(name)) for name, value in first.items()):
                return later
    return again


@related
def other_inputs(subject: Subject, case: Case) -> tuple[Case, ...]:
    """A case with other inputs of the same shapes."""
    return (case.having(x=frozen(1 - case["x"])),)


def _one_after_the_other(subject: Subject, case: Case) -> Iterator[Asked]:
    yield case, "inspected"
    yield from ((other, "inspected") for other in other_inputs(subject, case))


@law(
    Role.HELPER,
    Role.STEP,
    Role.SEQUENCE,
    Role.STEP_BACKWARD,
    Role.SEQUENCE_BACKWARD,
    every=20,
    consequence=False,
    asks=_one_after_the_other,
)
def a_later_call_leaves_earlier_results_alone(subject: Subject, case: Case) -> None:
    """What a call has returned stays as it is when the function is called again with other inputs.

    A sequence calls its step at every time step and keeps what each call returns: it must not find
    the last step's values in all of them.

    A work buffer that outlives the call, filled with ``out=`` or ``[...]`` and returned as it is,
    or a view of it.
    """
    subject.inspected(case)
    for other in other_inputs(subject, case):
        for name in subject.inspected_apart(other).overwritten:
            raise Violation(
                Message(Name(name), " is changed by a later call with other inputs"),
                check="kept",
                tensor=name,
            )
        if subject.function.role.is_forward and subject.functions.keeps_something(subject.function):
            _require_kept_cache(subject, case, other)


def _require_kept_cache(subject: Subject, case: Case, other: Case) -> None:
    """Raises where a cache of the contract's form no longer holds what it held."""
    cache = subject.apart(case.having()).cache
    before = [own(step) for step in subject.functions.contents(subject.function, cache) or ()]
    subject.apart(other.having())
    after = subject.functions.contents(subject.function, cache) or ()
    for step, (held, holds) in enumerate(zip(before, after, strict=False)):
        for name, value in held.items():
            if isinstance(value, np.ndarray) and not identical(value, holds[name]):
                raise Violation(
                    Message(Name(name), " in the cache is changed by a later call"),
                    check="kept_in_cache",
                    tensor=name,
                    expected=(step, value),
                )


@law(*Role, every=4, consequence=False, asks=lambda subject, case: [(case, "inspected")])
def arguments_are_left_unchanged(subject: Subject, case: Case) -> None:
    """No array that was passed in, nor one in the cache, is changed by the call.

    The caller goes on using its arrays: an initial state, parameters or a cached value that a
    call has changed gives wrong results later and elsewhere. Only an optimiser's update may work
    in place, on the parameters and moments that it is there to replace.

    ``a_prev += ...`` and ``da_next *= ...`` on an argument; storing into a view of it.
    """
    returned = subject.inspected(case)
    # An optimiser's update is there to replace its state; only the gradients are not its own.
    allowed = subject.function.returns if subject.function.role is Role.UPDATE else ()
    for name in returned.changed:
        if name.partition("[")[0] not in allowed:
            own_name = subject.functions.argument(subject.function, name)
            raise Violation(
                f"the argument {own_name} is changed by the call", check="unchanged", tensor=name
            )
