"""One value for another, by their names; and what has no better name."""

from __future__ import annotations

import ast
import re

from ..code.differences import word
from ..code.sites import holds
from .fault import NAMED, Difference, Fault, Group, any_of, instead, named, rule

_SIZE = r"n_?[axy]|m|T_?x"

_NEW, _OLD = ".*(next|after|new).*", ".*(prev|before|old).*"

_GATES = {"forget", "update", "input", "write", "output", "candidate"}


def _are_of_gates(one: str, other: str) -> bool:
    """Whether two names are the same but for the gate they name: Wf and Wi, dft and dot."""
    if {one, other} <= _GATES:
        return True
    if len(one) < 2 or abs(len(one) - len(other)) > 1:
        return False
    return re.sub(r"f|i|u|c+|o|g", "*", one) == re.sub(r"f|i|u|c+|o|g", "*", other)


def _are_exchanged_gates(statement: Difference) -> bool:
    if not statement.is_exchange or statement.exchanged is None:
        return False
    return _are_of_gates(*map(word, statement.exchanged))


def _is_a_size_for_an_array(part: Difference) -> bool:
    indices = [n.slice for n in ast.walk(part.statement) if isinstance(n, ast.Subscript)]
    is_index = any(holds(index, part.wrong) for index in indices)
    return _is_named_as_a_size(part) and not is_index


_is_named_as_a_size = named(f"({_SIZE}) => (?!({_SIZE})$).*")


def _is_another_name(part: Difference) -> bool:
    return all(part.words) or (isinstance(part.wrong, NAMED) and isinstance(part.meant, NAMED))


FAULTS = (
    Fault(
        name="gradient_used_for_weight",
        what="the gradient of a weight stands where the weight was meant",
        shows="da_prev and dxt are wrong, and all weight gradients right.",
        why="dWf was computed a few lines above, and has the shape of Wf.",
        functions=Group.BACKWARD,
        seen=3,
        example="da_prev = dWf.T @ dft => da_prev = Wf.T @ dft",
        part=named(r"d([WUb].*) => \1"),
        sentence=instead("the gradient of a weight", "the weight itself"),
    ),
    Fault(
        name="gradient_used_for_value",
        what="a gradient stands where the value itself was meant",
        shows="One gradient is wrong by orders of magnitude where the upstream gradient is small.",
        why="dot and ot, dft and ft: one letter, and the same shape.",
        functions=Group.BACKWARD,
        seen=1,
        example="dot = da_next * dot * (1 - ot) => dot = da_next * ot * (1 - ot)",
        part=named(r"d(.*) => \1"),
        sentence=instead("a gradient", "the value itself"),
    ),
    Fault(
        name="value_used_for_gradient",
        what="a value stands where its gradient was meant",
        shows="A gradient that does not change with the upstream gradient: it is not linear in it.",
        why="ft and dft, it and dit: one letter, and the same shape.",
        functions=Group.BACKWARD,
        example="dWf = ft @ concat.T => dWf = dft @ concat.T",
        part=named(r"(.*) => d\1"),
        sentence=instead("a value", "its gradient"),
    ),
    Fault(
        name="upstream_gradients_exchanged",
        what="the gradient of one state stands for that of the other",
        shows="Gradients are right only where da_next equals dc_next.",
        why="Both come from the later step and have the same shape.",
        functions=Group.BACKWARD,
        seen=1,
        example="dc = da_next * ft => dc = dc_next * ft",
        part=named(r"d\w_?next => d\w_?next"),
        sentence=instead("the gradient of the other state"),
    ),
    Fault(
        name="size_used_for_array",
        what="an array's size stands where the array was meant",
        shows=(
            "The lower rows of the concatenation all hold one number; gates and states are wrong."
        ),
        why="n_x and xt stand side by side in the line that was copied.",
        functions=Group.STEP,
        seen=1,
        example="concat[n_a:, :] = n_x => concat[n_a:, :] = xt",
        part=_is_a_size_for_an_array,
        sentence="{of} is filled with the number `{wrong}`; the array `{meant}` was meant",
    ),
    Fault(
        name="new_state_for_old",
        what="the state after the step stands where the one before it was meant",
        shows="The step is right only where the state does not change.",
        why="Both states are at hand, and differ in their names by a few letters.",
        functions=Group.STEP,
        example="z = Waa @ a_next => z = Waa @ a_prev",
        part=named(f"{_NEW} => {_OLD}"),
        sentence=instead("the state after the step", "the one before it"),
    ),
    Fault(
        name="old_state_for_new",
        what="the state before the step stands where the one after it was meant",
        shows="The prediction, or the hidden state, lags one step behind.",
        why="a_prev is an argument and a_next a local name; both have the shape (n_a, m).",
        functions=Group.FORWARD,
        seen=2,
        example="yt_pred = softmax(Wya @ a_prev) => yt_pred = softmax(Wya @ a_next)",
        part=named(f"{_OLD} => {_NEW}"),
        sentence=instead("the state before the step", "the one after it"),
    ),
    Fault(
        name="gates_exchanged",
        what="a gate, its weight, bias or gradient stands for another gate's",
        shows="The gate values are right and the state is not; or one gate is another's.",
        why="The four gates have the same equations, and the lines are copied from each other.",
        functions=Group.STEP,
        example="ot = sigmoid(Wi @ concat) => ot = sigmoid(Wo @ concat)",
        statement=_are_exchanged_gates,
        part=lambda part: _are_of_gates(*part.words),
        sentence="{of} {made} with `{wrong}`{whose}; `{meant}`{whose_meant} was meant",
    ),
    Fault(
        name="names_exchanged",
        what="two values of the same shape stand in each other's place",
        shows="Two results are wrong together, or one that both go into.",
        why="A line was copied for its twin, and one of the names in it not changed.",
        example="z = xt @ Wax => z = Wax @ xt",
        statement=lambda statement: statement.exchanged is not None,
        part=lambda part: part.is_in_another_order,
    ),
    Fault(
        name="name_for_another",
        what="a value stands where another was meant",
        shows="One result is wrong, and all that is computed from it.",
        why="Many values have the same shape and much the same name, so that nothing complains.",
        example="z = Wax @ a_prev => z = Wax @ xt",
        part=_is_another_name,
    ),
    Fault(
        name="statement_missing",
        what="a statement is left out",
        shows="A value stays as it was before.",
        why="A line was lost in copying, or seemed to say nothing new.",
        example="return dx => da0 = da_prevt\nreturn dx",
        missing=lambda missing: True,
    ),
    Fault(
        name="statement_too_many",
        what="a statement does what should not be done",
        shows="A value is changed once too often, or a line that nothing needs raises.",
        why="A line was left over from trying things out.",
        seen=1,
        example="a_next = a_next * 2 => pass",
        needless=lambda needless: True,
    ),
    Fault(
        name="expression_wrong",
        what="the expression computes something else than what was meant",
        shows="A result is wrong everywhere.",
        why="The formula was misread.",
        example='return "nothing" => return np.exp(x)',
        statement=any_of(rule("A ^= B => C = D"), lambda statement: not statement.pairs),
        part=lambda part: True,
    ),
)
