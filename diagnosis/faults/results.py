"""Results: what is computed and not kept, not returned, or put in the wrong place."""

from __future__ import annotations

import ast

from ..code.differences import called
from .fault import (
    ANY,
    JOINING,
    MAKERS,
    SEQUENCE_BACKWARD,
    STEP,
    Fault,
    MissingStatement,
    WrongPart,
    WrongStatement,
    same,
    target_that_differs,
    value_of,
)


def _replaces_a_total(statement: WrongStatement) -> bool:
    wrong, meant = statement.wrong, statement.meant
    replaces = isinstance(wrong, ast.Assign) and isinstance(meant, ast.AugAssign)
    return statement.in_loop and replaces


def _adds_itself(statement: WrongStatement) -> bool:
    wrong = statement.wrong
    if not isinstance(wrong, ast.AugAssign) or isinstance(statement.meant, ast.Assign):
        return False
    return ast.unparse(wrong.target) == ast.unparse(wrong.value)


def _is_not_returned(statement: WrongStatement) -> bool:
    wrong, meant = statement.wrong, statement.meant
    return isinstance(meant, ast.Return) and not isinstance(wrong, ast.Return)


def _has_no_place(missing: MissingStatement) -> bool:
    if isinstance(missing.first, ast.Expr):
        return not missing.in_loop
    return isinstance(missing.target, ast.Subscript) or isinstance(missing.first, ast.AugAssign)


def _is_not_stored(statement: WrongStatement) -> bool:
    if isinstance(statement.wrong, ast.Expr) and isinstance(statement.meant, ast.Assign):
        stored = isinstance(statement.meant.targets[0], ast.Subscript)
        return stored or not statement.in_loop
    return isinstance(target_that_differs(statement), ast.Name)


def _is_only_made(statement: WrongStatement) -> bool:
    made = called(statement.value) in MAKERS
    return made and called(value_of(statement.meant)) in JOINING


def _is_cut(part: WrongPart) -> bool:
    wrong = part.wrong
    if not isinstance(wrong, ast.Subscript) or not isinstance(wrong.slice, ast.Slice):
        return False
    return same(wrong.value, part.meant)


FAULTS = (
    Fault(
        name="gradient_overwritten",
        what="a gradient is replaced at each step instead of added up",
        shows="The gradient of one step only; right for one step.",
        tempting="= and += are one character apart.",
        functions=SEQUENCE_BACKWARD,
        seen=2,
        wrong='for t in reversed(range(T_x)):\n    dWaa = step["dWaa"]',
        right='for t in reversed(range(T_x)):\n    dWaa += step["dWaa"]',
        statement=_replaces_a_total,
    ),
    Fault(
        name="gradient_onto_itself",
        what="a total is added to itself instead of the step's gradient",
        shows="A gradient that stays zero.",
        tempting="dWax += dWax reads well.",
        functions=SEQUENCE_BACKWARD,
        seen=2,
        wrong="for t in reversed(range(T_x)):\n    dWaa += dWaa",
        right='for t in reversed(range(T_x)):\n    dWaa += step["dWaa"]',
        statement=_adds_itself,
        sentence="`{wrong}` is added to itself; the step's gradient, `{meant}`, was meant",
    ),
    Fault(
        name="nothing_returned",
        what="the results are computed and not returned",
        shows="The caller gets None.",
        tempting="In a notebook the last value of a cell is shown without being returned.",
        functions=ANY,
        wrong="a_next, yt_pred, cache",
        right="return a_next, yt_pred, cache",
        statement=_is_not_returned,
    ),
    Fault(
        name="result_not_stored",
        what="a result is computed and not kept",
        shows="A result stays as it was made, mostly zero.",
        tempting="The value was computed; that it has to be kept as well is forgotten.",
        functions=ANY,
        wrong="for t in range(T_x):\n    step(x[:, :, t], a_next)",
        right="for t in range(T_x):\n    step(x[:, :, t], a_next)\n    a[:, :, t] = a_next",
        missing=_has_no_place,
        statement=_is_not_stored,
    ),
    Fault(
        name="array_not_filled",
        what="an array is made and not, or not wholly, filled",
        shows="Rows of zeros, or of anything, where the inputs should be.",
        tempting="np.zeros((n_a + n_x, m)) has the right shape, and nothing complains.",
        functions=STEP,
        seen=2,
        wrong="concat = np.zeros((n_a + n_x, m))",
        right="concat = np.concatenate((a_prev, xt))",
        statement=_is_only_made,
    ),
    Fault(
        name="result_exchanged",
        what="another value is returned than was meant",
        shows="One result is another's.",
        tempting="Several results of the same shape are returned in one line.",
        functions=ANY,
        wrong='return {"dxt": dxt}',
        right='return {"dxt": dxt, "da_prev": da_prev}',
        part=lambda part: isinstance(part.wrong, ast.Dict) and isinstance(part.meant, ast.Dict),
    ),
    Fault(
        name="entries_left_out",
        what="some of the entries are left out",
        shows="Some entries stay as they were.",
        tempting="A slice too short.",
        functions=ANY,
        wrong="dx = gradients[1:]",
        right="dx = gradients",
        part=_is_cut,
    ),
)
