"""Rows: one example a row, as other courses have it.

``x (N, D)``, ``Wx (D, H)``, ``Wh (H, H)``, ``b (H,)``: arrays in the place of a dict of parameters,
in which the blocks of a cell's gates stand side by side (`Layout`). A sequence is ``(N, T, D)``.
There is no prediction, and gradients come as a tuple.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from ...cells.spec import CellSpec, FunctionSpec, Layout, Role, terms
from ...strategies.case import Array, Case, Tensor
from ..errors import Crash
from ..inspection import own
from ..message import Message, listed
from ..subject import Contents, Handle
from .convention import (
    EXACT,
    Call,
    Convention,
    Expected,
    Presented,
    contract_cache,
    distance,
    plain_name,
)

ORDER = 10

AXES = {2: ".T", 3: ".transpose(2, 0, 1)"}
"""What turns an array of so many axes into the contract's layout."""

CLEAR = 0.5
"""By what factor another order of gates must be nearer than the usual one, to be taken for it
though no order is exact.
"""


@dataclass
class Stacking:
    """The order in which a file stacks the gates, and whether a function of it is right so."""

    order: tuple[str, ...]
    sure: bool = False


class Rows(Convention):
    """The layout with one example a row; all functions of a file share a `Stacking`."""

    def __init__(
        self, spec: FunctionSpec, cell: CellSpec, layout: Layout, stacking: Stacking | None = None
    ) -> None:
        self.spec, self.cell, self.layout = spec, cell, layout
        self._stacking = stacking or Stacking(tuple(layout.gates))
        self.results: tuple[str, ...] = spec.returns
        if spec.role is Role.STEP:
            self.results = tuple(state.next for state in cell.states)
        elif spec.role is Role.SEQUENCE:
            self.results = tuple(state.name for state in cell.states if state.exposed)

    @classmethod
    def recognise(cls, seen: Presented) -> Self | None:
        """A forward function whose last arguments are a layout's arrays, and its backward."""
        if seen.cell is None:
            return None
        if isinstance(seen.forward, Rows):
            return cls(seen.spec, seen.cell, seen.forward.layout, seen.forward._stacking)
        for layout in seen.cell.layouts:
            last = [plain_name(name) for name in seen.arguments][-len(layout.arrays) :]
            if last == [plain_name(name) for name in layout.arrays]:
                shared = (
                    one._stacking
                    for one in seen.others
                    if isinstance(one, Rows) and one.layout is layout
                )
                return cls(seen.spec, seen.cell, layout, next(shared, None))
        return None

    @property
    def order(self) -> tuple[str, ...]:
        """The order in which the gates are stacked."""
        return self._stacking.order

    def calibrate(self, call: Call, probe: Case, expected: Expected) -> float:
        """Finds the order in which the gates are stacked, by what comes out.

        A function that has another order takes for a gate's block what is another gate's here.
        """
        returned = call(probe)
        found, _ = self.unpack(returned)
        if self.spec.role.is_backward:
            return self._agreed(returned, found, expected(probe))
        here = self.order
        far = {
            order: distance(found, expected(self._restacked(probe, order)))
            for order in permutations(self.layout.gates)
        }
        best = min(far, key=lambda order: (far[order], order != here))
        exact = far[best] < EXACT
        if not self._stacking.sure and (exact or far[best] < CLEAR * far[here]):
            self._stacking.order, self._stacking.sure = best, exact
        return far[self.order]

    def _agreed(
        self, returned: Any, found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]
    ) -> float:
        """How far the gradients are. Where those of the parameters are right in the usual order,
        and the forward function has another, it is the forward that has its gates exchanged.
        """
        far, usual = distance(found, wanted), tuple(self.layout.gates)
        if far >= EXACT and self.order != usual:
            weights = self._unstacked(returned[len(self._states) :], usual)
            if distance(weights, wanted) < EXACT:
                self._stacking.order = usual
        return far

    def _restacked(self, case: Case, order: tuple[str, ...]) -> Case:
        """The case as a function of this order of gates takes what is given in the usual one."""
        given = case["parameters"]
        taken = self._unstacked(self._stacked(given), order)
        own_names = {name.removeprefix("d"): value for name, value in taken.items()}
        return case.having(parameters=MappingProxyType({**given, **own_names}))

    @property
    def notes(self) -> tuple[str, ...]:
        *first, last = self.layout.arrays
        arrays = f"{', '.join(first)} and {last}"
        taken = f"functions that take {arrays} are read with one example a row"
        if self.order == tuple(self.layout.gates):
            return (taken,)
        return taken, f"their gates are stacked {', '.join(self.order)}"

    @property
    def own_names(self) -> Mapping[str, str]:
        names = {"xt": "x"}
        for state in self.cell.states:
            name = self.layout.states.get(state.name, state.name)
            names |= {state.previous: f"prev_{name}", state.next: f"next_{name}"}
            if state.exposed:
                names |= {state.initial: f"{name}0", state.name: name}
        if len(self.order) == 1:
            names |= dict(zip(self.layout.gates[self.order[0]], self.layout.arrays, strict=True))
        return names | {f"d{name}": f"d{used}" for name, used in names.items()}

    @property
    def places(self) -> list[str]:
        weights = {"parameters": ["parameters"] * len(self.layout.arrays)}
        return [place for name in self.spec.takes for place in weights.get(name, [name])]

    @property
    def returned(self) -> tuple[str, ...]:
        if self.spec.role.is_forward:
            return (*self.results, "cache")
        return (*self._states, *(f"d{name}" for name in self.layout.arrays))

    @property
    def private(self) -> bool:
        return True

    @property
    def _states(self) -> tuple[str, ...]:
        """The results that are no gradient of a parameter."""
        return tuple(n for n in self.results if n[1:] not in self.cell.parameters)

    def arguments(
        self, given: Mapping[str, Tensor], cache: Handle
    ) -> tuple[list[object], dict[str, object]]:
        places: list[object] = []
        for name in self.spec.takes:
            if name.startswith("cache"):
                places.append(cache)
            elif name == "parameters":
                places += self._stacked(given["parameters"])
            else:
                places.append(_rows(given[name]))
        return places, {}

    def unpack(self, returned: object) -> tuple[dict[str, Tensor], Handle]:
        if not isinstance(returned, tuple | list):
            raise Crash("it returns one value; the layout with rows returns a tuple")
        names = self.returned
        if len(returned) != len(names):
            raise Crash(Message(f"it returns {len(returned)} values; expected ", listed(names)))
        if self.spec.role.is_forward:
            values = {n: _columns(v) for n, v in zip(self.results, returned, strict=False)}
            return values, returned[-1]
        states = self._states
        values = {name: _columns(value) for name, value in zip(states, returned, strict=False)}
        return values | self._unstacked(returned[len(states) :]), None

    def access(self, name: str) -> str:
        """The expression, which also turns the result into the contract's layout."""
        order = self.results if self.spec.role.is_forward else self._states
        if name in order:
            return f"result[{order.index(name)}]{AXES[len(self.spec.shapes[name])]}"
        parts = [self._part(place, gate) for gate, place in self._blocks(name.removeprefix("d"))]
        if not parts:
            raise ValueError(f"{name} has no place in what is returned")
        if len(self.spec.shapes[name]) == 2 and self.spec.shapes[name][1] == "1":
            return f"{parts[0]}.reshape(-1, 1)"
        whole = f"np.concatenate(({', '.join(parts)}))" if len(parts) > 1 else parts[0]
        return f"{whole}.T"

    def form(self) -> str:
        return f"isinstance(result, (tuple, list)) and len(result) == {len(self.returned)}"

    def _part(self, place: int, gate: str) -> str:
        """The block of one gate, out of the array of a place among the layout's."""
        array = f"result[{place - len(self.layout.arrays)}]"
        if len(self.order) == 1:
            return array
        return f"np.split({array}, {len(self.order)}, axis=-1)[{self.order.index(gate)}]"

    def _blocks(self, parameter: str) -> list[tuple[str, int]]:
        """The gate and the array of each block that is taken from a parameter, by its columns."""
        columns = terms(self.cell.parameters[parameter][1])
        dimensions = [*self.layout.arrays.values()]
        found = [
            (gate, place)
            for gate, names in self.layout.gates.items()
            for place, name in enumerate(names)
            if name == parameter
        ]
        return sorted(found, key=lambda block: columns.index(dimensions[block[1]]))

    def _stacked(self, parameters: Mapping[str, Array]) -> list[Array]:
        """The layout's arrays, made of a dict of parameters or of their gradients."""
        arrays = []
        for place, dimension in enumerate(self.layout.arrays.values()):
            blocks = []
            for gate in self.order:
                name = self.layout.gates[gate][place]
                blocks.append(self._columns_of(name, parameters[name], dimension))
            stacked = np.concatenate(blocks)
            arrays.append(stacked[:, 0].copy() if dimension == "1" else stacked.T.copy())
        return arrays

    def _columns_of(self, name: str, value: Array, dimension: str) -> Array:
        """The columns of a parameter that are multiplied with what has a dimension."""
        columns = terms(self.cell.parameters[name][1])
        if columns == (dimension,):
            return value
        units, whole = value.shape  # of two dimensions, one is that of the rows
        size = units if self.cell.parameters[name][0] == dimension else whole - units
        start = 0 if columns[0] == dimension else whole - size
        return value[:, start : start + size]

    def _unstacked(self, arrays: Sequence[Any], order: tuple[str, ...] = ()) -> dict[str, Tensor]:
        """The parameters' gradients by the contract's names, out of the layout's arrays."""
        self._require_form(arrays)
        order = order or self.order
        count = len(order)
        split = [np.split(one, count, axis=-1) if count > 1 else [one] for one in arrays]
        found: dict[str, Tensor] = {}
        for parameter in dict.fromkeys(n for names in self.layout.gates.values() for n in names):
            blocks = [split[place][order.index(gate)] for gate, place in self._blocks(parameter)]
            if np.ndim(blocks[0]) == 1:
                found[f"d{parameter}"] = blocks[0].reshape(-1, 1)
            else:
                found[f"d{parameter}"] = np.concatenate(blocks).T if blocks[1:] else blocks[0].T
        return found

    def _require_form(self, arrays: Sequence[Any]) -> None:
        """Raises `Crash` where arrays cannot be taken apart into gates."""
        names = [f"d{name}" for name in self.layout.arrays]
        together = f"{', '.join(names[:-1])} and {names[-1]}"
        wanted = [1 if dimension == "1" else 2 for dimension in self.layout.arrays.values()]
        ranks = [one.ndim if isinstance(one, np.ndarray) else 0 for one in arrays]
        if ranks != wanted:
            raise Crash(f"{', '.join(names)} have {ranks} dimensions and should have {wanted}")
        widths = {one.shape[-1] for one in arrays}
        if len(widths) > 1:
            raise Crash(f"{together} should have the same number of columns")
        if widths.pop() % len(self.order):
            count = len(self.order)
            raise Crash(f"{', '.join(names)} should have {count} columns for each hidden unit")

    def contents(self, cache: Handle) -> Contents | None:
        return None

    def contract_cache(self, steps: Contents, x: Array | None) -> Handle:
        return contract_cache(self.cell, steps, x, own)

    def to_contract(self, given: Sequence[Any]) -> list[Any]:
        arguments: list[Any] = []
        for name, value in zip(self.spec.takes, given, strict=False):
            if name == "parameters":
                arguments.append(self._parameters(given[-len(self.layout.arrays) :]))
            else:
                arguments.append(value if name.startswith("cache") else _columns(value))
        return arguments

    def _parameters(self, arrays: Sequence[Array]) -> dict[str, Array]:
        """The contract's parameters; the prediction's, which do not matter here, are zero."""
        named = {n[1:]: v for n, v in self._unstacked(arrays).items()}
        units = next(iter(named.values())).shape[0]
        return {
            name: named[name] if name in named else np.zeros((1, 1 if shape[1] == "1" else units))
            for name, shape in self.cell.all_parameters.items()
        }

    def to_contract_cache(self, cache: Handle) -> Handle:
        return cache

    def pack(self, returned: Any) -> Any:
        if isinstance(returned, dict):
            gradients = {name[1:]: value for name, value in returned.items()}
            states = [_rows(returned[name]) for name in self._states]
            return (*states, *self._stacked(gradients))
        named = dict(zip(self.spec.returns, returned, strict=False))
        return (*(_rows(named[name]) for name in self.results), returned[-1])


CONVENTION: type[Convention] = Rows


def _rows(value: Array) -> Array:
    """``(n, m)`` as ``(m, n)``, and ``(n, m, T)`` as ``(m, T, n)``."""
    return np.array(value.T if value.ndim == 2 else value.transpose(1, 2, 0))


def _columns(value: object) -> object:
    """The same backwards; what is no such array is left for the laws to tell."""
    if not isinstance(value, np.ndarray) or value.ndim not in (2, 3):
        return value
    return value.T if value.ndim == 2 else value.transpose(2, 0, 1)
