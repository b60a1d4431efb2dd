"""States: what a sequence starts from, and what one step hands to the next."""

from __future__ import annotations

import ast
import re

from ..code.differences import Pair, called, word
from .fault import (
    MAKERS,
    SEQUENCE,
    SEQUENCE_BACKWARD,
    Fault,
    MissingStatement,
    WrongPart,
    WrongStatement,
    is_bias,
    same,
)


def _is_ignored(part: WrongPart) -> bool:
    made = called(part.wrong) in MAKERS and isinstance(part.meant, ast.Name)
    return part.sequence and not part.in_loop and made


def _starts_elsewhere(part: WrongPart) -> bool:
    meant = part.meant
    if isinstance(meant, ast.Call) and meant.args and same(meant.args[0], part.wrong):
        return called(meant) in ("zeros_like", "ones_like")
    makers = {*part.words} <= MAKERS or called(meant) in ("zeros", "zeros_like")
    alone = part.sequence and not part.in_loop
    return alone and makers and part.keywords is None


def _is_in_place_of_a_carry(part: WrongPart) -> bool:
    """Whether a plain name was meant, in a loop over the steps of a sequence."""
    return part.sequence and part.in_loop and isinstance(part.meant, ast.Name)


def _is_the_first(part: WrongPart) -> bool:
    name = part.wrong.id if isinstance(part.wrong, ast.Name) else ""
    return _is_in_place_of_a_carry(part) and name.rstrip("0_") != name


def _is_a_slot(part: WrongPart) -> bool:
    wrong = part.wrong
    slot = isinstance(wrong, ast.Subscript) and isinstance(wrong.slice, ast.Tuple)
    return _is_in_place_of_a_carry(part) and slot


def _is_not_used(part: WrongPart) -> bool:
    if _is_in_place_of_a_carry(part) and called(part.wrong) in MAKERS:
        return True
    left_out = part.operand
    if left_out is None or not left_out.missing or not left_out.adds or is_bias(left_out):
        return False
    return isinstance(part.wrong, ast.Subscript) and isinstance(left_out.rest, ast.Name)


def _is_never_stored(missing: MissingStatement) -> bool:
    return missing.in_loop and isinstance(missing.target, ast.Name)


def _is_computed_only(statement: WrongStatement) -> bool:
    meant = statement.meant.targets[0] if isinstance(statement.meant, ast.Assign) else None
    assigned = isinstance(statement.wrong, ast.Expr) and isinstance(meant, ast.Name | ast.Tuple)
    thrown_away = statement.pairs and all(
        isinstance(wrong, ast.Name) and wrong.id == "_" for wrong, _ in statement.pairs
    )
    return statement.in_loop and (assigned or bool(thrown_away))


def _is_summed(statement: WrongStatement) -> bool:
    wrong, meant = statement.wrong, statement.meant
    summed = isinstance(wrong, ast.AugAssign) and isinstance(meant, ast.Assign)
    return statement.in_loop and summed


_CARRY = r"d[a-z]+_?prev\w*"


def _are_carries(pair: Pair | None) -> bool:
    """Whether both of a pair are gradients that a step hands to the one before it."""
    return pair is not None and all(re.fullmatch(_CARRY, word(one)) for one in pair)


def _arguments_are_carries(part: WrongPart) -> bool:
    one, other = part.wrong, part.meant
    if not (isinstance(one, ast.Call) and isinstance(other, ast.Call)):
        return False
    apart = [pair for pair in zip(one.args, other.args, strict=False) if not same(*pair)]
    exchanged = sorted(map(ast.dump, one.args)) == sorted(map(ast.dump, other.args))
    return exchanged and len(apart) == 2 and all(map(_are_carries, apart))


FAULTS = (
    Fault(
        name="initial_state_ignored",
        what="the sequence does not start from the state that it is given",
        shows="Right where a0 is zero, and nowhere else.",
        tempting="An initial state is often zero, so zeros seem as good.",
        functions=SEQUENCE,
        seen=7,
        wrong="a_next = np.zeros((n_a, m))",
        right="a_next = a0",
        part=_is_ignored,
        sentence="{of} starts from `{wrong}`; the state that is given, `{meant}`, was meant",
    ),
    Fault(
        name="initial_state_wrong",
        what="a state does not start from what it should",
        shows="The first step is wrong, and all later ones.",
        tempting="The first cell state is zero; a0 stands near, and has the same shape.",
        functions=SEQUENCE,
        seen=1,
        wrong="c_next = a0",
        right="c_next = np.zeros_like(a0)",
        part=_starts_elsewhere,
        sentence="{of} starts from `{wrong}`; `{meant}` was meant",
        shown=(ast.Call,),
    ),
    Fault(
        name="initial_state_at_every_step",
        what="every step starts from the first state",
        shows="The first step is right and no other; steps do not depend on earlier ones.",
        tempting="a0 is the argument's name, and stays in the call.",
        functions=SEQUENCE,
        seen=5,
        wrong="for t in range(T_x):\n    a_next = step(x[:, :, t], a0)",
        right="for t in range(T_x):\n    a_next = step(x[:, :, t], a_next)",
        part=_is_the_first,
        sentence=(
            "every step starts from the first state, `{wrong}`; the one of the step before, "
            "`{meant}`, was meant"
        ),
    ),
    Fault(
        name="empty_slot_used",
        what="a step reads the slot that it has yet to fill",
        shows="Each step starts from zeros.",
        tempting="a[:, :, t] looks like the state at t, but it has yet to be filled.",
        functions=SEQUENCE,
        seen=2,
        wrong="for t in range(T_x):\n    a_next = step(x[:, :, t], a[:, :, t])",
        right="for t in range(T_x):\n    a_next = step(x[:, :, t], a_next)",
        part=_is_a_slot,
        sentence="`{wrong}` is a slot that the step has yet to fill; `{meant}` was meant",
    ),
    Fault(
        name="carry_not_used",
        what="what a step hands on is not used by the next",
        shows="Gradients are right for one step; earlier steps lack what comes from later ones.",
        tempting="An expected output that was printed for lstm_backward comes out that way.",
        functions=SEQUENCE_BACKWARD,
        seen=22,
        wrong="for t in reversed(range(T_x)):\n    step = backward(da[:, :, t], caches[t])",
        right=(
            "for t in reversed(range(T_x)):\n    step = backward(da[:, :, t] + da_prevt, caches[t])"
        ),
        part=_is_not_used,
        sentence="`{wrong}` leaves out what another step hands on; `{meant}` was meant",
    ),
    Fault(
        name="carry_not_updated",
        what="what a step hands on is never stored for the next",
        shows="Gradients are right for one step; earlier steps lack what comes from later ones.",
        tempting=(
            "The loop reads da_prevt, so it seems done; an expected output printed for "
            "lstm_backward comes out that way."
        ),
        functions=SEQUENCE_BACKWARD,
        seen=25,
        wrong=(
            "for t in reversed(range(T_x)):\n    step = backward(da[:, :, t] + da_prevt, caches[t])"
        ),
        right=(
            "for t in reversed(range(T_x)):\n"
            "    step = backward(da[:, :, t] + da_prevt, caches[t])\n"
            '    da_prevt = step["da_prev"]'
        ),
        missing=_is_never_stored,
        statement=_is_computed_only,
    ),
    Fault(
        name="carry_summed",
        what="what a step hands on is added up instead of replaced",
        shows="Gradients of early steps are too large; right for two steps.",
        tempting="All other gradients are added up with +=.",
        functions=SEQUENCE_BACKWARD,
        seen=1,
        wrong='for t in reversed(range(T_x)):\n    da_prevt += step["da_prev"]',
        right='for t in reversed(range(T_x)):\n    da_prevt = step["da_prev"]',
        statement=_is_summed,
    ),
    Fault(
        name="carries_exchanged",
        what="the two carries stand in each other's place",
        shows="Gradients are wrong for more than one step.",
        tempting="da_prevt and dc_prevt have the same shape.",
        functions=SEQUENCE_BACKWARD,
        wrong=(
            "for t in reversed(range(T_x)):\n    step = backward(dc_prevt, da_prevt, caches[t])"
        ),
        right=(
            "for t in reversed(range(T_x)):\n    step = backward(da_prevt, dc_prevt, caches[t])"
        ),
        statement=lambda statement: _are_carries(statement.exchanged),
        part=_arguments_are_carries,
    ),
)
