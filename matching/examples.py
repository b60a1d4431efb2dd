"""The assignment's own examples: what is drawn for each, what it prints, and what comes out.

They draw their inputs with numpy's legacy generator and seed 1, in the order that `DRAWN` gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from ..cells import families
from ..cells.spec import Array, Family, RecurrentFamily, concrete
from ..diagnosis.mutants.misprints import misprinted
from ..diagnosis.mutants.mutant import Functions, Mutant, References
from .views import viewing

GATES = "Wf bf Wi bi Wo bo Wc bc"
LAYERS = "W1 b1 W2 b2"

DRAWN: Mapping[str, str] = {
    "rnn_cell_forward": "xt a_prev Waa Wax Wya ba by",
    "rnn_forward": "x a0 Waa Wax Wya ba by",
    "lstm_cell_forward": f"xt a_prev c_prev {GATES} Wy by",
    "lstm_forward": f"x a0 {GATES} Wy by",
    "rnn_cell_backward": "xt a_prev Wax Waa Wya ba by da_next",
    "rnn_backward": "x a0 Wax Waa Wya ba by da",
    "lstm_cell_backward": f"xt a_prev c_prev {GATES} Wy by da_next dc_next",
    "lstm_backward": f"x a0 {GATES} da",
    "initialize_adam": LAYERS,
    "update_parameters_with_adam": f"{LAYERS} dW1 db1 dW2 db2",
}
"""The order in which each example draws its arrays."""

PRINTED: Mapping[str, str] = {
    "rnn_cell_forward": "a_next[4] yt_pred[1]",
    "rnn_forward": "a[4][1] y_pred[1][3]",
    "lstm_cell_forward": "a_next[4] c_next[2] yt_pred[1]",
    "lstm_forward": "a[4][3][6] y[1][4][3] c[1][2][1]",
    "rnn_cell_backward": "dxt[1][2] da_prev[2][3] dWax[3][1] dWaa[1][2] dba[4]",
    "rnn_backward": "dx[1][2] da0[2][3] dWax[3][1] dWaa[1][2] dba[4]",
    "lstm_cell_backward": "dxt[1][2] da_prev[2][3] dc_prev[2][3] dWf[3][1] dWi[1][2] dWc[3][1] "
    "dWo[1][2] dbf[4] dbi[4] dbc[4] dbo[4]",
    "lstm_backward": "dx[1][2] da0[2][3] dWf[3][1] dWi[1][2] dWc[3][1] dWo[1][2] dbf[4] dbi[4] "
    "dbc[4] dbo[4]",
    "initialize_adam": 'v["dW1"] v["db1"] v["dW2"] v["db2"] s["dW1"] s["db1"] s["dW2"] s["db2"]',
    "update_parameters_with_adam": f"{LAYERS} "
    'v["dW1"] v["db1"] v["dW2"] v["db2"] s["dW1"] s["db1"] s["dW2"] s["db2"]',
}
"""What each example prints: where numbers without a name are looked for."""

STEPS = {"rnn": 4, "lstm": 7}
DIMENSIONS = {"n_x": 3, "n_a": 5, "n_y": 2, "m": 10}
LSTM_UPSTREAM = 4
"""The example of ``lstm_backward`` has a sequence of seven steps and gradients for four."""

FARTHEST = 1.2
"""How far a change of the reference may go: the nearest only, for there are many."""

ADAM_SHAPES = {"W1": (2, 3), "b1": (2, 1), "W2": (3, 3), "b2": (3, 1)}
ADAM_STEP = 2
"""The example of Adam's update is called a second step, and starts from zeros all the same."""


class Example:
    """An example: a function, the arrays that it is given, and what comes out.

    They are those that the assignment draws for it, if no others are given.
    """

    def __init__(
        self, name: str, references: References, arrays: Mapping[str, Array] | None = None
    ) -> None:
        self.name = name
        self.references = references
        self.spec = references.family.functions[name]
        self._arrays = dict(arrays) if arrays else _drawn(name, references.family)
        self.right = self.results(references.having())

    def run(self, functions: Functions) -> Any:
        """What the function returns on the example."""
        given, spec = self._given(), self.spec
        if spec.role.is_backward:
            forward = self.references.family.functions[spec.forward]
            cache = functions[spec.forward](*(given[n] for n in forward.takes))[-1]
            given[spec.takes[-1]] = cache
        return functions[self.name](*(given[n] for n in spec.takes if n in given))

    def _given(self) -> dict[str, Any]:
        """The arguments, by their names; new ones, for some mistakes change them."""
        arrays = {n: array.copy() for n, array in self._arrays.items()}
        given = {**arrays, "parameters": {n: a for n, a in arrays.items() if n[0] in "Wb"}}
        if isinstance(self.references.family, RecurrentFamily):
            return given
        grads = {n: a for n, a in arrays.items() if n[0] == "d"}
        v, s = ({n: np.zeros_like(a) for n, a in grads.items()} for _ in "vs")
        return {**given, "grads": grads, "v": v, "s": s, "t": ADAM_STEP}

    def results(self, functions: Functions) -> Mapping[str, Any]:
        """The results by name; none where it raises."""
        try:
            returned = self.run(functions)
        except Exception:  # a change that does not go together with the shapes
            return {}
        if isinstance(returned, dict):
            return returned
        if not isinstance(returned, tuple):
            return {}
        named = dict(zip(self.spec.returns, returned, strict=False))
        return {
            one: array
            for name, value in named.items()
            for one, array in (_entries(name, value) if type(value) is dict else [(name, value)])
        }

    @property
    def mistakes(self) -> Iterator[tuple[Mutant, Mapping[str, Any]]]:
        """Each mutant that gives results, those of the function itself first."""
        for name in (self.name, *self._callees()):
            mutants = self.references.mutants(name, self.run, FARTHEST)
            known = chain(misprinted(self.references, name), viewing(self.references, name))
            for mutant in chain(known, mutants):
                results = self.results(self.references.having(mutant))
                if self._are_complete(results):
                    yield mutant, results

    def _are_complete(self, results: Mapping[str, Any]) -> bool:
        """Whether there is something to print of each result."""
        numbers = all(
            isinstance(value, np.ndarray) and value.dtype.kind == "f" for value in results.values()
        )
        return numbers and results.keys() == self.right.keys()

    def _callees(self) -> Iterable[str]:
        own = self.references.family.reference
        wanted = [name for name in self.spec.calls if name in own]
        if self.spec.forward:
            forward = self.references.family.functions[self.spec.forward]
            wanted += [forward.name, *(name for name in forward.calls if name in own)]
        return dict.fromkeys(wanted)


def _entries(name: str, value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The entries of a dict as they are printed: ``W1``, ``v["dW1"]``."""
    for key, entry in value.items():
        yield key if name == "parameters" else f'{name}["{key}"]', entry


def _drawn(name: str, family: Family) -> dict[str, Any]:
    random = np.random.RandomState(1)
    if not isinstance(family, RecurrentFamily):
        return {n: random.randn(*ADAM_SHAPES[n.removeprefix("d")]) for n in DRAWN[name].split()}
    steps = STEPS[family.name]
    arrays = {}
    for one in DRAWN[name].split():
        size = LSTM_UPSTREAM if (one, family.name) == ("da", "lstm") else steps
        shape = concrete(family.cell.shapes[one], {**DIMENSIONS, "T_x": size})
        arrays[one] = random.randn(*shape)
    for one, symbolic in family.cell.all_parameters.items():
        if one not in arrays:  # a prediction that plays no part
            arrays[one] = np.zeros(concrete(symbolic, DIMENSIONS))
    return arrays


@cache
def examples() -> Mapping[str, Example]:
    """Every example, by the name of its function."""
    made: dict[str, Example] = {}
    for family in families().values():
        known = [name for name in family.functions if name in DRAWN]
        if known:
            references = References(family)
            made |= {name: Example(name, references) for name in known}
    return made
