"""Other names and orders: the contract's layout, with arguments, parameters or results called
otherwise, or in another order; without a prediction, or without a cache.

What cannot be told apart is taken as the contract has it.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np

from ...cells.spec import FunctionSpec, Role, concrete
from ...strategies.case import Array, Case, Tensor
from ..subject import Contents, Handle
from .contract import Contract
from .convention import Call, Convention, Expected, Presented, distance, plain_name

ORDER = 50

_ARGUMENTS = {
    "x": "x xt xs input inputs",
    "a": "a aprev a0 h hprev prevh h0 hidden aprevious ainit preva",
    "c": "c cprev c0 prevc cprevious memory",
    "parameters": "parameters params param",
    "da": "da danext dh dhnext dnexth danxt",
    "dc": "dc dcnext dnextc dcnxt",
    "cache": "cache caches",
}
"""Names that an argument of each meaning goes by, in small letters and without underscores."""

_MEANING = {name: meaning for meaning, names in _ARGUMENTS.items() for name in names.split()}

MOST_RESULTS = 6
"""Arrays among which the order of results is looked for; a cache may be besides."""


class OtherNames(Contract):
    """The contract's layout, with other names, or another order of arguments or results."""

    def __init__(self, seen: Presented) -> None:
        super().__init__(seen.spec, seen.cell)
        arguments = tuple(seen.arguments)
        self.names = _parameter_names(seen)
        self.order = _argument_order(seen.spec, arguments)
        self.optional = _optional_names(seen.spec, arguments)
        self.required = [
            name
            for name, own_name in self.optional.items()
            if own_name in seen.arguments
            and seen.arguments[own_name].default is inspect.Parameter.empty
        ]
        self.sequence: tuple[str, ...] = ()  # all that is returned, where a call told of it
        self.tuple = False  # whether gradients come as a tuple

    @classmethod
    def recognise(cls, seen: Presented) -> Self | None:
        return cls(seen)

    @property
    def notes(self) -> tuple[str, ...]:
        renamed = [
            f"the parameter {name} is called {used} here" for name, used in self.names.items()
        ]
        lacking = [name for name in self.spec.returns if name not in self.results]
        if lacking:
            renamed.append(f"{self.spec.name} is taken without the prediction {', '.join(lacking)}")
        if self.sequence and "cache" not in self.sequence:
            renamed.append(f"{self.spec.name} returns no cache")
        return tuple(renamed)

    @property
    def own_names(self) -> Mapping[str, str]:
        return self.names | {f"d{name}": f"d{used}" for name, used in self.names.items()}

    @property
    def places(self) -> list[str]:
        places = super().places
        return [places[i] for i in self.order] if self.order else places

    @property
    def returned(self) -> tuple[str, ...]:
        return self.sequence or super().returned

    @property
    def private(self) -> bool:
        return self.cell is not None and self.cell.private_cache

    def contents(self, cache: Handle) -> Contents | None:
        return None if self.private else super().contents(cache)

    def parameters(self, given: Mapping[str, Array]) -> dict[str, Array]:
        return {
            self.names.get(name, name): value for name, value in super().parameters(given).items()
        }

    def arguments(
        self, given: Mapping[str, Tensor], cache: Handle
    ) -> tuple[list[object], dict[str, object]]:
        if "parameters" in given and self.names:
            given = {**given, "parameters": self.parameters(given["parameters"])}
        if self.required:
            defaults = self.spec.defaults
            given = {**given, **{n: defaults[n] for n in self.required if given.get(n) is None}}
        places, named = super().arguments(given, cache)
        return places, {self.optional.get(name, name): v for name, v in named.items()}

    def unpack(self, returned: Any) -> tuple[dict[str, Tensor], Handle]:
        if self.spec.role.is_backward:
            self.tuple = isinstance(returned, tuple) and len(returned) == len(self.results)
            if self.tuple:
                returned = dict(zip(self.results, returned, strict=True))
            if isinstance(returned, Mapping):
                returned = self._by_key(returned)
        if self.spec.role is Role.HELPER and isinstance(returned, tuple) and returned:
            returned = returned[0]  # an earlier course's activations return a cache, too
        return super().unpack(returned)

    def _by_key(self, gradients: Mapping[str, object]) -> dict[str, object]:
        """The gradients under the contract's keys."""
        own_names = {self._key(gradient): gradient for gradient in self.spec.returns}
        found = {own_names.get(key, key): value for key, value in gradients.items()}
        for one, other in (("dxt", "dx"), ("dx", "dxt")):
            if one in self.spec.returns and one not in found and other in found:
                found[one] = found[other]
        return found

    def calibrate(self, call: Call, probe: Case, expected: Expected) -> float:
        """Finds the order of results by their shapes, and among equal shapes by their values."""
        returned = call(probe)
        wanted = expected(probe)
        if self.spec.role.is_backward:
            return distance(self.unpack(returned)[0], wanted)
        if not isinstance(returned, tuple | list) or len(returned) > MOST_RESULTS + 1:
            return 1.0
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
        returned: Sequence[Any],
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

        return max(fits, key=equal, default={})

    def _leave_out_prediction(self) -> None:
        """A cell without a prediction is a cell: what is missing then is no result of it."""
        assert self.cell is not None
        prediction = self.cell.prediction
        lacking = set(self.spec.returns) - set(self.sequence)
        if prediction and lacking and lacking <= {prediction.step, prediction.sequence}:
            self.results = tuple(name for name in self.spec.returns if name not in lacking)

    def access(self, name: str) -> str:
        if not self.spec.role.is_backward:
            return super().access(name)
        return f"result[{self.results.index(name) if self.tuple else repr(self._key(name))}]"

    def form(self) -> str:
        if not self.spec.role.is_backward:
            return super().form()
        count = len(self.results)
        return f"isinstance(result, dict) or isinstance(result, tuple) and len(result) == {count}"

    def _key(self, gradient: str) -> str:
        """The key that a gradient has here."""
        return f"d{self.names.get(gradient[1:], gradient[1:])}"

    def to_contract(self, given: Sequence[object]) -> list[object]:
        order = self.order or range(len(given))
        values = [given[order.index(i)] for i in range(len(order))]
        arguments = dict(zip(self.spec.takes, values, strict=False))
        if "parameters" in arguments:
            arguments["parameters"] = _renamed(arguments["parameters"], self._contracts)
        return list(arguments.values())

    def to_contract_cache(self, cache: Handle) -> Handle:
        return _renamed(cache, self._contracts)

    @property
    def _contracts(self) -> Mapping[str, str]:
        """The contract's names of parameters that have others here."""
        return {used: name for name, used in self.names.items()}

    def pack(self, returned: Any) -> Any:
        if isinstance(returned, dict) and self.tuple:
            return tuple(returned[name] for name in self.results)
        if isinstance(returned, dict):
            return {self._key(name): value for name, value in returned.items()}
        if not self.spec.role.is_forward:
            return returned
        *results, cache = returned
        values = dict(zip(self.spec.returns, results, strict=True))
        values |= {"cache": _renamed(cache, self.names), "": None}
        return tuple(values[name] for name in self.returned)


CONVENTION: type[Convention] = OtherNames


def _renamed(cache: object, names: Mapping[str, str]) -> object:
    """Parameters by other names, also those in a cache of tuples and lists."""
    if names and isinstance(cache, Mapping):
        return {names.get(name, name): value for name, value in cache.items()}
    if names and isinstance(cache, tuple | list):
        renamed = [_renamed(one, names) for one in cache]
        return renamed if isinstance(cache, list) else tuple(renamed)
    return cache


def _parameter_names(seen: Presented) -> dict[str, str]:
    """What parameters are called here: by a person's word, else as an alias that the file has
    where it does not have the contract's name.
    """
    aliases = seen.cell.aliases if seen.cell else {}
    known = {
        name: next(other for other in others if other in seen.keys)
        for name, others in aliases.items()
        if name not in seen.keys and seen.keys & {*others}
    }
    return known | {name: used for name, used in seen.names.items() if used in seen.keys}


def _optional_names(spec: FunctionSpec, arguments: tuple[str, ...]) -> dict[str, str]:
    """What each optional argument is called: by a known name, else by its place."""
    known = {plain_name(name): name for name in arguments}
    found = {}
    for name in spec.defaults:
        place = spec.takes.index(name)
        by_place = arguments[place] if place < len(arguments) else name
        found[name] = next((known[o] for o in spec.aliases.get(name, ()) if o in known), by_place)
    return found


def _argument_order(spec: FunctionSpec, arguments: tuple[str, ...]) -> tuple[int, ...]:
    """Which argument of the contract stands in each place, if it is another order; else nothing."""
    takes = [_MEANING.get(plain_name(name)) for name in spec.takes]
    given = [_MEANING.get(plain_name(name)) for name in arguments[: len(takes)]]
    if None in takes or sorted(map(str, takes)) != sorted(map(str, given)) or takes == given:
        return ()
    return tuple(takes.index(meaning) for meaning in given)
