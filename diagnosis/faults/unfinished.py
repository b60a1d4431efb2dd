"""Code that does not come to its end: unwritten, unreadable, endless, or only for some inputs."""

from __future__ import annotations

from .fault import SIGMOID, Fault

FAULTS = (
    Fault(
        name="raises_for_some_dimensions",
        what="the function raises for inputs of some dimensions only",
        shows="It works for the example at hand, and raises for one step, or where n_x != n_a.",
        tempting="Equal sizes hide what is written the wrong way round.",
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
        tempting="A while loop has to take its own step, and the line for it is easily lost.",
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
        tempting="A template has many gaps, and one is overlooked.",
        within=SIGMOID,
        example="s = None\nreturn s => s = 1 / (1 + np.exp(-x))\nreturn s",
        known_by="run",
    ),
    Fault(
        name="not_python",
        what="the text of the function is not Python",
        shows="A SyntaxError: the file does not even load.",
        tempting="Text that goes through a web page or a note loses its indents and quotes.",
        seen=14,
        example=(
            "def sigmoid(x)\n    return 1 / (1 + np.exp(-x)) => "
            "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))"
        ),
        known_by="run",
    ),
)
