"""Parameters: what the entries of a file's dict are called, and how its weights are cut.

A file may have other names throughout, a weight for the state and one for the input where the
contract has one for both, or the input's columns before the state's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, permutations
from typing import NamedTuple, TypeAlias

import numpy as np

from ...cells.spec import CellSpec, terms
from ...strategies.case import Array
from ..errors import Crash

Block: TypeAlias = tuple[str, str]
"""Columns of one of the contract's parameters: those that are multiplied with a dimension."""

FEWEST = 2
"""How many parameters must have other names for a file to have names of its own."""

SINGLY = 2
"""Other names that have a note each; of more there is one."""

MOST = 300
"""Ways to name and cut the parameters that are tried on a file."""

MOST_FREE = 6
"""Keys among which a place is looked for each parameter, whatever they are called."""

MOST_STEMS = 8
"""Biases among which a place is looked for each gate."""

TURNED = "[xt; a_prev] is stacked here, where the contract has [a_prev; xt]"

_BIAS = re.compile(r"b(?!ack)|.*bias|.*_b$", re.IGNORECASE)


class Place(NamedTuple):
    """Where a block stands: the key, its number among how many under that, and whether the first
    of them has as many columns as the array has rows.
    """

    key: str
    number: int
    among: int
    first_is_square: bool


@dataclass(frozen=True)
class Naming:
    """What stands under each key of a file's dict: blocks of the contract's parameters, side by
    side.
    """

    cell: CellSpec
    blocks: Mapping[str, tuple[Block, ...]]

    def own(self, given: Mapping[str, Array]) -> dict[str, Array]:
        """The file's dict, of the contract's parameters."""
        return {
            key: self._joined(given, blocks) if blocks else given[names[0]]
            for key, names, blocks in self._made_of
            if all(name in given for name in names)
        }

    @cached_property
    def _made_of(self) -> list[tuple[str, tuple[str, ...], tuple[Block, ...]]]:
        """The parameters that each key has parts of, and the blocks; of a whole one no blocks."""
        return [
            (key, tuple(n for n, _ in blocks), () if key == self.key(blocks[0][0]) else blocks)
            for key, blocks in self.blocks.items()
        ]

    def _joined(self, given: Mapping[str, Array], blocks: tuple[Block, ...]) -> Array:
        parts = [columns_of(self.cell, name, given[name], size) for name, size in blocks]
        return np.concatenate(parts, axis=1)

    def contracts(self, found: Mapping[str, object]) -> dict[str, object]:
        """What belongs to the contract's parameters, of what belongs to the file's; what is there
        in part only is left out.
        """
        return {
            name: found[key] if key else _cut(found, places)
            for name, key, places in self._places
            if all(place.key in found for place in places)
        }

    @cached_property
    def _places(self) -> list[tuple[str, str, list[Place]]]:
        """Of each parameter that is somewhere, the key where it stands whole, and its places."""
        found = []
        for name in self.cell.all_parameters:
            blocks = blocks_of(self.cell, name)
            places = [place for block in blocks if (place := self._place(block))]
            if len(places) == len(blocks):
                found.append((name, self.key(name), places))
        return found

    def key(self, name: str) -> str:
        """The key under which a parameter stands whole; empty where it stands in parts."""
        whole = blocks_of(self.cell, name)
        return next((key for key, blocks in self.blocks.items() if blocks == whole), "")

    @cached_property
    def keys(self) -> frozenset[str]:
        """All keys of the file's dict."""
        return frozenset(self.blocks)

    @cached_property
    def is_usual(self) -> bool:
        """Whether every parameter stands whole under the contract's own name."""
        return self == named(self.cell, {})

    @cached_property
    def weights(self) -> list[str]:
        """The keys of all that belong to the cell itself, in the contract's order."""
        places = {key: blocks[0][0] for key, blocks in self.blocks.items()}
        own = [*self.cell.parameters]
        return sorted(
            (key for key in places if places[key] in own), key=lambda key: own.index(places[key])
        )

    def access(self, name: str, entry: Callable[[str], str]) -> str:
        """An expression for a parameter's gradient; ``entry`` gives one for that of a key."""
        if key := self.key(name):
            return entry(key)
        parts = []
        for place in map(self._place, blocks_of(self.cell, name)):
            assert place is not None
            array = entry(place.key)
            cut = f"len({array})" if place.first_is_square else f"-len({array})"
            side = [f":{cut}", f"{cut}:"][place.number]
            parts.append(array if place.among == 1 else f"{array}[:, {side}]")
        return f"np.concatenate(({', '.join(parts)}), axis=1)" if parts[1:] else parts[0]

    def _place(self, block: Block) -> Place | None:
        """Where a block stands, if it does."""
        for key, blocks in self.blocks.items():
            if block in blocks:
                name, dimension = blocks[0]
                first_is_square = self.cell.all_parameters[name][0] == dimension
                return Place(key, blocks.index(block), len(blocks), first_is_square)
        return None

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person is told of it."""
        other = {n: key for n in self.cell.all_parameters if (key := self.key(n)) not in ("", n)}
        names = [f"the parameter {name} is called {key} here" for name, key in other.items()]
        if len(names) > SINGLY:
            names = [
                f"the parameters {', '.join(other)} are called {', '.join(other.values())} here"
            ]
        names += [
            f"{key} holds {' and '.join(self._words(block) for block in blocks)}"
            for key, blocks in self.blocks.items()
            if blocks != blocks_of(self.cell, blocks[0][0]) and len({n for n, _ in blocks}) > 1
        ]
        apart = {blocks[0] for blocks in self.blocks.values() if len(blocks) == 1}
        if any(block in apart for name in self._cut for block in blocks_of(self.cell, name)):
            names.append("each gate has a weight for the state and one for the input here")
        elif self.is_turned:
            names.append(TURNED)
        return tuple(names)

    @property
    def _cut(self) -> list[str]:
        shapes = self.cell.all_parameters
        return [name for name in shapes if len(blocks_of(self.cell, name)) > 1]

    @property
    def is_turned(self) -> bool:
        """Whether a weight has its blocks in the other order."""
        wholes = (b for b in self.blocks.values() if len(b) > 1 and b[0][0] == b[1][0])
        return any(blocks[::-1] == blocks_of(self.cell, blocks[0][0]) for blocks in wholes)

    @staticmethod
    def _words(block: Block) -> str:
        return block[0]

    def turned(self) -> Naming:
        """The same with the blocks of each weight in the other order."""
        return Naming(self.cell, {key: blocks[::-1] for key, blocks in self.blocks.items()})


def blocks_of(cell: CellSpec, name: str) -> tuple[Block, ...]:
    """The blocks of a parameter, in the contract's order."""
    return tuple((name, dimension) for dimension in terms(cell.all_parameters[name][1]))


def columns_of(cell: CellSpec, name: str, value: Array, dimension: str) -> Array:
    """The columns of a parameter that are multiplied with what has a dimension."""
    rows, across = cell.all_parameters[name]
    columns = terms(across)
    if columns == (dimension,):
        return value
    units, whole = value.shape  # of two dimensions, one is that of the rows
    size = units if rows == dimension else whole - units
    start = 0 if columns[0] == dimension else whole - size
    return value[:, start : start + size]


def named(cell: CellSpec, names: Mapping[str, str]) -> Naming:
    """The contract's parameters, some of them under other names, each whole."""
    return Naming(cell, {names.get(n, n): blocks_of(cell, n) for n in cell.all_parameters})


def namings(cell: CellSpec, names: Mapping[str, str], keys: Sequence[str]) -> Iterator[Naming]:
    """The ways in which a file may name and cut its parameters, likely ones first, the usual one
    before all.

    ``names`` are those known by the contract's, ``keys`` what its functions look up.
    """
    usual = named(cell, names)
    missing = [n for n in cell.all_parameters if names.get(n, n) not in keys]
    known = {*cell.all_parameters, *names.values()}
    free = [key for key in keys if key not in known]
    found: list[Iterator[Naming]] = []
    if _are_cut(cell, missing, free):
        found.append(_by_stems(cell, keys))
    elif len(missing) >= FEWEST:
        found.append(_renamed(cell, names, missing, free))
    for one in islice(chain([usual], *found), MOST):
        yield one
        if one.turned() != one:
            yield one.turned()


def _are_cut(cell: CellSpec, missing: Sequence[str], free: Sequence[str]) -> bool:
    """Whether the weights of gates may stand in parts: some are not there under their own names, or
    there are others beside them.
    """
    gated = {name for name in cell.all_parameters if len(blocks_of(cell, name)) > 1}
    if gated & {*missing} and len(missing) >= FEWEST:
        return True
    return 0 < len(gated) <= sum(not _BIAS.match(key) for key in free)


def _renamed(
    cell: CellSpec, names: Mapping[str, str], missing: Sequence[str], free: Sequence[str]
) -> Iterator[Naming]:
    """Each missing parameter under one of the free keys, biases under those of biases first."""
    count = min(len(missing), len(free))
    shapes = cell.all_parameters

    def unlike(keys: Sequence[str]) -> int:
        pairs = zip(missing, keys, strict=False)
        return sum((shapes[name][1] == "1") != bool(_BIAS.match(key)) for name, key in pairs)

    if count >= FEWEST and len(free) <= MOST_FREE:
        for keys in sorted(permutations(free, count), key=unlike):
            yield named(cell, {**names, **dict(zip(missing, keys, strict=False))})
    yield from _joined(cell, names, missing, free)


def _joined(
    cell: CellSpec, names: Mapping[str, str], missing: Sequence[str], free: Sequence[str]
) -> Iterator[Naming]:
    """One key for the weights of the states and of the input, side by side, in any order."""
    weights = [name for name in cell.parameters if cell.parameters[name][1] != "1"]
    rest = [name for name in missing if name not in weights]
    if not {*weights} <= {*missing} or not len(rest) < len(free) <= MOST_FREE:
        return
    for key, *keys in permutations(free, 1 + len(rest)):
        whole = named(cell, {**names, **dict(zip(rest, keys, strict=True))}).blocks
        others = {k: blocks for k, blocks in whole.items() if blocks[0][0] not in weights}
        blocks = tuple(block for name in weights for block in blocks_of(cell, name))
        yield Naming(cell, {**others, key: blocks})


def _by_stems(cell: CellSpec, free: Sequence[str]) -> Iterator[Naming]:
    """The keys of each bias and of the weights that have its letters, for those of each gate in
    any order.
    """
    found = _completed(cell, _weights_of([key for key in free if _BIAS.match(key)], free))
    groups = _groups(cell)
    if not FEWEST <= len(found) <= MOST_STEMS or not all(found.values()):
        return
    for some in sorted(permutations(found, min(len(found), len(groups))), key=_unlike(groups)):
        for order in (1, -1):
            blocks: dict[str, tuple[Block, ...]] = {}
            for (bias, parts), key in zip(groups.items(), some, strict=False):
                keys = sorted(found[key])[::order]
                blocks[key] = blocks_of(cell, bias)
                if len(keys) == len(parts):
                    blocks |= {one: (part,) for one, part in zip(keys, parts, strict=True)}
                else:
                    blocks[keys[0]] = parts
            yield Naming(cell, blocks)


def _groups(cell: CellSpec) -> dict[str, tuple[Block, ...]]:
    """The blocks of the weights that belong to each bias: those of the gate in which it is the only
    bias, or else those of the weight that has its letters.
    """
    shapes = cell.all_parameters
    found = {
        bias: blocks_of(cell, f"W{bias[1:]}")
        for bias, shape in shapes.items()
        if shape[1] == "1" and f"W{bias[1:]}" in shapes
    }
    for layout in cell.layouts:
        for *weights, bias in layout.gates.values():
            if all(shapes[name][1] != "1" for name in weights):
                parts = (part for name in dict.fromkeys(weights) for part in blocks_of(cell, name))
                found[bias] = tuple(sorted(parts, key=lambda part: part[1] == "n_x"))
    return found


def _weights_of(biases: Sequence[str], free: Sequence[str]) -> dict[str, list[str]]:
    """For each bias the keys that are its own in all but a letter or a word: those that end as it
    does, or those that begin so, whichever leaves no bias with too many.
    """
    weights = [key for key in free if not _BIAS.match(key)]
    ends = {one: [key for key in weights if key.endswith(_stem(one) or " ")] for one in biases}
    begins = {
        one: [key for key in weights if key.startswith((_stem(one), f"W{_stem(one)}"))]
        for one in biases
        if _stem(one)
    }
    few = [found for found in (ends, begins) if max(map(len, found.values()), default=0) <= 2]
    return max(few, key=lambda found: sum(map(len, found.values())), default={})


def is_of_bias(key: str) -> bool:
    """Whether a key is called like one of a bias."""
    return bool(_BIAS.match(key))


def _stem(bias: str) -> str:
    """What a bias's key has beside the letter or the word for a bias."""
    return re.sub(r"^b(ias)?_?|_?b(ias)?$", "", bias)


def _completed(cell: CellSpec, found: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The weights' keys by the biases'; those that the file nowhere looks up are made as another
    bias's are.
    """
    like = max(found, key=lambda bias: len(found[bias]), default="")
    alone = cell.prediction.parameters if cell.prediction else {}  # has one weight for one block
    made = {}
    for bias, keys in found.items():
        other, stem = _stem(like), _stem(bias)
        whole = [stem.join(key.rsplit(other, 1)) for key in found[like]]
        lacks = len(keys) < len(whole) and not (keys and f"b{stem}" in alone)
        made[bias] = whole if lacks and {*keys} <= {*whole} else keys
    return made


def _unlike(biases: Collection[str]) -> Callable[[Sequence[str]], int]:
    """How many biases have not the letter of the one that they are taken for."""

    def count(keys: Sequence[str]) -> int:
        letters = [bias[1:] for bias in biases]
        pairs = zip(letters, keys, strict=False)
        return sum(letter not in key.lower().removeprefix("b") for letter, key in pairs)

    return count


def _cut(found: Mapping[str, object], places: Sequence[Place]) -> Array:
    """The blocks in these places, side by side."""
    parts = []
    for key, number, among, first_is_square in places:
        array = found[key]
        if not isinstance(array, np.ndarray) or array.ndim != 2:
            raise Crash(f"what belongs to {key} should be an array of two dimensions")
        cut = len(array) if first_is_square else array.shape[1] - len(array)
        parts.append(array if among == 1 else np.split(array, [cut], axis=1)[number])
    return np.concatenate(parts, axis=1) if parts[1:] else parts[0]
