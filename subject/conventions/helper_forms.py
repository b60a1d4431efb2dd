"""Activations in their file's way: of rows, of one column, of a vector or of a number.

A file that calls its softmax with one example a row has it over axis 1, and one that calls it with
a single column may sum over all of it. So they are read where no caller contradicts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from ...cells.spec import Role
from ...strategies.case import Array, Case, Tensor
from ..errors import Crash
from ..subject import Handle
from .convention import EXACT, Call, Expected, Presented, distance
from .other_names import OtherNames

ORDER = 20


@dataclass(frozen=True)
class Form:
    """What a helper takes for the contract's ``(n, m)``, and what it returns, turned back.

    ``alone`` are the dimensions of which it takes one only. ``access`` turns back a text.
    """

    note: str = ""
    give: Callable[[Array], object] = lambda x: x
    back: Callable[[Tensor], Tensor] = lambda y: y
    alone: tuple[str, ...] = ()
    access: str = "{}"

    @property
    def is_weak(self) -> bool:
        """Whether it is right for a part only of what the contract has."""
        return bool(self.alone)


FORMS = (
    Form(),
    Form("is read with one example a row", np.transpose, np.transpose, access="{}.T"),
    Form("is right for one column alone: several would need a sum over axis 0", alone=("m",)),
    Form(
        "is right for a vector alone: several examples would need a sum over axis 0",
        lambda x: x[:, 0],
        lambda y: y[:, None],
        ("m",),
        "{}[:, None]",
    ),
    Form(
        "is right for a number alone: an array would need numpy's functions",
        lambda x: float(x[0, 0]),
        lambda y: np.full((1, 1), y),
        ("n", "m"),
        "np.array([[{}]])",
    ),
)


class HelperForm(OtherNames):
    """A helper that may be called in another form than the contract's."""

    def __init__(self, seen: Presented) -> None:
        super().__init__(seen)
        self.way = FORMS[0]

    @classmethod
    def recognise(cls, seen: Presented) -> Self | None:
        """A helper of a file in which no caller wants it in the contract's form."""
        return cls(seen) if seen.spec.role is Role.HELPER and seen.is_free else None

    def calibrate(self, call: Call, probe: Case, expected: Expected) -> float:
        first = 1.0
        for form in FORMS:
            self.way = form
            case = self.suited(probe)
            try:
                far = distance(self.unpack(call(case))[0], expected(case))
            except Crash as crash:
                if crash.is_late or crash.error == "Ended":
                    raise
                continue
            if far < EXACT:
                return far
            first = far if form is FORMS[0] else first
        self.way = FORMS[0]
        return first

    def suited(self, case: Case) -> Case:
        for symbol in self.way.alone:
            case = case.take(symbol, [0])
        return case

    @property
    def notes(self) -> tuple[str, ...]:
        return (f"{self.spec.name} {self.way.note}",) if self.way.note else ()

    @property
    def departures(self) -> tuple[str, ...]:
        return (f"it {self.way.note}",) if self.way.is_weak else ()

    def to_contract(self, given: Sequence[object]) -> list[object]:
        return [self.way.back(one) for one in super().to_contract(given)]

    def pack(self, returned: object) -> object:
        return self.way.give(np.asarray(returned))

    def arguments(
        self, given: Mapping[str, Tensor], cache: Handle
    ) -> tuple[list[object], dict[str, object]]:
        places, named = super().arguments(given, cache)
        return [self.way.give(np.asarray(place)) for place in places], named

    def unpack(self, returned: object) -> tuple[dict[str, Tensor], Handle]:
        values, cache = super().unpack(returned)
        try:
            return {name: self.way.back(value) for name, value in values.items()}, cache
        except (TypeError, IndexError, ValueError):
            return values, cache

    def access(self, name: str) -> str:
        return self.way.access.format(super().access(name))


CONVENTION = HelperForm
