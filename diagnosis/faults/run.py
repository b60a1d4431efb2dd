"""Code that does not come to its end: names that nothing stands for, and what is unwritten,
unreadable, endless, or only for some inputs; and what changes its inputs.
"""

from __future__ import annotations

import ast

from .fault import SIGMOID, Fault, any_of, gives_what_is_read, named, rule

FAULTS = (
    Fault(
        name="undefined_name",
        what="a name is read that is not defined anywhere",
        shows="A NameError.",
        why="Half of the code was taken from elsewhere, where the value had another name.",
        seen=9,
        within=SIGMOID,
        example="return 1 / (1 + np.exp(-z)) => return 1 / (1 + np.exp(-x))",
        known_by="run",
    ),
    Fault(
        name="unassigned_name",
        what="a name is read before it has been given a value",
        shows="An UnboundLocalError.",
        why="The line that starts a list or a total was lost.",
        seen=9,
        example='dWaa += step["dWaa"] => dWaa = 0\ndWaa += step["dWaa"]',
        missing=lambda missing: (
            missing.before is not None and gives_what_is_read(missing.added, missing.before)
        ),
    ),
    Fault(
        name="notebook_variable",
        what="a variable of the notebook is read instead of an argument",
        shows="It works in the notebook, for the one input of its demonstration, and nowhere else.",
        why="In a notebook parameters_tmp or m is always there, from a cell that ran before.",
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
        why="Older code has it everywhere, and there it worked.",
        seen=1,
        example="a = np.zeros((n_a, m), dtype=np.float) => a = np.zeros((n_a, m), dtype=float)",
        part=any_of(
            rule("A => B", A=ast.Attribute, B="float|int|bool|complex"),
            named(r"(float|complex)_ => \1(64|128)"),
        ),
        sentence="`{wrong}` is gone from numpy: it is `{meant}` today",
    ),
    Fault(
        name="module_name_missing",
        what="a module does not have the name that is used",
        shows="An AttributeError.",
        why="A slip of the finger, or a name that another library has.",
        within=SIGMOID,
        example="return 1 / (1 + np.expp(-x)) => return 1 / (1 + np.exp(-x))",
        known_by="run",
    ),
    Fault(
        name="module_not_here",
        what="a module is used that is not here",
        shows="The function cannot be judged.",
        why="The course's own module lies in its own folder.",
        example=(
            "import tools\n\n\ndef sigmoid(x):\n    return tools.logistic(x) => "
            "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))"
        ),
        known_by="block",
    ),
    Fault(
        name="raises_for_some_dimensions",
        what="the function raises for inputs of some dimensions only",
        shows="It works for the example at hand, and raises for one step, or where n_x != n_a.",
        why="Equal sizes hide what is written the wrong way round.",
        seen=1,
        within=SIGMOID,
        example=(
            "first, second = x\nreturn 1 / (1 + np.exp(-np.array((first, second)))) => "
            "return 1 / (1 + np.exp(-x))"
        ),
        known_by="run",
    ),
    Fault(
        name="endless_loop",
        what="a loop does not come to an end",
        shows="The function is stopped after some seconds.",
        why="A while loop has to take its own step, and the line for it is easily lost.",
        within=SIGMOID,
        example=(
            "while True:\n    y = 1 / (1 + np.exp(-x))\nreturn y => "
            "y = 1 / (1 + np.exp(-x))\nreturn y"
        ),
        known_by="run",
    ),
    Fault(
        name="unfinished",
        what="a part of the template is still to be written",
        shows="A name is None, a loop runs over range(None), or the body is empty.",
        why="A template has many gaps, and one is overlooked.",
        within=SIGMOID,
        example="s = None\nreturn s => s = 1 / (1 + np.exp(-x))\nreturn s",
        known_by="run",
    ),
    Fault(
        name="not_python",
        what="the text of the function is not Python",
        shows="A SyntaxError: the file does not even load.",
        why="Text that goes through a web page or a note loses its indents and quotes.",
        seen=14,
        example=(
            "def sigmoid(x)\n    return 1 / (1 + np.exp(-x)) => "
            "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))"
        ),
        known_by="run",
    ),
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
        name="result_overwritten",
        what="a result lies in an array that a later call writes over",
        shows="Each call by itself is right; what is kept of several is the last one's.",
        why="A work buffer saves memory, as long as nothing is returned that lies in it.",
        within=SIGMOID,
        example=(
            "y = vars(sigmoid).setdefault(str(x.shape), np.ones(x.shape))\n"
            "y[:] = 1 / (1 + np.exp(-x))\nreturn y => "
            "y = vars(sigmoid).setdefault(str(x.shape), np.ones(x.shape))\n"
            "y = 1 / (1 + np.exp(-x))\nreturn y"
        ),
        known_by="run",
    ),
)
