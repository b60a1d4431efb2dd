"""The catalogue of faults: every name that a diagnosis can have, and what there is to say of it.

How often a fault was seen is counted in 271 public modules that implement the contracts (622
function bodies, 152 of them faulty or broken).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from .faults_of_code import OF_CODE
from .faults_of_values import OF_VALUES
from .kinds import KINDS

MODULES = 271
"""Public modules in which the faults were counted."""


@dataclass(frozen=True)
class Fault:
    """One kind of mistake.

    ``what`` it is, how it ``shows``, why it is ``tempting``, the ``functions`` it is found in, and
    in how many public modules it was ``seen`` (0: not counted apart).
    """

    name: str
    what: str
    shows: str
    tempting: str
    functions: str
    seen: int = 0

    @property
    def frequency(self) -> str:
        """How often it was seen, in words."""
        return f"in {self.seen} of {MODULES} public modules" if self.seen else "not counted apart"


@cache
def faults() -> Mapping[str, Fault]:
    """Every fault by name: wrong values first, then what is wrong with the code itself."""
    told = {name: (what, *OF_VALUES[name]) for name, what in KINDS.items() if name in OF_VALUES}
    told |= OF_CODE
    return MappingProxyType({name: Fault(name, *parts) for name, parts in told.items()})
