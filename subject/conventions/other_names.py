"""Other names and orders: the contract's layout, with arguments, parameters or results called
otherwise, or in another order; without a prediction, or without a cache.

What cannot be told apart is taken as the contract has it.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Self

import numpy as np

from ...cells.spec import Role, concrete
from ...strategies.case import Array, Case, Tensor
from ..errors import Crash
from ..subject import Contents, Handle
from .contract import Contract
from .convention import EXACT, Call, Convention, Expected, Presented, distance, plain_name
from .gradient_keys import GradientKeys, cut_alike
from .manner import AXES, UNTURNED, Manner, Way
from .parameters import TURNED, Naming, named, namings
from .stacked_keys import StackedNaming, stacked_namings
from .words import (
    STATES,
    argument_order,
    optional_names,
    parameter_names,
    places_of,
    states_alone,
)

ORDER = 50

CLEAR = 0.5
"""By what factor another way must be nearer than the usual one, to be taken though none is exact.
"""

MOST_RESULTS = 6
"""Arrays among which the order of results is looked for; a cache may be besides."""


class OtherNames(Contract):
    """The contract's layout, with other names, or another order of arguments, axes or results; all
    functions of a file share a `Manner`.
    """

    def __init__(self, seen: Presented) -> None:
        super().__init__(seen.spec, seen.cell)
        arguments = tuple(seen.arguments)
        self._seen = seen
        self.known_names = parameter_names(seen)
        others = [one for one in seen.others if isinstance(one, OtherNames)]
        self.manner: Manner | None = None
        if seen.cell is not None:
            own = Manner(named(seen.cell, self.known_names))
            self.manner = (others[0].manner if others else None) or own
        self.order = argument_order(seen.spec, arguments)
        self.further_places = places_of(seen.spec, seen.cell, seen.arguments)
        self.optional = optional_names(seen.spec, arguments)
        self.required = [
            name
            for name, own_name in self.optional.items()
            if own_name in seen.arguments
            and seen.arguments[own_name].default is inspect.Parameter.empty
        ]
        self.sequence: tuple[str, ...] = ()  # all that is returned, where a call told of it
        self.keys = GradientKeys(seen)

    @classmethod
    def recognise(cls, seen: Presented) -> Self | None:
        return cls(seen)

    @property
    def notes(self) -> tuple[str, ...]:
        notes = list(self.manner.naming.notes) if self.manner else []
        lacking = [name for name in self.spec.returns if name not in self.results]
        if lacking:
            notes.append(f"{self.spec.name} is taken without the prediction {', '.join(lacking)}")
        if self.sequence and "cache" not in self.sequence:
            notes.append(f"{self.spec.name} returns no cache")
        if self.manner and self._is_turned:
            notes.append(f"sequences are read as {self.manner.worded_axes}")
        return tuple(notes)

    @property
    def departures(self) -> tuple[str, ...]:
        """Where a cell's cache is left to the author, all else is the author's, too."""
        if self.manner is None or self.cell is None or self.cell.private_cache:
            return ()
        found, naming = [], self.manner.naming
        lacking = [name for name in self.spec.returns if name not in self.results]
        if lacking and naming == named(self.cell, {}) and not self._is_turned:
            found.append(f"{', '.join(lacking)} is not returned here, and is in the contract")
        if self.sequence and "cache" not in self.sequence:
            found.append("no cache is returned here, and one is in the contract")
        more = [name for name in self.further_places if name not in self.spec.takes]
        if more:
            found.append(f"{', '.join(more)} can be handed on here, and not in the contract")
        if self._is_turned:
            axes, usual = self.manner.worded_axes, replace(self.manner, axes=UNTURNED).worded_axes
            found.append(f"sequences are {axes} here, and {usual} in the contract")
        if naming.is_turned and self.spec.role in (Role.STEP, Role.STEP_BACKWARD):
            found.append(TURNED)
        if self.keys.is_tuple:
            found.append("gradients are a tuple here, and a dict in the contract")
        return tuple(found)

    @property
    def names(self) -> dict[str, str]:
        """What those parameters are called here that have another name, whole and alone."""
        if self.manner is None or self.cell is None:
            return {}
        naming = self.manner.naming
        keys = {name: naming.key(name) for name in self.cell.all_parameters}
        return {name: key for name, key in keys.items() if key in naming.keys - {name}}

    @property
    def own_names(self) -> Mapping[str, str]:
        return self.names | {f"d{name}": f"d{used}" for name, used in self.names.items()}

    @property
    def places(self) -> list[str]:
        places = super().places
        return self.further_places or [places[i] for i in self.order] or places

    @property
    def returned(self) -> tuple[str, ...]:
        return self.sequence or super().returned

    @property
    def private(self) -> bool:
        return self.cell is not None and self.cell.private_cache

    def contents(self, cache: Handle) -> Contents | None:
        return None if self.private else super().contents(cache)

    def parameters(self, given: Mapping[str, Array]) -> dict[str, Array]:
        given = super().parameters(given)
        return self.manner.naming.own(given) if self.manner else given

    def arguments(
        self, given: Mapping[str, Tensor], cache: Handle
    ) -> tuple[list[object], dict[str, object]]:
        if self.further_places:
            given = {**self._initial(given), **given["parameters"], **given}
        if "parameters" in given and self.manner:
            given = {**given, "parameters": self.manner.naming.own(given["parameters"])}
        given = {name: self._turned(value) for name, value in given.items()}
        if self.required:
            defaults = self.spec.defaults
            given = {**given, **{n: defaults[n] for n in self.required if given.get(n) is None}}
        places, named = super().arguments(given, cache)
        return places, {self.optional.get(name, name): v for name, v in named.items()}

    def unpack(self, returned: object) -> tuple[dict[str, Tensor], Handle]:
        if self.spec.role.is_backward:
            returned = self.keys.gradients(returned, self.manner)
            if isinstance(returned, Mapping):
                returned = {name: self._back(value) for name, value in returned.items()}
        if self._is_turned and isinstance(returned, tuple | list):
            returned = [self._back(value) for value in returned]
        if self.spec.role is Role.HELPER and isinstance(returned, tuple) and returned:
            returned = returned[0]  # an earlier course's activations return a cache, too
        return super().unpack(returned)

    def _initial(self, given: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The states that a sequence starts from, and that are zero in the contract."""
        states = self.cell.states if self.cell else ()
        zeros = (np.zeros_like(given[s.initial]) for s in states if s.initial in given)
        return dict.fromkeys((s.initial for s in states if not s.exposed), next(zeros, None))

    @property
    def _is_turned(self) -> bool:
        axes = self.manner.axes if self.manner else UNTURNED
        return axes != UNTURNED and self.spec.role in (Role.SEQUENCE, Role.SEQUENCE_BACKWARD)

    def _turned(self, value: object) -> object:
        """A sequence with its axes as the file has them; anything else as it is."""
        return self.manner.turned(value) if self.manner and self._is_turned else value

    def _back(self, value: object) -> object:
        """The same backwards."""
        return self.manner.back(value) if self.manner and self._is_turned else value

    def calibrate(self, call: Call, probe: Case, expected: Expected) -> float:
        """Finds the names and cuts of the parameters, the axes of sequences, and the order of the
        results, by their shapes, and among equal shapes by their values.

        What is right in one of these ways is written so, and what is wrong in each of them in that
        in which it is nearest by far, else as it was before.
        """
        wanted = expected(probe)
        if self.spec.role.is_backward:
            self.keys.learn_order(returned := call(probe), wanted, self.manner)
            return self._agreed(returned, wanted)
        assert self.manner is not None
        before = self.manner.naming, self.manner.axes
        tried = []
        for naming, axes in self._choices():
            self.manner.naming, self.manner.axes = naming, axes
            try:
                far = self._learned(call(probe), probe, wanted)
            except Crash as crash:
                if crash.is_late or crash.error == "Ended":
                    raise
                far = 1.0
            tried.append((far, (naming, axes)))
            if far < EXACT:
                self.manner.sure = True
                return far
        self.manner.naming, self.manner.axes = _likeliest(tried) or before
        try:
            return self._learned(call(probe), probe, wanted)
        except Crash:
            self._learn_of_text()
            raise

    def _choices(self) -> Iterator[Way]:
        """The ways in which a forward function may be written, likely ones first."""
        assert self.manner is not None and self.cell is not None
        some: Iterable[Naming] = [self.manner.naming]
        if not self.manner.sure:
            keys = self._seen.looked_up
            some = namings(self.cell, self.known_names, keys)
            some = itertools.chain(some, stacked_namings(self.cell, keys))
        several = AXES if self.spec.role is Role.SEQUENCE else (self.manner.axes,)
        for naming in some:
            if self._seen.is_paired or naming.turned() != named(self.cell, self.known_names):
                yield from ((naming, axes) for axes in several)

    def _agreed(self, returned: object, wanted: Mapping[str, Tensor]) -> float:
        """How far the gradients are. Where the forward function has the blocks of its weights
        turned and the backward function not, the forward one is taken to be wrong.
        """
        far = distance(found := self.unpack(returned)[0], wanted)
        if self.manner and self.cell and not self.manner.agreed:
            usual = named(self.cell, self.known_names)
            self.manner.agreed = far < EXACT or cut_alike(found, wanted)
            if self.manner.naming == usual.turned() != usual and not self.manner.agreed:
                self.manner.naming = usual
                self.manner.disagreement = (
                    "forward, [xt; a_prev] is stacked, and backward [a_prev; xt]"
                )
        return far

    @property
    def remark(self) -> str:
        return self.manner.disagreement if self.manner else ""

    def _learned(self, returned: object, probe: Case, wanted: Mapping[str, Tensor]) -> float:
        """How far the results are, in the order that fits best, which is taken from now on."""
        if not isinstance(returned, tuple | list) or len(returned) > MOST_RESULTS + 1:
            return 1.0
        if self._is_turned:
            returned = [self._back(value) for value in returned]
        arrays = [i for i, one in enumerate(returned) if isinstance(one, np.ndarray)]
        rest = [i for i in range(len(returned)) if i not in arrays]
        if len(arrays) > MOST_RESULTS or len(rest) > 1:
            return 1.0
        best = self._best_order(returned, arrays, probe, wanted)
        if not best:
            return 1.0
        over = [i for i in arrays if i not in best]
        if not rest and len(over) == 1:
            rest = over  # an array can be a cache, too
        cache = dict.fromkeys(rest, "cache")
        self.sequence = tuple({**best, **cache}.get(i, "") for i in range(len(returned)))
        self._leave_out_prediction()
        return distance({name: returned[i] for i, name in best.items()}, wanted)

    def _best_order(
        self,
        returned: Sequence[Tensor],
        arrays: Sequence[int],
        probe: Case,
        wanted: Mapping[str, Tensor],
    ) -> dict[int, str]:
        """The results by their places, as far as shapes and values tell; empty where none fits."""
        names = self.spec.returns
        shapes = {name: concrete(self.spec.shapes[name], probe.dims) for name in names}
        count = min(len(arrays), len(names))
        fits = [
            dict(zip(places, some, strict=True))
            for some in itertools.combinations(names, count)
            for places in itertools.permutations(arrays, count)
            if all(returned[i].shape == shapes[n] for n, i in zip(some, places, strict=True))
        ]

        def equal(fit: Mapping[int, str]) -> int:
            return sum(np.allclose(returned[i], wanted[name]) for i, name in fit.items())

        return self._as_named(max(fits, key=equal, default={}))

    def _as_named(self, fit: dict[int, str]) -> dict[int, str]:
        """The results in these places, but for two of one shape that the author's own names tell
        the other way round: then it is the values that are exchanged.
        """
        called = self._seen.returned_names
        says = {i: STATES.get(plain_name(called[i])) for i in fit if i < len(called)}
        for one, other in itertools.combinations(sorted(says), 2):
            letters = fit[one][0], fit[other][0]
            if letters[0] != letters[1] and (says[one], says[other]) == letters[::-1]:
                return {**fit, one: fit[other], other: fit[one]}
        return fit

    def _learn_of_text(self) -> None:
        """What a call would have told: its form is no part of what is wrong with a function."""
        if states := states_alone(self._seen):
            self.sequence = (*states, "cache")
            self._leave_out_prediction()

    def _leave_out_prediction(self) -> None:
        """A cell without a prediction is a cell: what is missing then is no result of it."""
        assert self.cell is not None
        prediction = self.cell.prediction
        lacking = set(self.spec.returns) - set(self.sequence)
        if prediction and lacking and lacking <= {prediction.step, prediction.sequence}:
            self.results = tuple(name for name in self.spec.returns if name not in lacking)

    def form(self) -> str:
        if not self.spec.role.is_backward:
            return super().form()
        count = self.keys.count(self.manner)
        return f"isinstance(result, dict) or isinstance(result, tuple) and len(result) == {count}"

    def access(self, name: str) -> str:
        base = name if self.spec.role.is_backward else ""
        text = self.keys.access(base, self.manner) if base else super().access(name)
        shape = self.spec.shapes.get(name)
        if self._is_turned and self.manner and shape is not None and len(shape) == len(UNTURNED):
            return f"{text}.transpose{tuple(int(i) for i in np.argsort(self.manner.axes))}"
        return text

    def to_contract(self, given: Sequence[object]) -> list[object]:
        names = dict.fromkeys((*self.places, *self.spec.takes))
        here = dict(zip(names, given, strict=False))
        arguments = {name: here[name] for name in self.spec.takes if name in here}
        if "parameters" in arguments:
            arguments["parameters"] = self.to_contract_cache(arguments["parameters"])
        return [self._back(value) for value in arguments.values()]

    def to_contract_cache(self, cache: Handle) -> Handle:
        if self.manner is None or self.manner.naming.is_usual:
            return cache
        naming = self.manner.naming
        return _renamed(cache, lambda one: naming.contracts(one) if naming.keys & {*one} else one)

    def pack(self, returned: object) -> object:
        if self.spec.role.is_backward:
            assert isinstance(returned, Mapping)
            packed = {name: self._turned(value) for name, value in returned.items()}
            return self.keys.pack(packed, self.manner)
        if not self.spec.role.is_forward:
            return returned
        assert isinstance(returned, tuple)
        *results, cache = returned
        values = dict(zip(self.spec.returns, map(self._turned, results), strict=True))
        values |= {"cache": self._packed_cache(cache), "": None}
        return tuple(values[name] for name in self.returned)

    def _packed_cache(self, cache: Handle) -> Handle:
        if self.manner is None or self.manner.naming.is_usual:
            return cache
        naming = self.manner.naming
        whole = {*naming.cell.all_parameters}
        return _renamed(cache, lambda one: naming.own(one) if whole <= {*one} else one)


CONVENTION: type[Convention] = OtherNames


def _renamed(cache: object, change: Callable[[Mapping[str, Array]], object]) -> object:
    """Parameters by other names, also those in a cache of tuples and lists."""
    if isinstance(cache, Mapping):
        return change(cache)
    if isinstance(cache, tuple | list):
        renamed = [_renamed(one, change) for one in cache]
        return renamed if isinstance(cache, list) else tuple(renamed)
    return cache


def _likeliest(tried: Sequence[tuple[float, Way]]) -> Way | None:
    """Of ways in which a function is wrong, the first in which it comes to results at all; one of
    the first two, which differ in the blocks of weights alone, if it is nearer by far. Of orders of
    gates, none of which is usual, the nearest.
    """
    ran = [(far, way) for far, way in tried if far < 1]
    if ran and isinstance(ran[0][1][0], StackedNaming):
        return min(ran, key=lambda one: one[0])[1]
    nearer = [way for far, way in ran[1:2] if far < CLEAR * ran[0][0]]
    return next((way for _, way in ran), None) if not nearer else nearer[0]
