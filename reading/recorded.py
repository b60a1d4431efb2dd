"""From recorded calls to what a person would declare of a pair, and how sure that is."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from ..pairs.building import RATES, SEEDS
from ..pairs.function_text import Code
from ..pairs.plan import KnownPlan
from .adapting import Proposal, is_gradient, makes_backward
from .declared import DeclaredPair, adapted
from .files import Block
from .pair_texts import PairedFunctions
from .recorded_calls import (
    CallMeaning,
    Calls,
    Unclear,
    by_returned,
    handed_on,
    planned,
    written,
)
from .recorded_objects import Held, settings, sizes_of
from .recorded_shapes import MOST_CHOICES, Dimensions, Shape, domain_of, shape_of
from .seen import Demonstrated, Seen
from .statements import Statement, statements_of
from .unjudged import NotJudged

MOST_SETTLED = 4_000
"""Entries of all inputs together up to which a pair is judged at its recorded sizes."""

MOST_FORMS = 3
"""In how many forms calls of the same two functions are judged."""

CASES = 4
"""How many cases of ordinary numbers are judged."""


@dataclass(frozen=True)
class Recorded:
    """A pair as its recorded calls show it.

    ``choices`` are declarations with free dimensions, the most likely first; ``sizes`` are those
    that were recorded. They ``is_small`` where arrays of such sizes can be drawn, and what
    ``is_fixed`` can be called with these alone. ``domain`` says which numbers the inputs were,
    where they were not any. ``doubts`` say what is not sure: where there are any, it is not to be
    failed; nor for a gradient by one of the ``unsure`` inputs, which may be something else.
    """

    choices: tuple[DeclaredPair, ...]
    sizes: Mapping[str, int]
    is_small: bool
    is_fixed: bool
    domain: str
    doubts: tuple[str, ...]
    unsure: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the file calls the backward function, or the forward one where it is alone."""
        return self.choices[0].name

    @property
    def names(self) -> tuple[str, str]:
        """What both functions are called."""
        return self.choices[0].names


def recordings(
    found: Sequence[Demonstrated],
    pairs: Sequence[Proposal],
    statements: Sequence[Statement],
    path: str,
) -> list[Recorded | NotJudged]:
    """What is to be judged of what was recorded of some pairs; of what is not clear, why."""
    functions = PairedFunctions(statements, path)
    made: list[Recorded | NotJudged] = []
    for number, pair in enumerate(pairs):
        calls = [one for one in found if one.pair == number]
        for owner in dict.fromkeys(one.owner for one in calls):
            forward, backward = _named(pair, owner)
            name = backward or forward
            place = functions.found.get(name, pair.place)
            mine = [one for one in calls if one.owner == owner]
            for alike in _alike(mine)[:MOST_FORMS]:
                try:
                    reading = _Reading(alike, forward, backward, statements, functions)
                    made.append(reading.recorded())
                except Unclear as reason:
                    made.append(NotJudged(name, place.line, place.cell, _said(str(reason))))
                except Exception:  # whoever sent it may have sent anything
                    why = _said("they have no form that is known")
                    made.append(NotJudged(name, place.line, place.cell, why))
    return made


def _alike(calls: Sequence[Demonstrated]) -> list[list[Demonstrated]]:
    """The calls by their form, which is also how their objects were built, but for sizes."""
    found: dict[str, list[Demonstrated]] = {}
    for one in calls:
        found.setdefault(repr(_form(one)), []).append(one)
    return [*found.values()]


def _named(pair: Proposal, owner: str) -> tuple[str, str | None]:
    """The names of both functions; of methods, with the class of the object."""
    if not owner:
        return pair.forward, pair.backward
    names = [
        name and f"{owner}.{name.rpartition('.')[2]}" for name in (pair.forward, pair.backward)
    ]
    return names[0] or "", names[1]


def _said(reason: str) -> str:
    return f"its recorded calls do not tell what they mean: {reason}"


class _Reading:
    """The recorded calls of one pair of functions, or of the methods of one class."""

    def __init__(
        self,
        seen: Sequence[Demonstrated],
        forward: str,
        backward: str | None,
        statements: Sequence[Statement],
        functions: PairedFunctions,
    ) -> None:
        first = seen[0]
        self.seen = seen
        self.first, self.forward, self.backward = first, forward, backward
        self.statements, self.functions = statements, functions
        self.constants: dict[str, str] = {}
        self.meaning = CallMeaning()
        self.is_fixed = False
        self.weights: dict[str, list[Seen]] = {}
        place = functions.found.get(backward or "")
        self.held = Held(seen, place.definition.node if place else None)

    def recorded(self) -> Recorded:
        """What is to be judged. Raises `Unclear`."""
        if not self.first.is_joined:
            raise Unclear(
                f"{self.backward} is given nothing that {self.forward} was given, or gave"
            )
        inputs = self._inputs()
        texts = [self._code(name).returns for name in (self.forward, self.backward) if name]
        names = (self.forward, self.backward or self.forward)
        calls = Calls(self.seen, names, inputs, texts[0], texts[-1], self.constants)
        found = self._gradients(calls)
        handed_on(calls, found, self.meaning)
        if not found:
            raise Unclear(f"{names[1]} gives nothing that has the shape of an input")
        self._require_writable()
        return self._written({**inputs, **self.weights}, set(found))

    def _code(self, name: str) -> Code:
        return self.functions.code(ast.parse(name, mode="eval").body)

    def _inputs(self) -> dict[str, list[Seen]]:
        """The arrays that the forward function takes; what else it takes are constants."""
        inputs: dict[str, list[Seen]] = {}
        call = self.first.forward
        if call.rest:
            raise Unclear(f"{self.forward} takes any number of arguments")
        for name, value in call.given.items():
            if name in call.defaults:
                continue
            each = [one.forward.given[name] for one in self.seen]
            if value.is_array:
                inputs[name] = each
            elif value.kind == "dict" and value.parts and all(p.is_array for p in value.parts):
                for key in value.names:
                    inputs[f"{name}.{key}"] = [one.entries[key] for one in each]
            else:
                self.constants[name] = self._constant(name, value)
        return inputs

    def _constant(self, name: str, value: Seen) -> str:
        text = written(value)
        if not text:
            raise Unclear(f"{name} is a {value.text or value.kind}, which cannot be written down")
        self.is_fixed |= any(part.is_array for part in value.within())
        return text

    def _gradients(self, calls: Calls) -> dict[str, Seen]:
        """The gradients by their inputs, wherever they go."""
        meaning = self.meaning
        if self.backward is None:
            return self._own_gradients(calls)
        planned(calls, meaning)
        returned = [one.backward.returned for one in self.seen if one.backward]
        if not self.first.owner:
            return by_returned(calls, returned, calls.reals, meaning)
        kept = self.held.kept()
        self.weights = {name: each for name, (each, _) in kept.items()}
        arguments = by_returned(calls, returned, {**calls.reals, **self.held.arrays()}, meaning)
        more = {name: each for name, each in self.held.arrays().items() if name in arguments}
        self.weights |= more
        self._constructed()
        return {**arguments, **{name: gradient for name, (_, gradient) in kept.items()}}

    def _own_gradients(self, calls: Calls) -> dict[str, Seen]:
        """Those of a function that gives its value first, which is a number."""
        returned = [one.forward.returned for one in self.seen]
        if makes_backward(self.functions.found[self.forward].definition.node):
            raise Unclear(
                f"the calls of the backward pass that {self.forward} returns are not seen"
            )
        if any(len(one.parts) < 2 or one.parts[0].shape not in ((), (1,)) for one in returned):
            raise Unclear(f"{self.forward} does not give a number, and then gradients")
        later = replace(calls, gives=calls.gives[1:])
        rest = [_rest(_gradients_of(one, calls.gives)) for one in returned]
        held = self.held.arrays() if self.first.owner else {}
        found = by_returned(later, rest, {**calls.reals, **held}, self.meaning)
        self.meaning.plan = None
        self.weights = {name: each for name, each in held.items() if name in found}
        if self.first.owner:
            self._constructed()
        return found

    def _constructed(self) -> None:
        """How the object is built: what its constructor was given, but for sizes and weights."""
        built = self.first.built
        if built.kind != "made":
            return
        for name, value in built.entries.items():
            if name in self.weights or name in RATES or name in SEEDS:
                continue
            if value.is_array:
                raise Unclear(
                    f"{name} is given to {self.first.owner}, and is not kept by that name"
                )
            if name in self.constants:
                raise Unclear(f"{name} is given to {self.first.owner} and to its method")
            if not (value.dtype == "i" and self.held.is_size(name)):
                self.constants[name] = self._constant(name, value)

    def _require_writable(self) -> None:
        for name, text in self.meaning.constants.items():
            if name in RATES and self.first.owner:
                continue
            self.constants[name] = text

    def _written(self, inputs: Mapping[str, Sequence[Seen]], found: set[str]) -> Recorded:
        """The declarations."""
        dimensions = Dimensions([name.partition(".")[0] for name in inputs])
        built = self.first.built
        for name, value in built.entries.items() if built.kind == "made" else ():
            if value.dtype == "i" and name not in self.constants:
                dimensions.call(name, sizes_of(self.seen, name))
        shapes = {n: shape_of(each, n in found, dimensions) for n, each in inputs.items()}
        dtype = "float32" if {inputs[name][0].dtype for name in found} == {"f4"} else "float64"
        free = [self._declared(words, dtype, shapes) for words in _choices(shapes, dimensions)]
        entries = sum(_entries(each[0]) for each in inputs.values())
        if entries > MOST_SETTLED and self.is_fixed:
            raise Unclear("its arrays are too large to be drawn")
        reals = {name: each for name, each in inputs.items() if name in found}
        return Recorded(
            tuple(free), dimensions.recorded, entries <= MOST_SETTLED, self.is_fixed,
            domain_of(reals), tuple(self.meaning.doubts), tuple(self.held.unsure),
        )  # fmt: skip

    def _declared(
        self, words: Mapping[str, str], dtype: str, shapes: Mapping[str, Shape]
    ) -> DeclaredPair:
        """The declaration with these words, read as if a person had written it."""
        nested: dict[str, object] = {}
        for name, word in words.items():
            head, dot, key = name.partition(".")
            inner = nested.setdefault(head, {}) if dot else nested
            assert isinstance(inner, dict)
            inner[key or head] = word
        constants = ", ".join(f"{name!r}: {text}" for name, text in self.constants.items())
        options = f", constants={{{constants}}}" if constants else ""
        options += f", cases={CASES}" + (f', dtype="{dtype}"' if dtype != "float64" else "")
        text = f"check_pair({self.forward}, {self.backward}, {nested!r}{options})"
        adapter = statements_of([Block(text)]).statements
        (made,) = adapted(adapter, self.statements, self.functions.path, "")
        if isinstance(made, NotJudged):
            raise Unclear(made.reason)
        known = KnownPlan(self.meaning.plan, self.meaning.order)
        draw = {name: one.draw for name, one in shapes.items() if one.draw is not None}
        return replace(made, making=replace(made.making, known=known), draw=draw, is_recorded=True)


def _form(one: Demonstrated) -> object:
    """What has to be alike of calls that are read together."""
    calls = [call for call in (one.forward, one.backward) if call is not None]
    return (
        [
            (
                call.names,
                call.defaults,
                [(v.kind, v.dtype, len(v.shape), v.names) for v in call.values],
            )
            for call in calls
        ],
        _kinds(one.forward.returned),
        settings(one),
    )


def _kinds(seen: Seen) -> object:
    return seen.kind, [(part.kind, len(part.shape)) for part in seen.parts]


def _gradients_of(returned: Seen, names: Sequence[str]) -> Seen:
    """What a function returned, and what has a name that is no gradient's as no number."""
    if len(names) != len(returned.parts):
        return returned
    parts = [
        one if is_gradient(name) else replace(one, dtype="")
        for one, name in zip(returned.parts, names, strict=True)
    ]
    return replace(returned, parts=tuple(parts))


def _rest(returned: Seen) -> Seen:
    """What a function returned after its first value."""
    rest = returned.parts[1:]
    return rest[0] if len(rest) == 1 else replace(returned, kind="tuple", parts=rest)


def _entries(seen: Seen) -> int:
    count = 1
    for axis in seen.shape:
        count *= axis
    return count


def _choices(shapes: Mapping[str, Shape], dimensions: Dimensions) -> Iterator[dict[str, str]]:
    """A shape for each input: first with dimensions that are free, then with derived ones."""
    for derived in dimensions.derived():
        options = [[_replaced(word, derived) for word in one.words] for one in shapes.values()]
        for chosen in islice(product(*options), MOST_CHOICES):
            yield dict(zip(shapes, chosen, strict=True))


def _replaced(words: str, derived: Mapping[str, str]) -> str:
    kept = []
    for word in words.split():
        below = word.removeprefix("int<")
        kept.append(word.replace(below, derived[below]) if below in derived else word)
    return " ".join(kept)
