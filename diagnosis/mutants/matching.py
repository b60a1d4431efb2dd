"""From printed numbers to the mistake that gives them: on the assignment's own examples.

Whoever runs an example prints the same numbers for the same mistake. What a right function and its
mutants give is computed when it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import Any

import numpy as np

from ...subject.live import quiet
from .examples import PRINTED, Example, examples
from .mutant import Mutant

FEWEST_DIGITS = 4
"""Numbers with fewer digits than this are met by chance; but for the zeros that Adam starts with,
which are told by their name.
"""

_NUMBER = r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?|[-+]?(?:nan|inf)"
_NAME = r"(?:(?P<owner>[A-Za-z_]\w*)\s*\[\s*[\"'](?P<key>\w+)[\"']\s*\]|(?P<name>[A-Za-z_]\w*))"
_STATEMENT = re.compile(
    rf"(?:{_NAME}(?P<index>(?:\s*\[[\d\s\[\],]*\]+)*)[\"']?\s*[=:,]?\s*)?"
    rf"(?P<value>(?:np\.|numpy\.)?(?:array\()?[\[(\s]*(?:{_NUMBER})"
    rf"(?:[\s,;\[\]()]+(?:{_NUMBER}))*[\s\])]*)(?![\w.])"
)


@dataclass(frozen=True)
class Statement:
    """A printed value: of which result (empty if not said), which part of it, the numbers, and how
    far off each may be, printed as it is.
    """

    name: str
    index: tuple[int, ...]
    numbers: tuple[float, ...]
    margins: tuple[float, ...]
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
        return bool(np.allclose(found, self.numbers, rtol=1e-9, atol=self.margins, equal_nan=True))


def statements(text: str) -> list[Statement]:
    """The printed values in a text."""
    known = {name for example in examples().values() for name in example.right}
    found = []
    for match in _STATEMENT.finditer(text):
        name = match["key"] or match["name"] or ""
        entry = f'{match["owner"]}["{name}"]'
        name = entry if entry in known else name
        numbers = re.findall(_NUMBER, match["value"])
        index = tuple(map(int, re.findall(r"\d+", match["index"] or "")))
        if name and name not in known:
            continue
        places = max(len(n.lower().partition("e")[0].partition(".")[2]) for n in numbers)
        margins = tuple(0.6 * 10.0 ** (_exponent(n) - places) for n in numbers)
        digits = max(len(re.sub(r"[eE].*|\D", "", n).lstrip("0")) for n in numbers)
        found.append(Statement(name, index, tuple(map(float, numbers)), margins, digits))
    return [one for one in found if one.digits >= FEWEST_DIGITS or '"' in one.name]


def parts_of(label: str) -> tuple[str, tuple[int, ...]]:
    """Which result a printed value is of, and which part: of ``dba[4]``, of ``v["dW1"]``."""
    result = re.match(r"\w+(?:\[\"\w+\"\])?", label)
    name = result[0] if result else ""
    return name, tuple(map(int, re.findall(r"\d+", label[len(name) :])))


def _exponent(number: str) -> int:
    return int(number.lower().partition("e")[2] or 0)


@dataclass(frozen=True)
class Answer:
    """What some printed values of one example are: right, or the result of one of these mistakes
    (none where no known one gives them).
    """

    function: str
    said: tuple[Statement, ...]
    right: bool = False
    mistakes: tuple[Mutant, ...] = ()


def match(text: str) -> list[Answer]:
    """What each printed value in a text comes from; nothing where the text has none."""
    found = statements(text)
    waiting = [placed for one in found for placed in [_places(one)] if placed]
    answers: list[Answer] = []
    while waiting:
        names = {name for places in waiting for name in places}
        best = max(names, key=lambda name: _explained(name, waiting))
        own = [places[best] for places in waiting if best in places]
        answers += _answers(examples()[best], own)
        waiting = [places for places in waiting if best not in places]
    return answers


Places = Mapping[str, Statement]
"""A printed value as one of each example that may have printed it."""


def _places(said: Statement) -> Places:
    """The examples that have such a result; for numbers alone, those that print as many."""
    places = {}
    for name, example in examples().items():
        if said.name:
            if said.fits(example.right.get(said.name, ())):
                places[name] = said
            continue
        for printed in PRINTED[name].split():
            result, index = parts_of(printed)
            named = replace(said, name=result, index=index)
            if named.fits(example.right[result]) and (
                name not in places or named.equals(example.right[result])
            ):
                places[name] = named
    return places


def _explained(name: str, waiting: Sequence[Places]) -> tuple[int, int, int]:
    """How many of the values an example explains, as right or by one mistake, and how many it has;
    of equal ones the first.
    """
    example, order = examples()[name], [*examples()]
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
def _table(example: Example) -> tuple[tuple[Mutant, Mapping[str, Any]], ...]:
    with quiet():
        return tuple(example.mistakes)


def _mistakes(
    example: Example, wrong: Sequence[Statement], right: Sequence[Statement]
) -> tuple[Mutant, ...]:
    """The mistakes that give all these numbers: those that leave the others right, if any do."""
    found = [
        (mutant, all(one.equals(results.get(one.name, ())) for one in right))
        for mutant, results in _table(example)
        if all(one.equals(results.get(one.name, ())) for one in wrong)
    ]
    mutants: dict[object, Mutant] = {}
    for mutant, keeps in found:
        if keeps or not right:  # of readings of a print, and of two ways to one text, the first
            mutants.setdefault(mutant.known or (mutant.wrong, mutant.meant), mutant)
    return tuple(mutants.values())
