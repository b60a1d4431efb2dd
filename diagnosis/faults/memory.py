"""Arrays that share memory with others."""

from __future__ import annotations

import ast

from .fault import SIGMOID, Fault, Group, rule

FAULTS = (
    Fault(
        name="argument_changed",
        what="an argument is changed in place",
        shows="The values are right, and the caller's own array is not what it was.",
        why="+= and *= are short, and work in place where the left side is an array.",
        seen=13,
        within=SIGMOID,
        example="x *= -1\nreturn 1 / (1 + np.exp(x)) => x = x * -1\nreturn 1 / (1 + np.exp(x))",
        known_by="run",
    ),
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
)
