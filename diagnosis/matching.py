"""From printed numbers to the mistake that gives them: on the assignment's own examples.

The examples draw their inputs with numpy's legacy generator and seed 1, in the order that `DRAWN`
gives; whoever runs them prints the same numbers for the same mistake. What a right function and its
behave-alikes give is computed when it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import Any

import numpy as np

from ..cells import families
from ..cells.spec import RecurrentFamily, concrete
from ..properties.live import quiet
from .variants import Variant, Variants

GATES = "Wf bf Wi bi Wo bo Wc bc"

DRAWN: Mapping[str, str] = {
    "rnn_cell_forward": "xt a_prev Waa Wax Wya ba by",
    "rnn_forward": "x a0 Waa Wax Wya ba by",
    "lstm_cell_forward": f"xt a_prev c_prev {GATES} Wy by",
    "lstm_forward": f"x a0 {GATES} Wy by",
    "rnn_cell_backward": "xt a_prev Wax Waa Wya ba by da_next",
    "rnn_backward": "x a0 Wax Waa Wya ba by da",
    "lstm_cell_backward": f"xt a_prev c_prev {GATES} Wy by da_next dc_next",
    "lstm_backward": f"x a0 {GATES} da",
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
}
"""What each example prints: where numbers without a name are looked for."""

STEPS = {"rnn": 4, "lstm": 7}
DIMENSIONS = {"n_x": 3, "n_a": 5, "n_y": 2, "m": 10}
LSTM_UPSTREAM = 4
"""The example of ``lstm_backward`` has a sequence of seven steps and gradients for four."""

FEWEST_DIGITS = 4
"""Numbers with fewer digits than this are met by chance."""

_NUMBER = r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?|[-+]?(?:nan|inf)"
_NAME = r"(?:[A-Za-z_]\w*\s*\[\s*[\"'](?P<key>\w+)[\"']\s*\]|(?P<name>[A-Za-z_]\w*))"
_STATEMENT = re.compile(
    rf"(?:{_NAME}(?P<index>(?:\s*\[[\d\s\[\],]*\]+)*)[\"']?\s*[=:,]?\s*)?"
    rf"(?P<value>(?:np\.|numpy\.)?(?:array\()?[\[(\s]*(?:{_NUMBER})"
    rf"(?:[\s,;\[\]()]+(?:{_NUMBER}))*[\s\])]*)(?![\w.])"
)


@dataclass(frozen=True)
class Statement:
    """A printed value: of which result (empty if not said), which part of it, and the numbers."""

    name: str
    index: tuple[int, ...]
    numbers: tuple[float, ...]
    decimals: int
    digits: int

    def __str__(self) -> str:
        """As the example prints it."""
        return self.name + "".join(f"[{i}]" for i in self.index)

    def fits(self, value: Any) -> bool:
        """Whether a result has this part, and in it as many numbers."""
        value = np.asarray(value)
        inside = len(self.index) <= value.ndim and all(
            i < size for i, size in zip(self.index, value.shape, strict=False)
        )
        return inside and value[self.index].size == len(self.numbers)

    def equals(self, value: Any) -> bool:
        """Whether the part has these numbers, to the digits that are printed."""
        if not self.fits(value):
            return False
        found = np.ravel(np.asarray(value)[self.index])
        near = 0.6 * 10.0**-self.decimals
        return bool(np.allclose(found, self.numbers, rtol=1e-9, atol=near, equal_nan=True))


def statements(text: str) -> list[Statement]:
    """The printed values in a text."""
    known = {name for examples in _examples().values() for name in examples.right}
    found = []
    for match in _STATEMENT.finditer(text):
        name = match["key"] or match["name"] or ""
        numbers = re.findall(_NUMBER, match["value"])
        index = tuple(map(int, re.findall(r"\d+", match["index"] or "")))
        if name and name not in known:
            continue
        decimals = max(map(_decimals, numbers))
        digits = max(len(re.sub(r"[eE].*|\D", "", n).lstrip("0")) for n in numbers)
        found.append(Statement(name, index, tuple(map(float, numbers)), decimals, digits))
    return [one for one in found if one.digits >= FEWEST_DIGITS]


def _decimals(number: str) -> int:
    mantissa, _, exponent = number.lower().partition("e")
    return len(mantissa.partition(".")[2]) - int(exponent or 0)


class Example:
    """One example of the assignment: a function, the inputs drawn for it, and what comes out."""

    def __init__(self, name: str, variants: Variants) -> None:
        self.name = name
        self.variants = variants
        self.spec = variants.family.functions[name]
        self._arrays = _drawn(name, variants.family)
        self.right = self.results(variants.having(None))

    def run(self, functions: Mapping[str, Callable[..., Any]]) -> Any:
        """What the function returns on the example."""
        arrays = {n: array.copy() for n, array in self._arrays.items()}  # some mistakes change them
        given = {**arrays, "parameters": {n: a for n, a in arrays.items() if n[0] in "Wb"}}
        spec = self.spec
        if spec.role.is_backward:
            forward = self.variants.family.functions[spec.forward]
            cache = functions[spec.forward](*(given[n] for n in forward.takes))[-1]
            given[spec.takes[-1]] = cache
        return functions[self.name](*(given[n] for n in spec.takes))

    def results(self, functions: Mapping[str, Callable[..., Any]]) -> Mapping[str, Any]:
        """The results by name; none where it raises."""
        try:
            returned = self.run(functions)
        except Exception:  # a change that does not go together with the shapes
            return {}
        if isinstance(returned, dict):
            return returned
        return dict(zip(self.spec.returns, returned, strict=False))

    @property
    def mistakes(self) -> Iterator[tuple[Variant, Mapping[str, Any]]]:
        """Each behave-variant with its results, those of the function itself first."""
        for name in (self.name, *self._callees()):
            for variant in self.variants.of(name, self.run):
                results = self.results(self.variants.having(variant))
                if results:
                    yield variant, results

    def _callees(self) -> Iterable[str]:
        own = self.variants.family.reference
        wanted = [name for name in self.spec.calls if name in own]
        if self.spec.forward:
            forward = self.variants.family.functions[self.spec.forward]
            wanted += [forward.name, *(name for name in forward.calls if name in own)]
        return dict.fromkeys(wanted)


def _drawn(name: str, family: RecurrentFamily) -> dict[str, Any]:
    steps = STEPS[family.name]
    random = np.random.RandomState(1)
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
def _examples() -> Mapping[str, Example]:
    """Every example, by the name of its function."""
    examples: dict[str, Example] = {}
    for family in families().values():
        if isinstance(family, RecurrentFamily) and family.name in STEPS:
            variants = Variants(family)
            examples |= {n: Example(n, variants) for n in family.functions if n in DRAWN}
    return examples


@dataclass(frozen=True)
class Answer:
    """What some printed values of one example are: right, or the result of one of these mistakes
    (none where no known one gives them).
    """

    function: str
    said: tuple[Statement, ...]
    right: bool = False
    mistakes: tuple[Variant, ...] = ()


def match(text: str) -> list[Answer]:
    """What each printed value in a text comes from; nothing where the text has none."""
    found = statements(text)
    waiting = [placed for one in found for placed in [_places(one)] if placed]
    answers: list[Answer] = []
    while waiting:
        names = {name for places in waiting for name in places}
        best = max(names, key=lambda name: _explained(name, waiting))
        own = [places[best] for places in waiting if best in places]
        answers += _answers(_examples()[best], own)
        waiting = [places for places in waiting if best not in places]
    return answers


Places = Mapping[str, Statement]
"""A printed value as one of each example that may have printed it."""


def _places(said: Statement) -> Places:
    """The examples that have such a result; for numbers alone, those that print as many."""
    places = {}
    for name, example in _examples().items():
        if said.name:
            if said.fits(example.right.get(said.name, ())):
                places[name] = said
            continue
        for printed in PRINTED[name].split():
            result, *index = re.findall(r"\w+", printed)
            named = Statement(
                result, tuple(map(int, index)), said.numbers, said.decimals, said.digits
            )
            if named.fits(example.right[result]) and (
                name not in places or named.equals(example.right[result])
            ):
                places[name] = named
    return places


def _explained(name: str, waiting: Sequence[Places]) -> tuple[int, int, int]:
    """How many of the values an example explains, as right or by one mistake, and how many it has;
    of equal ones the first.
    """
    example, order = _examples()[name], [*_examples()]
    own = [places[name] for places in waiting if name in places]
    wrong = [one for one in own if not one.equals(example.right[one.name])]
    disputed = any(len(places) > 1 for places in waiting if name in places)
    unknown = len(wrong) if not (disputed and wrong and _mistakes(example, wrong, ())) else 0
    return len(own) - unknown, len(own), -order.index(name)


def _answers(example: Example, said: Sequence[Statement]) -> Iterator[Answer]:
    right = tuple(one for one in said if one.equals(example.right[one.name]))
    wrong = [one for one in said if one not in right]
    if right:
        yield Answer(example.name, right, right=True)
    together = _mistakes(example, wrong, right) if wrong else ()
    if together or len(wrong) == 1:
        yield Answer(example.name, tuple(wrong), mistakes=together)
        return
    alone = [(one, _mistakes(example, [one], ())) for one in wrong]
    for mistakes, group in groupby(alone, key=lambda pair: pair[1]):
        yield Answer(example.name, tuple(one for one, _ in group), mistakes=mistakes)


@cache
def _table(example: Example) -> tuple[tuple[Variant, Mapping[str, Any]], ...]:
    with quiet():
        known = list(example.mistakes)
    if example.name == "lstm_backward":
        known[:0] = _as_published(known)
    return tuple(known)


def _as_published(
    known: Sequence[tuple[Variant, Mapping[str, Any]]],
) -> Iterator[tuple[Variant, Mapping[str, Any]]]:
    """Both carries never updated, and the biases from the forget gate's: the table in print."""
    for variant, results in known:
        if variant.kind == "carry_not_updated" and variant.wrong.count(" _") > 1:
            forget = results["dbf"]
            yield (
                replace(variant, kind="printed_table"),
                {**results, "dbi": forget, "dbc": forget, "dbo": forget},
            )


def _mistakes(
    example: Example, wrong: Sequence[Statement], right: Sequence[Statement]
) -> tuple[Variant, ...]:
    """The mistakes that give all these numbers: those that leave the others right, if any do."""
    found = [
        (variant, all(one.equals(results.get(one.name, ())) for one in right))
        for variant, results in _table(example)
        if all(one.equals(results.get(one.name, ())) for one in wrong)
    ]
    harmless = [variant for variant, keeps in found if keeps]
    return tuple(harmless) if right else tuple(variant for variant, _ in found)
