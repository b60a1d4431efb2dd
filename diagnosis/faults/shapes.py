"""Shapes: transposes, axes, slices, and arrays put together."""

from __future__ import annotations

import ast
import re

from ..code.differences import called, same
from .fault import JOINING, NAMED, Difference, Fault, Group, Test, calls, instead, named, rule

_SUBSCRIPTS = "'[^']*->[^']*'"


def _gains(keyword: str) -> Test:
    """Whether a call lacks a keyword."""
    return lambda part: keyword in part.keywords[1].keys() - part.keywords[0]


def _has_another_axis(part: Difference) -> bool:
    wrong, (before, after) = part.wrong, part.keywords
    if before != after:
        return before.get("axis") != after.get("axis")
    if isinstance(wrong, ast.Attribute) and wrong.attr == "T":
        return isinstance(wrong.value, ast.Call)
    if isinstance(wrong, ast.Constant | ast.UnaryOp):
        return _is_an_axis(wrong, part.statement) and not isinstance(part.meant, NAMED)
    return _joins_otherwise(part)


_joins_otherwise = named(f"({JOINING}) => (?!\\1$)({JOINING})")


def _is_an_axis(node: ast.AST, statement: ast.stmt) -> bool:
    """Whether a number is given as an axis."""
    calls = [call for call in ast.walk(statement) if isinstance(call, ast.Call)]
    given = [k.value for call in calls for k in call.keywords if k.arg == "axis"]
    return any(same(node, one) for one in given)


def _joins_in_another_order(part: Difference) -> bool:
    if part.is_reordered:
        return re.fullmatch(JOINING, called(part.wrong)) is not None
    return part.are_collections and calls(part.statement, JOINING)


FAULTS = (
    Fault(
        name="subscripts_wrong",
        what="the subscripts of an einsum say another product",
        shows="An exception, or a matrix where its transpose was meant.",
        why="Two letters are quickly exchanged.",
        example=(
            'da_prev = np.einsum("ij,jm->im", Waa, d) => da_prev = np.einsum("ji,jm->im", Waa, d)'
        ),
        part=rule("A => B", A=_SUBSCRIPTS, B=_SUBSCRIPTS),
        sentence="the subscripts `{wrong}` say another product; `{meant}` was meant",
    ),
    Fault(
        name="transpose_missing",
        what="a transpose is left out",
        shows="An exception, or a wrong result where the matrix is square.",
        why="n_a by n_a matrices multiply either way.",
        example="dxt = Wax @ dz => dxt = Wax.T @ dz",
        part=rule("A => A.T", "A => A.swapaxes(B, C)"),
        sentence=instead(meant="its transpose"),
    ),
    Fault(
        name="transpose_too_many",
        what="an array is transposed that should not be",
        shows="An exception, or a wrong result where the matrix is square.",
        why="Backward passes are full of transposes.",
        example="z = Wax.T @ xt => z = Wax @ xt",
        part=rule("A.T => A", "A.swapaxes(B, C) => A", "A.transpose(...) => A"),
        sentence="{of} {made} with `{wrong}`; `{meant}`, not transposed, was meant",
    ),
    Fault(
        name="parts_not_in_a_tuple",
        what="the arrays to join are not given as one tuple",
        shows="A TypeError about an integer: the second array is taken for the axis.",
        why="Other functions of numpy take their arrays one by one.",
        functions=Group.STEP,
        seen=1,
        example="concat = np.concatenate(a_prev, xt) => concat = np.concatenate((a_prev, xt))",
        part=rule("F(A, B, ...) => G(C, ...)", C=ast.Tuple),
    ),
    Fault(
        name="axis_missing",
        what="a sum or maximum runs over the whole array instead of one axis",
        shows=(
            "One number where there should be one for each row or column; a softmax is NaN or zero "
            "in columns that lie far below the largest."
        ),
        why="np.sum(x) works without a word about axes.",
        example="dba = np.sum(dz) => dba = np.sum(dz, axis=1)",
        part=_gains("axis"),
        sentence="`{wrong}` runs over the whole array instead of one axis; `{meant}` was meant",
    ),
    Fault(
        name="wrong_axis",
        what="a sum, maximum or stack runs over the wrong axis",
        shows="Wrong shapes, or values that are right for one example only.",
        why="Examples are columns here, and rows nearly everywhere else.",
        example="dba = np.sum(dz, axis=0) => dba = np.sum(dz, axis=1)",
        part=_has_another_axis,
        sentence=instead("which runs over the wrong axis"),
        shown=(ast.Call,),
    ),
    Fault(
        name="keepdims_missing",
        what="a sum loses the axis that it runs over",
        shows="A bias gradient of shape (n_a,) instead of (n_a, 1), which then broadcasts.",
        why="The numbers are right; only the shape is not.",
        functions=Group.BACKWARD,
        seen=2,
        example="dba = np.sum(dz, axis=1) => dba = np.sum(dz, axis=1, keepdims=True)",
        part=_gains("keepdims"),
        sentence="`{wrong}` loses the axis that it runs over; `{meant}` was meant",
    ),
    Fault(
        name="result_has_another_type",
        what="numbers are stored in an array that cannot hold them",
        shows="Results are whole numbers, mostly zeros.",
        why="np.zeros takes a type, and int is a short one.",
        functions=Group.SEQUENCE,
        example="a = np.zeros((n_a, m, T_x), dtype=int) => a = np.zeros((n_a, m, T_x))",
        part=lambda part: "dtype" in part.keywords[0],
    ),
    Fault(
        name="order_of_concatenation",
        what="parts are joined in the wrong order",
        shows="Every gate is wrong; an exception where the weights are split by n_a.",
        why="Other books write [x; h] for [h; x].",
        functions=Group.STEP,
        seen=1,
        example="concat = np.concatenate((xt, a_prev)) => concat = np.concatenate((a_prev, xt))",
        statement=lambda one: one.is_exchange and calls(one.wrong, JOINING),
        part=_joins_in_another_order,
        sentence="`{wrong}` joins the parts in the wrong order; `{meant}` was meant",
    ),
    Fault(
        name="wrong_slice",
        what="a slice takes the wrong part of an array",
        shows="Rows of a result are another's; an exception where sizes differ.",
        why="Which half is a_prev's and which xt's has to be remembered.",
        example="da_prev = d[n_a:] => da_prev = d[:n_a]",
        part=lambda part: isinstance(part.wrong, ast.Slice) or isinstance(part.meant, ast.Slice),
        sentence="{of} takes the part `{wrong}` of an array; `{meant}` was meant",
        shown=(ast.Subscript,),
    ),
)
