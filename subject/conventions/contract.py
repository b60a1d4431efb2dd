"""Dialects: how a file's functions take their arguments and give their results.

A form turns the contract's names, order and layout into the code's own and back; what it cannot
tell apart is taken as the contract has it.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ...cells.spec import FunctionSpec, Role, concrete
from ...strategies.case import Array, Case, Tensor
from ..subject import Handle
from .convention import Form, own

RENAMED = {"Wi": "Wu", "bi": "bu"}
"""Parameters that are known by another name: the input gate is also called update gate."""

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

_HYPERPARAMETERS = {
    "learning_rate": "learningrate lr alpha eta stepsize",
    "beta1": "beta1 b1",
    "beta2": "beta2 b2",
    "epsilon": "epsilon eps",
}

DEFAULTS = {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
"""Adam's hyperparameters, for a function that has no defaults of its own."""

MOST_RESULTS = 6
"""Arrays among which the order of results is looked for; a cache may be besides."""

_MEANING = {name: meaning for meaning, names in _ARGUMENTS.items() for name in names.split()}


def plain_name(name: str) -> str:
    """A name in small letters, without underscores: ``a_prev`` and ``aPrev`` are the same."""
    return name.lower().replace("_", "")


class Dialect(Form):
    """The contract's layout, with other names, or another order of arguments or results."""

    def __init__(
        self,
        spec: FunctionSpec,
        signature: Mapping[str, inspect.Parameter],
        keys: frozenset[str],
        given: Mapping[str, str],
    ) -> None:
        super().__init__(spec)
        arguments = tuple(signature)
        known = {a: b for a, b in RENAMED.items() if b in keys and a not in keys}
        self.names = known | {a: b for a, b in given.items() if b in keys}
        self.order = _argument_order(spec, arguments)
        self.hyperparameters = _hyperparameters(spec, arguments)
        self.required = [
            name
            for name, own_name in self.hyperparameters.items()
            if own_name in signature and signature[own_name].default is inspect.Parameter.empty
        ]
        self.sequence: tuple[str, ...] = ()  # names of all that is returned, "" for what is extra
        self.tuple = False  # whether gradients come as a tuple

    @property
    def own_names(self) -> Mapping[str, str]:
        return self.names | {f"d{name}": f"d{used}" for name, used in self.names.items()}

    @property
    def places(self) -> list[str]:
        places = super().places
        return [places[i] for i in self.order] if self.order else places

    def parameters(self, given: Mapping[str, Array]) -> dict[str, Array]:
        return {self.names.get(name, name): own(value) for name, value in given.items()}

    def arguments(
        self, given: Mapping[str, Tensor], cache: Handle
    ) -> tuple[list[Any], dict[str, Any]]:
        if "parameters" in given and self.names:
            given = {**given, "parameters": self.parameters(given["parameters"])}
        if self.required:
            given = {**given, **{n: DEFAULTS[n] for n in self.required if given.get(n) is None}}
        places, named = super().arguments(given, cache)
        return places, {self.hyperparameters.get(name, name): v for name, v in named.items()}

    def unpack(self, returned: Any) -> tuple[dict[str, Tensor], Handle]:
        if self.spec.role.is_backward:
            self.tuple = isinstance(returned, tuple) and len(returned) == len(self.results)
            if self.tuple:
                returned = dict(zip(self.results, returned, strict=True))
            if isinstance(returned, Mapping):
                returned = self._by_key(returned)
            return super().unpack(returned)
        if self.spec.role is Role.HELPER and isinstance(returned, tuple) and returned:
            returned = returned[0]  # an earlier course's activations return a cache, too
        if isinstance(returned, tuple | list) and len(returned) == len(self.sequence):
            values = dict(zip(self.sequence, returned, strict=True))
            values.pop("", None)
            return values, values.pop("cache", None)
        return super().unpack(returned)

    def _by_key(self, gradients: Mapping[str, Any]) -> dict[str, Any]:
        """The gradients under the contract's keys."""
        own_names = {
            f"d{self.names.get(gradient[1:], gradient[1:])}": gradient
            for gradient in self.spec.returns
        }
        found = {own_names.get(key, key): value for key, value in gradients.items()}
        for one, other in (("dxt", "dx"), ("dx", "dxt")):
            if one in self.spec.returns and one not in found and other in found:
                found[one] = found[other]
        return found

    def calibrate(self, call: Callable[[Case], Any], probe: Case, expected: Mapping[str, Array]):  # type: ignore[no-untyped-def]
        """Finds the order of a forward function's results on a case of all different dimensions:
        by shape, and among equal shapes by value.
        """
        returned = call(probe)
        if not isinstance(returned, tuple | list) or len(returned) > MOST_RESULTS + 1:
            return
        names = self.spec.returns
        shapes = {name: concrete(self.spec.shapes[name], probe.dims) for name in names}
        arrays = [i for i, one in enumerate(returned) if isinstance(one, np.ndarray)]
        rest = [i for i in range(len(returned)) if i not in arrays]
        if len(arrays) > MOST_RESULTS or len(rest) > 1:
            return
        count = min(len(arrays), len(names))
        fits = [
            dict(zip(places, some, strict=True))
            for some in itertools.combinations(names, count)
            for places in itertools.permutations(arrays, count)
            if all(returned[i].shape == shapes[n] for n, i in zip(some, places, strict=True))
        ]
        if not fits:
            return
        best = max(
            fits, key=lambda fit: sum(np.allclose(returned[i], expected[n]) for i, n in fit.items())
        )
        over = [i for i in arrays if i not in best]
        if not rest and len(over) == 1:
            rest = over  # an array can be a cache, too
        cache = dict.fromkeys(rest, "cache")
        self.sequence = tuple({**best, **cache}.get(i, "") for i in range(len(returned)))

    @property
    def returned_order(self) -> tuple[str, ...]:
        """The results in the order in which they come."""
        return tuple(n for n in self.sequence if n not in ("", "cache")) or self.results

    def access(self, name: str) -> str:
        """An expression that takes one result out of ``result``."""
        if self.spec.role is Role.HELPER:
            return "result"
        if self.spec.role.is_backward:
            key = f"d{self.names.get(name[1:], name[1:])}"
            return f"result[{self.results.index(name) if self.tuple else repr(key)}]"
        base, bracket, key = name.partition("[")
        order = self.sequence or (*self.results, "cache")
        return f"result[{order.index(base)}]{bracket}{key}"

    def to_contract(self, given: Sequence[Any]) -> list[Any]:
        """The contract's arguments, in its order, from those of a call in this form."""
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
        """What a reference function returned, in this form."""
        if isinstance(returned, dict) and self.tuple:
            return tuple(returned[name] for name in self.results)
        if isinstance(returned, dict):
            return {f"d{self.names.get(n[1:], n[1:])}": v for n, v in returned.items()}
        if self.spec.role.is_forward:
            *results, cache = returned
            returned = (*results, _renamed(cache, self.names))
        if not self.sequence:
            return returned
        values = dict(zip((*self.results, "cache"), returned, strict=True)) | {"": None}
        return tuple(values[name] for name in self.sequence)


def _renamed(cache: Any, names: Mapping[str, str]) -> Any:
    """Parameters by other names, also those in a cache of tuples and lists."""
    if names and isinstance(cache, Mapping):
        return {names.get(name, name): value for name, value in cache.items()}
    if names and isinstance(cache, tuple | list):
        renamed = [_renamed(one, names) for one in cache]
        return renamed if isinstance(cache, list) else tuple(renamed)
    return cache


def _hyperparameters(spec: FunctionSpec, arguments: tuple[str, ...]) -> dict[str, str]:
    """What an update calls each hyperparameter: by a known name, else by its place."""
    if spec.role is not Role.UPDATE:
        return {}
    known = {plain_name(name): name for name in arguments}
    found = {}
    for name, others in _HYPERPARAMETERS.items():
        place = spec.takes.index(name)
        by_place = arguments[place] if place < len(arguments) else name
        found[name] = next((known[o] for o in others.split() if o in known), by_place)
    return found


def _argument_order(spec: FunctionSpec, arguments: tuple[str, ...]) -> tuple[int, ...]:
    """Which argument of the contract stands in each place, if it is another order; else nothing."""
    takes = [_MEANING.get(plain_name(name)) for name in spec.takes]
    given = [_MEANING.get(plain_name(name)) for name in arguments[: len(takes)]]
    if None in takes or sorted(map(str, takes)) != sorted(map(str, given)) or takes == given:
        return ()
    return tuple(takes.index(meaning) for meaning in given)
