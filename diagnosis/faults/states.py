"""States: what a sequence starts from, what one step hands to the next, and which share memory."""

from __future__ import annotations

import ast

from .fault import BACK, BIAS, FORTH, MAKERS, MORE, Difference, Fault, Group, any_of, rule

_STEP = "step = backward(da[:, :, t] + da_prevt, caches[t])"


_is_made_otherwise = rule(
    "F => G", "A => zeros(...)", "A => zeros_like(...)", sequence=True, in_loop=False,
    F=MAKERS, G=MAKERS,
)  # fmt: skip


def _is_computed_only(statement: Difference) -> bool:
    meant = statement.meant.targets[0] if isinstance(statement.meant, ast.Assign) else None
    assigned = isinstance(statement.wrong, ast.Expr) and isinstance(meant, ast.Name | ast.Tuple)
    thrown_away = statement.pairs and all(
        isinstance(wrong, ast.Name) and wrong.id == "_" for wrong, _ in statement.pairs
    )
    return statement.in_loop and (assigned or bool(thrown_away))


FAULTS = (
    Fault(
        name="live_view",
        what="a value that is kept shares memory with one that changes later",
        shows="The values are right, and the cache holds what a later step wrote over them.",
        why="A slice of the result has the right shape and is zero, so it serves as first state.",
        functions=Group.SEQUENCE_FORWARD,
        seen=18,
        example="c_next = c[:, :, 0] => c_next = c[:, :, 0].copy()",
        part=rule("A => copy(...)", "A => B.copy(...)"),
        sentence="`{wrong}` shares memory with what changes later; a copy, `{meant}`, was meant",
    ),
    Fault(
        name="arrays_aliased",
        what="two names stand for one array",
        shows="Two results are always equal: what is stored into one is in the other.",
        why="c = a copies nothing; it gives a second name to the same array.",
        functions=Group.SEQUENCE,
        seen=10,
        example="state += change => state = state + change",
        statement=rule("A ^= B => C = A ^ B", "A ^= B => C = B ^ A"),
        part=rule("dict(...) => A", A=ast.DictComp),
    ),
    Fault(
        name="initial_state_ignored",
        what="the sequence does not start from the state that it is given",
        shows="Right where a0 is zero, and nowhere else.",
        why="An initial state is often zero, so zeros seem as good.",
        functions=Group.SEQUENCE,
        seen=7,
        example="a_next = np.zeros((n_a, m)) => a_next = a0",
        part=rule("M(...) => A", sequence=True, in_loop=False, M=MAKERS, A=ast.Name),
        sentence="{of} starts from `{wrong}`; the state that is given, `{meant}`, was meant",
    ),
    Fault(
        name="initial_state_wrong",
        what="a state does not start from what it should",
        shows="The first step is wrong, and all later ones.",
        why="The first cell state is zero; a0 stands near, and has the same shape.",
        functions=Group.SEQUENCE,
        seen=1,
        example="c_next = a0 => c_next = np.zeros_like(a0)",
        part=any_of(
            rule("A => F(A, ...)", F="(zeros|ones)_like"),
            lambda part: not any(part.keywords) and _is_made_otherwise(part),
        ),
        sentence="{of} starts from `{wrong}`; `{meant}` was meant",
        shown=(ast.Call,),
    ),
    Fault(
        name="initial_state_at_every_step",
        what="every step starts from the first state",
        shows="The first step is right and no other; steps do not depend on earlier ones.",
        why="a0 is the argument's name, and stays in the call.",
        functions=Group.SEQUENCE,
        seen=5,
        within=FORTH,
        example="a_next = step(x[:, :, t], a0) => a_next = step(x[:, :, t], a_next)",
        part=rule("A => B", sequence=True, in_loop=True, A=r"[A-Za-z]\w*[0_]", B=ast.Name),
        sentence=(
            "every step starts from the first state, `{wrong}`; the one of the step before, "
            "`{meant}`, was meant"
        ),
    ),
    Fault(
        name="empty_slot_used",
        what="a step reads the slot that it has yet to fill",
        shows="Each step starts from zeros.",
        why="a[:, :, t] looks like the state at t, but it has yet to be filled.",
        functions=Group.SEQUENCE,
        seen=2,
        within=FORTH,
        example="a_next = step(x[:, :, t], a[:, :, t]) => a_next = step(x[:, :, t], a_next)",
        part=rule("A[I] => B", sequence=True, in_loop=True, I=ast.Tuple, B=ast.Name),
        sentence="`{wrong}` is a slot that the step has yet to fill; `{meant}` was meant",
    ),
    Fault(
        name="carry_not_used",
        what="what a step hands on is not used by the next",
        shows="Gradients are right for one step; earlier steps lack what comes from later ones.",
        why="An expected output that was printed for lstm_backward comes out that way.",
        functions=Group.SEQUENCE_BACKWARD,
        seen=22,
        within=BACK,
        example=f"step = backward(da[:, :, t], caches[t]) => {_STEP}",
        part=any_of(
            rule("M(...) => A", sequence=True, in_loop=True, M=MAKERS, A=ast.Name),
            rule(*MORE, A=ast.Subscript, B=rf"(?!{BIAS}$)[A-Za-z_]\w*"),
        ),
        sentence="`{wrong}` leaves out what another step hands on; `{meant}` was meant",
    ),
    Fault(
        name="carry_not_updated",
        what="what a step hands on is never stored for the next",
        shows="Gradients are right for one step; earlier steps lack what comes from later ones.",
        why=(
            "The loop reads da_prevt, so it seems done; an expected output printed for "
            "lstm_backward comes out that way."
        ),
        functions=Group.SEQUENCE_BACKWARD,
        seen=25,
        within=BACK,
        example=f'{_STEP} => {_STEP}\nda_prevt = step["da_prev"]',
        missing=lambda missing: missing.in_loop and isinstance(missing.target, ast.Name),
        statement=_is_computed_only,
    ),
    Fault(
        name="carry_summed",
        what="what a step hands on is added up instead of replaced",
        shows="Gradients of early steps are too large; right for two steps.",
        why="All other gradients are added up with +=.",
        functions=Group.SEQUENCE_BACKWARD,
        seen=1,
        within=BACK,
        example='da_prevt += step["da_prev"] => da_prevt = step["da_prev"]',
        statement=rule("A ^= B => C = D", in_loop=True),
    ),
)
