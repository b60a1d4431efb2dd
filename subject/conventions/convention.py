"""What a convention is: how code presents one function of a family.

A convention turns the contract's names, order and layout into the code's own and back. Each has a
module of this package with a class ``CONVENTION``; `conventions` finds them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from ...cells.spec import CellSpec, FunctionSpec
from ...strategies.case import Array, Case, Tensor
from ..inspection import own
from ..subject import Contents, Handle

Call = Callable[[Case], object]
"""Calls the code on a case, as the convention has it, and gives what it returns."""

Expected = Callable[[Case], Mapping[str, Tensor]]
"""What a correct function returns for a case, by the contract's names."""

EXACT = 1e-5
"""The `distance` below which results are those of a correct function."""


@dataclass(frozen=True)
class Presented:
    """What can be seen of a function before it is called.

    ``arguments`` are its own, by name and in order; ``keys`` every text that its file mentions, as
    keys of a dict are, and ``looked_up`` those by which it takes entries. ``names`` gives a
    person's own names for the contract's parameters, by these. ``forward`` is the convention of a
    backward function's forward, if the file has one, and ``others`` those of all its functions of
    the family that were looked at before. It ``is_paired`` where the file has any of the family's
    backward functions, and a helper ``is_free`` to have another form than the contract's where no
    caller contradicts. ``returned_names`` stand in its return, each in its place.
    """

    spec: FunctionSpec
    cell: CellSpec | None
    arguments: Mapping[str, inspect.Parameter]
    keys: frozenset[str]
    looked_up: Sequence[str]
    names: Mapping[str, str]
    forward: Convention | None
    others: tuple[Convention, ...] = ()
    is_paired: bool = False
    is_free: bool = False
    returned_names: tuple[str, ...] = ()


class Convention(Protocol):
    """How one function takes its arguments and gives its results.

    ``results`` are the contract's names of what it returns, in the contract's order.
    """

    spec: FunctionSpec
    results: tuple[str, ...]

    @classmethod
    def recognise(cls, seen: Presented) -> Self | None:
        """The convention for a function that looks as if it followed it, else None."""

    def suited(self, case: Case) -> Case:
        """The part of a case that the code can be called with; mostly all of it."""

    def calibrate(self, call: Call, probe: Case, expected: Expected) -> float:
        """Learns from a first call, on a case of all different dimensions, in which order, layout
        or with which results the code has it. A backward function is called where its cache is
        ``private``, with that of its forward.

        Returns the `distance` of what it gives from a correct function's results, 1 where it
        comes to none of the convention's form. Raises what the call raises.
        """

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person is told of how the code is read, each a sentence without its full stop."""

    @property
    def departures(self) -> tuple[str, ...]:
        """Where a function that has the contract's name does otherwise than the contract: what the
        code has, and what the contract has, each a clause.
        """

    @property
    def remark(self) -> str:
        """What the message of a failure adds of how the file is written; mostly nothing."""

    @property
    def own_names(self) -> Mapping[str, str]:
        """What the code calls tensors that it has another name for."""

    @property
    def places(self) -> list[str]:
        """The contract's name of what stands in each place of a call."""

    @property
    def returned(self) -> tuple[str, ...]:
        """The names of all that comes back, in the code's order: results by the contract's names,
        ``"cache"`` where the cache stands, and ``""`` for anything else.
        """

    @property
    def private(self) -> bool:
        """Whether its caches have a form of its own, which no other code can make."""

    @property
    def is_transposed(self) -> bool:
        """Whether it has the tensors of a step transposed, with an example a row."""

    def arguments(
        self, given: Mapping[str, Tensor], cache: Handle
    ) -> tuple[list[object], dict[str, object]]:
        """The call's arguments, by place and by name, as arrays of the function's own."""

    def unpack(self, returned: object) -> tuple[dict[str, Tensor], Handle]:
        """The results by the contract's names and in its layout, and the cache of a forward
        function. Raises `Crash` for a result of another form.
        """

    def access(self, name: str) -> str:
        """An expression that takes one result, by the contract's name and in its layout, out of
        ``result``. Raises `ValueError` where it has no place in what is returned.
        """

    def form(self) -> str:
        """An expression that holds of a ``result`` of the form that is unpacked."""

    def presented(self, value: Array) -> Array:
        """A tensor of a step as the code has it."""

    def contents(self, cache: Handle) -> Contents | None:
        """What a cache in the contract's form holds; None for any other form."""

    def steps_read(self, cache: Handle) -> int | None:
        """How many steps' caches the contract's backward function would find in a sequence's cache
        one after the other; None where it is not meant for that function.
        """

    def contract_cache(self, steps: Contents, x: Array | None) -> Handle:
        """A cache in the contract's form for a backward function; ``x`` for a sequence's."""

    def to_contract(self, given: Sequence[object]) -> list[object]:
        """The contract's arguments, in its order, from those of a call in this convention."""

    def to_contract_cache(self, cache: Handle) -> Handle:
        """A cache of the contract's form, with the contract's names of the parameters in it."""

    def pack(self, returned: object) -> object:
        """What a reference function returned, as this convention has it."""


def plain_name(name: str) -> str:
    """A name in small letters, without underscores: ``a_prev`` and ``aPrev`` are the same."""
    return name.lower().replace("_", "")


def distance(found: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> float:
    """How far results are from those expected, from 0 to 1: the mean over all entries, of which
    none counts for more than one that has nothing to do with what is expected.
    """
    far = [np.ones(1)] if not found else []
    for name, value in found.items():
        wanted = np.asarray(expected[name])
        if np.shape(value) != wanted.shape:
            return 1.0
        apart = np.abs(np.asarray(value, float) - wanted) / (np.abs(wanted) + 0.1)
        far.append(np.minimum(np.nan_to_num(apart, nan=1.0), 1.0).ravel())
    return float(np.mean(np.concatenate(far)))


def contract_cache(
    cell: CellSpec,
    steps: Contents,
    x: Array | None,
    parameters: Callable[[Mapping[str, Array]], Mapping[str, Array]],
) -> Handle:
    """A cache in the contract's form, of arrays of its own."""
    made = [
        tuple(
            parameters(step[name]) if name == "parameters" else own(step[name])  # type: ignore[arg-type]
            for name in cell.cache
        )
        for step in steps
    ]
    return made[0] if x is None else (made, own(x))
