"""Loops over time."""

from __future__ import annotations

import ast

from ..code.differences import called
from .fault import Difference, Fault, Group, calls, rule


def _is_of_a_loop(statement: Difference) -> bool:
    """Whether the head of a loop is wrong, other than by one name for another."""
    wrong, meant = statement.wrong, statement.meant
    if not (isinstance(wrong, ast.For) and isinstance(meant, ast.For) and statement.pairs):
        return False
    counted = calls(wrong.iter, "range")
    return statement.exchanged is None and (counted or not _are_names(statement))


def _are_names(statement: Difference) -> bool:
    return all(isinstance(one, ast.Name) for one in statement.pairs[0])


def _is_reversed(statement: Difference) -> bool:
    parts = [part for pair in statement.pairs for part in pair]
    if not parts or not isinstance(statement.wrong, ast.For):
        return False
    return any(called(part) == "reversed" for part in parts) or "-1]" in ast.unparse(parts[-1])


_is_counted = rule("A => range(A)")


def _lacks_its_range(statement: Difference) -> bool:
    """Whether the head of a loop has a number in the place of those that it counts."""
    pairs = [Difference(a, b, statement.statement, True, True) for a, b in statement.pairs]
    return isinstance(statement.wrong, ast.For) and all(map(_is_counted, pairs))


def _is_of_another_axis(statement: Difference) -> bool:
    wrong = statement.wrong
    if not isinstance(wrong, ast.For) or not _is_of_a_loop(statement):
        return False
    first = statement.pairs[0]
    indices = [n.slice for n in ast.walk(wrong.iter) if isinstance(n, ast.Subscript)]
    shapes = first[0] in indices or all("shape" in ast.unparse(one) for one in first)
    return shapes or _are_names(statement)


FAULTS = (
    Fault(
        name="range_missing",
        what="a loop runs over a number, where what it counts was meant",
        shows="A TypeError: a number is not iterable, and not reversible.",
        why="for t in T_x reads like the sentence that one has in mind.",
        functions=Group.SEQUENCE,
        example=(
            "for t in T_x:\n    a_next = step(x[:, :, t], a_next) => "
            "for t in range(T_x):\n    a_next = step(x[:, :, t], a_next)"
        ),
        statement=_lacks_its_range,
        part=_is_counted,
        sentence="`{wrong}` runs over a number; `{meant}` was meant",
    ),
    Fault(
        name="loop_in_reverse",
        what="the loop runs through time the wrong way round",
        shows="Right for one step, and symmetrical inputs only.",
        why="The backward pass does run backwards.",
        functions=Group.SEQUENCE,
        example=(
            "for t in range(T_x):\n    da_prevt = step(da[:, :, t]) => "
            "for t in reversed(range(T_x)):\n    da_prevt = step(da[:, :, t])"
        ),
        statement=_is_reversed,
        sentence=(
            "the loop runs through time the wrong way round with `{wrong}`; `{meant}` was meant"
        ),
    ),
    Fault(
        name="loop_over_another_axis",
        what="the loop runs over another axis than time",
        shows="An IndexError where m > T_x; steps missing where m < T_x.",
        why="m and T_x stand side by side in the shape.",
        functions=Group.SEQUENCE,
        seen=1,
        example=(
            "for t in range(x.shape[1]):\n    a_next = step(x[:, :, t], a_next) => "
            "for t in range(x.shape[2]):\n    a_next = step(x[:, :, t], a_next)"
        ),
        statement=_is_of_another_axis,
        sentence="the loop runs over `{wrong}`, which is not time; `{meant}` was meant",
    ),
    Fault(
        name="loop_bounds_wrong",
        what="the loop starts or ends at the wrong step",
        shows="The first or last step is zero, or missing.",
        why="The first state is given, so that the loop seems to start at 1.",
        functions=Group.SEQUENCE,
        seen=3,
        example=(
            "for t in range(1, T_x):\n    a_next = step(x[:, :, t], a_next) => "
            "for t in range(T_x):\n    a_next = step(x[:, :, t], a_next)"
        ),
        statement=_is_of_a_loop,
        sentence="the loop over `{wrong}` starts or ends at the wrong step; `{meant}` was meant",
    ),
    Fault(
        name="wrong_order_of_time",
        what="steps are taken or put together in the wrong order of time",
        shows="Right for one step; otherwise the steps are mirrored.",
        why="The backward pass collects its steps from the last to the first.",
        functions=Group.SEQUENCE,
        example="dx = np.stack(steps, axis=2) => dx = np.stack(steps[::-1], axis=2)",
        part=rule("A => A[::-1]", "A[::-1] => A"),
    ),
)
