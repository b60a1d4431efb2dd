"""Python and numpy: what is made once, read once or bound late, and axes taken for others."""

from __future__ import annotations

import ast

from .fault import Difference, Fault, instead, rule


def _has_defaults_more(part: Difference) -> bool:
    wrong, meant = part.wrong, part.meant
    if isinstance(wrong, ast.FunctionDef | ast.Lambda) and isinstance(meant, type(wrong)):
        wrong, meant = wrong.args, meant.args
    if not (isinstance(wrong, ast.arguments) and isinstance(meant, ast.arguments)):
        return False
    more = meant.defaults[len(wrong.defaults) :]
    return bool(more) and all(isinstance(one, ast.Name) for one in more)


FAULTS = (
    Fault(
        name="default_kept",
        what="a default argument collects from call to call",
        shows="The first call is right, and each later one has what those before it left.",
        why="A default is made once, where the function is defined, and reads as if made anew.",
        within="def sigmoid(x, kept=[]):",
        example=(
            "kept.append(x)\nreturn len(kept) / (1 + np.exp(-x)) => "
            "kept = []\nkept.append(x)\nreturn len(kept) / (1 + np.exp(-x))"
        ),
        known_by="run",
    ),
    Fault(
        name="bound_late",
        what="a function that is made in a loop reads what the loop goes over when it is called",
        shows="All of them do what the last of them should.",
        why="The name is looked up when the function is called, and then the loop is over.",
        example=(
            'gate = {k: lambda z: W["W" + k] @ z for k in names} => '
            'gate = {k: lambda z, k=k: W["W" + k] @ z for k in names}'
        ),
        part=_has_defaults_more,
        statement=_has_defaults_more,
        sentence=(
            "the function that is made in a loop with `{wrong}` reads the last value of what the "
            "loop goes over; with `{meant}` it keeps that of its step"
        ),
        shown=(ast.Lambda,),
    ),
    Fault(
        name="read_once",
        what="what can be read only once is read again",
        shows="The second loop over it does nothing, and what it should make is missing.",
        why="A zip, a map or a generator looks like a list, and is used up by its first loop.",
        example="pairs = zip(names, deltas) => pairs = list(zip(names, deltas))",
        part=rule("A => list(A)"),
        sentence=instead("which is used up when it has been read"),
    ),
    Fault(
        name="reshaped_for_transposed",
        what="a new shape stands for a transpose",
        shows="The shape is right, and the numbers stand in other places.",
        why="A transpose is asked for by its shape, and reshape keeps the order of the numbers.",
        example="dWh = dh @ concat.reshape(m, -1) => dWh = dh @ concat.T",
        part=rule(
            "A.reshape(...) => A.T", "N.reshape(A, ...) => A.T",
            "A.reshape(...) => A.transpose(...)",
        ),
        sentence=instead("which keeps the order of the numbers"),
    ),
    Fault(
        name="product_over_other_axes",
        what="a product of matrices stands for a sum over other axes",
        shows="An exception, or an array of too many axes.",
        why="For arrays of three axes dot and @ take the last but one, and not all that is shared.",
        example="from_inputs = np.dot(Wax, x) => from_inputs = np.tensordot(Wax, x, axes=1)",
        part=rule(
            "N.dot(A, B) => N.tensordot(C, D, axes=E)",
            "N.matmul(A, B) => N.tensordot(C, D, axes=E)",
            "A @ B => N.tensordot(C, D, axes=E)",
        ),
        sentence=instead("which sums over other axes"),
    ),
)  # fmt: skip
