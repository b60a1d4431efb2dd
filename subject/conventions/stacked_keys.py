"""Stacked keys: entries of a dict in which the gates of a cell stand on top of one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import permutations

import numpy as np

from ...cells.spec import CellSpec
from ...strategies.case import Array
from ..errors import Crash
from .parameters import FEWEST, Block, Naming, blocks_of, is_of_bias


@dataclass(frozen=True)
class StackedNaming(Naming):
    """Parameters of which some stand on top of one another: under each key of ``stacks`` those that
    would have keys of their own, from the top.
    """

    stacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: tuple[str, ...] = ()

    @cached_property
    def keys(self) -> frozenset[str]:
        parts = {part for parts in self.stacks.values() for part in parts}
        return frozenset((*self.stacks, *(key for key in self.blocks if key not in parts)))

    @cached_property
    def weights(self) -> list[str]:
        return [*self.stacks]

    def own(self, given: Mapping[str, Array]) -> dict[str, Array]:
        made = super().own(given)
        whole = {
            key: np.concatenate([made[part] for part in parts])
            for key, parts in self.stacks.items()
            if all(part in made for part in parts)
        }
        return {key: value for key, value in made.items() if key in self.keys} | whole

    def contracts(self, found: Mapping[str, object]) -> dict[str, object]:
        parts: dict[str, object] = {}
        for key, names in self.stacks.items():
            if key in found:
                parts |= zip(names, _parted(key, found[key], len(names)), strict=True)
        return super().contracts({**found, **parts})

    def access(self, name: str, entry: Callable[[str], str]) -> str:
        def part(key: str) -> str:
            for whole, parts in self.stacks.items():
                if key in parts:
                    return f"np.split({entry(whole)}, {len(parts)})[{parts.index(key)}]"
            return entry(key)

        return super().access(name, part)

    @property
    def notes(self) -> tuple[str, ...]:
        where = ", ".join(self.stacks)
        return (f"the gates are stacked in {where}, in the order {', '.join(self.order)}",)

    def turned(self) -> Naming:
        turned = super().turned()
        return StackedNaming(self.cell, turned.blocks, self.stacks, self.order)


def _parted(key: str, value: object, count: int) -> Sequence[Array]:
    """The blocks of an array, from the top."""
    if not isinstance(value, np.ndarray) or not value.ndim or len(value) % count:
        raise Crash(f"what belongs to {key} should have {count} rows for each hidden unit")
    return np.split(value, count)


def stacked_namings(cell: CellSpec, keys: Sequence[str]) -> Iterator[StackedNaming]:
    """The ways in which a file may stack the gates in one entry for the biases and one for the
    weights, or in two: one for those of the state and one for those of the input.
    """
    alone = cell.prediction.parameters if cell.prediction else {}
    biases = [key for key in keys if is_of_bias(key) and key not in alone]
    weights = [key for key in keys if key not in (*biases, *alone)]
    if len(biases) != 1 or len(weights) not in (1, 2):
        return
    for layout in cell.layouts[:1]:
        if len(layout.gates) < FEWEST or [*layout.arrays.values()].count("1") > 1:
            continue
        for some in permutations(weights):
            for order in permutations(layout.gates):
                gates = [layout.gates[gate] for gate in order]
                yield _stacked(cell, (*some, *biases), gates, order)


def _stacked(
    cell: CellSpec, keys: Sequence[str], gates: Sequence[Sequence[str]], order: tuple[str, ...]
) -> StackedNaming:
    """The naming that has all gates under these keys, the last of which is that of the biases."""
    alone = cell.prediction.parameters if cell.prediction else {}
    blocks = {name: blocks_of(cell, name) for name in alone}
    stacks: dict[str, tuple[str, ...]] = dict.fromkeys(keys, ())
    for names in gates:
        parts = [*_parts(cell, names, len(keys) - 1), blocks_of(cell, names[-1])]
        for key, part in zip(keys, parts, strict=True):
            own_key = f"{part[0][0]} of {key}"
            blocks[own_key] = part
            stacks[key] = (*stacks[key], own_key)
    return StackedNaming(cell, blocks, stacks, order)


def _parts(cell: CellSpec, names: Sequence[str], count: int) -> list[tuple[Block, ...]]:
    """The blocks of a gate's weights: all side by side, or those of the state and of the input."""
    whole = [block for name in dict.fromkeys(names[:-1]) for block in blocks_of(cell, name)]
    whole.sort(key=lambda block: block[1] == "n_x")
    return [tuple(whole)] if count == 1 else [(block,) for block in whole]
