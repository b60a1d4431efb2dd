"""The catalogue's words for code that does not come to an end, cannot be read, or follows an error
that was published.

Each name has what it is, how it shows, why it is tempting, where it is found, and how often it was
seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ANY = "all functions"

OF_CODE: Mapping[str, tuple[str, str, str, str, int]] = MappingProxyType(
    {
        "undefined_name": (
            "a name is read that is not defined anywhere",
            "A NameError.",
            "Half of the code was taken from elsewhere, where the value had another name.",
            ANY,
            9,
        ),
        "unassigned_name": (
            "a name is read before it has been given a value",
            "An UnboundLocalError.",
            "The line that starts a list or a total was lost.",
            ANY,
            9,
        ),
        "notebook_variable": (
            "a variable of the notebook is read instead of an argument",
            "It works in the notebook, for the one input of its demonstration, and nowhere else.",
            "In a notebook parameters_tmp or m is always there, from a cell that ran before.",
            ANY,
            14,
        ),
        "numpy_name_dropped": (
            "numpy no longer has the name that is used",
            "An AttributeError: np.float and its like went with numpy 1.24 and 2.0.",
            "Older code has it everywhere, and there it worked.",
            ANY,
            1,
        ),
        "module_name_missing": (
            "a module does not have the name that is used",
            "An AttributeError.",
            "A slip of the finger, or a name that another library has.",
            ANY,
            0,
        ),
        "module_not_here": (
            "a module is used that is not here",
            "The function cannot be judged.",
            "The course's own module lies in its own folder.",
            ANY,
            0,
        ),
        "raises_for_some_dimensions": (
            "the function raises for inputs of some dimensions only",
            "It works for the example at hand, and raises for one step, or where n_x != n_a.",
            "Equal sizes hide what is written the wrong way round.",
            ANY,
            1,
        ),
        "endless_loop": (
            "a loop does not come to an end",
            "The function is stopped after some seconds.",
            "A while loop has to take its own step, and the line for it is easily lost.",
            ANY,
            0,
        ),
        "unfinished": (
            "a part of the template is still to be written",
            "A name is None, a loop runs over range(None), or the body is empty.",
            "A template has many gaps, and one is overlooked.",
            ANY,
            0,
        ),
        "not_python": (
            "the text of the function is not Python",
            "A SyntaxError: the file does not even load.",
            "Text that goes through a web page or a note loses its indents and quotes.",
            ANY,
            14,
        ),
        "printed_equations": (
            "equations (8) to (10) are followed as older notebooks print them, which is wrong",
            "dWc, dWi or dWf differ from the derivative; they agree where dc_next is zero.",
            "Notebooks up to 2018 print them without their outer parentheses.",
            "lstm_cell_backward",
            0,
        ),
        "printed_table": (
            "lstm_backward gives the table that older notebooks print, which is wrong",
            "Gradients are right for one step; earlier steps lack what comes from later ones.",
            "The notebook says that these are the expected values.",
            "lstm_backward",
            47,
        ),
    }
)
