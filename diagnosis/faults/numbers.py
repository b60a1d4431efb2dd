"""Numbers and texts that are written out: sizes, indices, keys."""

from __future__ import annotations

import ast

from ..code.differences import same
from .fault import NAMED, Difference, Fault, Group, rule

_TEXT = r"'[^']*'|\"[^\"]*\""
"""A text as it is written."""


def _is_number(node: ast.AST) -> bool:
    """Whether a value is written as a number."""
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, str)
    return isinstance(node, ast.UnaryOp)


def _is_a_size(part: Difference) -> bool:
    number = part.wrong.value if isinstance(part.wrong, ast.Constant) else 0
    return isinstance(part.meant, NAMED) and isinstance(number, int) and number > 2


def _is_an_index(part: Difference) -> bool:
    wrong, meant = part.wrong, part.meant
    if isinstance(meant, ast.Subscript) and same(meant.value, wrong):
        return part.sequence and part.in_loop and isinstance(meant.slice, ast.Tuple)
    if part.are_collections:
        return any(isinstance(one, ast.Slice) for one in ast.iter_child_nodes(meant))
    return _is_number(wrong) and isinstance(meant, NAMED)


def _stores_elsewhere(statement: Difference) -> bool:
    target = statement.target
    is_unpacked = isinstance(target, ast.Tuple) and isinstance(target.ctx, ast.Store)
    stored = target is not None and not is_unpacked and not isinstance(target, ast.Name)
    return stored and not _has_a_size(statement)


def _has_a_size(statement: Difference) -> bool:
    """Whether the one part that differs is a size, in what is stored into or elsewhere."""
    (wrong, meant), *others = statement.pairs
    part = Difference(wrong, meant, statement.statement, sequence=False, in_loop=False)
    return not others and _is_a_size(part)


FAULTS = (
    Fault(
        name="wrong_key",
        what="a dictionary is read or filled under the key of something else",
        shows="A KeyError, or a gradient that is another one's.",
        why="The step's gradient is dxt and the sequence's dx; the keys were copied line by line.",
        seen=1,
        example='Wf = parameters["Wi"] => Wf = parameters["Wf"]',
        part=rule("A => B", A=_TEXT, B=ast.Constant),
        sentence="{of} takes the entry `{wrong}`{whose}; `{meant}`{whose_meant} was meant",
        shown=(ast.Subscript,),
    ),
    Fault(
        name="hard_coded_dimension",
        what="a dimension is written as a number",
        shows="An exception, or a wrong shape, for inputs of any other size.",
        why="The assignment's example has n_a = 5, and with it everything works.",
        seen=3,
        example="concat = np.zeros((5, m)) => concat = np.zeros((n_a, m))",
        part=_is_a_size,
        sentence=(
            "the dimension `{meant}` is written as the number {wrong}, right for inputs of "
            "that size only"
        ),
    ),
    Fault(
        name="wrong_index",
        what="an index takes the wrong entry or step",
        shows="An IndexError, or a result at the wrong step.",
        why="T_x is the number of steps, and no index of one.",
        functions=Group.SEQUENCE,
        seen=1,
        example="y = a[:, :, -1] => y = a[:, :, t]",
        statement=_stores_elsewhere,
        part=_is_an_index,
        sentence="`{wrong}` is the wrong entry or step; `{meant}` was meant",
        shown=(ast.Subscript,),
    ),
    Fault(
        name="wrong_constant",
        what="a number in the code is not the right one",
        shows="Results are wrong everywhere.",
        why="A number copied wrongly.",
        example="s = 2 / (1 + np.exp(-x)) => s = 1 / (1 + np.exp(-x))",
        part=lambda part: _is_number(part.wrong),
        shown=(ast.BinOp, ast.Call, ast.Subscript),
    ),
)
