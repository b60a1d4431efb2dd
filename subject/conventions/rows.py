"""The layout with one example a row, as other courses have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...cells.spec import CellSpec, FunctionSpec, Role
from ...strategies.case import Array, Tensor
from ..errors import Crash
from ..message import Message, listed
from ..subject import Handle
from .contract import plain_name
from .convention import Form


def takes_rows(arguments: tuple[str, ...]) -> bool:
    """Whether a forward function's arguments are those of the layout with rows."""
    return [plain_name(name) for name in arguments[-3:]] == ["wx", "wh", "b"]


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
                message = f"it returns {len(returned)} values; expected "
                raise Crash(Message(message, listed(names)))
            values = {n: _columns(v) for n, v in zip(self.results, returned, strict=False)}
            return values, returned[-1]
        states = [n for n in self.results if n[1:] not in self.cell.parameters]
        if len(returned) != len(states) + 3:
            names = (*states, "dWx", "dWh", "db")
            raise Crash(Message(f"it returns {len(returned)} values; expected ", listed(names)))
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
        if not dwx.shape[1] == dwh.shape[1] == db.shape[0]:
            raise Crash("dWx, dWh and db should have the same number of columns")
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
