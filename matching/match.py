"""From printed numbers to the mistake that gives them: on the assignment's own examples.

Whoever runs an example prints the same numbers for the same mistake. What a right function and its
mutants give is computed when it is asked for. A person's own arrays are an example as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import Any

import numpy as np

from ..cells.spec import Array
from ..diagnosis.mutants.mutant import Mutant
from ..subject.live import quiet
from .examples import PRINTED, Example, examples
from .printed_values import Post, PrintedValue, parts_of, understood


@dataclass(frozen=True)
class Answer:
    """What some printed values of one example are: right, or the result of one of these mistakes
    (none where no known one gives them).
    """

    function: str
    said: tuple[PrintedValue, ...]
    right: bool = False
    mistakes: tuple[Mutant, ...] = ()


@dataclass(frozen=True)
class Matched:
    """The answers to a text; ``expected`` are the values in it that a course expects, and
    ``unknown`` the names of those that no example has.
    """

    answers: tuple[Answer, ...]
    expected: tuple[PrintedValue, ...] = ()
    unknown: tuple[str, ...] = ()


Among = Mapping[str, Example]
Places = Mapping[str, PrintedValue]
"""A printed value as one of each example that may have printed it."""


def match(text: str, among: Among | None = None) -> Matched:
    """What each printed value in a text comes from; no answer where the text has none.

    ``among`` are the examples that may have printed it, by their functions: those of the
    assignment, if it is not given.
    """
    among = among or examples()
    post = understood(text, {name for example in among.values() for name in example.right})
    waiting = [placed for one in post.values for placed in [_places(one, among)] if placed]
    answers: list[Answer] = []
    expected = list(post.expected)
    while waiting:
        names = {name for places in waiting for name in places}
        best = max(names, key=lambda name: _explained(among, name, waiting))
        own = [places[best] for places in waiting if best in places]
        own, quoted = _own(among[best], own)
        expected += quoted
        answers += _answers(among[best], own, post)
        waiting = [places for places in waiting if best not in places]
    return Matched(tuple(answers), tuple(expected), post.unknown)


def _own(
    example: Example, said: Sequence[PrintedValue]
) -> tuple[list[PrintedValue], list[PrintedValue]]:
    """A person's values, and those beside them that are quoted: of a value that is said twice, the
    right one is the course's.
    """
    right = [one for one in said if one.equals(example.right[one.name])]
    wrong = {str(one) for one in said if one not in right}
    quoted = [one for one in right if str(one) in wrong]
    return [one for one in said if one not in quoted], quoted


def _places(said: PrintedValue, among: Among) -> Places:
    """The examples that have such a result; for numbers alone, those that print as many."""
    places = {}
    for name, example in among.items():
        if said.name:
            if said.fits(example.right.get(said.name, ())):
                places[name] = said
            continue
        for printed in PRINTED[name].split() if name in PRINTED else example.right:
            result, index = parts_of(printed)
            named = replace(said, name=result, index=index)
            if named.fits(example.right[result]) and (
                name not in places or named.equals(example.right[result])
            ):
                places[name] = named
    return places


def _explained(among: Among, name: str, waiting: Sequence[Places]) -> tuple[int, int, int]:
    """How many of the values an example explains, as right or by one mistake, and how many it has;
    of equal ones the first.
    """
    example, order = among[name], [*among]
    own = [places[name] for places in waiting if name in places]
    wrong = [one for one in own if not one.equals(example.right[one.name])]
    disputed = any(len(places) > 1 for places in waiting if name in places)
    unknown = len(wrong) if not (disputed and wrong and _mistakes(example, wrong, ())) else 0
    return len(own) - unknown, len(own), -order.index(name)


def _answers(example: Example, said: Sequence[PrintedValue], post: Post) -> Iterator[Answer]:
    shapes = [one for one in post.shapes if one.name in example.right]
    misshapen = {one.name for one in shapes if not one.equals(example.right[one.name])}
    right: list[PrintedValue] = []
    wrong = [one for one in shapes if one.name in misshapen]
    for one in said:
        is_right = one.equals(example.right[one.name]) and one.name not in misshapen
        (right if is_right else wrong).append(one)
    if right:
        yield Answer(example.name, tuple(right), right=True)
    together = _mistakes(example, wrong, right) if wrong else ()
    if together or len(wrong) == 1:
        yield Answer(example.name, tuple(wrong), mistakes=together)
        return
    of_result = {name: [one for one in wrong if one.name == name] for name in names_of(wrong)}
    alone = [
        (values, _mistakes(example, values, right, of_result.keys() - {name}))
        for name, values in of_result.items()
    ]
    for mistakes, group in groupby(alone, key=lambda pair: pair[1]):
        values = tuple(one for values, _ in group for one in values)
        yield Answer(example.name, values, mistakes=mistakes)


def names_of(values: Sequence[PrintedValue]) -> list[str]:
    """The results that values are of, each once, in order."""
    return list(dict.fromkeys(one.name for one in values))


@cache
def _table(example: Example) -> tuple[tuple[Mutant, Mapping[str, Any]], ...]:
    with quiet():
        return tuple(example.mistakes)


def _mistakes(
    example: Example,
    wrong: Sequence[PrintedValue],
    right: Sequence[PrintedValue],
    others: Collection[str] = (),
) -> tuple[Mutant, ...]:
    """The mistakes that give all these numbers, and leave the others right.

    ``others`` are results that are wrong for another reason: mistakes that do not change them come
    first; where there is none such, all count, and so do those that change what is right if
    another is wrong besides.
    """
    found = [
        (mutant, results)
        for mutant, results in _table(example)
        if all(one.equals(results[one.name]) for one in wrong)
    ]
    kept = [
        (mutant, results)
        for mutant, results in found
        if all(one.equals(results[one.name]) for one in right)
    ]
    alone = [
        (mutant, results)
        for mutant, results in kept
        if all(_same(results[name], example.right[name]) for name in others)
    ]
    mutants: dict[object, Mutant] = {}
    for mutant, _ in alone or kept or (found if others else ()):
        # of readings of a print, and of two changes to one text, the first
        mutants.setdefault(mutant.known or (mutant.wrong, mutant.meant), mutant)
    return tuple(mutants.values())


def _same(one: Array, other: Array) -> bool:
    return one.shape == other.shape and np.allclose(one, other, equal_nan=True)
