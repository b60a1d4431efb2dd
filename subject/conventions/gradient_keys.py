"""What a backward function returns: gradients under the author's keys, or as a tuple."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from ...cells.spec import CellSpec
from ...strategies.case import Array, Tensor
from .convention import Presented, plain_name
from .parameters import Naming, named

PREFIXES = ("d", "grad", "g", "delta", "dl", "dj")
"""What stands before a tensor's name for its gradient, in small letters."""


class Named(Protocol):
    """What knows how a file names its parameters."""

    naming: Naming


class GradientKeys:
    """The keys under which one function returns its gradients, learned from what it returns."""

    def __init__(self, seen: Presented) -> None:
        self.cell: CellSpec | None = seen.cell
        self.results = seen.spec.returns
        self.is_tuple = False
        self._called = seen.returned_names
        self._places: tuple[int, ...] = ()  # of the gradients in a tuple, where it is another order
        self._keys: dict[str, str] = {}  # by the file's names of parameters, and results
        self._inputs = [n for n in self.results if not self._is_parameter(n)]
        self._others = _argument_names(seen)

    def _is_parameter(self, gradient: str) -> bool:
        return self.cell is not None and gradient[1:] in self.cell.parameters

    def gradients(self, returned: object, manner: Named | None) -> object:
        """The gradients by the contract's names, where anything of the kind is returned."""
        if self.cell is None:
            return returned
        naming = manner.naming if manner else named(self.cell, {})
        own = self._own(naming)
        self.is_tuple = isinstance(returned, tuple) and len(returned) == len(own)
        if isinstance(returned, tuple) and self.is_tuple:
            places = self._places or range(len(own))
            given = {name: returned[place] for name, place in zip(own, places, strict=True)}
        elif isinstance(returned, Mapping):
            given = self._by_key(returned, own)
        else:
            return returned
        weights = naming.contracts(given)
        found = {f"d{name}": value for name, value in weights.items()}
        return {name: given[name] for name in self._inputs if name in given} | found

    def learn_order(
        self, returned: object, wanted: Mapping[str, Array], manner: Named | None
    ) -> None:
        """Takes the order of the gradients in a tuple from the names that are returned, where these
        tell it, or else from the shapes.
        """
        if self.cell is None or not isinstance(returned, tuple):
            return
        own = self._own(manner.naming if manner else named(self.cell, {}))
        if len(returned) != len(own):
            return
        self.is_tuple, self._places = True, ()
        packed = [*self.packed(wanted, manner).values()]
        spellings = {name: self._spellings(name) for name in own}
        meant = [one for name in self._called for one in self._meant(name, spellings)]
        if len(meant) == len({*meant}) == len(own):
            places = tuple(meant.index(name) for name in own)
            named_so = zip(places, packed, strict=True)
            if all(np.shape(returned[place]) == one.shape for place, one in named_so):
                self._places = places
                return
        self._places = places_by_shape(returned, packed)

    def count(self, manner: Named | None) -> int:
        """How many gradients there are."""
        assert self.cell is not None
        return len(self._own(manner.naming if manner else named(self.cell, {})))

    def _own(self, naming: Naming) -> list[str]:
        """The gradients in the contract's order: the inputs' by its names, and for each of the
        parameters the key that it has in the file.
        """
        return [*self._inputs, *naming.weights]

    def _by_key(self, returned: Mapping[str, Tensor], own: list[str]) -> dict[str, Tensor]:
        """What is returned under the keys of these."""
        exact = {key: name for name in own for key in (name, f"d{name}") if key in returned}
        rest = [key for key in returned if key not in exact]
        spellings = {name: self._spellings(name) for name in own if rest}
        others = {key: meant[0] for key in rest if (meant := self._meant(key, spellings))}
        misspelt = [key for key, name in others.items() if plain_name(key) in _plain(name)]
        if len(others) == len(misspelt) == 1:
            others = {}  # all else is as the contract has it: this is no way of the author's own
        found: dict[str, Tensor] = {}
        for key, name in (exact | others).items():
            if key in exact or name not in found:
                found[name], self._keys[name] = returned[key], key
        if not found and len(returned) == len(own):
            self._keys = dict(zip(own, returned, strict=True))
            return dict(zip(own, returned.values(), strict=True))
        return found

    @staticmethod
    def _meant(key: object, spellings: Mapping[str, set[str]]) -> list[str]:
        """What a key may mean: only one thing, if it is to mean any."""
        meant = [name for name, known in spellings.items() if bare_names(key) & known]
        return meant if len(meant) == 1 else []

    def _spellings(self, name: str) -> set[str]:
        """How else that may be called whose gradient has a name."""
        if name not in self._inputs:
            return {plain_name(name)}
        return {plain_name(name[1:])} | self._others.get(name[1:], set())

    def access(self, name: str, manner: Named | None) -> str:
        """An expression for one gradient, by the contract's name, out of ``result``."""
        if self.cell is None:
            return f"result[{name!r}]"
        naming = manner.naming if manner else named(self.cell, {})
        own = self._own(naming)

        def entry(key: str) -> str:
            place = own.index(key)
            at = self._places[place] if self._places else place
            return f"result[{at if self.is_tuple else repr(self._key(key))}]"

        return entry(name) if name in self._inputs else naming.access(name[1:], entry)

    def _key(self, name: str) -> str:
        return self._keys.get(name, name if name in self._inputs else f"d{name}")

    def pack(self, gradients: Mapping[str, Tensor], manner: Named | None) -> object:
        """The same as the function returns them."""
        if self.cell is None:
            return gradients
        found = self.packed(gradients, manner)
        return tuple(found.values()) if self.is_tuple else found

    def packed(self, gradients: Mapping[str, Tensor], manner: Named | None) -> dict[str, Tensor]:
        """The same by the keys that the function gives them, in its order."""
        assert self.cell is not None
        naming = manner.naming if manner else named(self.cell, {})
        weights = {name[1:]: value for name, value in gradients.items() if self._is_parameter(name)}
        found = {name: gradients[name] for name in self._inputs} | naming.own(weights)
        own = self._own(naming)
        if self.is_tuple:
            places = self._places or range(len(own))
            own = [own[places.index(place)] for place in range(len(own))]
        return {self._key(name): found[name] for name in own}


def _plain(name: str) -> tuple[str, str]:
    """How a gradient's key is written in small letters, of a result or of a parameter's key."""
    return plain_name(name), plain_name(f"d{name}")


def bare_names(key: object) -> set[str]:
    """What a key of a gradient may be the gradient of, in small letters."""
    plain = plain_name(key) if isinstance(key, str) else ""
    return {plain.removeprefix(prefix) for prefix in PREFIXES if plain.startswith(prefix)}


def places_by_shape(returned: Sequence[object], wanted: Sequence[Array]) -> tuple[int, ...]:
    """The places of what has the wanted shapes, in their order; nothing where each is in its own,
    or not every shape is there.
    """
    left = [np.shape(one) if isinstance(one, np.ndarray) else None for one in returned]
    if left == [one.shape for one in wanted]:
        return ()
    places: list[int] = []
    for one in wanted:
        if one.shape not in left:
            return ()
        places.append(left.index(one.shape))
        left[left.index(one.shape)] = None
    return tuple(places)


def _argument_names(seen: Presented) -> dict[str, set[str]]:
    """What the arguments of the contract's forward function go by, in small letters."""
    known = {"xt": {"x"}, "x": {"xt"}}
    for state in seen.cell.states if seen.cell else ():
        letters = (state.name, "h") if state.name == "a" else (state.name,)
        known[state.previous] = {name for a in letters for name in (f"{a}prev", f"prev{a}")}
        known[state.initial] = {f"{one}0" for one in letters}
    return known


def cut_alike(found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> bool:
    """Whether gradients are of weights with the blocks that are wanted: those of the inputs are
    right, or that of a weight is, and the inputs' are not cut off where the other order has them.
    """
    right = {
        name
        for name, value in wanted.items()
        if name in found and np.shape(found[name]) == np.shape(value)
        if np.allclose(found[name], value)
    }
    if {"dxt", "da_prev"} <= right:
        return True
    if not any(name.startswith("dW") for name in right) or not {"dxt", "da_prev"} <= {*found}:
        return any(name.startswith("dW") for name in right)
    other = np.concatenate([np.asarray(found["da_prev"]), np.asarray(found["dxt"])])
    whole = np.concatenate([wanted["dxt"], wanted["da_prev"]])
    return other.shape != whole.shape or not np.allclose(other, whole)
