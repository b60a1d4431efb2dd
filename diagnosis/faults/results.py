"""Results: what is computed and not kept, not returned, or put in the wrong place."""

from __future__ import annotations

import ast
import re

from ..code.differences import called, word
from .fault import BACK, FORTH, JOINING, MAKERS, Difference, Fault, Group, calls, rule


def _is_not_stored(statement: Difference) -> bool:
    if isinstance(statement.wrong, ast.Expr) and isinstance(statement.meant, ast.Assign):
        stored = isinstance(statement.meant.targets[0], ast.Subscript)
        return stored or not statement.in_loop
    return isinstance(statement.target, ast.Name)


SIZES = r"m|n|N|T|B|[nmNT]_\w+|num_\w+|\w*(batch|steps|size|examples)\w*"
"""What a number of steps or of examples is called."""


def _divides_by_a_size(statement: ast.stmt) -> bool:
    """Whether a statement divides by a number of steps, or of examples."""
    return any(
        isinstance(node, ast.BinOp | ast.AugAssign)
        and isinstance(node.op, ast.Div)
        and _is_a_size(node.right if isinstance(node, ast.BinOp) else node.value)
        for node in ast.walk(statement)
    )


def _is_a_size(node: ast.expr) -> bool:
    read = isinstance(node, ast.Subscript) and word(node.value) == "shape"
    return read or called(node) == "len" or bool(re.fullmatch(SIZES, word(node)))


FAULTS = (
    Fault(
        name="gradients_clipped",
        what="gradients are cut off at a bound where they are computed",
        shows="Right until a gradient is large; then it is not the derivative.",
        why="Exploding gradients are clipped, though where the parameters are updated.",
        functions=Group.BACKWARD,
        example="np.clip(dWaa, -5, 5, out=dWaa) => pass",
        needless=lambda needless: calls(needless, "clip|clip_grad"),
        part=rule("clip(A, ...) => A"),
    ),
    Fault(
        name="gradients_divided",
        what="gradients are divided by a number of steps or examples, which only the loss may do",
        shows="The gradients are too small by a whole number.",
        why="The loss of many courses is a mean.",
        functions=Group.BACKWARD,
        example="dWaa /= T_x => pass",
        needless=_divides_by_a_size,
    ),
    Fault(
        name="gradient_overwritten",
        what="a gradient is replaced at each step instead of added up",
        shows="The gradient of one step only; right for one step.",
        why="= and += are one character apart.",
        functions=Group.SEQUENCE_BACKWARD,
        seen=2,
        within=BACK,
        example='dWaa = step["dWaa"] => dWaa += step["dWaa"]',
        statement=rule("A = B => C ^= D", in_loop=True),
    ),
    Fault(
        name="gradient_onto_itself",
        what="a total is added to itself instead of the step's gradient",
        shows="A gradient that stays zero.",
        why="dWax += dWax reads well.",
        functions=Group.SEQUENCE_BACKWARD,
        seen=2,
        within=BACK,
        example='dWaa += dWaa => dWaa += step["dWaa"]',
        statement=rule("A ^= A => B |= C"),
        sentence="`{wrong}` is added to itself; the step's gradient, `{meant}`, was meant",
    ),
    Fault(
        name="nothing_returned",
        what="the results are computed and not returned",
        shows="The caller gets None.",
        why="In a notebook the last value of a cell is shown without being returned.",
        example="a_next, yt_pred, cache => return a_next, yt_pred, cache",
        statement=rule("S => return A", S="(?s)(?!return).*"),
    ),
    Fault(
        name="result_not_stored",
        what="a result is computed and not kept",
        shows="A result stays as it was made, mostly zero.",
        why="The value was computed; that it has to be kept as well is forgotten.",
        within=FORTH,
        example="step(x[:, :, t], a_next) => step(x[:, :, t], a_next)\na[:, :, t] = a_next",
        missing=lambda one: (
            isinstance(one.first, ast.Expr | ast.AugAssign) or isinstance(one.target, ast.Subscript)
        ),
        statement=_is_not_stored,
    ),
    Fault(
        name="array_not_filled",
        what="an array is made and not, or not wholly, filled",
        shows="Rows of zeros, or of anything, where the inputs should be.",
        why="np.zeros((n_a + n_x, m)) has the right shape, and nothing complains.",
        functions=Group.STEP,
        seen=2,
        example="concat = np.zeros((n_a + n_x, m)) => concat = np.concatenate((a_prev, xt))",
        statement=rule("A = M(...) => B = J(...)", M=MAKERS, J=JOINING),
    ),
)
