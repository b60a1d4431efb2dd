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

from ..cells.spec import CellSpec, FunctionSpec, Role, concrete
from ..properties.live import Form, own
from ..properties.subject import Crash, Handle
from ..strategies.case import Array, Case, Tensor

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
"""Arrays among which the order of results is looked for."""

_MEANING = {name: meaning for meaning, names in _ARGUMENTS.items() for name in names.split()}


def plain_name(name: str) -> str:
    """A name in small letters, without underscores: ``a_prev`` and ``aPrev`` are the same."""
    return name.lower().replace("_", "")


class Dialect(Form):
    """The contract's layout, with other names, or another order of arguments or results."""

    def __init__(
        self, spec: FunctionSpec, signature: Mapping[str, inspect.Parameter], keys: frozenset[str]
    ) -> None:
        super().__init__(spec)
        arguments = tuple(signature)
        self.names = {a: b for a, b in RENAMED.items() if b in keys and a not in keys}
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
        if not isinstance(returned, tuple | list):
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
        if self.names and "parameters" in arguments:
            back = {used: name for name, used in self.names.items()}
            parameters = arguments["parameters"]
            arguments["parameters"] = {back.get(n, n): v for n, v in parameters.items()}
        return list(arguments.values())

    def pack(self, returned: Any) -> Any:
        """What a reference function returned, in this form."""
        if isinstance(returned, dict) and self.tuple:
            return tuple(returned[name] for name in self.results)
        if isinstance(returned, dict):
            return {f"d{self.names.get(n[1:], n[1:])}": v for n, v in returned.items()}
        if not self.sequence:
            return returned
        values = dict(zip((*self.results, "cache"), returned, strict=True)) | {"": None}
        return tuple(values[name] for name in self.sequence)


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


class Rows(Form):
    """The layout with one example a row: ``x (N, D)``, ``Wx (D, H)``, ``Wh (H, H)``, ``b (H,)``.

    The four gates of an LSTM are stacked along the columns in the order i, f, o, g (the candidate).
    A sequence is ``(N, T, D)``. There is no prediction, and gradients come as a tuple.
    """

    GATES = "ifoc"

    def __init__(self, spec: FunctionSpec, cell: CellSpec) -> None:
        super().__init__(spec)
        self.cell = cell
        if spec.role is Role.STEP:
            self.results = tuple(state.next for state in cell.states)
        elif spec.role is Role.SEQUENCE:
            self.results = tuple(state.name for state in cell.states if state.exposed)

    @property
    def returned_order(self) -> tuple[str, ...]:
        """The contract's order, as far as there are such results."""
        return self.results

    @property
    def own_names(self) -> Mapping[str, str]:
        return _ROW_NAMES

    @property
    def places(self) -> list[str]:
        weights = {"parameters": ["parameters"] * 3}
        return [place for name in self.spec.takes for place in weights.get(name, [name])]

    def arguments(
        self, given: Mapping[str, Tensor], cache: Handle
    ) -> tuple[list[Any], dict[str, Any]]:
        places: list[Any] = []
        for name in self.spec.takes:
            if name.startswith("cache"):
                places.append(cache)
            elif name == "parameters":
                places += self._weights(given["parameters"])
            else:
                places.append(_rows(given[name]))
        return places, {}

    def unpack(self, returned: Any) -> tuple[dict[str, Tensor], Handle]:
        if not isinstance(returned, tuple | list):
            raise Crash("it returns one value; the layout with rows returns a tuple")
        if self.spec.role.is_forward:
            names = (*self.results, "cache")
            if len(returned) != len(names):
                raise Crash(f"it returns {len(returned)} values; expected {', '.join(names)}")
            values = {n: _columns(v) for n, v in zip(self.results, returned, strict=False)}
            return values, returned[-1]
        states = [n for n in self.results if n[1:] not in self.cell.parameters]
        if len(returned) != len(states) + 3:
            names = (*states, "dWx", "dWh", "db")
            raise Crash(f"it returns {len(returned)} values; expected {', '.join(names)}")
        values = {name: _columns(value) for name, value in zip(states, returned, strict=False)}
        return values | self._unstack(*returned[-3:]), None

    def contents(self, cache: Handle, cell: CellSpec) -> None:
        return None

    def access(self, name: str) -> str:
        """An expression that takes one result, in the contract's layout, out of ``result``."""
        if self.spec.role.is_forward:
            order = self.results
        else:
            order = tuple(n for n in self.results if n[1:] not in self.cell.parameters)
        if name in order:
            axes = ".transpose(2, 0, 1)" if name in ("a", "dx") else ".T"
            return f"result[{order.index(name)}]{axes}"
        return self._access_weight(name)

    def _access_weight(self, name: str) -> str:
        if self._stacked:
            gate = self.GATES.index(name[2])
            part = f"np.split(result[{{}}], 4, axis=-1)[{gate}]"
        else:
            part = "result[{}]"
        x, h, b = (part.format(place) for place in (-3, -2, -1))
        if name.startswith("db"):
            return f"{b}.reshape(-1, 1)"
        if not self._stacked:
            return f"{x if name == 'dWax' else h}.T"
        return f"np.concatenate(({h}, {x})).T"

    @property
    def _stacked(self) -> bool:
        return "Wf" in self.cell.parameters

    def _weights(self, p: Mapping[str, Array]) -> list[Array]:
        if not self._stacked:
            return [p["Wax"].T.copy(), p["Waa"].T.copy(), p["ba"][:, 0].copy()]
        n_a = p["bf"].shape[0]
        both = np.concatenate([p[f"W{gate}"] for gate in self.GATES]).T
        bias = np.concatenate([p[f"b{gate}"] for gate in self.GATES])[:, 0]
        return [both[n_a:].copy(), both[:n_a].copy(), bias.copy()]

    def _unstack(self, dwx: Any, dwh: Any, db: Any) -> dict[str, Tensor]:
        ranks = [getattr(one, "ndim", 0) for one in (dwx, dwh, db)]
        if ranks != [2, 2, 1]:
            raise Crash(f"dWx, dWh, db have {ranks} dimensions and should have [2, 2, 1]")
        if not self._stacked:
            return {"dWax": _columns(dwx), "dWaa": _columns(dwh), "dba": _bias(db)}
        if any(one.shape[-1] % len(self.GATES) for one in (dwx, dwh, db)):
            raise Crash("dWx, dWh, db should have four columns for each hidden unit")
        gradients = {}
        for gate, wx, wh, b in zip(
            self.GATES, *(np.split(one, 4, axis=-1) for one in (dwx, dwh, db)), strict=True
        ):
            gradients[f"dW{gate}"] = np.concatenate((wh, wx)).T
            gradients[f"db{gate}"] = _bias(b)
        return gradients

    def to_contract(self, given: Sequence[Any]) -> list[Any]:
        """The contract's arguments, in its order, from those of a call in this form."""
        arguments: list[Any] = []
        for name, value in zip(self.spec.takes, given, strict=False):
            if name == "parameters":
                arguments.append(self._unweights(*given[-3:]))
            else:
                arguments.append(value if name.startswith("cache") else _columns(value))
        return arguments

    def pack(self, returned: Any) -> Any:
        """What a reference function returned, in this form; its cache is the contract's."""
        if isinstance(returned, dict):
            states = [n for n in self.results if n[1:] not in self.cell.parameters]
            flat = {n[1:]: v for n, v in returned.items()}
            return tuple(_rows(returned[n]) for n in states) + tuple(self._weights(flat))
        kept = dict(zip(self.spec.returns, returned, strict=False))
        return (*(_rows(kept[name]) for name in self.results), returned[-1])

    def _unweights(self, wx: Array, wh: Array, b: Array) -> dict[str, Array]:
        """The contract's parameters; the prediction's, which do not matter here, are zero."""
        own_parameters = {n[1:]: v for n, v in self._unstack(wx, wh, b).items()}
        n_a = wh.shape[0]
        return {
            name: own_parameters.get(name, np.zeros((1, n_a if name.startswith("W") else 1)))
            for name in self.cell.all_parameters
        }


_ROW_NAMES = {
    "xt": "x", "dxt": "dx", "a_prev": "prev_h", "c_prev": "prev_c", "a_next": "next_h",
    "c_next": "next_c", "a0": "h0", "a": "h", "da_prev": "dprev_h", "dc_prev": "dprev_c",
    "da0": "dh0", "da": "dh", "Wax": "Wx", "Waa": "Wh", "ba": "b", "dWax": "dWx", "dWaa": "dWh",
    "dba": "db",
}  # fmt: skip


def _rows(value: Array) -> Array:
    """``(n, m)`` as ``(m, n)``, and ``(n, m, T)`` as ``(m, T, n)``."""
    return np.array(value.T if value.ndim == 2 else value.transpose(1, 2, 0))


def _columns(value: Any) -> Any:
    """The same backwards; what is no such array is left for the laws to tell."""
    if not isinstance(value, np.ndarray) or value.ndim not in (2, 3):
        return value
    return value.T if value.ndim == 2 else value.transpose(2, 0, 1)


def _bias(value: Any) -> Any:
    return value.reshape(-1, 1) if isinstance(value, np.ndarray) and value.ndim == 1 else value


def takes_rows(arguments: tuple[str, ...]) -> bool:
    """Whether a forward function's arguments are those of the layout with rows."""
    return [plain_name(name) for name in arguments[-3:]] == ["wx", "wh", "b"]
