"""Stacking: the gates of a cell side by side in arrays, in an order that an author chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from ...cells.spec import CellSpec, Layout, terms
from ...strategies.case import Array, Case, Tensor
from ..errors import Crash
from .parameters import columns_of

EXAMPLES_FIRST, TIME_FIRST = (1, 2, 0), (2, 1, 0)
"""The axes of a sequence of rows: for each of theirs the number of the contract's."""


@dataclass
class Stacking:
    """The order in which a file stacks the gates, and whether a function of it is right so; which
    axes its sequences have; and, in words, where its forward and backward functions have not the
    same order.
    """

    cell: CellSpec
    layout: Layout
    order: tuple[str, ...] = field(init=False)
    sure: bool = False
    axes: tuple[int, ...] = EXAMPLES_FIRST
    disagreement: str = ""

    def __post_init__(self) -> None:
        self.order = self.usual

    @property
    def usual(self) -> tuple[str, ...]:
        """The order of the course."""
        return tuple(self.layout.gates)

    def blocks(self, parameter: str) -> list[tuple[str, int]]:
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

    def stacked(self, parameters: Mapping[str, Array]) -> list[Array]:
        """The layout's arrays, made of a dict of parameters or of their gradients."""
        arrays = []
        for place, dimension in enumerate(self.layout.arrays.values()):
            blocks = []
            for gate in self.order:
                name = self.layout.gates[gate][place]
                blocks.append(columns_of(self.cell, name, parameters[name], dimension))
            stacked = np.concatenate(blocks)
            arrays.append(stacked[:, 0].copy() if dimension == "1" else stacked.T.copy())
        return arrays

    def unstacked(self, arrays: Sequence[Array], order: tuple[str, ...] = ()) -> dict[str, Tensor]:
        """The parameters' gradients by the contract's names, out of the layout's arrays."""
        self._require_form(arrays)
        order = order or self.order
        count = len(order)
        split = [np.split(one, count, axis=-1) if count > 1 else [one] for one in arrays]
        found: dict[str, Tensor] = {}
        for parameter in dict.fromkeys(n for names in self.layout.gates.values() for n in names):
            blocks = [split[place][order.index(gate)] for gate, place in self.blocks(parameter)]
            if np.ndim(blocks[0]) == 1:
                found[f"d{parameter}"] = blocks[0].reshape(-1, 1)
            else:
                found[f"d{parameter}"] = np.concatenate(blocks).T if blocks[1:] else blocks[0].T
        return found

    def _require_form(self, arrays: Sequence[Array]) -> None:
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

    def restacked(self, case: Case, order: tuple[str, ...]) -> Case:
        """The case as a function of this order of gates takes what is given in the usual one."""
        given = case["parameters"]
        taken = self.unstacked(self.stacked(given), order)
        own_names = {name.removeprefix("d"): value for name, value in taken.items()}
        return case.having(parameters=MappingProxyType({**given, **own_names}))

    def parameters(self, arrays: Sequence[Array]) -> dict[str, Array]:
        """The contract's parameters; the prediction's, which do not matter here, are zero."""
        named = {n[1:]: v for n, v in self.unstacked(arrays).items()}
        units = next(iter(named.values())).shape[0]
        return {
            name: named[name] if name in named else np.zeros((1, 1 if shape[1] == "1" else units))
            for name, shape in self.cell.all_parameters.items()
        }

    def rows(self, value: Array) -> Array:
        """``(n, m)`` as ``(m, n)``, and ``(n, m, T)`` with the axes of the file."""
        return np.array(value.T if value.ndim == 2 else value.transpose(self.axes))

    def columns(self, value: object) -> object:
        """The same backwards; what is no such array is left for the laws to tell."""
        if not isinstance(value, np.ndarray) or value.ndim not in (2, 3):
            return value
        return value.T if value.ndim == 2 else value.transpose(np.argsort(self.axes))

    def access(self, axes: int) -> str:
        """What turns an array of so many axes into the contract's layout."""
        turned = tuple(int(axis) for axis in np.argsort(self.axes))
        return ".T" if axes == 2 else f".transpose{turned}"
