"""Relations between calls, which need no reference: they hold for every recurrent cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..cells.spec import FunctionSpec, Role, concrete, terms
from ..strategies.case import Case, Tensor, frozen, take
from ..subject.compare import require_equal
from ..subject.errors import Crash, NotApplicable, Violation
from ..subject.message import Message
from ..subject.subject import Subject
from .law import law, related, runs

ORDER = 6

MANY = 2**20
"""How much larger an upstream gradient is made than those that are drawn: a bound that something is
cut at lies between.
"""

CELL_ROLES = (Role.STEP, Role.SEQUENCE, Role.STEP_BACKWARD, Role.SEQUENCE_BACKWARD)


def _turned(case: Case, symbol: str) -> tuple[Case, ...]:
    """The case with the first entry of a dimension last, if it has more than one."""
    size = case.dims.get(symbol, 1)
    return (case.take(symbol, _turn(size)),) if size > 1 else ()


def _turn(size: int) -> list[int]:
    return [*range(1, size), 0]


@related
def _other_examples_first(subject: Subject, case: Case) -> tuple[Case, ...]:
    return _turned(case, "m")


@law(*CELL_ROLES, Role.HELPER, every=5, asks=runs(_other_examples_first))
def permuting_the_examples_permutes_the_results(subject: Subject, case: Case) -> None:
    """With the examples in another order, results come in that order, and the gradients of
    parameters, which are sums over the examples, stay the same.

    The examples of a batch are independent columns; no equation names a column.

    A sum or softmax over the wrong axis; a loop over the wrong axis; a column picked by number.
    """
    for turned in _other_examples_first(subject, case):
        _require_permuted(subject, case, turned, "m", "examples")


@related
def _other_units_first(subject: Subject, case: Case) -> tuple[Case, ...]:
    return _turned(case, "n_a")


@law(*CELL_ROLES, every=5, asks=runs(_other_units_first))
def permuting_the_hidden_units_permutes_the_states(subject: Subject, case: Case) -> None:
    """With the hidden units in another order, in states and in every parameter, the states and
    gradients come in that order and the predictions stay the same.

    A hidden unit has no place of its own: its number is only a label.

    Rows of a concatenation exchanged; a transpose missing; a unit picked by number.
    """
    for turned in _other_units_first(subject, case):
        _require_permuted(subject, case, turned, "n_a", "hidden units")


@related
def _last_example(subject: Subject, case: Case) -> tuple[Case, ...]:
    return (case.take("m", [case.dims["m"] - 1]),)


@law(*CELL_ROLES, every=5, asks=runs(_last_example))
def examples_do_not_influence_each_other(subject: Subject, case: Case) -> None:
    """Each example gives the same result alone as in the batch.

    Every equation acts on one column at a time.

    A mean or maximum over the batch; a bias of shape (n_a,) that broadcasts along the examples.
    """
    whole = subject.run(case).values
    (alone,) = _last_example(subject, case)
    expected = {
        name: _take(subject.function, case, name, value, "m", [case.dims["m"] - 1])
        for name, value in whole.items()
        if "m" in _symbols(subject.function, name)
    }
    _require_related(subject, alone, expected, "as in the whole batch")


@law(Role.SEQUENCE, every=5)
def a_sequence_equals_its_halves(subject: Subject, case: Case) -> None:
    """A sequence gives the same as its first part, and then its second part started from the
    states that the first one ended with.

    The states are all that a recurrent cell remembers of the past.

    An initial state that is ignored, or fed again at every step; a first or last step left out.
    """
    states = subject.cell.states
    length = case.dims["T_x"]
    if not all(state.exposed for state in states):
        raise NotApplicable("a state of the cell cannot be given as an initial value")
    if length < 2:
        return
    whole = subject.run(case).values
    cut = length // 2
    ends = {state.previous: whole[state.name][:, :, cut - 1] for state in states}
    second = case.take("T_x", range(cut, length)).having(**ends)
    expected = {name: value[..., cut:] for name, value in whole.items()}
    _require_related(subject, second, expected, "as in the whole sequence")


@law(Role.SEQUENCE, every=5)
def a_sequence_equals_the_cell_step_by_step(subject: Subject, case: Case) -> None:
    """The states of a sequence are what one step gives, called for each time step with the states
    of the step before, from the initial state and zeros.

    This is what a recurrent network is (Goodfellow, Bengio & Courville, section 10.1).

    The initial state ignored; the cell state not carried; ``T_x`` written for ``t``.
    """
    cell = subject.cell
    step = cell.family.functions[cell.step.__name__]
    if step.name not in subject.functions:
        raise NotApplicable(f"there is no {step.name}")
    states = {
        state.previous: case[state.previous]
        if state.exposed
        else np.zeros_like(case[state.previous])
        for state in cell.states
    }
    collected: dict[str, list[Tensor]] = {state.name: [] for state in cell.states}
    for t in range(case.dims["T_x"]):
        arguments = {"xt": case["x"][:, :, t], **states, "parameters": case["parameters"]}
        values = subject.functions.call(step, arguments).values
        states = {state.previous: values[state.next] for state in cell.states}
        for state in cell.states:
            collected[state.name].append(values[state.next])
    expected = {name: np.stack(parts, axis=2) for name, parts in collected.items()}
    require_equal(subject, case, subject.run(case).values, expected, "by its steps, one by one")


@related
def _without_last_step(subject: Subject, case: Case) -> tuple[Case, ...]:
    steps = range(case.dims["T_x"] - 1)
    return (case.take("T_x", steps),) if steps else ()


@law(Role.SEQUENCE, every=5, asks=runs(_without_last_step))
def a_later_input_changes_no_earlier_output(subject: Subject, case: Case) -> None:
    """Changing the last input leaves every earlier state and prediction as it was.

    A recurrent cell reads from left to right; nothing flows back in time.

    A loop that runs backwards or over the wrong axis; states kept as views that are written over.
    """
    for shorter in _without_last_step(subject, case):
        whole = subject.run(case).values
        expected = {name: value[..., :-1] for name, value in whole.items()}
        _require_related(subject, shorter, expected, "with or without a later input")


@related
def _other_cotangents(subject: Subject, case: Case) -> tuple[Case, ...]:
    """The case with other upstream gradients, and with its own and `MANY` times those."""
    upstream = [name for name in subject.function.takes if not name.startswith("cache")]
    others = {name: frozen(np.flip(case[name])) for name in upstream}
    sums = {name: frozen(case[name] + MANY * others[name]) for name in upstream}
    return case.having(**others), case.having(**sums)


@law(Role.STEP_BACKWARD, Role.SEQUENCE_BACKWARD, every=5, asks=runs(_other_cotangents))
def a_backward_function_is_linear(subject: Subject, case: Case) -> None:
    """Twice the upstream gradient gives twice every gradient, and the sum of two upstream
    gradients gives the sum of theirs.

    A vector-Jacobian product is linear in its vector, whatever the cell.

    The forward's value used for an upstream gradient; an upstream gradient squared or left out of
    one term; gradients that start from something other than zero.
    """
    others, sums = _other_cotangents(subject, case)
    first, second = subject.run(case).values, subject.apart(others).values
    expected = {name: value + MANY * second[name] for name, value in first.items()}
    _require_related(subject, sums, expected, "as the sum of two upstream gradients")


@law(Role.STEP, Role.SEQUENCE)
def the_cell_state_grows_by_at_most_one(subject: Subject, case: Case) -> None:
    """In one step the absolute value of a cell state grows by less than 1.

    c_next = f c_prev + i c~ with f and i in (0, 1) and c~ in (-1, 1), so that
    |c_next| < |c_prev| + 1.

    A gate or the candidate without its activation; the states added up instead of replaced.
    """
    values = subject.run(case).values
    bounded = [state for state in subject.cell.states if np.isfinite(state.grows_by)]
    if not bounded:
        raise NotApplicable("no state of the cell has such a bound")
    for state in bounded:
        if state.next not in values and state.name not in values:
            continue
        steps = values.get(state.next)
        after = steps[..., None] if steps is not None else values[state.name]
        start = np.abs(case[state.previous]) if steps is not None or state.exposed else 0.0
        before = np.concatenate(
            (np.broadcast_to(start, after.shape[:2])[..., None], np.abs(after[..., :-1])), axis=2
        )
        limit = before + state.grows_by
        capped = np.clip(after, -limit * (1 + 1e-9), limit * (1 + 1e-9))
        name = state.next if steps is not None else state.name
        expected = {name: capped[..., 0] if steps is not None else capped}
        require_equal(subject, case, values, expected, "by the bound on its growth")


def _require_permuted(subject: Subject, case: Case, turned: Case, symbol: str, what: str) -> None:
    order = _turn(case.dims[symbol])
    expected = {
        name: _take(subject.function, case, name, value, symbol, order)
        for name, value in subject.run(case).values.items()
    }
    _require_related(subject, turned, expected, f"as with the {what} in their first order")


def _require_related(
    subject: Subject, other: Case, expected: dict[str, Tensor], because: str
) -> None:
    try:
        found = subject.apart(other).values
    except Crash as crash:
        if crash.is_late or subject.function.role.is_backward:  # where its forward may fail
            raise
        message = Message("it returns for one case, and for one that is made of it ", crash.message)
        raise Violation(message, check="runs", case=other) from crash
    found = {name: found[name] for name in expected}
    require_equal(subject, other, found, expected, because, called=other)


def _take(
    function: FunctionSpec, case: Case, name: str, value: Tensor, symbol: str, order: Sequence[int]
) -> Tensor:
    shape = function.shapes[name]
    if np.shape(value) != concrete(shape, case.dims):
        raise NotApplicable(f"{name} has another shape than the contract's")
    return take(value, shape, symbol, order, case.dims)


def _symbols(function: FunctionSpec, name: str) -> set[str]:
    return {term for axis in function.shapes[name] for term in terms(axis)}
