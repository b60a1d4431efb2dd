"""Names that nothing stands for: undefined, not yet given a value, gone from their module."""

from __future__ import annotations

import ast

from .fault import SIGMOID, Fault, gives_what_is_read, rule

FAULTS = (
    Fault(
        name="undefined_name",
        what="a name is read that is not defined anywhere",
        shows="A NameError.",
        tempting="Half of the code was taken from elsewhere, where the value had another name.",
        seen=9,
        within=SIGMOID,
        example="return 1 / (1 + np.exp(-z)) => return 1 / (1 + np.exp(-x))",
        known_by="run",
    ),
    Fault(
        name="unassigned_name",
        what="a name is read before it has been given a value",
        shows="An UnboundLocalError.",
        tempting="The line that starts a list or a total was lost.",
        seen=9,
        example='dWaa += step["dWaa"] => dWaa = 0\ndWaa += step["dWaa"]',
        missing=lambda missing: (
            missing.before is not None and gives_what_is_read(missing.added, missing.before)
        ),
    ),
    Fault(
        name="notebook_variable",
        what="a variable of the notebook is read instead of an argument",
        shows=(
            "It works in the notebook, for the one input of its demonstration, and nowhere else."
        ),
        tempting="In a notebook parameters_tmp or m is always there, from a cell that ran before.",
        seen=14,
        example=(
            "scores_tmp = np.zeros((3, 2))\n\n\n"
            "def sigmoid(x):\n    return 1 / (1 + np.exp(-scores_tmp)) => "
            "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))"
        ),
        known_by="run",
    ),
    Fault(
        name="numpy_name_dropped",
        what="numpy no longer has the name that is used",
        shows="An AttributeError: np.float and its like went with numpy 1.24 and 2.0.",
        tempting="Older code has it everywhere, and there it worked.",
        seen=1,
        example="a = np.zeros((n_a, m), dtype=np.float) => a = np.zeros((n_a, m), dtype=float)",
        part=rule("A => B", A=ast.Attribute, B="float|int|bool"),
        sentence="`{wrong}` is gone from numpy: it is `{meant}` today",
    ),
    Fault(
        name="module_name_missing",
        what="a module does not have the name that is used",
        shows="An AttributeError.",
        tempting="A slip of the finger, or a name that another library has.",
        within=SIGMOID,
        example="return 1 / (1 + np.expp(-x)) => return 1 / (1 + np.exp(-x))",
        known_by="run",
    ),
    Fault(
        name="module_not_here",
        what="a module is used that is not here",
        shows="The function cannot be judged.",
        tempting="The course's own module lies in its own folder.",
        example=(
            "import tools\n\n\ndef sigmoid(x):\n    return tools.logistic(x) => "
            "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))"
        ),
        known_by="block",
    ),
)
