"""Cells as objects: what stands for the cell that a function is given, where its file has none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CellObject:
    """A correct cell, one example a row, as a function over a sequence is given it.

    ``kind`` is the cell's name. Its method takes the ``states`` and the ``input``, in an order that
    authors choose, and returns as many values as it ``gives``. ``weights`` are the attributes that
    it has, each with an expression for it, of the contract's ``parameters``; ``body`` computes.
    """

    kind: str
    states: tuple[str, ...]
    input: str
    gives: int
    weights: dict[str, str]
    parameters: tuple[str, ...]
    body: str

    def text(self, method: str, input_first: bool) -> str:
        """The class ``CorrectCell``."""
        given = [self.input, *self.states] if input_first else [*self.states, self.input]
        made = "\n".join(f"        self.{name} = {value}" for name, value in self.weights.items())
        return (
            "class CorrectCell:\n"
            '    """One step, an example a row."""\n\n'
            f"    def __init__(self, parameters):\n{made}\n\n"
            f"    def {method}(self, {', '.join(given)}):\n{self.body}"
        )


CELL_OBJECTS = (
    CellObject(
        kind="rnn",
        states=("h_prev",),
        input="x_t",
        gives=2,
        weights={
            "Wh": 'numpy.concatenate((parameters["Waa"], parameters["Wax"]), axis=1).T',
            "bh": 'parameters["ba"].T',
            "Wy": 'parameters["Wya"].T',
            "by": 'parameters["by"].T',
        },
        parameters=("Wax", "Waa", "ba", "Wya", "by"),
        body="""\
        both = numpy.concatenate((h_prev, x_t), axis=1)
        h_next = numpy.tanh(both @ self.Wh + self.bh)
        scores = h_next @ self.Wy + self.by
        powers = numpy.exp(scores - scores.max(axis=1, keepdims=True))
        return h_next, powers / powers.sum(axis=1, keepdims=True)
""",
    ),
)
"""What is met; a function that asks a cell for anything else is given none."""
